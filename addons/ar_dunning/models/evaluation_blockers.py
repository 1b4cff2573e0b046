from odoo import api, models
from odoo.tools import SQL


class EvaluationBlockers(models.AbstractModel):
    """What stands in the way of one claim, as coded facts."""

    _inherit = "ar.evaluation"

    @api.model
    def _blocker_sources(self, on):
        """Queries (claim_id, rank, blocker) over `fact`. For extension.

        A blocker is the text `code`, or `code|until|detail`; `until` is a date in ISO
        form or empty. Lower ranks are shown first. A run does not evaluate all claims
        of a debtor: what a source has to know of others it reads from their tables.
        """
        return [self._sql_own_blockers(on), self._sql_holds(on)]

    @api.model
    def _sql_own_blockers(self, on):
        """What a row of `fact` says by itself, in one look at each."""
        own = self._own_blockers(on)
        return SQL(
            """
            SELECT fact.claim_id, own.rank, own.blocker
              FROM fact
             CROSS JOIN LATERAL (VALUES %(cases)s) own (rank, blocker)
             WHERE (%(any)s) AND own.blocker IS NOT NULL
            """,
            cases=SQL(", ").join(
                SQL("(%s, CASE WHEN %s THEN %s END)", rank, condition, blocker)
                for rank, condition, blocker in own
            ),
            any=SQL(" OR ").join(SQL("(%s)", condition) for _, condition, _ in own),
        )

    @api.model
    def _own_blockers(self, on):
        """Rank, condition and blocker of what stands in the columns of `fact`."""
        return [
            (10, SQL("procedure_id IS NULL"), SQL("'no_procedure'")),
            (
                11,
                SQL("procedure_id IS NOT NULL AND version_id IS NULL"),
                SQL("'no_active_version'"),
            ),
            (
                12,
                SQL("version_id IS NOT NULL AND next_level_id IS NULL"),
                SQL("'finished'"),
            ),
            (
                13,
                SQL(
                    "next_level_id IS NOT NULL AND level_date IS NULL AND NOT awaiting"
                ),
                SQL("'no_calendar'"),
            ),
            (20, SQL("level_date > %s", on), SQL("'not_yet_due|' || level_date")),
            (
                22,
                SQL(
                    """dispatched_on = %(on)s AND next_level_id IS NOT NULL
                       AND level_date <= %(on)s""",
                    on=on,
                ),
                SQL("'reached_today|' || (dispatched_on + 1)"),
            ),
            (31, SQL("awaiting"), SQL("'awaiting_delivery'")),
            (50, SQL("no_follow_up"), SQL("'no_follow_up'")),
            (
                51,
                # Where the principal is paid, what is owed are costs.
                SQL("covered >= residual AND (residual > 0 OR costs = 0)"),
                SQL("'covered_by_credit'"),
            ),
            (
                52,
                # A court or a bailiff for nothing but costs: nobody is sent there.
                SQL("level_kind = 'handover' AND residual = 0 AND costs > 0"),
                SQL("'costs_alone'"),
            ),
            (
                70,
                SQL("channel IS NULL AND level_kind = 'notice'"),
                SQL("'no_channel'"),
            ),
        ]

    @api.model
    def _sql_lacks_day(self):
        """Whether an evaluated claim has no day for want of something to configure."""
        return SQL(
            "level_date IS NULL AND blockers && %s::text[]",
            ["no_procedure", "no_active_version", "no_calendar"],
        )

    @api.model
    def _stopping_codes(self):
        """Codes of blockers that also stop what has been dispatched. For extension.

        A claim with one of them is not mentioned on a notice, and a notice that claims
        it is withdrawn before it leaves. Other blockers only keep the next level back.
        """
        return ["hold", "no_follow_up"]

    @api.model
    def _allocation_codes(self):
        """Codes of blockers that depend on what else a run sends. For extension.

        Tomorrow's run may decide otherwise without anything having changed here.
        """
        return ["capacity", "volume"]

    @api.model
    def _contact_codes(self):
        """Codes of blockers that forbid any message, also one without a level."""
        return ["stopped", "closed_day", "contact_limit", "contact_pause"]

    @api.model
    def _sql_stopped(self, blockers):
        """Return whether one of `blockers`, an SQL array, stops what is under way."""
        return SQL(
            """EXISTS (SELECT FROM unnest(%s) AS blocker
                        WHERE split_part(blocker, '|', 1) = ANY(%s))""",
            blockers,
            self._stopping_codes(),
        )

    @api.model
    def _sql_holds(self, on):
        """One blocker per claim on hold: the hold that ends last."""
        return SQL(
            """
            SELECT DISTINCT ON (held.claim_id) held.claim_id, 40,
                   'hold|' || COALESCE(hold.date_to::text, '') || '|'
                   || hold.reason_id
              FROM ar_hold hold
              JOIN held ON held.hold_id = hold.id
             WHERE hold.date_from <= %(on)s
               AND (hold.date_to IS NULL OR hold.date_to >= %(on)s)
               AND (hold.lifted_on IS NULL OR hold.lifted_on > %(on)s)
             ORDER BY held.claim_id, hold.date_to DESC NULLS FIRST, hold.id
            """,
            on=on,
        )

    @api.model
    def _sql_live_lines(self):
        return SQL(
            """
            SELECT fact.claim_id, 30, 'in_progress'
              FROM fact
              JOIN ar_dunning_notice_line line ON line.claim_id = fact.claim_id
               AND line.role = 'claimed' AND line.state IN ('proposed', 'approved')
            """
        )
