from odoo import fields, models
from odoo.exceptions import UserError


class NoticeExclude(models.TransientModel):
    """Take notices out of a proposal: with a reason, or postponed to a day."""

    _name = "ar.notice.exclude"
    _description = "Exclude from run"

    notice_ids = fields.Many2many("ar.dunning.notice", required=True)
    postpone = fields.Boolean()
    reason_id = fields.Many2one("ar.hold.reason")
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
        reason = self._postponing_reason() if self.postpone else self.reason_id
        if not reason:
            raise UserError(self.env._("Choose why these notices are left out."))
        if self.postpone and not self.date_to:
            raise UserError(self.env._("Choose until when they are postponed."))
        self.notice_ids._exclude(reason, self.date_to, self.note)
        return {"type": "ir.actions.act_window_close"}

    def _postponing_reason(self):
        reason = self.env.ref(
            "ar_dunning.hold_reason_postponed", raise_if_not_found=False
        )
        if not reason:
            raise UserError(
                self.env._(
                    "The hold reason “Postponed” has been deleted: exclude the notices "
                    "for another reason."
                )
            )
        return reason
