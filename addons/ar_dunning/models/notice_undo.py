from dataclasses import dataclass
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


@dataclass(frozen=True, slots=True)
class UndoDecision:
    """What a person decided when notices were undone.

    :ivar next_step: see ar.dunning.undo
    :ivar date_to: last day of the hold; None: until somebody lifts it
    :ivar correct: whether those whom something reached are told
    """

    reason: str
    next_step: str
    date_to: date | None = None
    correct: bool = False


class NoticeUndo(models.Model):
    """Takes back what has been dispatched."""

    _inherit = "ar.dunning.notice"

    # More than one where a part could only be taken back later.
    undo_ids = fields.Many2many(
        "ar.dunning.undo",
        "ar_dunning_undo_notice_rel",
        "notice_id",
        "undo_id",
        readonly=True,
        copy=False,
    )

    def _withdraw(self, code, note=None):
        """Take dispatched notices back: evidence stays, the levels do not count.

        Deliveries that have not left are withdrawn too; claims return to the level
        they had reached before. A constant number of statements.
        """
        self._check_state("withdrawn")
        self.env.flush_all()
        lines = self.env.execute_query(
            SQL(
                """SELECT id FROM ar_dunning_notice_line
                    WHERE notice_id = ANY(%s) AND state = 'dispatched'""",
                self.ids,
            )
        )
        self._withdraw_lines([line_id for [line_id] in lines], code, note)

    @api.model
    def _withdraw_lines(self, line_ids, code, note=None):
        """Withdraw dispatched lines, and notices on which nothing else stands.

        :return: ids of the notices that are withdrawn now
        """
        self.env.flush_all()
        withdrawn = self.env.execute_query(
            SQL(
                """
                WITH line AS (
                    UPDATE ar_dunning_notice_line
                       SET state = 'withdrawn', cancel_code = %(code)s
                     WHERE id = ANY(%(lines)s) AND state = 'dispatched'
                    RETURNING id, notice_id, claim_id, role, run_id, level_id
                ), notice AS (
                    UPDATE ar_dunning_notice notice
                       SET state = 'withdrawn', cancel_code = %(code)s,
                           cancel_note = %(note)s
                     WHERE notice.id IN (SELECT notice_id FROM line)
                       AND notice.state = 'dispatched'
                       AND NOT EXISTS (
                           SELECT FROM ar_dunning_notice_line other
                            WHERE other.notice_id = notice.id
                              AND other.state = 'dispatched'
                              AND other.role <> 'information'
                              AND other.id <> ALL(%(lines)s))
                    RETURNING notice.id
                ), event AS (
                    INSERT INTO ar_claim_event (
                           claim_id, company_id, access_group_id, kind, old_value,
                           run_id, on_date, user_id,
                           create_uid, create_date, write_uid, write_date)
                    SELECT claim.id, claim.company_id, claim.access_group_id,
                           'withdrawn', COALESCE(level.name->>%(lang)s,
                                                 level.name->>'en_US'),
                           line.run_id, %(audit)s
                      FROM line
                      JOIN ar_claim claim ON claim.id = line.claim_id
                      LEFT JOIN ar_dunning_level level ON level.id = line.level_id
                     WHERE line.role = 'claimed'
                )
                SELECT id FROM notice
                """,
                code=code,
                note=note,
                lines=list(line_ids),
                lang=self.env.lang or "en_US",
                audit=self.env["ar.claim"]._sql_event_audit(SQL("claim.company_id")),
            )
        )
        notices = [notice_id for [notice_id] in withdrawn]
        self._withdraw_rest(notices, code)
        claims = self.env.execute_query(
            SQL(
                """SELECT DISTINCT claim_id FROM ar_dunning_notice_line
                    WHERE id = ANY(%s) AND role = 'claimed'""",
                list(line_ids),
            )
        )
        self.env.invalidate_all(flush=False)
        self.env["ar.claim"].browse(row[0] for row in claims)._project_levels()
        return notices

    @api.model
    def _withdraw_rest(self, notice_ids, code):
        """Withdraw what hangs on withdrawn notices: information, what has not left."""
        self.env.execute_query(
            SQL(
                """
                WITH mention AS (
                    UPDATE ar_dunning_notice_line
                       SET state = 'withdrawn', cancel_code = %(code)s
                     WHERE notice_id = ANY(%(notices)s) AND state = 'dispatched'
                ), item AS (
                    UPDATE ar_work_item
                       SET state = 'dismissed', done_on = now() AT TIME ZONE 'UTC'
                     WHERE notice_id = ANY(%(notices)s) AND state = 'open'
                )
                UPDATE ar_delivery SET state = 'withdrawn'
                 WHERE notice_id = ANY(%(notices)s) AND state IN ('ready', 'printed')
                RETURNING id
                """,
                code=code,
                notices=list(notice_ids),
            )
        )
        # Nothing is left to print in a batch without letters.
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_work_item item
                   SET state = 'done', done_on = now() AT TIME ZONE 'UTC'
                  FROM ar_delivery delivery
                 WHERE delivery.notice_id = ANY(%s)
                   AND item.print_batch_id = delivery.print_batch_id
                   AND item.kind = 'print_letters' AND item.state = 'open'
                   AND NOT EXISTS (SELECT FROM ar_delivery letter
                        WHERE letter.print_batch_id = delivery.print_batch_id
                          AND letter.state IN ('printed', 'sent'))
                RETURNING item.id
                """,
                list(notice_ids),
            )
        )

    def _undo(self, decision):
        """Undo these notices, as far as nothing rests on them.

        Undecided and approved ones are cancelled; dispatched ones are withdrawn.

        :param decision: UndoDecision
        :return: the ar.dunning.undo records, one per company and access group
        :raises UserError: when nothing is left that can be undone
        """
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_approver"):
            raise UserError(self.env._("Only an approver may undo notices."))
        # Notices and the log are read-only for people; both were checked above.
        undone = self.env["ar.dunning.undo"].sudo()
        ours_sudo = self.sudo().browse(self.ids)  # Read together, not one by one.
        for (company, group), notices_sudo in ours_sudo._undo_parts().items():
            notices_sudo = notices_sudo.browse(notices_sudo.ids)
            notices_sudo._lock_for_undo()
            undone |= notices_sudo._undo_part(company, group, decision)
        if not undone:
            raise UserError(
                self.env._(
                    "Nothing is left here that can be undone: it has been undone "
                    "already, or something rests on it. Reload the page."
                )
            )
        return undone.sudo(False)

    def _undo_parts(self):
        return self.grouped(lambda notice: (notice.company_id, notice.access_group_id))

    def _lock_for_undo(self):
        """Wait for whoever dispatches, sends or undoes these notices right now."""
        self.env.execute_query(
            SQL(
                """SELECT id FROM ar_dunning_notice WHERE id = ANY(%s)
                    ORDER BY id FOR NO KEY UPDATE""",
                self.ids,
            )
        )
        self.env.invalidate_all()

    def _undo_part(self, company, group, decision):
        waiting = self.filtered(lambda one: one.state in ("proposed", "approved"))
        plan = self._plan_undo()
        lines = [row for row in plan if not row["obstacle"]]
        undo = self.env["ar.dunning.undo"]
        if not waiting and not lines:
            return undo
        runs = self.run_id
        undo = undo.create(
            {
                "company_id": company.id,
                "access_group_id": group.id,
                "run_id": runs.id if len(runs) == 1 else False,
                "user_id": self.env.uid,
                "date": company._ar_today(),
                "reason": decision.reason,
                "next_step": decision.next_step,
                "date_to": decision.date_to,
            }
        )
        cancelled = waiting.line_ids.filtered(
            lambda line: (
                line.role == "claimed" and line.state in ("proposed", "approved")
            )
        )
        claim_ids = {row["claim_id"] for row in lines} | set(cancelled.claim_id.ids)
        waiting._set_state("cancelled", cancel_code="undone", cancel_note=undo.reason)
        touched = {row["notice_id"] for row in lines}
        self._withdraw_lines(
            [row["line_id"] for row in lines], "undone", decision.reason
        )
        undone = waiting | self.browse(touched)
        undo.notice_ids = undone
        if claim_ids:
            undo._hold_claims(claim_ids)
        corrections = (
            undo._correct([row for row in lines if row["left"]])
            if decision.correct
            else self.browse()
        )
        undo.write(
            {
                "notice_count": len(undone),
                "claim_count": len(claim_ids),
                "not_left_count": len(waiting)
                + len({row["notice_id"] for row in lines if not row["left"]}),
                "refused_count": len(
                    {row["notice_id"] for row in plan if row["obstacle"]}
                ),
                "correction_count": len(corrections),
            }
        )
        undone._accompany_undo(undo)
        undone._finish_undo(undo)
        return undo

    def _accompany_undo(self, undo):
        """Take back what went along with these notices. For extension.

        Their lines that are undone are in state `withdrawn` now, or `cancelled` when
        the notice had not been dispatched.
        """

    def _finish_undo(self, undo):
        """Bring the runs in line, and say in their history what happened."""
        counts = self.run_id._notice_counts()
        for run in self.run_id:
            live = {"proposed", "approved", "dispatched"} & counts.get(
                run.id, {}
            ).keys()
            if not live:
                run._mark("undone")
            else:
                run._refresh_state()
            mine = self.filtered(lambda notice, run=run: notice.run_id == run)
            run.message_post(
                body=self.env._(
                    "Notices undone: %(count)s. Reason: %(reason)s",
                    count=len(mine),
                    reason=undo.reason,
                )
            )
