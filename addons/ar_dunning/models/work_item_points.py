import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import LockError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class WorkItemPoints(models.Model):
    """What an item is worth: the points of its kind and of every rule it meets."""

    _inherit = "ar.work.item"

    points_base = fields.Integer(
        readonly=True, help="Points of the kind of work, before the rules."
    )
    point_rules = fields.Json(
        readonly=True, help="The rules that gave points: [[rule, points], …]."
    )
    point_reasons = fields.Char(
        string="Why these points", compute="_compute_point_reasons"
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [{**vals, "points_base": vals.get("points", 0)} for vals in vals_list]
        )

    def write(self, vals):
        if "points" in vals:
            vals = {**vals, "points_base": vals["points"]}
        return super().write(vals)

    @api.depends("points_base", "point_rules", "kind")
    @api.depends_context("lang")
    def _compute_point_reasons(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        given = {rule for item in self for rule, _points in item.point_rules or ()}
        # A sentence of a rule is no secret to who sees the item that it speaks of.
        rules_sudo = self.env["ar.work.rule"].sudo().browse(given).exists()
        sentences = {rule.id: rule.name for rule in rules_sudo}
        for item in self:
            rows = [(kinds.get(item.kind, ""), item.points_base)]
            rows += [
                (sentences.get(rule, ""), points)
                for rule, points in item.point_rules or ()
            ]
            item.point_reasons = "; ".join(
                f"{points:+} {sentence}" for sentence, points in rows if points
            )

    @api.model
    def _take_places(self, vals_list):
        return super()._take_places(
            [{**vals, "points_base": vals.get("points", 0)} for vals in vals_list]
        )

    @api.model
    def _raise_items(self, vals_list):
        items = super()._raise_items(vals_list)
        items._score_these()
        return items

    def _score_these(self):
        if self:
            self._score(self.ids)

    @api.model
    def _score(self, ids=None, company=None):
        """Work out the points of open items anew: one statement for all of them.

        :param ids: only these items
        :param company: only the items of this company
        """
        self.env.flush_all()
        narrow = SQL()
        if ids is not None:
            narrow = SQL("AND item.id = ANY(%s)", list(ids))
        elif company is not None:
            narrow = SQL("AND item.company_id = %s", company.id)
        matches = [SQL("SELECT 0, 0, 0 WHERE FALSE"), *self._rule_matches()]
        self.env.execute_query(
            SQL(
                """
                WITH fact AS MATERIALIZED (%(facts)s),
                matched (item_id, rule_id, points) AS (%(matches)s),
                scored AS (
                    SELECT fact.id, fact.base,
                           fact.base + COALESCE(SUM(matched.points), 0) AS points,
                           jsonb_agg(jsonb_build_array(rule_id, matched.points)
                                     ORDER BY rule_id)
                           FILTER (WHERE rule_id IS NOT NULL) AS rules
                      FROM fact LEFT JOIN matched ON matched.item_id = fact.id
                     GROUP BY fact.id, fact.base
                )
                UPDATE ar_work_item item
                   SET points_base = scored.base, points = scored.points,
                       point_rules = scored.rules
                  FROM scored
                 WHERE scored.id = item.id
                   AND (item.points, item.points_base, item.point_rules)
                       IS DISTINCT FROM (scored.points, scored.base, scored.rules)
                RETURNING item.id
                """,
                facts=self._sql_point_facts(narrow),
                matches=SQL(" UNION ALL ").join(SQL("(%s)", one) for one in matches),
            )
        )
        self.invalidate_model(["points", "points_base", "point_rules"])

    @api.model
    def _rule_matches(self):
        """Return the queries of the rules; one that cannot be read gives no points."""
        queries = []
        # Every item is judged by the same rules, whoever raises it.
        for rule_sudo in (
            self.env["ar.work.rule"].sudo().search([("active", "=", True)])
        ):
            try:
                queries.append(rule_sudo._sql_matches())
            except (OperationalError, LockError):
                raise
            except Exception:
                _logger.exception("Work rule %s cannot be read", rule_sudo.id)
        return queries

    @api.model
    def _sql_point_facts(self, narrow):
        """Return what rules look at: one row per open item.

        `amount` in company currency; `days_overdue` of the oldest open claim, and
        `risk` from figures, that whoever sees the item may see too.
        """
        return SQL(
            """
            SELECT item.id, item.company_id, item.kind, debtor.debtor_class,
                   COALESCE(item.points_base, item.points, 0) AS base,
                   CASE WHEN COALESCE(item.currency_id, company.currency_id)
                             = company.currency_id
                        THEN item.amount
                        ELSE item.amount * %(company_rate)s / %(item_rate)s
                   END AS amount,
                   %(today)s - oldest.date_due AS days_overdue,
                   (SELECT MAX(figure.score) FROM ar_debtor_figure figure
                     WHERE figure.debtor_id = item.debtor_id
                       AND (figure.access_group_id IS NULL
                            OR figure.access_group_id = item.access_group_id)
                   ) AS risk
              FROM ar_work_item item
              JOIN res_company company ON company.id = item.company_id
              LEFT JOIN ar_debtor debtor ON debtor.id = item.debtor_id
              LEFT JOIN LATERAL (
                  SELECT MIN(claim.date_due) AS date_due FROM ar_claim claim
                   WHERE claim.state = 'open'
                     AND claim.company_id = item.company_id
                     AND CASE WHEN item.claim_id IS NULL
                              THEN claim.debtor_id = item.debtor_id
                              ELSE claim.id = item.claim_id END
                     AND (claim.access_group_id IS NULL
                          OR claim.access_group_id = item.access_group_id)
              ) oldest ON item.debtor_id IS NOT NULL
             WHERE item.state = 'open' %(narrow)s
            """,
            today=SQL("%s::date", fields.Date.context_today(self)),
            company_rate=self._sql_rate(SQL("company.currency_id")),
            item_rate=self._sql_rate(SQL("item.currency_id")),
            narrow=narrow,
        )

    @api.model
    def _sql_rate(self, currency):
        """Return the last known rate of a currency; without one it counts as 1."""
        return SQL(
            """COALESCE((SELECT rate.rate FROM res_currency_rate rate
                          WHERE rate.currency_id = %s
                            AND (rate.company_id IS NULL
                                 OR rate.company_id = company.id)
                            AND rate.name <= %s
                          ORDER BY rate.company_id, rate.name DESC LIMIT 1), 1)""",
            currency,
            fields.Date.context_today(self),
        )
