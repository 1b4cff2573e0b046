from odoo import fields, models


class ContactClaim(models.Model):
    """A claim that was talked about, with what was asked for at that moment."""

    _name = "ar.contact.claim"
    _description = "Claim talked about"
    _order = "id"
    _rec_name = "claim_id"

    contact_id = fields.Many2one(
        "ar.contact", required=True, ondelete="cascade", readonly=True, index=True
    )
    claim_id = fields.Many2one(
        "ar.claim", required=True, ondelete="restrict", readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(string="Asked for", readonly=True)
    date_due = fields.Date(related="claim_id.date_due")

    _once = models.Constraint(
        "UNIQUE (contact_id, claim_id)", "The claim is named twice."
    )
