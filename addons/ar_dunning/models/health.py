import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# Days before their end at which calendars are worth a warning.
CALENDAR_DAYS = 60

# What a check is about; what addons add is daily work, unless they say so here.
THEMES = {
    "silent": "sending",
    "approved": "sending",
    "unsent": "sending",
    "failed": "sending",
    "stuck": "sending",
    "letters": "sending",
    "stranded": "sending",
    "mail": "sending",
    "sandbox": "sending",
    "stopped": "sending",
    "unassigned": "claims",
    "levels": "claims",
    "ledger": "claims",
    "bank": "sources",
    "calendar": "sources",
}

# Where something can be done about what a check found; otherwise in the settings.
PLACES = {
    "cycle": "ar_dunning.ar_cycle_action",
    "silent": "ar_dunning.ar_delivery_action",
    "approved": "ar_dunning.ar_dunning_notice_action",
    "unsent": "ar_dunning.ar_claim_action",
    "stopped": "ar_dunning.ar_kill_switch_action",
    "failed": "ar_dunning.ar_delivery_action",
    "stuck": "ar_dunning.ar_delivery_action",
    "unassigned": "ar_dunning.ar_claim_action",
    "levels": "ar_dunning.ar_claim_action",
    "runs": "ar_dunning.ar_dunning_run_action",
    "letters": "ar_dunning.ar_print_batch_action",
    "stranded": "ar_dunning.ar_delivery_action",
    "bank": "ar_dunning.ar_bank_match_action",
    "calendar": "ar_dunning.ar_calendar_action",
    "ledger": "ar_dunning.ar_ledger_identity_action",
}
# What an administrator of the database changes, not a manager of Receivables.
ADMINISTERED = ("ir.cron", "ir.mail_server", "res.company", "res.config.settings")


class Health(models.Model):
    """What is stuck, stale or missing in a company: read anew, nothing is stored.

    One row per company and check. Readers count what they may see.
    """

    _name = "ar.health"
    _description = "Health"
    _auto = False
    _order = "state desc, code, company_id"
    _rec_name = "code"

    company_id = fields.Many2one("res.company", readonly=True)
    code = fields.Selection(
        [
            ("cycle", "Daily cycle"),
            ("silent", "Deliveries that wait"),
            ("approved", "Approved notices leave"),
            ("unsent", "Something is sent"),
            ("failed", "Deliveries that failed"),
            ("stuck", "Deliveries under way"),
            ("unassigned", "Claims with a procedure"),
            ("levels", "Levels as the notices say"),
            ("ledger", "Claims as the ledger says"),
            ("runs", "Runs that wait"),
            ("letters", "Letters posted"),
            ("stranded", "Letters left behind"),
            ("bank", "Bank statements"),
            ("calendar", "Calendars"),
            ("mail", "Mail server"),
            ("sandbox", "Test phase"),
            ("stopped", "Emergency stop"),
        ],
        string="Check",
        readonly=True,
    )
    theme = fields.Selection(
        [
            ("work", "Daily work"),
            ("sending", "Sending"),
            ("claims", "Claims"),
            ("sources", "Bank and calendars"),
        ],
        readonly=True,
        group_expand=True,
    )
    state = fields.Selection(
        [("1_ok", "In order"), ("2_warning", "Look at it"), ("3_error", "Act now")],
        string="Result",
        readonly=True,
    )
    number = fields.Integer(readonly=True)
    since = fields.Date(readonly=True)
    sentence = fields.Char(compute="_compute_sentence", string="What it is about")
    can_open = fields.Boolean(compute="_compute_can_open", string="May be opened")

    @property
    def _table_query(self):
        return self._sql_rows(self._sql_visible())

    @api.model
    def _everybodys(self, company):
        """Return the checks of a company, with what anybody who works there may know.

        As records that are not stored: the reader's own rows count more.
        """
        self.env.flush_all()
        names = ("company_id", "code", "state", "number", "since")
        rows = self.env.execute_query(
            SQL(
                """SELECT company_id, code, state, number, since
                     FROM (%s) AS health WHERE company_id = %s""",
                self._sql_rows(SQL("access_group_id IS NULL")),
                company.id,
            )
        )
        return self.union(
            *(self.new(dict(zip(names, row, strict=True))) for row in rows)
        )

    def _sql_visible(self):
        """Condition of the rows that the reader may count."""
        if self.env.su:
            return SQL("TRUE")
        return SQL(
            "(access_group_id IS NULL OR access_group_id = ANY(%s))",
            self.env.user.all_group_ids.ids,
        )

    def _sql_rows(self, visible):
        """Query of the report.

        :param visible: condition of the rows that are counted
        """
        checks = self._checks(visible)
        parts = SQL(" UNION ALL ").join(SQL("(%s)", part) for part in checks)
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY company_id, code)::int AS id,
                   checked.*, COALESCE(%(themes)s::jsonb ->> code, 'work') AS theme
              FROM (%(checks)s) AS checked (company_id, code, state, number, since)
            """,
            themes=json.dumps(THEMES),
            checks=parts,
        )

    def _checks(self, visible):
        """Queries (company_id, code, state, number, since). For extension."""
        on = fields.Date.context_today(self)
        self.env["res.company"].flush_model()
        companies = SQL(
            """SELECT id, ar_enabled, ar_sandbox, ar_health_patience_days,
                      ar_health_bank_days FROM res_company"""
        )
        return [
            self._sql_cycle(companies, on),
            *self._sql_counts(companies, on, visible),
            self._sql_bank(companies, on),
            self._sql_calendar(companies, on),
            self._sql_ledger(companies),
            self._sql_stopped(companies),
            SQL(
                """
                SELECT id, 'sandbox',
                       CASE WHEN ar_enabled AND ar_sandbox THEN '2_warning'
                            ELSE '1_ok' END, ar_sandbox::int, NULL::date
                  FROM (%s) company
                """,
                companies,
            ),
            SQL(
                """
                SELECT id, 'mail', CASE WHEN ar_enabled AND NOT EXISTS (
                           SELECT FROM ir_mail_server WHERE active)
                       THEN '2_warning' ELSE '1_ok' END, 0, NULL::date
                  FROM (%s) company
                """,
                companies,
            ),
        ]

    def _sql_cycle(self, companies, on):
        """Whether the last cycle was done today or yesterday."""
        return SQL(
            """
            SELECT company.id, 'cycle',
                   CASE WHEN NOT company.ar_enabled THEN '1_ok'
                        WHEN last.date IS NULL OR last.date < %(on)s::date - 1
                        THEN '3_error' ELSE '1_ok' END, 0, last.date
              FROM (%(companies)s) company
              LEFT JOIN LATERAL (
                   SELECT MAX(date) AS date FROM ar_cycle cycle
                    WHERE cycle.company_id = company.id AND cycle.state = 'done'
              ) last ON TRUE
            """,
            companies=companies,
            on=on,
        )

    def _counted(self, on):
        """Checks that count rows which should not be there.

        :return: (code, state, table, condition on `checked` and `patience`, day)
        """
        late = SQL("%s::date - patience.ar_health_patience_days", on)
        hour = fields.Datetime.now() - timedelta(hours=1)
        week = on - timedelta(days=7)
        return (
            (
                "silent",
                "3_error",
                SQL("ar_delivery"),
                # A call waits on the work list for as long as people take.
                SQL(
                    """state = 'ready' AND channel <> 'person'
                       AND checked.create_date < %s""",
                    late,
                ),
                SQL("checked.create_date"),
            ),
            (
                "failed",
                "2_warning",
                SQL("ar_delivery"),
                SQL(
                    "state IN ('failed', 'bounced') AND checked.write_date >= %s", week
                ),
                SQL("checked.write_date"),
            ),
            (
                "stuck",
                "3_error",
                SQL("ar_delivery"),
                SQL("state = 'handing_over' AND checked.write_date < %s", hour),
                SQL("checked.write_date"),
            ),
            (
                "unassigned",
                "2_warning",
                SQL("ar_claim"),
                SQL(
                    """state = 'open' AND procedure_id IS NULL AND date_due < %s
                       AND principal_claim_id IS NULL""",
                    on,
                ),
                SQL("date_due"),
            ),
            (
                "levels",
                "3_error",
                SQL("ar_claim"),
                SQL(
                    """level_line_id IS NOT NULL AND NOT EXISTS (
                       SELECT FROM ar_dunning_notice_line line
                        WHERE line.id = level_line_id AND line.state = 'dispatched'
                          AND line.claim_id = checked.id
                          AND line.level_key = checked.level_key
                          AND line.effective_on
                              IS NOT DISTINCT FROM checked.effective_on)"""
                ),
                SQL("dispatched_on"),
            ),
            (
                "letters",
                "2_warning",
                SQL("ar_print_batch"),
                SQL("state = 'open' AND checked.create_date < %s", late),
                SQL("checked.create_date"),
            ),
            (
                # Their batch is off everybody's list: nobody would post them any more.
                "stranded",
                "3_error",
                SQL("ar_delivery"),
                SQL(
                    """state = 'printed' AND EXISTS (
                       SELECT FROM ar_print_batch batch
                        WHERE batch.id = checked.print_batch_id
                          AND batch.state = 'posted')"""
                ),
                SQL("checked.write_date"),
            ),
        )

    def _sql_counts(self, companies, on, visible):
        """Queries of the checks that count rows."""
        return [
            SQL(
                """
                SELECT company.id, %(code)s,
                       CASE WHEN found.number > 0 THEN %(state)s ELSE '1_ok' END,
                       COALESCE(found.number, 0)::int, found.since
                  FROM (%(companies)s) company
                  LEFT JOIN (
                       SELECT company_id, COUNT(*) AS number,
                              MIN(%(day)s)::date AS since
                         FROM %(table)s checked
                         JOIN res_company patience ON patience.id = checked.company_id
                        WHERE %(condition)s AND %(visible)s
                        GROUP BY company_id
                  ) found ON found.company_id = company.id
                """,
                code=code,
                state=state,
                companies=companies,
                table=table,
                condition=condition,
                visible=visible,
                day=day,
            )
            for code, state, table, condition, day in self._counted(on)
        ]

    def _sql_bank(self, companies, on):
        """Bank journals without a new transaction for a while, or without any ever."""
        return SQL(
            """
            SELECT company.id, 'bank',
                   CASE WHEN company.ar_enabled AND COUNT(stale.journal_id) > 0
                        THEN '2_warning' ELSE '1_ok' END,
                   COUNT(stale.journal_id)::int, MIN(stale.last)
              FROM (%(companies)s) company
              LEFT JOIN (
                   SELECT journal.company_id, journal.id AS journal_id, known.last
                     FROM account_journal journal
                    CROSS JOIN LATERAL (
                          SELECT GREATEST(
                              (SELECT MAX(move.date)
                                 FROM account_bank_statement_line line
                                 JOIN account_move move ON move.id = line.move_id
                                WHERE line.journal_id = journal.id),
                              (SELECT MAX(statement.date)
                                 FROM account_bank_statement statement
                                WHERE statement.journal_id = journal.id)) AS last
                    ) known
                    WHERE journal.type = 'bank' AND journal.active
              ) stale ON stale.company_id = company.id
               AND (stale.last IS NULL OR stale.last
                    < %(on)s::date - company.ar_health_bank_days)
             GROUP BY company.id, company.ar_enabled
            """,
            companies=companies,
            on=on,
        )

    def _sql_stopped(self, companies):
        """Emergency stops in force."""
        return SQL(
            """
            SELECT company.id, 'stopped',
                   CASE WHEN COUNT(stop.id) > 0 THEN '2_warning' ELSE '1_ok' END,
                   COUNT(stop.id)::int, MIN(stop.pulled_on)::date
              FROM (%s) company
              LEFT JOIN ar_kill_switch stop
                ON stop.company_id = company.id AND stop.lifted_on IS NULL
             GROUP BY company.id
            """,
            companies,
        )

    def _sql_calendar(self, companies, on):
        """Calendars in use whose days end soon, also that of the country."""
        # Each company has its row; which of them somebody reads, the rules say.
        following_sudo = (
            self.env["res.company"].sudo().search([("ar_enabled", "=", True)])
        )
        used = [
            (company.id, calendar.id)
            for company in following_sudo
            for calendar in company._ar_legal_calendar()
            | company.ar_sending_calendar_id
        ]
        return SQL(
            """
            SELECT company.id, 'calendar',
                   CASE WHEN MIN(ending.last) < %(limit)s THEN '2_warning'
                        ELSE '1_ok' END,
                   0, MIN(ending.last)
              FROM (%(companies)s) company
              LEFT JOIN (
                   SELECT used.company_id, MAX(day.date) AS last
                     FROM unnest(%(users)s::int[], %(calendars)s::int[])
                          AS used (company_id, calendar_id)
                     JOIN ar_calendar_day day ON day.calendar_id = used.calendar_id
                    GROUP BY used.company_id, used.calendar_id
              ) ending ON ending.company_id = company.id
             GROUP BY company.id
            """,
            companies=companies,
            users=[company_id for company_id, _calendar in used],
            calendars=[calendar_id for _company, calendar_id in used],
            limit=on + timedelta(days=CALENDAR_DAYS),
        )

    def _sql_ledger(self, companies):
        """Accounts where claims and ledger differ."""
        return SQL(
            """
            SELECT company.id, 'ledger',
                   CASE WHEN COUNT(wrong.id) > 0 THEN '3_error' ELSE '1_ok' END,
                   COUNT(wrong.id)::int, NULL::date
              FROM (%(companies)s) company
              LEFT JOIN (%(identity)s) wrong ON wrong.company_id = company.id
               AND (ROUND(wrong.difference, 4) <> 0
                    OR ROUND(wrong.difference_company, 4) <> 0)
             GROUP BY company.id
            """,
            companies=companies,
            identity=self.env["ar.ledger.identity"]._table_query,
        )

    # -- alert ---------------------------------------------------------------------

    def _cron_alert(self):
        """Tell the managers by mail what needs them, once a day at most."""
        companies = self.env["res.company"].search([("ar_enabled", "=", True)])
        for company in companies:
            company._ar_alert_managers(company._ar_today())
            self.env["ar.work.item"]._list_health(company)
