from odoo import api, fields, models


class LegalClose(models.TransientModel):
    """End cases with an outcome."""

    _name = "ar.legal.close"
    _description = "Close legal cases"

    case_ids = fields.Many2many("ar.legal.case", string="Cases", required=True)
    outcome = fields.Selection(
        selection=lambda self: (
            self.env["ar.legal.case"]
            ._fields["outcome"]
            ._description_selection(self.env)
        ),
        required=True,
    )
    closed_on = fields.Date(
        string="Closed on",
        required=True,
        compute="_compute_closed_on",
        store=True,
        readonly=False,
        precompute=True,
    )
    note = fields.Text()

    @api.depends("case_ids")
    def _compute_closed_on(self):
        """Propose today where the cases' companies are; the earliest of several."""
        for wizard in self:
            days = [company._ar_today() for company in wizard.case_ids.company_id]
            wizard.closed_on = wizard.closed_on or min(
                days, default=fields.Date.context_today(wizard)
            )

    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "ar.legal.case":
            values["case_ids"] = [
                fields.Command.set(self.env.context.get("active_ids", []))
            ]
        return values

    def action_apply(self):
        self.ensure_one()
        self.case_ids._close(self.outcome, self.closed_on, self.note)
        return {"type": "ir.actions.act_window_close"}
