from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules.behaviour import Component


class RiskComponent(models.Model):
    """One visible part of the risk score: a range of a metric and its points."""

    _name = "ar.risk.component"
    _inherit = ["ar.config.tracked"]
    _description = "Risk component"
    _order = "company_id, metric, value_from nulls first, id"
    _rec_name = "metric"

    company_id = fields.Many2one(
        "res.company",
        help="Empty: for all companies. A company with own rows uses only those.",
    )
    metric = fields.Selection(
        [
            ("days_late_average", "Days late, weighted by amount"),
            ("days_late_median", "Days late, the middle one"),
            ("trend_days", "Days later than half a year before"),
            ("notices_needed", "Notices needed per claim"),
            ("returned_count", "Returned payments"),
            ("broken_count", "Broken promises"),
            ("disputed_share", "Share disputed (%)"),
        ],
        required=True,
    )
    no_lower = fields.Boolean(
        string="From the lowest", help="The range has no lower end."
    )
    value_from = fields.Float(
        string="From", digits=(12, 2), help="The value itself belongs to the range."
    )
    no_upper = fields.Boolean(
        string="To the highest", help="The range has no upper end."
    )
    value_to = fields.Float(
        string="To",
        digits=(12, 2),
        help="The value itself belongs to the next range.",
    )
    points = fields.Integer(
        required=True, help="From 0, a good payer, to 100, one who does not pay."
    )
    weight = fields.Integer(
        required=True,
        default=1,
        help="How much this metric counts beside the others; 0: it does not.",
    )

    _points_range = models.Constraint(
        "CHECK (points BETWEEN 0 AND 100)", "Points go from 0 to 100."
    )
    _weight_positive = models.Constraint(
        "CHECK (weight BETWEEN 0 AND 1000)", "A weight goes from 0 to 1000."
    )
    _range_order = models.Constraint(
        "CHECK (no_lower OR no_upper OR value_from < value_to)",
        "The range ends before it begins.",
    )

    @api.constrains(
        "company_id", "metric", "no_lower", "value_from", "no_upper", "value_to"
    )
    def _check_overlap(self):
        """One value has one number of points."""
        for component in self:
            others = self.search(
                [
                    ("id", "!=", component.id),
                    ("metric", "=", component.metric),
                    ("company_id", "=", component.company_id.id),
                ]
            )
            if any(component._overlaps(other) for other in others):
                raise ValidationError(
                    self.env._(
                        "Two ranges of “%s” overlap: a value may have one number of "
                        "points only.",
                        dict(self._fields["metric"]._description_selection(self.env))[
                            component.metric
                        ],
                    )
                )

    def _overlaps(self, other):
        begins = self.no_upper or other.no_lower or other.value_from < self.value_to
        ends = other.no_upper or self.no_lower or self.value_from < other.value_to
        return begins and ends

    @api.model
    def _of_company(self, company):
        """Return the components that hold for a (root) company."""
        own = self.search([("company_id", "=", company.id)])
        return own or self.search([("company_id", "=", False)])

    def _rules(self):
        """Return the components as the pure rules want them, in their order."""
        return [
            Component(
                metric=component.metric,
                lower=None
                if component.no_lower
                else Decimal(f"{component.value_from:.2f}"),
                upper=None
                if component.no_upper
                else Decimal(f"{component.value_to:.2f}"),
                points=component.points,
                weight=component.weight,
            )
            for component in self
        ]
