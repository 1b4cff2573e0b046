from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class NoticeDesk(models.Model):
    """What a collector may change about a proposal before it leaves."""

    _inherit = "ar.dunning.notice"

    edited_by_id = fields.Many2one(
        "res.users",
        string="Changed by",
        readonly=True,
        copy=False,
        help="Who chose the channel or restored the notice: above the limit of the "
        "company somebody else approves it.",
    )

    also_by = fields.Char(compute="_compute_also_by", string="Also by")
    trouble = fields.Char(compute="_compute_trouble", string="What went wrong")

    @api.depends("channel", "channels")
    @api.depends_context("lang")
    def _compute_also_by(self):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        for notice in self:
            others = [
                labels.get(code, code)
                for code in (notice.channels or "").split(",")
                if code and code != notice.channel
            ]
            notice.also_by = ", ".join(others)

    @api.depends("delivery_ids.error_text", "cancel_note")
    def _compute_trouble(self):
        for notice in self:
            notice.trouble = notice._last_delivery().error_text or notice.cancel_note

    def _exclude(self, reason, date_to, note=None):
        """Take undecided notices out of their run and hold their claims.

        The hold is the decision: it also keeps the claims out of the next runs.

        :param date_to: last day of the hold, or None: until somebody lifts it.
        """
        self._check_may_edit()
        self._check_state("cancelled")
        for company, notices in self.grouped("company_id").items():
            today = company._ar_today()
            self.env["ar.hold"]._check_period(reason, today, date_to)
            # Access and group were checked above; only claims of these are held.
            self.env["ar.hold"].sudo()._hold_set_based(
                SQL(
                    """
                    SELECT line.claim_id AS id, line.notice_id
                      FROM ar_dunning_notice_line line
                     WHERE line.notice_id = ANY(%s) AND line.role = 'claimed'
                       AND line.state IN ('proposed', 'approved')
                    """,
                    notices.ids,
                ),
                reason,
                today,
                date_to,
                note,
            )
        # Notices are read-only for people; access and group were checked above.
        notices_sudo = self.sudo()
        notices_sudo._set_state(
            "cancelled", cancel_code="excluded_by_user", cancel_note=note or reason.name
        )
        notices_sudo.run_id._refresh_state()

    def action_restore(self):
        """Put notices that somebody excluded by hand back into their proposal.

        Their holds are lifted; dispatch looks at the ledger again anyway.
        """
        self._check_may_edit()
        excluded = self.filtered(
            lambda one: (
                one.state == "cancelled" and one.cancel_code == "excluded_by_user"
            )
        )
        if not excluded:
            raise UserError(
                self.env._("Only notices that were excluded by hand can be restored.")
            )
        holds = self.env["ar.hold"].search(
            [("notice_id", "in", excluded.ids), ("lifted_on", "=", False)]
        )
        holds.action_lift()
        # Notices are read-only for people; access and group were checked above.
        excluded.sudo()._restore()

    def _restore(self):
        for run in self.run_id:
            run._reopen()
        restored = self.env.execute_query(
            SQL(
                """
                UPDATE ar_dunning_notice_line line
                   SET state = 'proposed', cancel_code = NULL
                 WHERE line.notice_id = ANY(%s) AND line.state = 'cancelled'
                   AND line.cancel_code = 'excluded_by_user'
                   AND (line.role <> 'claimed' OR NOT EXISTS (
                       SELECT FROM ar_dunning_notice_line other
                        WHERE other.claim_id = line.claim_id
                          AND other.role = 'claimed'
                          AND other.state IN ('proposed', 'approved')))
                RETURNING line.notice_id
                """,
                self.ids,
            )
        )
        kept = self.browse({notice_id for [notice_id] in restored})
        if kept != self:
            raise UserError(
                self.env._(
                    "A later run has proposed these claims again: decide about them "
                    "there."
                )
            )
        self._leave_to_later_run()
        self.write(
            {
                "state": "proposed",
                "cancel_code": False,
                "cancel_note": False,
                "edited_by_id": self.env.uid,
            }
        )
        self.env.invalidate_all()

    def _leave_to_later_run(self):
        """Tell apart what was not restored: these notices are no longer about it."""
        self.env.execute_query(
            SQL(
                """
                WITH gone AS (
                    UPDATE ar_dunning_notice_line SET cancel_code = 'taken_over'
                     WHERE notice_id = ANY(%(notices)s) AND state = 'cancelled'
                       AND cancel_code = 'excluded_by_user'
                    RETURNING notice_id
                )
                UPDATE ar_dunning_notice notice
                   SET amount_total = kept.amount, claim_count = kept.claims
                  FROM (SELECT notice_id, SUM(amount_open) AS amount,
                               COUNT(*) AS claims
                          FROM ar_dunning_notice_line
                         WHERE notice_id IN (SELECT notice_id FROM gone)
                           AND role = 'claimed' AND state = 'proposed'
                         GROUP BY notice_id) kept
                 WHERE notice.id = kept.notice_id
                RETURNING notice.id
                """,
                notices=self.ids,
            )
        )

    def _choose_channel(self, channel, keep_others=True):
        """Let undecided or approved reminders leave by a channel that reaches them.

        :param keep_others: what leaves by several channels at once keeps the others,
            after this one; what leaves by one channel leaves by this one instead
        :return: those that this channel does not reach; they stay as they are
        """
        self._check_may_edit()
        self.env.flush_all()
        # Notices are read-only for people; access and group were checked above.
        changed = self.sudo().env.execute_query(
            SQL(
                """
                WITH reach AS (%(reach)s)
                UPDATE ar_dunning_notice notice
                   SET channel = %(channel)s,
                       channels = CASE
                           WHEN %(keep_others)s AND notice.channels LIKE '%%,%%'
                           THEN array_to_string(ARRAY[%(channel)s::text]
                                || array_remove(string_to_array(notice.channels, ','),
                                                %(channel)s::text), ',')
                           ELSE %(channel)s END,
                       edited_by_id = %(uid)s
                  FROM reach
                 WHERE notice.id = ANY(%(notices)s)
                   AND notice.state IN ('proposed', 'approved')
                   AND notice.kind = 'dunning'
                   AND notice.channel IN %(sendable)s
                   AND reach.notice_id = notice.id
                   AND %(channel)s = ANY(reach.channels)
                RETURNING notice.id
                """,
                notices=self.ids,
                reach=self._sql_notice_reach(
                    tuple(self.ids), self.company_id[:1]._ar_today()
                ),
                channel=channel,
                keep_others=keep_others,
                sendable=tuple(self.env["ar.channel"]._sendable()),
                uid=self.env.uid,
            )
        )
        self.invalidate_model()
        return self - self.browse(notice_id for [notice_id] in changed)

    def action_letter(self):
        """Show the notice as the letter that it is or would be."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/ar_dunning/notice/{self.id}/letter",
            "target": "new",
        }

    def _check_may_edit(self):
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may change a proposal."))
