from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules import behaviour

METRICS = (
    "days_late_average",
    "days_late_median",
    "trend_days",
    "notices_needed",
    "returned_count",
    "broken_count",
    "disputed_share",
)
# What is compared to see whether a row has to be written.
_COLUMNS = ("settled_count", "unpaid_count", *METRICS, "score", "risk_class")


class DebtorFigure(models.Model):
    """How a debtor paid in the last 24 months: one row per debtor and access group.

    Figures of restricted claims are in rows of their own, which only members of the
    group read. Written each night, set-based; rows that stay the same are not touched.
    """

    _name = "ar.debtor.figure"
    _description = "Payment behaviour"
    _order = "score desc, id"
    _rec_name = "debtor_id"

    debtor_id = fields.Many2one(
        "ar.debtor", required=True, ondelete="cascade", readonly=True
    )
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    settled_count = fields.Integer(
        string="Settled", readonly=True, help="Claims settled in the last 24 months."
    )
    unpaid_count = fields.Integer(
        string="Overdue",
        readonly=True,
        help="Open claims past their due date; they count as not yet paid today.",
    )
    days_late_average = fields.Float(
        string="Days late",
        digits=(12, 2),
        readonly=True,
        aggregator="avg",
        help="Weighted by amount; early counts as 0, what is open counts until today.",
    )
    days_late_median = fields.Float(
        string="Days late (middle)", digits=(12, 2), readonly=True, aggregator="avg"
    )
    trend_days = fields.Float(
        string="Trend in days",
        digits=(12, 2),
        readonly=True,
        aggregator="avg",
        help="Days late in the last 6 months less those in the 6 months before: above "
        "zero the debtor pays later than he did.",
    )
    notices_needed = fields.Float(
        string="Notices per claim", digits=(12, 2), readonly=True, aggregator="avg"
    )
    returned_count = fields.Integer(string="Returned payments", readonly=True)
    broken_count = fields.Integer(string="Broken promises", readonly=True)
    disputed_share = fields.Float(
        string="Disputed (%)",
        digits=(12, 2),
        readonly=True,
        aggregator="avg",
        help="Share of the amounts that was disputed.",
    )
    score = fields.Integer(
        string="Risk score",
        readonly=True,
        aggregator="avg",
        help="From 0, pays in time, to 100, does not pay.",
    )
    risk_class = fields.Selection(
        [
            ("low", "Low"),
            ("medium", "Medium"),
            ("high", "High"),
            ("very_high", "Very high"),
            ("unknown", "Unknown"),
        ],
        string="Risk",
        required=True,
        readonly=True,
    )

    _once = models.UniqueIndex(
        "(debtor_id, COALESCE(access_group_id, 0))",
        "The figures of this debtor are there already.",
    )
    _by_class = models.Index("(company_id, risk_class)")

    # -- the nightly computation --------------------------------------------------

    @api.model
    def _refresh(self, root, on):
        """Work out the figures of all debtors of a root company; return their number.

        Four statements, however many debtors there are.
        """
        self.env.flush_all()
        table = SQL.identifier("ar_debtor_figure_fresh")
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
        self.env.cr.execute(
            SQL(
                "CREATE TEMP TABLE %s ON COMMIT DROP AS %s",
                table,
                self._sql_scored(self._sql_items(root, on), root, on),
            )
        )
        self.env.execute_query(
            SQL(
                """
                DELETE FROM ar_debtor_figure figure
                 WHERE figure.company_id = %s AND NOT EXISTS (
                       SELECT FROM %s fresh
                        WHERE fresh.debtor_id = figure.debtor_id
                          AND COALESCE(fresh.access_group_id, 0)
                              = COALESCE(figure.access_group_id, 0))
                RETURNING id
                """,
                root.id,
                table,
            )
        )
        columns = SQL(", ").join(map(SQL.identifier, _COLUMNS))
        [[count]] = self.env.execute_query(
            SQL(
                """
                WITH written AS (
                    INSERT INTO ar_debtor_figure AS figure (
                           debtor_id, access_group_id, company_id, %(columns)s,
                           create_uid, create_date, write_uid, write_date)
                    SELECT debtor_id, access_group_id, %(root)s, %(columns)s, %(audit)s
                      FROM %(table)s
                        ON CONFLICT (debtor_id, (COALESCE(access_group_id, 0)))
                        DO UPDATE SET (%(columns)s, write_date)
                                    = ROW (%(excluded)s, excluded.write_date)
                     WHERE (%(known)s) IS DISTINCT FROM (%(excluded)s)
                )
                SELECT COUNT(*) FROM %(table)s
                """,
                table=table,
                root=root.id,
                columns=columns,
                audit=self.env["ar.claim"]._sql_audit(),
                excluded=SQL(", ").join(
                    SQL.identifier("excluded", name) for name in _COLUMNS
                ),
                known=SQL(", ").join(
                    SQL.identifier("figure", name) for name in _COLUMNS
                ),
            )
        )
        self.invalidate_model()
        return count

    @api.model
    def _sql_items(self, root, on):
        """Claims that say something: settled in the window, or open and overdue."""
        return SQL(
            """
            SELECT claim.id, claim.debtor_id, claim.access_group_id,
                   COALESCE(line.amount_residual, claim.amount_original_company)
                   AS amount, claim.date_due, claim.settled_on AS closed_on,
                   COALESCE(noticed.levels, 0) AS levels,
                   disputed.claim_id IS NOT NULL AS disputed
              FROM ar_claim claim
              LEFT JOIN account_move_line line
                     ON line.id = claim.line_id AND claim.state = 'open'
              LEFT JOIN (
                   SELECT claim_id, COUNT(*) AS levels FROM ar_dunning_notice_line
                    WHERE role = 'claimed' AND state = 'dispatched'
                    GROUP BY claim_id) noticed ON noticed.claim_id = claim.id
              LEFT JOIN (
                   SELECT DISTINCT hold.claim_id FROM ar_hold hold
                     JOIN ar_hold_reason reason ON reason.id = hold.reason_id
                    WHERE reason.code = 'dispute' AND hold.claim_id IS NOT NULL
                   ) disputed ON disputed.claim_id = claim.id
             WHERE claim.root_company_id = %(root)s
               AND claim.principal_claim_id IS NULL
               AND (claim.state = 'settled'
                    AND claim.settled_on BETWEEN %(start)s AND %(on)s
                    OR claim.state = 'open' AND claim.date_due < %(on)s)
            """,
            root=root.id,
            on=on,
            start=behaviour.months_before(on, behaviour.WINDOW_MONTHS),
        )

    @api.model
    def _sql_figures(self, items, on):
        """The figures of rules/behaviour.py over `items`, per debtor and group.

        :param items: query with debtor_id, access_group_id, amount, date_due,
            closed_on (null: open), levels, disputed.
        """
        recent = behaviour.months_before(on, behaviour.TREND_MONTHS)
        former = behaviour.months_before(on, 2 * behaviour.TREND_MONTHS)
        return SQL(
            """
            SELECT debtor_id, access_group_id,
                   COUNT(closed_on)::int AS settled_count,
                   (COUNT(*) - COUNT(closed_on))::int AS unpaid_count,
                   %(average)s AS days_late_average,
                   ROUND((percentile_cont(0.5) WITHIN GROUP (ORDER BY late))::numeric,
                         2) AS days_late_median,
                   %(lately)s - %(before)s AS trend_days,
                   ROUND(SUM(levels)::numeric / COUNT(*), 2) AS notices_needed,
                   ROUND(100 * COALESCE(SUM(amount) FILTER (WHERE disputed), 0)
                         / NULLIF(SUM(amount), 0), 2) AS disputed_share
              FROM (
                SELECT item.*, COALESCE(closed_on, %(on)s::date) AS ended,
                       GREATEST(0, COALESCE(closed_on, %(on)s::date) - date_due)
                       AS late
                  FROM (%(items)s) item
              ) timed
             GROUP BY debtor_id, access_group_id
            """,
            items=items,
            on=on,
            average=self._sql_average(SQL()),
            lately=self._sql_average(SQL("FILTER (WHERE ended >= %s)", recent)),
            before=self._sql_average(
                SQL("FILTER (WHERE ended >= %s AND ended < %s)", former, recent)
            ),
        )

    @api.model
    def _sql_average(self, chosen):
        """Days late, weighted by amount, of the claims that a FILTER clause chooses."""
        return SQL(
            """
            ROUND(SUM(amount * late) %(chosen)s / NULLIF(SUM(amount) %(chosen)s, 0), 2)
            """,
            chosen=chosen,
        )

    @api.model
    def _sql_scored(self, items, root, on):
        """The figures with returned payments, broken promises, score and class."""
        return SQL(
            """
            WITH scored AS MATERIALIZED (
                SELECT figure.*, %(score)s AS score
                  FROM (
                    SELECT paid.*, COALESCE(returned.count, 0)::int AS returned_count,
                           COALESCE(broken.count, 0)::int AS broken_count
                      FROM (%(figures)s) paid
                      LEFT JOIN (%(returned)s) returned
                        ON returned.debtor_id = paid.debtor_id
                       AND returned.access_group_id IS NOT DISTINCT FROM
                           paid.access_group_id
                      LEFT JOIN (%(broken)s) broken
                        ON broken.debtor_id = paid.debtor_id
                       AND broken.access_group_id IS NOT DISTINCT FROM
                           paid.access_group_id
                  ) figure
            )
            SELECT scored.*, CASE WHEN score IS NULL THEN 'unknown'
                                  %(classes)s END AS risk_class
              FROM scored
            """,
            figures=self._sql_figures(items, on),
            returned=self._sql_returned(root, on),
            broken=self._sql_broken(root, on),
            score=self._sql_score(root),
            classes=SQL(" ").join(
                SQL("WHEN score < %s THEN %s", limit, name)
                for name, limit in behaviour.CLASSES
            ),
        )

    @api.model
    def _sql_score(self, root):
        """The score of `figure`, as rules/behaviour.py has it; null: nothing known."""
        points, weights = [], []
        for part in self.env["ar.risk.component"]._of_company(root)._rules():
            metric = SQL.identifier("figure", part.metric)
            holds = SQL(" AND ").join(
                SQL("%s %s %s", metric, SQL(sign), end)
                for sign, end in ((">=", part.lower), ("<", part.upper))
                if end is not None
            )
            if part.lower is None and part.upper is None:
                holds = SQL("%s IS NOT NULL", metric)
            points.append(
                SQL("CASE WHEN %s THEN %s ELSE 0 END", holds, part.weight * part.points)
            )
            weights.append(SQL("CASE WHEN %s THEN %s ELSE 0 END", holds, part.weight))
        if not points:
            return SQL("NULL::int")
        return SQL(
            "ROUND((%s)::numeric / NULLIF(%s, 0))::int",
            SQL(" + ").join(points),
            SQL(" + ").join(weights),
        )

    @api.model
    def _sql_returned(self, root, on):
        """Returned payments per debtor and access group in the window."""
        return SQL(
            """
            SELECT debtor_id, access_group_id, COUNT(*) AS count
              FROM ar_work_item
             WHERE kind = 'returned_payment'
               AND create_date >= %s AND create_date < %s::date + 1
             GROUP BY debtor_id, access_group_id
            """,
            behaviour.months_before(on, behaviour.WINDOW_MONTHS),
            on,
        )

    @api.model
    def _sql_broken(self, root, on):
        """Promises per debtor and access group that were not or only partly kept."""
        return SQL(
            """
            SELECT contact.debtor_id, contact.access_group_id, COUNT(*) AS count
              FROM ar_contact contact
              JOIN ar_debtor debtor ON debtor.id = contact.debtor_id
               AND debtor.root_company_id = %(root)s
             WHERE contact.result IN ('broken', 'partly')
               -- A payment that nobody found is no promise that was not kept.
               AND contact.follow_up_kind IS DISTINCT FROM 'find_payment'
               AND contact.result_on BETWEEN %(start)s AND %(on)s
             GROUP BY contact.debtor_id, contact.access_group_id
            """,
            root=root.id,
            start=behaviour.months_before(on, behaviour.WINDOW_MONTHS),
            on=on,
        )

    # -- in words --------------------------------------------------------------------

    def _parts(self):
        """Return what makes the score: [{label, value, points, weight}]."""
        self.ensure_one()
        # Readers need no rights on other companies' components: these are their own.
        components = self.env["ar.risk.component"].sudo()._of_company(self.company_id)
        labels = dict(components._fields["metric"]._description_selection(self.env))
        known = self._metrics()
        _score, parts = behaviour.score(known, components._rules())
        return [
            {
                "label": labels[part.metric],
                "value": f"{value.normalize():f}",
                "points": part.points,
                "weight": part.weight,
            }
            for part, value in parts
        ]

    def _metrics(self):
        """Return the metrics as Decimals; None where there was nothing to go by."""
        self.ensure_one()
        [row] = self.env.execute_query(
            SQL(
                "SELECT %s FROM ar_debtor_figure WHERE id = %s",
                SQL(", ").join(map(SQL.identifier, METRICS)),
                self.id,
            )
        )
        return {
            name: None if value is None else Decimal(f"{value:.2f}")
            for name, value in zip(METRICS, row, strict=True)
        }

    def action_open_debtor(self):
        """Open the dossier behind a row of figures."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.debtor",
            "res_id": self.debtor_id.id,
            "view_mode": "form",
        }
