from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL


class HealthCounts(models.Model):
    """Checks that count rows which should not be there."""

    _inherit = "ar.health"

    def _checks(self, visible):
        on = fields.Date.context_today(self)
        return [*super()._checks(visible), *self._sql_counts(on, visible)]

    def _counted(self, on):
        """Checks that count rows which should not be there.

        :return: (code, state, table, condition on `checked` and `patience`, day)
        """
        late = SQL("%s::date - patience.ar_health_patience_days", on)
        hour = fields.Datetime.now() - timedelta(hours=1)
        week = on - timedelta(days=7)
        return (
            (
                "silent",
                "3_error",
                SQL("ar_delivery"),
                # A call waits on the work list for as long as people take.
                SQL(
                    """state = 'ready' AND channel <> 'person'
                       AND checked.create_date < %s""",
                    late,
                ),
                SQL("checked.create_date"),
            ),
            (
                "failed",
                "2_warning",
                SQL("ar_delivery"),
                SQL(
                    "state IN ('failed', 'bounced') AND checked.write_date >= %s", week
                ),
                SQL("checked.write_date"),
            ),
            (
                "stuck",
                "3_error",
                SQL("ar_delivery"),
                SQL("state = 'handing_over' AND checked.write_date < %s", hour),
                SQL("checked.write_date"),
            ),
            (
                "unassigned",
                "2_warning",
                SQL("ar_claim"),
                SQL(
                    """state = 'open' AND procedure_id IS NULL AND date_due < %s
                       AND principal_claim_id IS NULL""",
                    on,
                ),
                SQL("date_due"),
            ),
            (
                "levels",
                "3_error",
                SQL("ar_claim"),
                SQL(
                    """level_line_id IS NOT NULL AND NOT EXISTS (
                       SELECT FROM ar_dunning_notice_line line
                        WHERE line.id = level_line_id AND line.state = 'dispatched'
                          AND line.claim_id = checked.id
                          AND line.level_key = checked.level_key
                          AND line.effective_on
                              IS NOT DISTINCT FROM checked.effective_on)"""
                ),
                SQL("dispatched_on"),
            ),
            (
                "booking",
                "3_error",
                SQL("ar_claim_cost"),
                SQL("booking_error IS NOT NULL AND state IN ('claimed', 'posted')"),
                SQL("claimed_on"),
            ),
            (
                "letters",
                "2_warning",
                SQL("ar_print_batch"),
                SQL("state = 'open' AND checked.create_date < %s", late),
                SQL("checked.create_date"),
            ),
            (
                # Their batch is off everybody's list: nobody would post them any more.
                "stranded",
                "3_error",
                SQL("ar_delivery"),
                SQL(
                    """state = 'printed' AND EXISTS (
                       SELECT FROM ar_print_batch batch
                        WHERE batch.id = checked.print_batch_id
                          AND batch.state = 'posted')"""
                ),
                SQL("checked.write_date"),
            ),
        )

    def _sql_counts(self, on, visible):
        """Queries of the checks that count rows."""
        return [
            SQL(
                """
                SELECT company.id, %(code)s,
                       CASE WHEN found.number > 0 THEN %(state)s ELSE '1_ok' END,
                       COALESCE(found.number, 0)::int, found.since
                  FROM res_company company
                  LEFT JOIN (
                       SELECT company_id, COUNT(*) AS number,
                              MIN(%(day)s)::date AS since
                         FROM %(table)s checked
                         JOIN res_company patience ON patience.id = checked.company_id
                        WHERE %(condition)s AND %(visible)s
                        GROUP BY company_id
                  ) found ON found.company_id = company.id
                """,
                code=code,
                state=state,
                table=table,
                condition=condition,
                visible=visible,
                day=day,
            )
            for code, state, table, condition, day in self._counted(on)
        ]
