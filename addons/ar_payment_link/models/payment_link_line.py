from odoo import fields, models


class PaymentLinkLine(models.Model):
    """A claim that a payment link asks to pay."""

    _name = "ar.payment.link.line"
    _description = "Claim of a payment link"
    _order = "id"

    link_id = fields.Many2one(
        "ar.payment.link", required=True, ondelete="cascade", readonly=True
    )
    claim_id = fields.Many2one(
        "ar.claim", required=True, ondelete="restrict", readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    currency_id = fields.Many2one(related="claim_id.currency_id")
    date_due = fields.Date(related="claim_id.date_due")
    claim_state = fields.Selection(related="claim_id.state", string="State")
    description = fields.Char(related="claim_id.description")
    amount_due = fields.Monetary(related="claim_id.amount_due")

    _once = models.Constraint(
        "UNIQUE (link_id, claim_id)", "This claim is on the link already."
    )
