from odoo import fields, models


class CostWaive(models.TransientModel):
    """Asks why costs are given up."""

    _name = "ar.cost.waive"
    _description = "Waive costs"

    cost_ids = fields.Many2many("ar.claim.cost", string="Costs", readonly=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.cost_ids._waive(self.reason)
