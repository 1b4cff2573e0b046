import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..rules.behaviour import WINDOW_MONTHS, months_before
from ..visible_fields import VisibleOne2many

_NUMBERS = ("=", "!=", "<", "<=", ">", ">=")


class DebtorRisk(models.Model):
    """The behaviour of a debtor as far as the reader may see it."""

    _inherit = "ar.debtor"

    figure_ids = VisibleOne2many("ar.debtor.figure", "debtor_id", readonly=True)
    figure_id = fields.Many2one(
        "ar.debtor.figure", string="Behaviour", compute="_compute_figure"
    )
    risk_score = fields.Integer(
        string="Risk score",
        compute="_compute_figure",
        search="_search_risk_score",
        help="From 0, pays in time, to 100, does not pay.",
    )
    risk_class = fields.Selection(
        selection="_select_risk_class",
        string="Risk",
        compute="_compute_figure",
        search="_search_risk_class",
    )
    days_late_average = fields.Float(
        string="Days late", digits=(12, 2), compute="_compute_figure"
    )
    trend_days = fields.Float(
        string="Trend in days", digits=(12, 2), compute="_compute_figure"
    )
    settled_count = fields.Integer(
        string="Claims settled in 24 months", compute="_compute_figure"
    )
    risk_explanation = fields.Html(compute="_compute_risk_explanation")
    behaviour_chart = fields.Text(compute="_compute_behaviour_chart")

    @api.model
    def _select_risk_class(self):
        figures = self.env["ar.debtor.figure"]
        return figures._fields["risk_class"]._description_selection(self.env)

    @api.depends("figure_ids")
    @api.depends_context("uid")
    def _compute_figure(self):
        """The row of what everybody sees; else the worst of the reader's groups."""
        found = {}
        for figure in self.env["ar.debtor.figure"].search(
            [("debtor_id", "in", self.ids)], order="score, id"
        ):
            known = found.get(figure.debtor_id)
            if not known or known.access_group_id:
                found[figure.debtor_id] = figure
        for debtor in self:
            figure = found.get(debtor)
            debtor.figure_id = figure
            debtor.risk_score = figure.score if figure else 0
            debtor.risk_class = figure.risk_class if figure else "unknown"
            debtor.days_late_average = figure.days_late_average if figure else 0.0
            debtor.trend_days = figure.trend_days if figure else 0.0
            debtor.settled_count = figure.settled_count if figure else 0

    def _search_risk_score(self, operator, value):
        if operator not in _NUMBERS and operator != "in":
            return NotImplemented
        return Domain("figure_ids", "any", [("score", operator, value)])

    def _search_risk_class(self, operator, value):
        if operator != "in":
            return NotImplemented
        known = Domain("figure_ids", "any", [("risk_class", "in", list(value))])
        if "unknown" in value or False in value:
            return known | Domain("figure_ids", "=", False)
        return known

    @api.depends_context("uid", "lang")
    def _compute_risk_explanation(self):
        for debtor in self:
            debtor.risk_explanation = self.env["ir.qweb"]._render(
                "ar_dunning.risk_explanation",
                {
                    "debtor": debtor,
                    "parts": debtor.figure_id._parts() if debtor.figure_id else [],
                },
            )

    @api.depends_context("uid", "lang")
    def _compute_behaviour_chart(self):
        """Days late of what was settled, month by month, for the small picture."""
        today = fields.Date.context_today(self)
        start = months_before(today.replace(day=1), WINDOW_MONTHS - 1)
        months = [
            months_before(today.replace(day=1), WINDOW_MONTHS - 1 - place)
            for place in range(WINDOW_MONTHS)
        ]
        found = self._late_by_month(start)
        for debtor in self:
            values = [
                {
                    "x": format_date(self.env, month, date_format="MMM yyyy"),
                    "y": found.get((debtor.id, month), 0),
                    "name": format_date(self.env, month, date_format="MMMM yyyy"),
                }
                for month in months
            ]
            debtor.behaviour_chart = json.dumps(
                [{"values": values, "area": True, "key": self.env._("Days late")}]
            )

    def _late_by_month(self, start):
        """Return {(debtor id, first of month): days late} of claims the reader sees."""
        query = self.env["ar.claim"]._search(
            [
                ("debtor_id", "in", self.ids),
                ("state", "=", "settled"),
                ("settled_on", ">=", start),
            ]
        )
        claim = SQL.identifier("ar_claim")
        return {
            (debtor_id, month): float(late)
            for debtor_id, month, late in self.env.execute_query(
                SQL(
                    """
                    SELECT %(claim)s.debtor_id,
                           date_trunc('month', %(claim)s.settled_on)::date,
                           ROUND(SUM(%(claim)s.amount_original_company
                                 * GREATEST(0, %(claim)s.settled_on
                                            - %(claim)s.date_due))
                                 / NULLIF(SUM(%(claim)s.amount_original_company), 0),
                                 1)
                      FROM %(tables)s WHERE %(where)s
                     GROUP BY 1, 2
                    """,
                    claim=claim,
                    tables=query.from_clause,
                    where=query.where_clause or SQL("TRUE"),
                )
            )
            if late is not None
        }

    def action_open_figures(self):
        """Open all rows of figures of these debtors that the reader may see."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_debtor_figure_action"
        )
        action["domain"] = [("debtor_id", "in", self.ids)]
        return action
