from odoo import api, fields, models


class Debtor(models.Model):
    _inherit = "ar.debtor"

    legal_case_count = fields.Integer(
        compute="_compute_legal_case_count", string="Legal cases"
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_legal_case_count(self):
        counts = dict(
            self.env["ar.legal.case"]._read_group(
                [("debtor_id", "in", self.ids)], ["debtor_id"], ["__count"]
            )
        )
        for debtor in self:
            debtor.legal_case_count = counts.get(debtor, 0)

    def action_open_legal_cases(self):
        return self._action_open("ar_legal.ar_legal_case_action")
