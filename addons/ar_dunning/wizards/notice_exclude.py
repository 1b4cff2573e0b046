from odoo import fields, models


class NoticeExclude(models.TransientModel):
    """Take notices out of a proposal, with a reason and until a day."""

    _name = "ar.notice.exclude"
    _description = "Exclude from run"

    notice_ids = fields.Many2many("ar.dunning.notice", required=True)
    reason_id = fields.Many2one("ar.hold.reason", required=True)
    date_to = fields.Date(
        string="Until",
        default=fields.Date.context_today,
        help="Last day on which these claims stay out of runs; empty: until somebody "
        "lifts the hold.",
    )
    note = fields.Text()

    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "ar.dunning.notice":
            values["notice_ids"] = [
                fields.Command.set(self.env.context.get("active_ids", []))
            ]
        return values

    def action_apply(self):
        self.ensure_one()
        self.notice_ids._exclude(self.reason_id, self.date_to, self.note)
        return {"type": "ir.actions.act_window_close"}
