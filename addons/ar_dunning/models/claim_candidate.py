from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.big_integer import BigInteger
from .evaluation import CLAIM_COLUMNS

PARTNER_TABLE = "ar_run_partner"
# Nothing comes any more, unless something changes.
NEVER = date(9999, 12, 31)


class ClaimCandidate(models.Model):
    """From which day on a claim can appear in a run, as it was worked out last.

    Only of claims for which nothing can come before that day; one row has the id of
    its claim. The day may be too early, never too late.

    Nobody has to be told when something changes. Each row keeps a hash of everything
    that the day was worked out from, and it only counts while that is still the same:
    whoever writes to a claim, a hold, a level or a calendar, in whatever way, makes the
    next run look at the claim again.
    """

    _name = "ar.claim.candidate"
    _description = "Day from which a claim can appear in a run"
    _log_access = False

    candidate_on = fields.Date(string="Candidate on", required=True)
    # The day for which it was evaluated.
    seen_on = fields.Date(string="Seen on", required=True)
    # A hash of what the day was worked out from. With 32 bits, one change in four
    # billion would go unseen, and a claim wait for ever.
    facts = BigInteger(required=True)

    # -- before a run -----------------------------------------------------------------

    @api.model
    def _list_partners(self, company, on):
        """List, in a temporary table, for which partners anything can come.

        One row per partner and access group with open claims: how many there are
        (`claims`), for how many the day has not come (`waiting`), and whether any of
        the partner can appear on the day (`due`).

        :return: number of partners with something due, and the query of them; without
            a query when they are so many that all are evaluated at once
        """
        self.env.flush_all()
        table = SQL.identifier(PARTNER_TABLE)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMP TABLE %(table)s ON COMMIT DROP AS
                SELECT partner_id, access_group_id, COUNT(*) AS claims,
                       COUNT(*) FILTER (WHERE candidate_on < %(never)s) AS waiting,
                       bool_or(bool_or(%(due)s)) OVER (PARTITION BY partner_id) AS due
                  FROM (%(facts)s) claim
                  LEFT JOIN ar_claim_candidate candidate ON candidate.id = claim.id
                 GROUP BY partner_id, access_group_id
                """,
                table=table,
                never=NEVER,
                due=SQL(
                    """candidate.id IS NULL OR candidate_on <= %(on)s
                       OR seen_on > %(on)s
                       OR candidate.facts <> claim.facts""",
                    on=on,
                ),
                facts=self._sql_facts(company),
            )
        )
        self.env.cr.execute(SQL("ANALYZE %s (partner_id, due)", table))
        [[due, everybody]] = self.env.execute_query(
            SQL("SELECT COUNT(*) FILTER (WHERE due), COUNT(*) FROM %s", table)
        )
        if 2 * due > everybody:
            return due, None
        return due, SQL("SELECT partner_id FROM %s WHERE due", table)

    @api.model
    def _count_others(self):
        """Return {access group id or None: (claims, waiting)} of all left aside."""
        return {
            group: (claims, waiting)
            for group, claims, waiting in self.env.execute_query(
                SQL(
                    """
                    SELECT access_group_id,
                           COALESCE(SUM(claims) FILTER (WHERE NOT due), 0)::int,
                           COALESCE(SUM(waiting) FILTER (WHERE NOT due), 0)::int
                      FROM %s GROUP BY access_group_id
                    """,
                    SQL.identifier(PARTNER_TABLE),
                )
            )
        }

    # -- after an evaluation -----------------------------------------------------------

    @api.model
    def _note(self, company, on, table):
        """Note from when on the claims evaluated in a table can appear, if not today.

        A claim appears once its level date has come, or without a procedure once it is
        overdue. The date of a level only ever moves on as days pass. But while a clock
        stands still for nobody knows how long, a level that may be left out can fall
        away before its day, and the next one come at once: such claims stay.
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO ar_claim_candidate AS candidate (
                       id, candidate_on, seen_on, facts)
                SELECT evaluated.claim_id, evaluated.candidate_on, %(on)s, claim.facts
                  FROM (
                    SELECT claim_id, CASE
                           WHEN procedure_id IS NULL THEN date_due + 1
                           ELSE COALESCE(level_date, %(never)s) END AS candidate_on
                      FROM %(table)s
                  ) evaluated
                  JOIN (%(facts)s) claim ON claim.id = evaluated.claim_id
                 WHERE evaluated.candidate_on > %(on)s
                   AND NOT (claim.stands_still AND claim.may_skip)
                    ON CONFLICT (id) DO UPDATE
                   SET candidate_on = excluded.candidate_on,
                       seen_on = excluded.seen_on, facts = excluded.facts
                 WHERE (candidate.candidate_on, candidate.facts)
                       <> (excluded.candidate_on, excluded.facts)
                    OR candidate.seen_on > excluded.seen_on
                """,
                table=SQL.identifier(table),
                on=SQL("%s::date", on),
                never=NEVER,
                facts=self._sql_facts(company),
            )
        )

    # -- what it depends on -----------------------------------------------------------

    @api.model
    def _sql_facts(self, company):
        """Query of the company's open claims with a hash of what decides their dates.

        What only blocks a level that is due is not part of it: who is due is evaluated
        each day anyway.

        :return: query (id, partner_id, access_group_id, facts, stands_still (the clock,
            and nobody knows for how long), may_skip (a level may be left out))
        """
        return SQL(
            """
            SELECT claim.id, claim.partner_id, claim.access_group_id,
                   hash_record_extended(ROW(%(columns)s, ladder.facts, own.facts,
                       shared.facts, calendar.id, calendar.facts), 0) AS facts,
                   COALESCE(own.open_ended, FALSE) OR COALESCE(shared.open_ended, FALSE)
                   AS stands_still,
                   COALESCE(ladder.may_skip, FALSE) AS may_skip
              FROM ar_claim claim
              LEFT JOIN (
                SELECT version_id, SUM(hash_record_extended(level, 0)) AS facts,
                       bool_or(NOT COALESCE(mandatory, FALSE)) AS may_skip
                  FROM ar_dunning_level level GROUP BY version_id
              ) ladder ON ladder.version_id = claim.version_id
              LEFT JOIN (%(own)s) own ON own.claim_id = claim.id
              LEFT JOIN (%(shared)s) shared ON shared.debtor_id = claim.debtor_id
             CROSS JOIN (%(calendar)s) calendar
             WHERE claim.company_id = %(company)s AND claim.state = 'open'
               AND claim.principal_claim_id IS NULL
            """,
            columns=SQL(", ").join(
                SQL.identifier("claim", name) for name in CLAIM_COLUMNS
            ),
            own=self._sql_hold_facts(SQL("hold.claim_id")),
            shared=self._sql_hold_facts(SQL("hold.debtor_id")),
            calendar=SQL(
                """SELECT %(id)s AS id,
                          SUM(hash_record_extended(ROW(date, is_working), 0)) AS facts
                     FROM ar_calendar_day WHERE calendar_id = %(id)s""",
                id=company._ar_legal_calendar().id or 0,
            ),
            company=company.id,
        )

    @api.model
    def _sql_hold_facts(self, owner):
        """What holds that stop the clock say, per claim or debtor."""
        return SQL(
            """
            SELECT %(owner)s, SUM(hash_record_extended(ROW(
                       hold.id, hold.date_from, hold.date_to, hold.lifted_on), 0))
                   AS facts,
                   bool_or(hold.date_to IS NULL AND hold.lifted_on IS NULL)
                   AS open_ended
              FROM ar_hold hold
              JOIN ar_hold_reason reason
                ON reason.id = hold.reason_id AND reason.freezes_clock
             WHERE %(owner)s IS NOT NULL
             GROUP BY %(owner)s
            """,
            owner=owner,
        )
