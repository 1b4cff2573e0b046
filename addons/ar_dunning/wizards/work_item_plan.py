from odoo import fields, models


class WorkItemPlan(models.TransientModel):
    """Puts items of the work list away until a day, or gives them to somebody."""

    _name = "ar.work.item.plan"
    _description = "Put away or give to somebody"

    item_ids = fields.Many2many("ar.work.item", required=True)
    hidden_until = fields.Date(
        string="Put away until", help="Empty: the items stay on the list."
    )
    hidden_reason = fields.Char(string="Because")
    user_id = fields.Many2one(
        "res.users",
        string="Give to",
        domain="[('share', '=', False)]",
        help="Empty: who has them keeps them.",
    )
    team_id = fields.Many2one("ar.team", string="Give to the team")

    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "ar.work.item":
            values["item_ids"] = [
                fields.Command.set(self.env.context.get("active_ids", []))
            ]
        return values

    def action_apply(self):
        self.ensure_one()
        values = {}
        if self.hidden_until:
            values.update(
                hidden_until=self.hidden_until, hidden_reason=self.hidden_reason
            )
        if self.user_id:
            values["user_id"] = self.user_id.id
        if self.team_id:
            values["team_id"] = self.team_id.id
        if values:
            self.item_ids.write(values)
        return {"type": "ir.actions.act_window_close"}
