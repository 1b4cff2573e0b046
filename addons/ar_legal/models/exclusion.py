from odoo import fields, models


class DunningExclusion(models.Model):
    _inherit = "ar.dunning.exclusion"

    code = fields.Selection(
        selection_add=[("in_legal_case", "In a legal case")],
        ondelete={"in_legal_case": "cascade"},
    )
