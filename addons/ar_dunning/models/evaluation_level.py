from odoo import api, models
from odoo.tools import SQL


class EvaluationLevel(models.AbstractModel):
    """Which level comes next for each claim, and from which day on."""

    _inherit = "ar.evaluation"

    @api.model
    def _sql_clock_date(self, start, days):
        """Return `start` + `days`, moved by the frozen days of claim `claim`.

        The same closed form as rules/levels.py clock_date: period k counts when it
        begins on or before the date reached with the periods before it.
        """
        return SQL(
            """
            %(start)s + %(days)s + CASE
                WHEN claim.frozen_periods IS NULL THEN 0
                ELSE COALESCE((
                    SELECT SUM(days)::int FROM (
                        SELECT first_day, days,
                               COALESCE(SUM(days) OVER (
                                   ORDER BY first_day ROWS BETWEEN
                                   UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::int
                               AS before
                          FROM (
                            SELECT GREATEST(lower(period), %(start)s + 1)
                                   AS first_day,
                                   upper(period)
                                   - GREATEST(lower(period), %(start)s + 1) AS days
                              FROM unnest(claim.frozen_periods) AS period
                             WHERE upper(period) > %(start)s + 1
                          ) clipped
                    ) counted
                    WHERE first_day <= %(start)s + %(days)s + before), 0)
                END
            """,
            start=start,
            days=days,
        )

    @api.model
    def _sql_working_date(self, start, days, calendar):
        """Return the day `days` working days after `start`, NULL where unknown.

        The same closed form with the running index of the calendar in the place of
        the date: rules/levels.py working_clock_date. A scalar subquery, so that levels
        in calendar days do not pay for it.
        """
        return SQL(
            """
            CASE WHEN %(days)s = 0 THEN %(start)s ELSE (
                SELECT target.date
                  FROM ar_calendar_day first_known
                  JOIN ar_calendar_day target
                    ON target.calendar_id = %(calendar)s AND target.is_working
                   AND target.working_index = first_known.working_index + %(days)s
                     + CASE
                       WHEN %(days)s < 0
                       THEN CASE WHEN first_known.is_working THEN 0 ELSE 1 END
                       WHEN claim.frozen_periods IS NULL THEN 0
                       ELSE COALESCE((
                           SELECT SUM(days)::int FROM (
                               SELECT index_before, days,
                                      COALESCE(SUM(days) OVER (
                                          ORDER BY index_before, first_day ROWS BETWEEN
                                          UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::int
                                      AS before
                                 FROM (
                                   SELECT lower(period) AS first_day,
                                          free.working_index AS index_before,
                                          last.working_index - free.working_index
                                          AS days
                                     FROM unnest(claim.frozen_periods) AS period
                                     JOIN ar_calendar_day free
                                       ON free.calendar_id = %(calendar)s
                                      AND free.date =
                                          GREATEST(lower(period) - 1, %(start)s)
                                     JOIN ar_calendar_day last
                                       ON last.calendar_id = %(calendar)s
                                      AND last.date = upper(period) - 1
                                    WHERE upper(period) > %(start)s + 1
                                 ) clipped
                           ) counted
                           WHERE index_before
                                 < first_known.working_index + %(days)s + before), 0)
                       END
                 WHERE first_known.calendar_id = %(calendar)s
                   AND first_known.date = %(start)s) END
            """,
            start=start,
            days=days,
            calendar=calendar,
        )

    @api.model
    def _sql_placed(self, level, day):
        """Return `day`, or the end of its month for a level that comes there."""
        return SQL(
            """CASE WHEN %(level)s.end_of_month
                    THEN (date_trunc('month', (%(day)s)::timestamp)
                          + interval '1 month - 1 day')::date
                    ELSE %(day)s END""",
            level=level,
            day=day,
        )

    @api.model
    def _sql_in_calendar(self, day):
        """Return `day`, or the nearest day that has a name in every program.

        A due date typed as 9999 leads beyond; nobody waits for it, but it can be read.
        """
        return SQL(
            """CASE WHEN %(day)s > DATE '9999-12-31' THEN DATE '9999-12-31'
                    WHEN %(day)s < DATE '0001-01-01' THEN DATE '0001-01-01'
                    ELSE %(day)s END""",
            day=day,
        )

    @api.model
    def _sql_level_date(self, level):
        """Return the later of clock date and end of the wait of a row of levels."""
        wait_date = self._sql_clock_date(
            SQL("claim.effective_on"), SQL("%s.minimum_wait_days", level)
        )
        return SQL(
            """CASE WHEN claim.level_sequence > 0 AND claim.effective_on IS NOT NULL
                    THEN GREATEST(%(start)s, %(placed)s) ELSE %(start)s END""",
            start=self._sql_level_start(level),
            placed=self._sql_placed(level, wait_date),
        )

    @api.model
    def _sql_level_start(self, level):
        """The day of a level by its offset, or earlier after a returned payment.

        A claim that was expedited has its next notice from that day on, never before
        it is overdue. Only the level that was next then; handover keeps its day.
        """
        return SQL(
            """
            CASE WHEN claim.expedited_on IS NOT NULL AND %(level)s.kind = 'notice'
                  AND (claim.dispatched_on IS NULL
                       OR claim.dispatched_on < claim.expedited_on)
                 THEN LEAST(%(level)s.clock_date,
                            GREATEST(claim.expedited_on, claim.date_due + 1))
                 ELSE %(level)s.clock_date END
            """,
            level=level,
        )

    @api.model
    def _sql_step(self, company, on):
        """Return the next level above the one reached, of `claim`.

        A level that may be left out is passed over once it is too late for it, or
        when the wait since the last notice takes it past its time: a level that
        cannot come any more does not keep the next one waiting.
        """
        clock_date = SQL(
            "CASE level.offset_unit WHEN 'working' THEN %s ELSE %s END",
            self._sql_working_date(
                SQL("claim.date_due"),
                SQL("level.offset_days"),
                SQL("%s", company._ar_legal_calendar().id or 0),
            ),
            self._sql_clock_date(SQL("claim.date_due"), SQL("level.offset_days")),
        )
        placed = self._sql_in_calendar(
            self._sql_placed(SQL("level"), SQL("counted.clock_date"))
        )
        if self.env.context.get("ar_early"):
            # A person reminds now: not before its wait, but before its offset.
            placed = SQL("LEAST(%s, %s::date)", placed, on)
        # OFFSET 0: the planner would otherwise repeat the expression in each place that
        # reads the date, which is slower to plan and to run.
        return SQL(
            """
            SELECT ladder.*, dated.level_date
              FROM (
                SELECT level.id, level.sequence, level.kind, level.mandatory,
                       level.level_key = claim.start_level_key AS starts,
                       level.expires_after_days, level.minimum_wait_days,
                       level.end_of_month, placed.clock_date
                  FROM ar_dunning_level level
                 CROSS JOIN LATERAL (
                       SELECT %(clock_date)s AS clock_date OFFSET 0) counted
                 CROSS JOIN LATERAL (
                       SELECT %(placed)s AS clock_date OFFSET 0) placed
                 WHERE level.version_id = claim.version_id
                   AND level.sequence > COALESCE(claim.level_sequence, 0)
                   AND (claim.start_level_key IS NULL OR level.sequence >= COALESCE((
                        SELECT start.sequence FROM ar_dunning_level start
                         WHERE start.version_id = claim.version_id
                           AND start.level_key = claim.start_level_key), 0))
                   AND (claim.level_key IS NULL OR NOT EXISTS (
                        SELECT FROM ar_dunning_notice_line reached
                         WHERE reached.claim_id = claim.id
                           AND reached.cycle = claim.cycle
                           AND reached.level_key = level.level_key
                           AND reached.role <> 'information'
                           AND reached.state = 'dispatched'))
              ) ladder
             CROSS JOIN LATERAL (SELECT %(level_date)s AS level_date OFFSET 0) dated
             WHERE ladder.mandatory OR ladder.starts OR ladder.clock_date IS NULL
                OR ladder.clock_date + ladder.expires_after_days
                   >= GREATEST(%(on)s, dated.level_date)
             ORDER BY ladder.sequence
             LIMIT 1
            """,
            clock_date=clock_date,
            placed=placed,
            level_date=self._sql_level_date(SQL("ladder")),
            on=on,
        )

    @api.model
    def _sql_repeats(self, on):
        """Whether the level reached comes once more before `step`, the next one."""
        return SQL(
            """COALESCE(last.id IS NOT NULL AND (
                   step.id IS NULL
                   OR (claim.effective_on IS NOT NULL AND step.level_date > %(on)s
                       AND again.level_date < step.level_date)), FALSE)""",
            on=on,
        )

    @api.model
    def _sql_steps(self, company, on):
        """The next level of each claim of the company itself, and its day.

        :return: query (claim_id, next_id, repeats, sequence, level_date); `sequence`
            is that of the level above the one reached, also when that one is repeated
            first
        """
        return SQL(
            """
            SELECT claim.id AS claim_id, choice.repeats,
                   CASE WHEN choice.repeats THEN last.id ELSE step.id END AS next_id,
                   step.sequence,
                   CASE WHEN choice.repeats THEN again.level_date
                        ELSE step.level_date END AS level_date
              FROM (
                SELECT company_claim.*, frozen.periods AS frozen_periods
                  FROM company_claim
                  LEFT JOIN frozen ON frozen.claim_id = company_claim.id
                 WHERE company_claim.company_id = %(company)s
                   AND company_claim.principal_claim_id IS NULL
              ) claim
              LEFT JOIN LATERAL (%(step)s) step ON TRUE
              -- Only a level with repetitions left: hardly any claim has one.
              LEFT JOIN ar_dunning_level last
                     ON last.id = claim.level_id
                    AND last.version_id = claim.version_id
                    AND last.repeat_maximum >= COALESCE(claim.level_occurrence, 1)
                    AND (claim.effective_on IS NOT NULL OR (%(waits)s))
             CROSS JOIN LATERAL (
                SELECT CASE WHEN last.id IS NOT NULL THEN %(again)s END AS level_date
              ) again
             CROSS JOIN LATERAL (SELECT %(repeats)s AS repeats) choice
            """,
            company=company.id,
            step=self._sql_step(company, on),
            again=self._sql_placed(
                SQL("last"),
                self._sql_clock_date(
                    SQL("claim.effective_on"), SQL("last.repeat_every_days")
                ),
            ),
            repeats=self._sql_repeats(on),
            waits=self._sql_waits_for_delivery(),
        )

    @api.model
    def _sql_facts(self):
        """Amounts, level and date of each claim with a row in `stepped`."""
        return SQL(
            """
            SELECT claim.id AS claim_id, claim.*, next.id AS next_level_id,
                   next.level_key AS next_level_key,
                   next.sequence AS next_level_sequence, next.kind AS level_kind,
                   next.minimum_amount, next.minimum_percentage,
                   next.phase AS next_phase,
                   stepped.level_date,
                   CASE WHEN stepped.repeats THEN NULL
                        -- Between neighbours there is nothing to skip.
                        WHEN stepped.sequence > COALESCE(claim.level_sequence, 0) + 1
                        THEN (SELECT string_agg(level_key, ',' ORDER BY sequence)
                                FROM ar_dunning_level missed
                               WHERE missed.version_id = claim.version_id
                                 AND missed.sequence >
                                     COALESCE(claim.level_sequence, 0)
                                 AND missed.sequence < stepped.sequence
                                 AND NOT missed.mandatory) END AS skipped,
                   CASE WHEN stepped.repeats
                        THEN COALESCE(claim.level_occurrence, 1) + 1
                        ELSE 1 END AS occurrence,
                   claim.level_sequence > 0 AND claim.effective_on IS NULL
                   AND (%(waits)s) AS awaiting,
                   procedure.combine,
                   next.mode AS level_mode, COALESCE(cover.covered, 0) AS covered,
                   %(reach_columns)s
              FROM company_claim claim
              JOIN stepped ON stepped.claim_id = claim.id
              LEFT JOIN cover ON cover.claim_id = claim.id
              LEFT JOIN ar_dunning_procedure procedure
                     ON procedure.id = claim.procedure_id
              LEFT JOIN ar_dunning_level next ON next.id = stepped.next_id
              %(reach_joins)s
            """,
            reach_columns=self._sql_reach_columns(SQL("next")),
            reach_joins=self._sql_reach_joins(SQL("next")),
            waits=self._sql_waits_for_delivery(),
        )

    @api.model
    def _sql_waits_for_delivery(self):
        """Whether the next level waits until the last notice of `claim` has arrived.

        A level that may be left out does not stand in the way of the next one once
        its delivery has failed.
        """
        return SQL(
            """
            EXISTS (SELECT FROM ar_dunning_level reached
                     WHERE reached.id = claim.level_id AND reached.mandatory)
            OR EXISTS (SELECT FROM ar_dunning_notice_line line
                         JOIN ar_delivery delivery
                           ON delivery.notice_id = line.notice_id
                        WHERE line.id = claim.level_line_id AND delivery.copy = 0
                          AND delivery.state IN ('ready', 'handing_over', 'printed'))
            """
        )
