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
        return [
            SQL(
                """
                SELECT claim_id, 10, 'no_procedure' FROM fact
                 WHERE procedure_id IS NULL
                UNION ALL
                SELECT claim_id, 11, 'no_active_version' FROM fact
                 WHERE procedure_id IS NOT NULL AND version_id IS NULL
                UNION ALL
                SELECT claim_id, 12, 'finished' FROM fact
                 WHERE version_id IS NOT NULL AND next_level_id IS NULL
                UNION ALL
                SELECT claim_id, 13, 'no_calendar' FROM fact
                 WHERE next_level_id IS NOT NULL AND level_date IS NULL
                   AND NOT awaiting
                UNION ALL
                SELECT claim_id, 20, 'not_yet_due|' || level_date FROM fact
                 WHERE level_date > %(on)s
                UNION ALL
                SELECT claim_id, 22, 'reached_today|' || (dispatched_on + 1) FROM fact
                 WHERE dispatched_on = %(on)s AND next_level_id IS NOT NULL
                   AND level_date <= %(on)s
                UNION ALL
                SELECT claim_id, 31, 'awaiting_delivery' FROM fact WHERE awaiting
                UNION ALL
                SELECT claim_id, 50, 'no_follow_up' FROM fact WHERE no_follow_up
                UNION ALL
                SELECT claim_id, 51, 'covered_by_credit' FROM fact
                 WHERE covered >= residual
                UNION ALL
                SELECT claim_id, 70, 'no_channel' FROM fact
                 WHERE channel IS NULL AND level_kind = 'notice'
                """,
                on=on,
            ),
            self._sql_holds(on),
        ]

    @api.model
    def _sql_lacks_day(self):
        """Whether an evaluated claim has no day for want of something to configure."""
        return SQL(
            "blockers && %s::text[]",
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
            SELECT DISTINCT ON (fact.claim_id) fact.claim_id, 40,
                   'hold|' || COALESCE(hold.date_to::text, '') || '|'
                   || hold.reason_id
              FROM ar_hold hold
              JOIN held ON held.hold_id = hold.id
              JOIN fact ON fact.claim_id = held.claim_id
             WHERE hold.date_from <= %(on)s
               AND (hold.date_to IS NULL OR hold.date_to >= %(on)s)
               AND (hold.lifted_on IS NULL OR hold.lifted_on > %(on)s)
             ORDER BY fact.claim_id, hold.date_to DESC NULLS FIRST, hold.id
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
