from odoo import models


class Cycle(models.Model):
    _inherit = "ar.cycle"

    def _step_review(self, company, on):
        result = super()._step_review(company, on)
        self._count(self.env["ar.legal.case"]._review_company(company, on))
        return result
