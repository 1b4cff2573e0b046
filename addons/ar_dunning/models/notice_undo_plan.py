from odoo import api, models
from odoo.tools import SQL

# What was thanked for, corrected or taken over from elsewhere cannot be unsaid.
UNDOABLE_KINDS = ("dunning", "handover", "statement")
# Answers of the debtor that may rest on a notice, by the code of their hold.
ANSWERS = ("promise", "payment_plan")


class NoticeUndoPlan(models.Model):
    """Says what undoing notices would do, and what cannot be undone and why."""

    _inherit = "ar.dunning.notice"

    def _plan_undo(self):
        """Return what undoing these dispatched notices would do, line by line.

        :return: list of dicts: line_id, notice_id, claim_id, left (whether it reached
            somebody), printed, by_person, obstacle (code or None), detail
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH scope AS MATERIALIZED (
                    SELECT notice.id AS notice_id, notice.kind,
                           EXISTS (SELECT FROM ar_delivery delivery
                                    WHERE delivery.notice_id = notice.id
                                      AND delivery.state = 'sent') AS has_left,
                           EXISTS (SELECT FROM ar_delivery delivery
                                    WHERE delivery.notice_id = notice.id
                                      AND delivery.state = 'printed') AS printed,
                           notice.channel = 'person' AS by_person
                      FROM ar_dunning_notice notice
                     WHERE notice.id = ANY(%(notices)s) AND notice.state = 'dispatched'
                ), line AS MATERIALIZED (
                    SELECT line.*, scope.kind, scope.has_left
                      FROM ar_dunning_notice_line line
                      JOIN scope ON scope.notice_id = line.notice_id
                     WHERE line.state = 'dispatched' AND line.role <> 'information'
                ), obstacle (line_id, rank, code, detail) AS (%(obstacles)s),
                worst AS (
                    SELECT DISTINCT ON (line_id) line_id, code, detail
                      FROM obstacle ORDER BY line_id, rank
                ), judged AS (
                    SELECT line.id, line.notice_id, line.claim_id, scope.has_left,
                           scope.printed, scope.by_person, worst.code, worst.detail,
                           bool_or(worst.code IS NOT NULL)
                               OVER (PARTITION BY line.notice_id) AS partly
                      FROM line
                      JOIN scope ON scope.notice_id = line.notice_id
                      LEFT JOIN worst ON worst.line_id = line.id
                )
                SELECT id, notice_id, claim_id, has_left, printed, by_person,
                       -- What is about to leave is undone whole or not at all.
                       CASE WHEN code IS NULL AND partly AND NOT has_left
                            THEN 'together' ELSE code END,
                       detail
                  FROM judged ORDER BY notice_id, id
                """,
                notices=self.ids,
                obstacles=SQL(" UNION ALL ").join(
                    SQL("(%s)", source) for source in self._undo_obstacle_sources()
                ),
            )
        )
        names = (
            "line_id",
            "notice_id",
            "claim_id",
            "left",
            "printed",
            "by_person",
            "obstacle",
            "detail",
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    @api.model
    def _undo_obstacle_sources(self):
        """Queries (line_id, rank, code, detail) over `line`. For extension.

        What a later notice, a promise or a payment rests on cannot be undone. A later
        notice that is undone together with it is no obstacle.
        """
        return [
            SQL(
                """
                SELECT id, 10, 'kind', kind FROM line WHERE kind NOT IN %s
                """,
                UNDOABLE_KINDS,
            ),
            SQL(
                """
                SELECT line.id, 20, 'handing_over', NULL FROM line
                 WHERE EXISTS (SELECT FROM ar_delivery delivery
                                WHERE delivery.notice_id = line.notice_id
                                  AND delivery.state = 'handing_over')
                """
            ),
            SQL(
                """
                SELECT line.id, 30, 'later_notice', later.level_key
                  FROM line
                  JOIN ar_dunning_notice_line later
                    ON later.claim_id = line.claim_id AND later.cycle = line.cycle
                   AND later.role = 'claimed' AND later.state = 'dispatched'
                   AND later.id > line.id
                 WHERE line.role = 'claimed'
                   AND later.id NOT IN (SELECT id FROM line)
                """
            ),
            SQL(
                """
                SELECT line.id, 40, 'paid', MAX(money.date)::text
                  FROM line
                  JOIN ar_claim claim ON claim.id = line.claim_id
                  JOIN account_partial_reconcile partial
                    ON partial.debit_move_id = claim.line_id
                  JOIN account_move_line money ON money.id = partial.credit_move_id
                  JOIN account_journal journal ON journal.id = money.journal_id
                   AND journal.type IN ('bank', 'cash', 'credit')
                 WHERE line.role = 'claimed' AND money.date >= line.effective_on
                 GROUP BY line.id
                """
            ),
            SQL(
                """
                SELECT line.id, 50, 'promise', MAX(hold.date_from)::text
                  FROM line
                  JOIN ar_hold hold
                    ON hold.claim_id = line.claim_id OR hold.debtor_id = line.debtor_id
                  JOIN ar_hold_reason reason
                    ON reason.id = hold.reason_id AND reason.code IN %s
                 WHERE line.role = 'claimed' AND hold.date_from >= line.effective_on
                 GROUP BY line.id
                """,
                ANSWERS,
            ),
        ]

    @api.model
    def _undo_obstacle_words(self, code):
        """Return why a line cannot be undone, in words. For extension."""
        words = {
            "kind": self.env._("This kind of message cannot be taken back."),
            "handing_over": self.env._(
                "It is being handed to the mail server at this moment: try again in a "
                "minute."
            ),
            "later_notice": self.env._("A later notice of the claim rests on it."),
            "paid": self.env._("The debtor paid after it had arrived."),
            "promise": self.env._(
                "A promise or payment plan was agreed after it had arrived."
            ),
            "together": self.env._(
                "Another claim on the same notice cannot be undone, and the notice has "
                "not left yet."
            ),
        }
        return words.get(code, code)
