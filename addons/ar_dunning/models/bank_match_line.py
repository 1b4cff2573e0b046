from odoo import fields, models


class BankMatchLine(models.Model):
    """The part of a bank payment that went to one claim."""

    _name = "ar.bank.match.line"
    _description = "Claim paid by a bank payment"
    _order = "id"
    _rec_name = "claim_id"

    match_id = fields.Many2one(
        "ar.bank.match", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict")
    claim_id = fields.Many2one(
        "ar.claim", required=True, ondelete="restrict", index=True
    )
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary()
