from odoo import models


class CycleWork(models.Model):
    """People's work: debtors get their people, agreements are watched, points given."""

    _inherit = "ar.cycle"

    def _step_assign(self, company, on):
        result = super()._step_assign(company, on)
        self._count(self.env["ar.team"]._assign_debtors(company))
        return result

    def _step_evaluate(self, company, on):
        result = super()._step_evaluate(company, on)
        self.env["ar.work.item"]._score(company=company)
        return result

    def _step_review(self, company, on):
        result = super()._step_review(company, on)
        self._count(self.env["ar.contact"]._review_company(company, on))
        return result
