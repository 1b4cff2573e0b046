from odoo import fields, models

from .channel import channels


class DunningLevelChannel(models.Model):
    """A channel a level may use, in order of preference."""

    _name = "ar.dunning.level.channel"
    _inherit = ["ar.dunning.level.part"]
    _description = "Channel of a level"
    _order = "level_id, sequence, id"
    _rec_name = "channel"

    sequence = fields.Integer(default=10)
    channel = fields.Selection(channels, required=True)

    _channel_unique = models.Constraint(
        "UNIQUE (level_id, channel)", "A level names each channel once."
    )
