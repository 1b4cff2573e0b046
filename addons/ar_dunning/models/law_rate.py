from decimal import Decimal

from odoo import api, fields, models


class LawRate(models.Model):
    """The percentage per year of a series on some days."""

    _name = "ar.law.rate"
    _inherit = ["ar.law.dated"]
    _description = "Interest rate"
    _order = "series_id, valid_from desc"
    _place = ("series_id",)

    series_id = fields.Many2one("ar.law.series", required=True, ondelete="restrict")
    country_id = fields.Many2one(related="series_id.country_id", store=True)
    percentage = fields.Float(
        digits=(8, 4), required=True, aggregator="avg", help="Percent per year."
    )
    reference = fields.Float(
        string="Reference rate",
        digits=(8, 4),
        aggregator="avg",
        readonly=True,
        help="Rate of the central bank from which the law derives it.",
    )

    _percentage_range = models.Constraint(
        "CHECK (percentage >= 0 AND percentage <= 1000)",
        "A rate of interest is between 0 and 1000 % a year.",
    )

    @api.depends("series_id", "valid_from")
    def _compute_display_name(self):
        for rate in self:
            rate.display_name = f"{rate.series_id.name}, {rate.valid_from or ''}"

    def _exact(self, name):
        """Return a percentage as it was written, without the noise of a float."""
        return Decimal(str(round(self[name], 4)))
