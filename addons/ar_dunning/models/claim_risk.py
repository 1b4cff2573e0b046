from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_COMPARISONS = {
    "<": SQL("<"),
    "<=": SQL("<="),
    ">": SQL(">"),
    ">=": SQL(">="),
}


class ClaimRisk(models.Model):
    """The risk of a claim's debtor, for segments and filters.

    From the figures over claims of the same access group, so that what everybody sees
    never depends on restricted claims.
    """

    _inherit = "ar.claim"

    risk_score = fields.Integer(
        string="Risk score",
        compute="_compute_risk",
        search="_search_risk_score",
        help="From 0, the debtor pays in time, to 100, he does not pay.",
    )
    risk_class = fields.Selection(
        selection="_select_risk_class",
        string="Risk",
        compute="_compute_risk",
        search="_search_risk_class",
    )

    @api.model
    def _select_risk_class(self):
        return self.env["ar.debtor"]._select_risk_class()

    @api.depends("debtor_id", "access_group_id")
    def _compute_risk(self):
        figures = {
            (figure.debtor_id.id, figure.access_group_id.id): figure
            for figure in self.env["ar.debtor.figure"].search(
                [("debtor_id", "in", self.debtor_id.ids)]
            )
        }
        for claim in self:
            figure = figures.get((claim.debtor_id.id, claim.access_group_id.id))
            claim.risk_score = figure.score if figure else 0
            claim.risk_class = figure.risk_class if figure else "unknown"

    def _search_risk_score(self, operator, value):
        if operator == "in":
            return self._domain_of_figures(
                SQL("COALESCE(figure.score, 0) = ANY(%s)", [int(one) for one in value])
            )
        if operator not in _COMPARISONS:
            return NotImplemented
        return self._domain_of_figures(
            SQL("COALESCE(figure.score, 0) %s %s", _COMPARISONS[operator], value)
        )

    def _search_risk_class(self, operator, value):
        if operator != "in":
            return NotImplemented
        names = [name or "unknown" for name in value]
        return self._domain_of_figures(
            SQL("COALESCE(figure.risk_class, 'unknown') = ANY(%s)", names)
        )

    @api.model
    def _domain_of_figures(self, condition):
        """Return the domain of claims whose figures (or none) meet a condition."""

        def to_sql(model, alias, query):
            model.env["ar.debtor.figure"].flush_model()
            return SQL(
                """EXISTS (
                    SELECT FROM (SELECT 1) one
                      LEFT JOIN ar_debtor_figure figure
                        ON figure.debtor_id = %(debtor)s
                       AND figure.access_group_id IS NOT DISTINCT FROM %(group)s
                     WHERE %(condition)s)""",
                debtor=SQL.identifier(alias, "debtor_id"),
                group=SQL.identifier(alias, "access_group_id"),
                condition=condition,
            )

        return Domain.custom(to_sql=to_sql)
