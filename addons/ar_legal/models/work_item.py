from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class WorkItem(models.Model):
    """Handovers to decide, deadlines that have come, cases to close, answers."""

    _inherit = "ar.work.item"

    kind = fields.Selection(
        selection_add=[
            ("legal_deadline", "Legal deadline"),
            ("legal_message", "Answer in a legal case"),
            ("legal_paid", "Close the legal case"),
        ],
        ondelete={
            "legal_deadline": "cascade",
            "legal_message": "cascade",
            "legal_paid": "cascade",
        },
    )
    legal_case_id = fields.Many2one(
        "ar.legal.case", string="Legal case", ondelete="cascade", index="btree_not_null"
    )

    def action_open_subject(self):
        self.ensure_one()
        if not self.legal_case_id:
            return super().action_open_subject()
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.legal.case",
            "res_id": self.legal_case_id.id,
            "view_mode": "form",
        }

    def action_hand_over(self):
        """Decide the handovers that these items are about."""
        notices = self.filtered(lambda item: item.kind == "handover").notice_id
        if not notices:
            raise UserError(self.env._("Choose items that are about a handover."))
        return notices.action_hand_over()

    def action_not_hand_over(self):
        return self.notice_id.action_not_hand_over()

    @api.model
    def _list_handovers(self, company):
        """One item per proposal to hand over; yesterday's goes on with today's.

        Set-based: three statements, however many there are.
        """
        self.env.flush_all()
        self._carry_over_handovers(company)
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_work_item (
                       company_id, access_group_id, kind, debtor_id, notice_id,
                       amount, currency_id, points, due_on, state, dedup_key,
                       create_uid, create_date, write_uid, write_date)
                SELECT notice.company_id, notice.access_group_id, 'handover',
                       notice.debtor_id, notice.id, notice.amount_total,
                       notice.currency_id, 80, notice.date, 'open',
                       'handover/' || notice.id, %(audit)s
                  FROM ar_dunning_notice notice
                 WHERE notice.company_id = %(company)s AND notice.kind = 'handover'
                   AND notice.state = 'proposed'
                    ON CONFLICT DO NOTHING
                RETURNING id
                """,
                company=company.id,
                audit=self.env["ar.claim"]._sql_audit(),
            )
        )
        self._settle_superseded(company)
        self.env.invalidate_all()

    @api.model
    def _carry_over_handovers(self, company):
        """Point open items at the new proposal: who took them, and the note, stay."""
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_work_item item
                   SET notice_id = notice.id, amount = notice.amount_total,
                       dedup_key = 'handover/' || notice.id
                  FROM ar_dunning_notice notice, ar_dunning_notice former
                 WHERE item.kind = 'handover' AND item.state = 'open'
                   AND former.id = item.notice_id
                   AND former.cancel_code = 'superseded'
                   AND notice.company_id = %(company)s AND notice.kind = 'handover'
                   AND notice.state = 'proposed'
                   AND notice.company_id = former.company_id
                   AND notice.debtor_id = former.debtor_id
                   AND notice.currency_id = former.currency_id
                   AND notice.procedure_id = former.procedure_id
                   AND notice.access_group_id
                       IS NOT DISTINCT FROM former.access_group_id
                   AND NOT EXISTS (
                       SELECT FROM ar_dunning_notice twin
                        WHERE twin.run_id = notice.run_id AND twin.kind = 'handover'
                          AND twin.state = 'proposed' AND twin.id < notice.id
                          AND twin.debtor_id = notice.debtor_id
                          AND twin.currency_id = notice.currency_id
                          AND twin.procedure_id = notice.procedure_id)
                RETURNING item.id
                """,
                company=company.id,
            )
        )

    @api.model
    def _settle_superseded(self, company):
        """Close the items of proposals that were not made again: paid, held."""
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_work_item item
                   SET state = 'done', done_on = now() AT TIME ZONE 'UTC'
                  FROM ar_dunning_notice former
                 WHERE former.id = item.notice_id AND item.kind = 'handover'
                   AND item.state = 'open' AND former.state = 'cancelled'
                   AND item.company_id = %(company)s
                RETURNING item.id
                """,
                company=company.id,
            )
        )
