from odoo import fields, models

from .channel import channels


class Capacity(models.Model):
    """How many notices a company can send a day by a channel."""

    _name = "ar.capacity"
    _inherit = ["ar.config.tracked"]
    _description = "Daily capacity"
    _order = "company_id, channel"
    _rec_name = "channel"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    channel = fields.Selection(channels, required=True)
    per_day = fields.Integer(
        string="Notices a day",
        required=True,
        help="Whole notices; who waits longest goes first, the rest comes on the next "
        "day on which the company sends.",
    )
    active = fields.Boolean(default=True)

    _once = models.Constraint(
        "UNIQUE (company_id, channel)", "This channel has its capacity already."
    )
    _positive = models.Constraint(
        "CHECK (per_day >= 0)", "A capacity cannot be negative."
    )
