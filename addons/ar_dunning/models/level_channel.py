from odoo import api, fields, models

from .channel import CHANNELS


class DunningLevelChannel(models.Model):
    """A channel a level may use, in order of preference."""

    _name = "ar.dunning.level.channel"
    _inherit = ["ar.config.tracked"]
    _description = "Channel of a level"
    _order = "level_id, sequence, id"
    _rec_name = "channel"

    level_id = fields.Many2one("ar.dunning.level", required=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    channel = fields.Selection(CHANNELS, required=True)

    _channel_unique = models.Constraint(
        "UNIQUE (level_id, channel)", "A level names each channel once."
    )

    @api.depends("channel")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        for channel in self:
            channel.display_name = labels.get(channel.channel, "")

    def _config_name(self):
        return f"{self.level_id._config_name()}, {self.display_name}"

    def _config_company(self):
        return self.level_id.version_id.company_id

    @api.model_create_multi
    def create(self, vals_list):
        channels = super().create(vals_list)
        channels.level_id.version_id._check_draft()
        return channels

    def write(self, vals):
        self.level_id.version_id._check_draft()
        result = super().write(vals)
        if "level_id" in vals:
            self.level_id.version_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self.level_id.version_id._check_draft()
