from odoo import fields, models

from .channel import channels_or_none


class SimulationLine(models.Model):
    """What would leave on one day, at one level, by one channel."""

    _name = "ar.simulation.line"
    _description = "Simulated notices"
    _order = "simulation_id desc, scenario, date, id"
    _rec_name = "level_id"

    simulation_id = fields.Many2one(
        "ar.simulation", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict")
    currency_id = fields.Many2one(related="company_id.currency_id")
    scenario = fields.Selection(
        [("a", "Scenario A"), ("b", "Scenario B")], required=True
    )
    date = fields.Date(required=True)
    procedure_id = fields.Many2one("ar.dunning.procedure", ondelete="cascade")
    level_id = fields.Many2one("ar.dunning.level", ondelete="cascade")
    channel = fields.Selection(channels_or_none)
    notices = fields.Integer(
        help="Each counts once, by the first channel that it leaves by."
    )
    deliveries = fields.Integer(
        help="Over all channels, copies included: each has its cost."
    )
    claims = fields.Integer()
    calls = fields.Integer(help="Notices that a person brings, such as phone calls.")
    amount = fields.Monetary(help="Claimed, in company currency.")
    cost = fields.Monetary(help="Postage, print and the like, from the settings.")
