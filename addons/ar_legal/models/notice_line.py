from odoo import fields, models


class DunningNoticeLine(models.Model):
    _inherit = "ar.dunning.notice.line"

    cancel_code = fields.Selection(
        selection_add=[("in_legal_case", "In a legal case")],
        ondelete={"in_legal_case": "set changed"},
    )
