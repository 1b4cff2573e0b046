from odoo import fields, models


class BankMatch(models.Model):
    _inherit = "ar.bank.match"

    rule = fields.Selection(
        selection_add=[("link_reference", "Payment link"), ("document_number",)],
        ondelete={"link_reference": "set null"},
    )
