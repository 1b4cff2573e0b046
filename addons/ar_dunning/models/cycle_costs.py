from odoo import models


class CycleCosts(models.Model):
    """Costs and interest of the day, after the payments and before the evaluation."""

    _inherit = "ar.cycle"

    def _step_costs(self, company, on):
        costs = self.env["ar.claim.cost"]
        self._count(costs._bring_up_to(company, on, self._checkpoint))
        self._count(self.env["ar.claim"]._pay_costs_from_credits(company, on))
