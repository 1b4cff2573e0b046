from odoo import fields, models


class NoticeHistory(models.Model):
    """Notices that another program sent: kept and shown, never sent or counted."""

    _inherit = "ar.dunning.notice"

    history_import_id = fields.Many2one(
        "ar.history.import",
        string="Taken over with",
        ondelete="restrict",
        readonly=True,
        index="btree_not_null",
    )

    def _tell_taken_over(self):
        """Return what the other program said of this notice, in one line."""
        self.ensure_one()
        said = (self.snapshot or {}).get("taken_over", {})
        channels = dict(self._fields["channel"]._description_selection(self.env))
        parts = (
            self.env._("Taken over from another program"),
            said.get("level"),
            channels.get(self.channel),
            said.get("text"),
        )
        return " · ".join(part for part in parts if part)
