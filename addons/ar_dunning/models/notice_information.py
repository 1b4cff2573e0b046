from odoo import api, models
from odoo.tools import SQL

from .notice_dispatch import EVALUATION_TABLE

FACTS = (
    "claim_id",
    "currency_id",
    "cycle",
    "level_id",
    "level_key",
    "level_sequence",
    "amount_original",
    "amount_paid",
    "amount_covered",
    "amount_open",
    "date_due",
    "invoice_date",
    "move_name",
    "payment_reference",
    "description",
    "days_overdue",
)


class NoticeInformation(models.Model):
    """Mentions on a notice what else the debtor owes, without claiming it there.

    Claims of the same procedure that are overdue and unpaid but do not advance today; a
    claim on hold or excluded is never mentioned. A notice before the due date mentions
    nothing that is late. What is not due yet is only mentioned where the level asks for
    it, on one notice of the debtor.

    Found when the notice leaves, as the ledger is then; until then a preview shows what
    it would be.
    """

    _inherit = "ar.dunning.notice"

    @api.model
    def _insert_information(self, scope, on):
        """Add the lines for information to the notices of a chunk that leave now."""
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
                    SQL("notice.id IN %s AND notice.state = 'dispatched'", scope),
                    on,
                ),
            )
        )

    def _foreseen_information(self):
        """Return, as lines that are not stored, what would be mentioned on its day."""
        self.ensure_one()
        lines = self.env["ar.dunning.notice.line"]
        if self.kind != "dunning" or self.state not in (
            "proposed",
            "approved",
            "rehearsed",
        ):
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
                            self.company_id, self.date, self.partner_id.ids
                        ),
                    ),
                    SQL("notice.id = %s", self.id),
                    self.date,
                ),
            )
        )
        for row in found:
            lines |= lines.new(
                {
                    "role": "information",
                    "state": self.state,
                    **dict(zip(FACTS, row, strict=True)),
                }
            )
        return lines

    @api.model
    def _sql_information_names(self):
        return SQL(", ").join(SQL.identifier(name) for name in FACTS)

    @api.model
    def _sql_others(self, evaluated, which, on):
        """Query of the claims that nothing but their day keeps from advancing.

        Each with the notice that mentions it and the facts of its line. What another
        notice of the same run claims is not mentioned besides.

        :param evaluated: the evaluation, as a table or a query in parentheses
        :param which: condition on `notice`
        """
        return SQL(
            """
            WITH mentioning AS MATERIALIZED (
                SELECT notice.id, notice.run_id, notice.company_id,
                       notice.access_group_id, notice.debtor_id, notice.currency_id,
                       notice.procedure_id, lead.phase, lead.include_not_due,
                       lead.sequence, procedure.combine
                  FROM ar_dunning_notice notice
                  JOIN ar_dunning_level lead ON lead.id = notice.level_id
                  JOIN ar_dunning_procedure procedure
                    ON procedure.id = notice.procedure_id
                 WHERE notice.kind = 'dunning' AND %(which)s
            ), waiting AS MATERIALIZED (
                SELECT claim_id, debtor_id, currency_id, procedure_id, access_group_id,
                       cycle, residual, covered, collectable, date_due
                  FROM %(evaluated)s evaluated
                 WHERE cardinality(blockers) = 1 AND collectable > 0
                   AND (blockers[1] LIKE 'not_yet_due|%%'
                        OR blockers[1] IN ('finished', 'awaiting_delivery'))
            ), mentioned AS (
                SELECT waiting.*, notice.id AS notice_id, notice.run_id,
                       notice.company_id, row_number() OVER (
                           PARTITION BY waiting.claim_id
                           ORDER BY notice.include_not_due DESC NULLS LAST,
                                    notice.sequence DESC, notice.id) AS place,
                       notice.phase, notice.include_not_due, notice.combine
                  FROM waiting
                  JOIN mentioning notice
                    ON notice.debtor_id = waiting.debtor_id
                   AND notice.currency_id = waiting.currency_id
                   AND notice.procedure_id = waiting.procedure_id
                   AND notice.access_group_id IS NOT DISTINCT FROM
                       waiting.access_group_id
            )
            SELECT mentioned.notice_id, mentioned.run_id, mentioned.company_id,
                   mentioned.access_group_id, mentioned.debtor_id, mentioned.claim_id,
                   mentioned.currency_id, mentioned.cycle, claim.level_id,
                   claim.level_key, claim.level_sequence, claim.amount_original,
                   claim.amount_original - mentioned.residual AS amount_paid,
                   mentioned.covered AS amount_covered,
                   mentioned.collectable AS amount_open, claim.date_due,
                   claim.invoice_date, claim.move_name, claim.payment_reference,
                   claim.description, %(on)s::date - claim.date_due AS days_overdue
              FROM mentioned
              JOIN ar_claim claim ON claim.id = mentioned.claim_id
              LEFT JOIN ar_dunning_notice_line reached
                ON reached.id = claim.level_line_id
             WHERE (reached.run_id IS DISTINCT FROM mentioned.run_id
                    OR mentioned.run_id IS NULL)
               AND CASE WHEN claim.date_due < %(on)s
                        THEN claim.level_sequence > 0
                             AND mentioned.phase <> 'proactive'
                             AND mentioned.combine = 'highest_level'
                        ELSE mentioned.include_not_due AND mentioned.place = 1 END
            """,
            which=which,
            evaluated=evaluated,
            on=on,
        )
