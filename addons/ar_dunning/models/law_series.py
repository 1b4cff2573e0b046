from odoo import api, fields, models

from ..rules import rates
from ..rules.day_count import CONVENTIONS


class LawSeries(models.Model):
    """A rate of interest of the law as it changes over time."""

    _name = "ar.law.series"
    _inherit = ["ar.law.identity"]
    _description = "Interest series"
    _order = "code"
    _rec_names_search = ["code"]
    _rows = "rate_ids"
    _deciding = ("compounding", "day_count")

    code = fields.Char(required=True, readonly=True)
    name = fields.Char(compute="_compute_name")
    country_id = fields.Many2one(related="pack_id.country_id", store=True)
    compounding = fields.Selection(
        [("simple", "Simple"), ("yearly", "Compounded yearly")],
        required=True,
        readonly=True,
        help="Compounded yearly: on the anniversary of the default the interest of the "
        "year bears interest as well.",
    )
    day_count = fields.Selection(
        [(convention, convention) for convention in CONVENTIONS],
        required=True,
        readonly=True,
        help="How days become years. act/act: a day of a leap year is a 366th, so a "
        "whole year is never more than the rate.",
    )
    published = fields.Selection(
        [
            ("half_year", "Every half-year"),
            ("year", "Every year"),
            ("open", "When it changes"),
        ],
        required=True,
        readonly=True,
        help="How often the authority sets it. Where nothing is known of a half-year "
        "or year, no interest is claimed: the old rate is never used on.",
    )
    margin = fields.Float(
        string="Above the reference",
        digits=(8, 4),
        readonly=True,
        help="Percentage points that the law adds to the rate of the central bank.",
    )
    round_up_to = fields.Float(string="Rounded up to", digits=(8, 4), readonly=True)
    rate_ids = fields.One2many("ar.law.rate", "series_id", string="Rates")
    known_until = fields.Date(
        string="Known until",
        compute="_compute_known_until",
        help="The last day for which a rate is known; after it no interest is claimed.",
    )
    percentage = fields.Float(
        string="Today", digits=(8, 4), compute="_compute_percentage"
    )
    is_known = fields.Boolean(
        compute="_compute_percentage", help="Somebody knows the rate of today."
    )

    _code_unique = models.UniqueIndex(
        "(code) WHERE active", "Another series already has this code."
    )

    @api.depends("words", "code")
    @api.depends_context("lang")
    def _compute_name(self):
        for series in self:
            series.name = series._say("name") or series.code

    @api.depends("name")
    def _compute_display_name(self):
        for series in self:
            series.display_name = series.name

    @api.depends("rate_ids.valid_from", "rate_ids.valid_until")
    @api.depends_context("company")
    def _compute_known_until(self):
        for series in self:
            rows = series.rate_ids._in_force(self.env.company)
            series.known_until = rows[-1].span.last if rows else False

    @api.depends("rate_ids.percentage")
    @api.depends_context("company")
    def _compute_percentage(self):
        today = fields.Date.context_today(self)
        for series in self:
            row = series._row_on(self.env.company, today)
            series.percentage = row.percentage if row else 0.0
            series.is_known = bool(row)

    def _row_on(self, company, day):
        """Return the ar.law.rate of a company on a day; empty when none is known."""
        self.ensure_one()
        for dated in self.rate_ids._in_force(company):
            if dated.span.holds(day):
                return dated.row
        return self.env["ar.law.rate"]

    def _rates(self, company):
        """Return the series of a company as rates.RateSeries; keys are row ids."""
        self.ensure_one()
        return rates.RateSeries(
            rates.Rate(
                dated.span.first,
                dated.row._exact("percentage"),
                dated.span.last,
                str(dated.row.id),
            )
            for dated in self.rate_ids._in_force(company)
        )
