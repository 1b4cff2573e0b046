from odoo import api, fields, models


class NoticeChannel(models.TransientModel):
    """Choose by which channel proposed notices leave."""

    _name = "ar.notice.channel"
    _description = "Change channel"

    notice_ids = fields.Many2many("ar.dunning.notice", required=True)
    channel = fields.Selection(selection="_select_channel", required=True)
    several = fields.Boolean(compute="_compute_several")
    keep_others = fields.Boolean(
        string="Also by the other channels",
        default=True,
        help="Notices that leave by several channels at once keep the others beside "
        "the chosen one. Without the tick they leave by the chosen channel alone.",
    )

    def _select_channel(self):
        channels = self.env["ar.channel"]
        sendable = channels._sendable()
        return [(code, name) for code, name in channels._names() if code in sendable]

    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "ar.dunning.notice":
            values["notice_ids"] = [
                fields.Command.set(self.env.context.get("active_ids", []))
            ]
        return values

    @api.depends("notice_ids.channels")
    def _compute_several(self):
        for wizard in self:
            wizard.several = any(
                "," in (notice.channels or "") for notice in wizard.notice_ids
            )

    def action_apply(self):
        """Change what can change, and name whom the channel does not reach."""
        self.ensure_one()
        left = self.notice_ids._choose_channel(self.channel, self.keep_others)
        if not left:
            return {"type": "ir.actions.act_window_close"}
        names = left.partner_id[:10].mapped("name")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "title": self.env._("%s notices stay as they are", len(left)),
                "message": self.env._(
                    "This channel does not reach them, or they have left already: "
                    "%(names)s",
                    names=", ".join(names),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
