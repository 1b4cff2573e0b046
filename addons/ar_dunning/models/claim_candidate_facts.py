from odoo import api, models
from odoo.tools import SQL

from .evaluation import CLAIM_COLUMNS


class ClaimCandidateFacts(models.Model):
    """What the day of a candidate depends on, as hashes that any change alters."""

    _inherit = "ar.claim.candidate"

    @api.model
    def _sql_facts(self, company, among=None):
        """Query of the company's open claims with a hash of what decides their dates.

        What only blocks a level that is due is not part of it: who is due is evaluated
        each day anyway.

        :param among: query of the ids of the claims to limit it to
        :return: query (id, partner_id, facts, hold_count (those that stop the clock, or
            did), stands_still (nobody knows for how long), may_skip (a level may be
            left out))
        """
        return SQL(
            """
            SELECT claim.id, claim.partner_id,
                   hash_record_extended(ROW(%(columns)s, ladder.facts, own.facts,
                       shared.facts, calendar.id, calendar.facts), 0) AS facts,
                   COALESCE(own.hold_count, 0) + COALESCE(shared.hold_count, 0)
                   AS hold_count,
                   COALESCE(own.open_ended, FALSE) OR COALESCE(shared.open_ended, FALSE)
                   AS stands_still,
                   COALESCE(ladder.may_skip, FALSE) AS may_skip
              FROM ar_claim claim
              LEFT JOIN (%(ladders)s) ladder ON ladder.version_id = claim.version_id
              LEFT JOIN (%(own)s) own ON own.claim_id = claim.id
              LEFT JOIN (%(shared)s) shared ON shared.debtor_id = claim.debtor_id
             CROSS JOIN (%(calendar)s) calendar
             WHERE %(open)s %(among)s
            """,
            ladders=self._sql_ladders(),
            among=SQL("AND claim.id IN (%s)", among) if among else SQL(),
            columns=SQL(", ").join(
                SQL.identifier("claim", name) for name in CLAIM_COLUMNS
            ),
            own=self._sql_hold_facts(SQL("hold.claim_id")),
            shared=self._sql_hold_facts(SQL("hold.debtor_id")),
            calendar=self._sql_calendar(company),
            open=self._sql_open(company),
        )

    @api.model
    def _sql_rules(self, company):
        """Query of one hash of what holds for all claims: levels, calendar, reasons.

        Which reasons stop the clock is part of it: of two holds on one claim, one may
        begin to and the other cease to, and their number would be the same.
        """
        return SQL(
            """
            SELECT hash_record_extended(ROW(calendar.id, calendar.facts, (
                       SELECT %(ladder)s FROM (%(ladders)s) ladder), (
                       SELECT %(reason)s FROM ar_hold_reason)), 0)
              FROM (%(calendar)s) calendar
            """,
            ladder=self._sql_sum(SQL("ladder")),
            reason=self._sql_sum(SQL("ROW(id, freezes_clock)")),
            ladders=self._sql_ladders(self._sql_usable()),
            calendar=self._sql_calendar(company),
        )

    @api.model
    def _sql_ladders(self, condition=None):
        """What the levels of each version say.

        :param condition: which levels (`level`), if not all
        """
        return SQL(
            """
            SELECT version_id, %s AS facts,
                   bool_or(NOT COALESCE(mandatory, FALSE)) AS may_skip
              FROM ar_dunning_level level WHERE %s GROUP BY version_id
            """,
            self._sql_sum(SQL("level")),
            condition or SQL("TRUE"),
        )

    @api.model
    def _sql_usable(self):
        """Whether a claim can be on `level`: never on that of a draft.

        Those of other companies count too: a procedure that was given to another
        company may still have claims of this one.
        """
        return SQL(
            """level.version_id IN (
                   SELECT version.id FROM ar_dunning_procedure_version version
                    WHERE version.state <> 'draft')
            """
        )

    @api.model
    def _sql_calendar(self, company):
        """What the calendar of the law says, in one row."""
        return SQL(
            """SELECT %(id)s AS id, %(facts)s AS facts
                 FROM ar_calendar_day WHERE calendar_id = %(id)s""",
            id=company._ar_legal_calendar().id or 0,
            facts=self._sql_sum(SQL("ROW(date, is_working)")),
        )

    @api.model
    def _sql_hold_facts(self, owner):
        """What holds that stop the clock say, per claim or debtor."""
        return SQL(
            """
            SELECT %(owner)s, %(facts)s AS facts, COUNT(*)::int AS hold_count,
                   bool_or(hold.date_to IS NULL AND hold.lifted_on IS NULL)
                   AS open_ended
              FROM ar_hold hold
              JOIN ar_hold_reason reason
                ON reason.id = hold.reason_id AND reason.freezes_clock
             WHERE %(owner)s IS NOT NULL
             GROUP BY %(owner)s
            """,
            owner=owner,
            facts=self._sql_sum(
                SQL("ROW(hold.id, hold.date_from, hold.date_to, hold.lifted_on)")
            ),
        )

    @api.model
    def _sql_sum(self, row):
        """Hash of many rows, in whatever order they come.

        Each is hashed twice: PostgreSQL's hash of a row is a sum over its columns, so
        two rows that exchange what they say in one would add up to the same as before.
        """
        return SQL("SUM(hashint8extended(hash_record_extended(%s, 0), 0))", row)
