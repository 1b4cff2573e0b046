from odoo import fields, models
from odoo.tools import SQL

# A working day counts as so many calendar days: more than any week with a holiday.
WORKING_DAY = 2
# Undecided proposals are looked back for at most so many days.
LOOK_BACK_DAYS = 90


class HealthSilence(models.Model):
    """Whether notices leave at all: the alert that nothing was sent."""

    _inherit = "ar.health"

    def _checks(self, visible):
        on = fields.Date.context_today(self)
        return [
            *super()._checks(visible),
            self._sql_approved(on, visible),
            self._sql_undecided(on, visible),
            self._sql_unsent(on, visible),
        ]

    def _sql_could_send(self, since, on):
        """Condition on `company`: a day it sends on lies between two days, exclusive.

        An emergency stop and the test phase are checks of their own.
        """
        return SQL(
            """
            company.ar_enabled AND company.ar_sandbox IS NOT TRUE
            AND NOT EXISTS (
                SELECT FROM ar_kill_switch stop
                 WHERE stop.company_id = company.id AND stop.lifted_on IS NULL
                   AND stop.channel IS NULL)
            AND (company.ar_sending_calendar_id IS NULL OR EXISTS (
                SELECT FROM ar_calendar_day day
                 WHERE day.calendar_id = company.ar_sending_calendar_id
                   AND day.is_working AND day.date > %(since)s AND day.date < %(on)s))
            """,
            since=since,
            on=on,
        )

    def _sql_approved(self, on, visible):
        """Approved notices that wait although the company could send."""
        return SQL(
            """
            SELECT company.id, 'approved',
                   CASE WHEN waiting.number > 0 THEN '3_error' ELSE '1_ok' END,
                   waiting.number::int, waiting.since
              FROM res_company company
             CROSS JOIN LATERAL (
                SELECT COUNT(*) AS number, MIN(since) AS since FROM (%s) found
             ) waiting
            """,
            self._sql_approved_rows(on, visible),
        )

    def _sql_approved_rows(self, on, visible):
        """Query (id, since) of the approved notices of `company` that wait."""
        since = SQL("COALESCE(notice.approved_on::date, run.date)")
        return SQL(
            """
            SELECT notice.id, %(since)s AS since
              FROM (SELECT * FROM ar_dunning_notice WHERE %(visible)s) notice
              JOIN ar_dunning_run run ON run.id = notice.run_id
             WHERE notice.company_id = company.id AND notice.state = 'approved'
               AND %(since)s < %(on)s::date - company.ar_health_patience_days
               AND %(could_send)s
               AND NOT EXISTS (
                   SELECT FROM ar_kill_switch stop
                    WHERE stop.company_id = company.id
                      AND stop.lifted_on IS NULL AND stop.channel = notice.channel)
            """,
            since=since,
            on=on,
            visible=visible,
            could_send=self._sql_could_send(since, on),
        )

    def _sql_undecided(self, on, visible):
        """Runs that wait for a decision: since the first day that proposed the same.

        Every day proposes anew what nobody decided; the day counts on which a debtor
        was first proposed the level that he still waits for.
        """
        return SQL(
            """
            SELECT company.id, 'runs',
                   CASE WHEN waiting.since IS NULL THEN '1_ok'
                        WHEN waiting.since
                             < %(on)s::date - company.ar_health_silent_days
                        THEN '3_error' ELSE '2_warning' END,
                   waiting.number::int, waiting.since
              FROM res_company company
             CROSS JOIN LATERAL (
                SELECT COUNT(DISTINCT id) AS number, MIN(since) AS since
                  FROM (%(rows)s) found
             ) waiting
            """,
            on=on,
            rows=self._sql_undecided_rows(on, visible),
        )

    def _sql_undecided_rows(self, on, visible):
        """Query (id of the run, since), per notice of `company` that waits."""
        return SQL(
            """
            SELECT notice.run_id AS id, COALESCE(earlier.first, run.date) AS since
              FROM (SELECT * FROM ar_dunning_notice WHERE %(visible)s) notice
              JOIN ar_dunning_run run ON run.id = notice.run_id
              LEFT JOIN LATERAL (
                    SELECT MIN(past.date) AS first
                      FROM ar_dunning_notice before
                      JOIN ar_dunning_run past ON past.id = before.run_id
                     WHERE before.debtor_id = notice.debtor_id
                       AND before.company_id = notice.company_id
                       AND before.level_id = notice.level_id
                       AND before.access_group_id
                           IS NOT DISTINCT FROM notice.access_group_id
                       AND before.state = 'cancelled'
                       AND before.cancel_code = 'superseded'
                       AND past.date >= %(on)s::date - %(look_back)s::int
                       AND NOT EXISTS (
                           SELECT FROM ar_dunning_notice between_them
                            WHERE between_them.debtor_id = notice.debtor_id
                              AND between_them.level_id = notice.level_id
                              AND between_them.id > before.id
                              AND between_them.state = 'dispatched')
              ) earlier ON TRUE
             WHERE notice.company_id = company.id AND notice.state = 'proposed'
               AND run.state = 'proposed'
               AND COALESCE(earlier.first, run.date)
                   < %(on)s::date - company.ar_health_patience_days
            """,
            on=on,
            visible=visible,
            look_back=LOOK_BACK_DAYS,
        )

    def _sql_unsent(self, on, visible):
        """Claims that have been due for a level for days, while nothing left at all.

        Nobody has to decide anything, and the daily cycle is done: whatever holds
        everything back, somebody has to know of it. The level is looked for by its
        days, minimum and expiry alone, so that whatever gate fails is seen.
        """
        return SQL(
            """
            SELECT company.id, 'unsent',
                   CASE WHEN COUNT(due.id) > 0 THEN '3_error' ELSE '1_ok' END,
                   COUNT(due.id)::int, left_last.on_day
              FROM %s
             GROUP BY company.id, left_last.on_day
            """,
            self._sql_unsent_rows(on, visible),
        )

    def _sql_unsent_rows(self, on, visible):
        """Tables: `company`, `left_last` and the claims `due`, which may be empty."""
        since = SQL("(%s::date - company.ar_health_silent_days)", on)
        return SQL(
            """
            res_company company
              LEFT JOIN LATERAL (
                   SELECT MAX(notice.dispatched_on)::date AS on_day
                     FROM ar_dunning_notice notice
                    WHERE notice.company_id = company.id
                      AND notice.dispatched_on IS NOT NULL
                      AND notice.kind = 'dunning'
              ) left_last ON %(could_send)s
              LEFT JOIN LATERAL (
                   SELECT claim.id
                     FROM (SELECT * FROM ar_claim WHERE %(visible)s) claim
                     JOIN account_move_line item ON item.id = claim.line_id
                    WHERE claim.company_id = company.id AND claim.state = 'open'
                      AND claim.version_id IS NOT NULL
                      AND claim.principal_claim_id IS NULL
                      AND (left_last.on_day IS NULL OR left_last.on_day < %(since)s)
                      AND NOT EXISTS (
                          SELECT FROM ar_dunning_notice waiting
                           WHERE waiting.company_id = company.id
                             AND waiting.state IN ('proposed', 'approved'))
                      AND EXISTS (
                          SELECT FROM ar_cycle cycle
                           WHERE cycle.company_id = company.id AND cycle.state = 'done'
                             AND cycle.date <= %(since)s)
                      AND %(level_due)s
                      AND NOT EXISTS (
                          SELECT FROM ar_hold hold
                           WHERE (hold.claim_id = claim.id
                                  OR hold.debtor_id = claim.debtor_id)
                             AND (hold.date_to IS NULL OR hold.date_to >= %(since)s))
                      -- Who has a credit open may owe nothing: others tell as well.
                      AND NOT EXISTS (
                          SELECT FROM account_move_line credit
                           WHERE credit.partner_id = item.partner_id
                             AND credit.account_id = item.account_id
                             AND credit.company_id = item.company_id
                             AND credit.parent_state = 'posted'
                             AND credit.amount_residual < 0
                             AND (credit.ar_access_group_id IS NULL
                                  OR credit.ar_access_group_id
                                     = claim.access_group_id))
                   -- One look at the claims of a company that is silent, no other.
                   OFFSET 0
              ) due ON %(could_send)s
            """,
            since=since,
            on=on,
            visible=visible,
            could_send=self._sql_could_send(since, on),
            level_due=self._sql_level_due(since, on),
        )

    def _sql_level_due(self, since, on):
        """Condition on `claim` and `item`: a level has been due since a day."""
        return SQL(
            """
            EXISTS (
                SELECT FROM ar_dunning_level level
                 CROSS JOIN LATERAL (
                       SELECT claim.date_due + level.offset_days
                              * CASE WHEN level.offset_unit = 'working' THEN %(working)s
                                     ELSE 1 END AS on_day) due
                 WHERE level.version_id = claim.version_id AND level.kind = 'notice'
                   AND level.sequence > COALESCE((
                       SELECT reached.sequence FROM ar_dunning_level reached
                        WHERE reached.version_id = claim.version_id
                          AND reached.level_key = claim.level_key), 0)
                   AND item.amount_residual_currency > 0
                   AND item.amount_residual_currency
                       >= COALESCE(level.minimum_amount, 0)
                   AND due.on_day <= %(since)s
                   AND (claim.effective_on IS NULL OR claim.effective_on
                        + COALESCE(level.minimum_wait_days, 0) <= %(since)s)
                   AND (level.mandatory
                        OR due.on_day + COALESCE(level.expires_after_days, 0)
                           >= %(on)s))
            """,
            working=WORKING_DAY,
            since=since,
            on=on,
        )

    def _describe(self):
        if self.state == "1_ok" or self.code not in ("approved", "unsent"):
            return super()._describe()
        day = self._day_words()
        if self.code == "approved":
            return self.env._(
                "Approved notices that do not leave: %(count)s, the oldest since "
                "%(day)s. Look at the daily cycle and the scheduled actions.",
                count=self.number,
                day=day,
            )
        if not day:
            return self.env._(
                "Nothing has ever been sent, although claims have been due for days: "
                "%s. Open one and read why.",
                self.number,
            )
        return self.env._(
            "Nothing has been sent since %(day)s, although claims are due: %(count)s. "
            "Open one and read why.",
            count=self.number,
            day=day,
        )
