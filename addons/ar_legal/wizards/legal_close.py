from odoo import fields, models


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
        string="Closed on", required=True, default=fields.Date.context_today
    )
    note = fields.Text()

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
