from odoo import fields, models


class NoticeChannel(models.TransientModel):
    """Choose by which channel proposed notices leave."""

    _name = "ar.notice.channel"
    _description = "Change channel"

    notice_ids = fields.Many2many("ar.dunning.notice", required=True)
    channel = fields.Selection(selection="_select_channel", required=True)

    def _select_channel(self):
        notices = self.env["ar.dunning.notice"]
        labels = dict(notices._fields["channel"]._description_selection(self.env))
        return [(code, labels[code]) for code in notices._sendable_channels()]

    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "ar.dunning.notice":
            values["notice_ids"] = [
                fields.Command.set(self.env.context.get("active_ids", []))
            ]
        return values

    def action_apply(self):
        """Change what can change, and name whom the channel does not reach."""
        self.ensure_one()
        left = self.notice_ids._choose_channel(self.channel)
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
