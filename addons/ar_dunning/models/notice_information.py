from odoo import api, models
from odoo.tools import SQL

from .notice_dispatch import EVALUATION_TABLE

# What has not left yet; afterwards the lines are stored.
FORESEEN = ("proposed", "approved", "rehearsed")
# Where the claim stands; a claimed line says what it reaches instead.
PLACE = ("claim_id", "cycle", "level_id", "level_key", "level_sequence")


class NoticeInformation(models.Model):
    """Mentions on a notice what else the debtor owes, without claiming it there.

    Claims of the same procedure that are overdue and unpaid but do not advance today; a
    claim on hold or excluded is never mentioned, nor one that is other people's. A
    notice before the due date mentions nothing that is late. What is not due yet is
    only mentioned where the level asks for it, on one notice of the debtor.

    Found when the notice leaves, as the ledger is then; until then a preview shows what
    it would be.
    """

    _inherit = "ar.dunning.notice"

    @api.model
    def _insert_information(self, left, on):
        """Add the lines for information to notices that leave now.

        :param left: [(id, kind)] of all that leave in this transaction
        """
        telling = tuple(notice_id for notice_id, kind in left if kind == "dunning")
        if not telling:
            return
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_dunning_notice_line (
                       notice_id, run_id, company_id, access_group_id, debtor_id, role,
                       state, occurrence, %(names)s,
                       create_uid, create_date, write_uid, write_date)
                SELECT notice_id, run_id, company_id, access_group_id, debtor_id,
                       'information', 'dispatched', 1, %(names)s, %(audit)s
                  FROM (%(others)s) other
                RETURNING id
                """,
                names=self._sql_information_names(),
                audit=self._sql_audit(),
                others=self._sql_others(
                    SQL.identifier(EVALUATION_TABLE),
                    SQL("notice.id IN %s", telling),
                    on,
                ),
            )
        )

    def _foreseen_information(self):
        """Return, as lines that are not stored, what would be mentioned on its day."""
        self.ensure_one()
        notice = self._origin
        lines = self.env["ar.dunning.notice.line"]
        names = [*PLACE, *lines._fact_names()]
        if notice.kind != "dunning" or notice.state not in FORESEEN:
            return lines
        evaluation = self.env["ar.evaluation"]
        evaluation._flush()
        found = self.env.execute_query(
            SQL(
                "SELECT %s FROM (%s) other ORDER BY date_due, claim_id",
                self._sql_information_names(),
                self._sql_others(
                    SQL(
                        "(%s)",
                        evaluation._sql_evaluate(
                            notice.company_id, notice.date, notice.partner_id.ids
                        ),
                    ),
                    SQL("notice.id = %s", notice.id),
                    notice.date,
                ),
            )
        )
        for row in found:
            lines |= lines.new(
                {
                    "role": "information",
                    "state": notice.state,
                    **dict(zip(names, row, strict=True)),
                }
            )
        return lines

    @api.model
    def _sql_information_names(self):
        return SQL(
            "%s, %s",
            SQL(", ").join(SQL.identifier(name) for name in PLACE),
            self.env["ar.dunning.notice.line"]._sql_fact_names(),
        )

    @api.model
    def _sql_others(self, evaluated, which, on):
        """Query of the claims that nothing but their day keeps from advancing.

        Each with the notice that mentions it and the facts of its line. What another
        notice claims today, or will claim once somebody approves, is not mentioned
        besides.

        :param evaluated: the evaluation, as a table or a query in parentheses
        :param which: condition on `notice`, by its key alone: then it is known how many
        """
        return SQL(
            """
            WITH chosen AS MATERIALIZED (
                SELECT notice.id, notice.run_id, notice.company_id,
                       notice.access_group_id, notice.debtor_id, notice.currency_id,
                       notice.procedure_id, lead.include_not_due,
                       lead.phase <> 'proactive'
                       AND procedure.combine = 'highest_level' AS tells_overdue
                  FROM ar_dunning_notice notice
                  JOIN ar_dunning_level lead ON lead.id = notice.level_id
                  JOIN ar_dunning_procedure procedure
                    ON procedure.id = notice.procedure_id
                 WHERE %(which)s
            ), first AS MATERIALIZED (%(first)s),
            own_contact AS MATERIALIZED (
                SELECT debtor_id, claim_type_id FROM (%(contacts)s) contact
                 WHERE claim_type_id IS NOT NULL
            ),
            -- Joined before it is narrowed: the planner cannot tell how many pass.
            beside AS MATERIALIZED (
                SELECT evaluated.claim_id, evaluated.cycle, evaluated.residual,
                       evaluated.covered, evaluated.collectable, evaluated.blockers,
                       chosen.id AS notice_id, chosen.run_id, chosen.company_id,
                       chosen.access_group_id, chosen.debtor_id, chosen.currency_id
                  FROM %(evaluated)s evaluated
                  JOIN chosen ON chosen.debtor_id = evaluated.debtor_id
                   AND chosen.currency_id = evaluated.currency_id
                   AND chosen.procedure_id = evaluated.procedure_id
                   AND chosen.access_group_id IS NOT DISTINCT FROM
                       evaluated.access_group_id
                 WHERE CASE WHEN evaluated.date_due < %(on)s THEN chosen.tells_overdue
                            ELSE chosen.id IN (SELECT id FROM first) END
            )
            SELECT beside.notice_id, beside.run_id, beside.company_id,
                   beside.access_group_id, beside.debtor_id, beside.claim_id,
                   beside.cycle, claim.level_id, claim.level_key,
                   claim.level_sequence, %(facts)s
              FROM beside
              JOIN ar_claim claim ON claim.id = beside.claim_id
             WHERE beside.collectable > 0 AND beside.blockers <> '{}'
               AND NOT EXISTS (
                   SELECT FROM unnest(beside.blockers) AS blocker
                    WHERE split_part(blocker, '|', 1) <> ALL(%(waiting)s))
               AND (claim.level_sequence > 0 OR claim.date_due >= %(on)s)
               AND claim.dispatched_on IS DISTINCT FROM %(on)s
               -- As arrays: each is looked up by its key, whatever the planner thinks.
               AND beside.claim_id <> ALL(ARRAY(
                   SELECT asked.claim_id FROM ar_dunning_notice_line asked
                    WHERE asked.claim_id = beside.claim_id AND asked.role = 'claimed'
                      AND asked.state IN ('proposed', 'approved')))
               AND beside.claim_id <> ALL(ARRAY(
                   SELECT own.claim_id FROM ar_dunning_notice_line own
                    WHERE own.notice_id = beside.notice_id AND own.role = 'claimed'))
               AND %(same_people)s
            """,
            which=which,
            first=self._sql_first_of_run(),
            contacts=self.env["ar.evaluation"]._sql_contact_points(
                SQL.identifier("chosen"), on
            ),
            same_people=self._sql_same_people(),
            evaluated=evaluated,
            waiting=["not_yet_due", "awaiting_delivery", "finished"],
            facts=self.env["ar.dunning.notice.line"]._sql_facts(SQL("beside"), on),
            on=on,
        )

    @api.model
    def _sql_same_people(self):
        """Whether nobody is there for `claim` alone, or for what the notice claims.

        Who is the contact for one type reads nothing of the others, and what he gets in
        the debtor's place is not told to others.
        """
        return SQL(
            """
            NOT EXISTS (
                SELECT FROM own_contact
                 WHERE own_contact.debtor_id = beside.debtor_id
                   AND (own_contact.claim_type_id
                        IS NOT DISTINCT FROM claim.claim_type_id) <> EXISTS (
                       SELECT FROM ar_dunning_notice_line told
                         JOIN ar_claim asked ON asked.id = told.claim_id
                        WHERE told.notice_id = beside.notice_id
                          AND told.role = 'claimed'
                          AND asked.claim_type_id = own_contact.claim_type_id))
            """
        )

    @api.model
    def _sql_first_of_run(self):
        """Of a debtor's notices in a run, the one that lists what is not due yet.

        The highest level that does. Those that leave with another chunk count as well.
        """
        return SQL(
            """
            SELECT DISTINCT ON (chosen.run_id, chosen.debtor_id, chosen.currency_id,
                                chosen.procedure_id, chosen.access_group_id) notice.id
              FROM chosen
              JOIN ar_dunning_notice notice
                ON notice.debtor_id = chosen.debtor_id
               AND notice.run_id = chosen.run_id
               AND notice.currency_id = chosen.currency_id
               AND notice.procedure_id = chosen.procedure_id
               AND notice.access_group_id IS NOT DISTINCT FROM chosen.access_group_id
               AND notice.kind = 'dunning'
               AND notice.state IN ('proposed', 'approved', 'dispatched', 'rehearsed')
              JOIN ar_dunning_level lead
                ON lead.id = notice.level_id AND lead.include_not_due
             WHERE chosen.include_not_due
             ORDER BY chosen.run_id, chosen.debtor_id, chosen.currency_id,
                      chosen.procedure_id, chosen.access_group_id,
                      lead.sequence DESC, notice.id
            """
        )
