from odoo import fields, models


class BankMatchLine(models.Model):
    """A claim that a bank payment paid, or that it may be meant for.

    The amount is in the currency of the claim. It is zero while a person has to
    decide whether the payment is for this claim.
    """

    _name = "ar.bank.match.line"
    _description = "Claim named by a bank payment"
    _order = "id"
    _rec_name = "claim_id"

    match_id = fields.Many2one(
        "ar.bank.match", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    claim_id = fields.Many2one(
        "ar.claim", required=True, ondelete="restrict", index=True, readonly=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(string="Paid", readonly=True)
    amount_costs = fields.Monetary(
        string="Of it costs",
        readonly=True,
        help="What of the payment went to costs and interest of the claim.",
    )
