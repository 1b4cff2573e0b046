from odoo import api, models
from odoo.tools import SQL


class NoticeTask(models.Model):
    """Levels that ask a person to act, e.g. to call the debtor."""

    _inherit = "ar.dunning.notice"

    @api.model
    def _insert_tasks(self, scope, on):
        """Put what these notices ask a person to do on the work list (set-based)."""
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_work_item (
                       company_id, access_group_id, kind, debtor_id, notice_id,
                       delivery_id, amount, currency_id, points, due_on, user_id,
                       note, state, dedup_key,
                       create_uid, create_date, write_uid, write_date)
                SELECT delivery.company_id, delivery.access_group_id, 'task',
                       delivery.debtor_id, notice.id, delivery.id,
                       notice.amount_total, notice.currency_id, 70, %(on)s,
                       debtor.user_id,
                       COALESCE(level.name->>%(lang)s, level.name->>'en_US'), 'open',
                       'task/' || delivery.id, %(audit)s
                  FROM ar_delivery delivery
                  JOIN ar_dunning_notice notice ON notice.id = delivery.notice_id
                  JOIN ar_debtor debtor ON debtor.id = delivery.debtor_id
                  LEFT JOIN ar_dunning_level level ON level.id = notice.level_id
                 WHERE delivery.notice_id IN %(scope)s
                   AND delivery.channel = 'person' AND delivery.state = 'ready'
                    ON CONFLICT DO NOTHING
                RETURNING id
                """,
                on=on,
                lang=self.env.lang or "en_US",
                audit=self._sql_audit(),
                scope=scope,
            )
        )
