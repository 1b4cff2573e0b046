from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

# Days before their end at which calendars are worth a warning.
CALENDAR_DAYS = 60


class HealthSources(models.Model):
    """Checks of what follow-up stands on: cycle, bank, calendars, ledger, mail."""

    _inherit = "ar.health"

    def _checks(self, visible):
        on = fields.Date.context_today(self)
        return [
            *super()._checks(visible),
            self._sql_cycle(on),
            self._sql_bank(on),
            self._sql_calendar(on),
            self._sql_ledger(),
            self._sql_stopped(),
            self._sql_sandbox(),
            self._sql_mail(),
        ]

    def _sql_cycle(self, on):
        """Whether the last cycle was done today or yesterday."""
        return SQL(
            """
            SELECT company.id, 'cycle',
                   CASE WHEN NOT company.ar_enabled THEN '1_ok'
                        WHEN last.date IS NULL OR last.date < %(on)s::date - 1
                        THEN '3_error' ELSE '1_ok' END, 0, last.date
              FROM res_company company
              LEFT JOIN LATERAL (
                   SELECT MAX(date) AS date FROM ar_cycle cycle
                    WHERE cycle.company_id = company.id AND cycle.state = 'done'
              ) last ON TRUE
            """,
            on=on,
        )

    def _sql_bank(self, on):
        """Bank journals without a new transaction for a while, or without any ever."""
        return SQL(
            """
            SELECT company.id, 'bank',
                   CASE WHEN company.ar_enabled AND COUNT(stale.journal_id) > 0
                        THEN '2_warning' ELSE '1_ok' END,
                   COUNT(stale.journal_id)::int, MIN(stale.last)
              FROM res_company company
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
            on=on,
        )

    def _sql_stopped(self):
        """Emergency stops in force."""
        return SQL(
            """
            SELECT company.id, 'stopped',
                   CASE WHEN COUNT(stop.id) > 0 THEN '2_warning' ELSE '1_ok' END,
                   COUNT(stop.id)::int, MIN(stop.pulled_on)::date
              FROM res_company company
              LEFT JOIN ar_kill_switch stop
                ON stop.company_id = company.id AND stop.lifted_on IS NULL
             GROUP BY company.id
            """
        )

    def _sql_calendar(self, on):
        """Calendars in use whose days end soon, also that of the country."""
        # Each company has its row; which of them somebody reads, the rules say.
        companies_sudo = self.env["res.company"].sudo()
        used = [
            (company.id, calendar.id)
            for company in companies_sudo.search([("ar_enabled", "=", True)])
            for calendar in company._ar_legal_calendar()
            | company.ar_sending_calendar_id
        ]
        return SQL(
            """
            SELECT company.id, 'calendar',
                   CASE WHEN MIN(ending.last) < %(limit)s THEN '2_warning'
                        ELSE '1_ok' END,
                   0, MIN(ending.last)
              FROM res_company company
              LEFT JOIN (
                   SELECT used.company_id, MAX(day.date) AS last
                     FROM unnest(%(users)s::int[], %(calendars)s::int[])
                          AS used (company_id, calendar_id)
                     JOIN ar_calendar_day day ON day.calendar_id = used.calendar_id
                    GROUP BY used.company_id, used.calendar_id
              ) ending ON ending.company_id = company.id
             GROUP BY company.id
            """,
            users=[company_id for company_id, _calendar in used],
            calendars=[calendar_id for _company, calendar_id in used],
            limit=on + timedelta(days=CALENDAR_DAYS),
        )

    def _sql_ledger(self):
        """Accounts where claims and ledger differ."""
        return SQL(
            """
            SELECT company.id, 'ledger',
                   CASE WHEN COUNT(wrong.id) > 0 THEN '3_error' ELSE '1_ok' END,
                   COUNT(wrong.id)::int, NULL::date
              FROM res_company company
              LEFT JOIN (%(identity)s) wrong ON wrong.company_id = company.id
               AND (ROUND(wrong.difference, 4) <> 0
                    OR ROUND(wrong.difference_company, 4) <> 0)
             GROUP BY company.id
            """,
            identity=self.env["ar.ledger.identity"]._table_query,
        )

    def _sql_sandbox(self):
        """Whether the company is in its test phase."""
        return SQL(
            """
            SELECT id, 'sandbox',
                   CASE WHEN ar_enabled AND ar_sandbox THEN '2_warning'
                        ELSE '1_ok' END, ar_sandbox::int, NULL::date
              FROM res_company
            """
        )

    def _sql_mail(self):
        """Whether there is a server by which mail can leave."""
        return SQL(
            """
            SELECT id, 'mail', CASE WHEN ar_enabled AND NOT EXISTS (
                       SELECT FROM ir_mail_server WHERE active)
                   THEN '2_warning' ELSE '1_ok' END, 0, NULL::date
              FROM res_company
            """
        )
