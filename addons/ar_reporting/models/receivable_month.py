from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.days_sales_outstanding import LOOK_BACK_MONTHS

MONTHS = 24
# What a group of rows (several companies, several months) shows of each measure.
_SUM_PER_MONTH = "SUM(%(measure)s) / NULLIF(COUNT(DISTINCT %(date)s), 0)"
_AVERAGES = {
    "amount_open": _SUM_PER_MONTH,
    "amount_overdue": _SUM_PER_MONTH,
    "amount_credit": _SUM_PER_MONTH,
    "overdue_share": "ROUND(100 * SUM(%(amount_overdue)s)"
    " / NULLIF(SUM(%(amount_open)s), 0), 1)",
    "days_sales_outstanding": "ROUND(SUM(%(measure)s * %(amount_open)s) / NULLIF(SUM("
    "%(amount_open)s) FILTER (WHERE %(measure)s IS NOT NULL), 0), 1)",
}


class ReceivableMonth(models.Model):
    """How the receivables of a company stood at the end of each of 24 months.

    The last row is the running month, as it stands on the day itself. Rebuilt from the
    ledger like the ageing, in company currency, for what the reader may see. One pass
    over the items and matchings of these months, however many months are asked for.
    """

    _name = "ar.receivable.month"
    _description = "Receivables per month"
    _auto = False
    _rec_name = "date"
    _order = "date desc, company_id"

    company_id = fields.Many2one("res.company", string="Entity", readonly=True)
    company_currency_id = fields.Many2one(
        "res.currency", string="Company currency", readonly=True
    )
    date = fields.Date(
        string="Month end",
        readonly=True,
        help="Last day of the month; in the running month, today.",
    )
    amount_open = fields.Monetary(
        string="Open",
        currency_field="company_currency_id",
        readonly=True,
        aggregator="avg",
        help="Open invoices and other debit items at the end of that day.",
    )
    amount_overdue = fields.Monetary(
        string="Overdue",
        currency_field="company_currency_id",
        readonly=True,
        aggregator="avg",
        help="The part of it whose due date had passed.",
    )
    overdue_share = fields.Float(
        string="Overdue share (%)",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="Overdue as a percentage of open. In totals weighted by what was open.",
    )
    amount_credit = fields.Monetary(
        string="Unmatched credits",
        currency_field="company_currency_id",
        readonly=True,
        aggregator="avg",
        help="Payments and credit notes matched with nothing, negative.",
    )
    amount_invoiced = fields.Monetary(
        string="Invoiced",
        currency_field="company_currency_id",
        readonly=True,
        help="Invoices less credit notes of the month by accounting date, VAT "
        "included: receivable items of sales journals.",
    )
    days_sales_outstanding = fields.Float(
        string="DSO (days)",
        readonly=True,
        digits=(8, 1),
        aggregator="avg",
        help="Days sales outstanding, counted back: the balance (open less unmatched "
        "credits) is set against what was invoiced in this month, then in the month "
        "before, and so on; months that go in whole count all their days, the last one "
        "in proportion. Empty when 24 months of invoicing are less than the balance.",
    )
    _depends = {
        # Whatever the ageing reads, this reads too.
        "ar.ageing": [],
    }

    @property
    def _table_query(self):
        on = self.env["ar.ageing"]._as_of()
        return SQL(
            """
            WITH stood AS MATERIALIZED (%(stood)s),
            invoiced AS MATERIALIZED (%(invoiced)s),
            outstanding AS (%(outstanding)s)
            SELECT ROW_NUMBER() OVER (ORDER BY stood.date, stood.company_id) AS id,
                   stood.company_id, company.currency_id AS company_currency_id,
                   stood.date, stood.amount_open, stood.amount_overdue,
                   CASE WHEN stood.amount_open <> 0
                        THEN ROUND(100 * stood.amount_overdue / stood.amount_open, 1)
                        ELSE 0 END AS overdue_share,
                   stood.amount_credit,
                   COALESCE(invoiced.amount, 0) AS amount_invoiced,
                   ROUND(outstanding.days, 1) AS days_sales_outstanding
              FROM stood
              JOIN res_company company ON company.id = stood.company_id
              JOIN outstanding USING (company_id, date)
              LEFT JOIN invoiced ON invoiced.company_id = stood.company_id
                    AND invoiced.month = date_trunc('month', stood.date)
            """,
            stood=self._sql_stood(month_ends(on, MONTHS)),
            invoiced=self._sql_invoiced(on),
            outstanding=self._sql_days_sales_outstanding(),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Add up companies and average months; weigh shares and days by amounts."""
        measure, _sep, aggregator = aggregate_spec.partition(":")
        if aggregator != "avg" or measure not in _AVERAGES:
            return super()._read_group_select(aggregate_spec, query)
        columns = {
            name: self._field_to_sql(self._table, name, query)
            for name in ("date", "amount_open", "amount_overdue", measure)
        }
        return SQL(_AVERAGES[measure], **columns | {"measure": columns[measure]})

    @api.model
    def _flush_ledger(self):
        """Write what the queries of this report read, for who runs them directly."""
        for name, columns in self.env["ar.ageing"]._depends.items():
            self.env[name].flush_model(columns)

    # -- what stood open --------------------------------------------------------

    @api.model
    def _sql_stood(self, days):
        """Return open, overdue and credits per company at the end of given days.

        Each piece of an item is open from one day until another: what is still open
        today until ever, what was matched since until the day of the matching. So the
        figures of all days are running totals of one list of changes.

        :param days: dates in ascending order
        """
        return SQL(
            """
            WITH piece AS (%(pieces)s),
            change AS (
                SELECT piece.company_id, piece.is_credit, change.is_overdue,
                       width_bucket(change.day - 1, %(days)s::date[]) + 1 AS place,
                       SUM(change.amount) AS amount
                  FROM piece
                 CROSS JOIN LATERAL (VALUES
                       (FALSE, opened, amount),
                       (FALSE, closed, -amount),
                       (TRUE, GREATEST(opened, date_due + 1), amount),
                       (TRUE, CASE WHEN closed IS NOT NULL THEN
                              GREATEST(closed, date_due + 1) END, -amount)
                       ) AS change (is_overdue, day, amount)
                 WHERE change.day IS NOT NULL
                   AND NOT (piece.is_credit AND change.is_overdue)
                 GROUP BY 1, 2, 3, 4
            ), look AS (
                SELECT date, place
                  FROM unnest(%(days)s::date[]) WITH ORDINALITY AS day (date, place)
            )
            SELECT change.company_id, look.date,
                   COALESCE(SUM(change.amount) FILTER (
                       WHERE NOT is_credit AND NOT is_overdue), 0) AS amount_open,
                   COALESCE(SUM(change.amount) FILTER (
                       WHERE is_overdue), 0) AS amount_overdue,
                   COALESCE(SUM(change.amount) FILTER (
                       WHERE is_credit), 0) AS amount_credit
              FROM look
              JOIN change ON change.place <= look.place
             GROUP BY 1, 2
            """,
            pieces=self._sql_pieces(days[0], days[-1]),
            days=list(days),
        )

    @api.model
    def _sql_pieces(self, first, last):
        """Return the pieces of items that were open on some day of a period."""
        ageing = self.env["ar.ageing"]
        columns = SQL(
            """
            line.company_id, line.date AS opened,
            COALESCE(line.date_maturity, line.date) AS date_due,
            %(is_credit)s AS is_credit
            """,
            is_credit=ageing._sql_is_credit(SQL.identifier("line")),
        )
        seen = self._sql_seen()
        sides = [
            SQL(
                """
                SELECT %(columns)s, partial.max_date, %(amount)s
                  FROM account_partial_reconcile partial
                  JOIN account_move_line line ON line.id = %(side)s
                  JOIN account_account account ON account.id = line.account_id
                 WHERE partial.max_date > %(first)s AND line.date <= %(last)s
                   AND %(seen)s
                """,
                columns=columns,
                amount=amount,
                side=SQL.identifier("partial", side),
                first=first,
                last=last,
                seen=seen,
            )
            for side, amount in (
                ("debit_move_id", SQL("partial.amount")),
                ("credit_move_id", SQL("-partial.amount")),
            )
        ]
        return SQL(
            """
            SELECT %(columns)s, NULL::date AS closed, line.amount_residual AS amount
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
             WHERE line.reconciled IS NOT TRUE AND line.date <= %(last)s AND %(seen)s
            UNION ALL %(debits)s UNION ALL %(credits)s
            """,
            columns=columns,
            last=last,
            seen=seen,
            debits=sides[0],
            credits=sides[1],
        )

    @api.model
    def _sql_seen(self):
        """Return the condition on `line` and `account`: what the reader may see.

        Totals are computed per reader: entries of a restricted claim type count only
        for the members of its group.
        """
        condition = SQL(
            "account.account_type = 'asset_receivable'"
            " AND line.parent_state = 'posted' AND line.company_id IN %s",
            tuple(self.env.companies.ids) or (0,),
        )
        if self.env.su:
            return condition
        return SQL(
            "%s AND (line.ar_access_group_id IS NULL"
            " OR line.ar_access_group_id = ANY(%s))",
            condition,
            self.env.user.all_group_ids.ids,
        )

    # -- days sales outstanding -------------------------------------------------

    @api.model
    def _sql_invoiced(self, on):
        """Return what each company invoiced per month, up to a day."""
        first = month_start(on) - relativedelta(months=MONTHS + LOOK_BACK_MONTHS)
        return SQL(
            """
            SELECT line.company_id, date_trunc('month', line.date)::date AS month,
                   SUM(line.balance) AS amount
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              JOIN account_journal journal ON journal.id = line.journal_id
             WHERE journal.type = 'sale'
               AND line.date BETWEEN %(first)s AND %(on)s
               AND %(seen)s
             GROUP BY 1, 2
            """,
            first=first,
            on=on,
            seen=self._sql_seen(),
        )

    @api.model
    def _sql_days_sales_outstanding(self):
        """Return the days per row of `stood`, counted back over `invoiced`.

        The same as the rule `count_back`; a test compares them. `before` is what the
        younger months took away, `through` what this month takes away as well.
        """
        return SQL(
            """
            SELECT company_id, date,
                   CASE WHEN MAX(balance) <= 0 THEN 0
                        WHEN MAX(through) >= MAX(balance) THEN SUM(days * CASE
                             WHEN before >= balance THEN 0
                             WHEN through <= balance THEN 1
                             ELSE (balance - before) / amount END)
                         END AS days
              FROM (
                SELECT month.*, through - amount AS before
                  FROM (
                    SELECT stood.company_id, stood.date, back.days, taken.amount,
                           stood.amount_open + stood.amount_credit AS balance,
                           SUM(taken.amount) OVER (
                               PARTITION BY stood.company_id, stood.date
                               ORDER BY back.month DESC) AS through
                      FROM stood
                     CROSS JOIN generate_series(0, %(last)s) AS step
                     CROSS JOIN LATERAL (
                           SELECT (date_trunc('month', stood.date)
                                   - make_interval(months => step))::date AS month
                           ) AS start
                     CROSS JOIN LATERAL (
                           SELECT start.month,
                                  LEAST((start.month + interval '1 month')::date,
                                        stood.date + 1) - start.month AS days
                           ) AS back
                      LEFT JOIN invoiced ON invoiced.company_id = stood.company_id
                            AND invoiced.month = back.month
                     CROSS JOIN LATERAL (
                           SELECT GREATEST(COALESCE(invoiced.amount, 0), 0) AS amount
                           ) AS taken
                  ) month
              ) counted
             GROUP BY company_id, date
            """,
            last=LOOK_BACK_MONTHS - 1,
        )


def month_start(day):
    """Return the first day of the month of a day."""
    return day.replace(day=1)


def month_ends(on, count):
    """Return the last days of `count` months, ascending; for the running one, `on`."""
    first = month_start(on)
    ends = [
        first - relativedelta(months=back) - timedelta(days=1)
        for back in range(count - 1)
    ]
    return [*reversed(ends), on]
