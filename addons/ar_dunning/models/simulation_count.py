from odoo import api, models
from odoo.tools import SQL


class SimulationCount(models.Model):
    """Counts on the copies what left on a simulated day."""

    _inherit = "ar.simulation"

    @api.model
    def _count_day(self, company, day):
        """Return the values of the lines of one day: per group, level and channel.

        A notice that leaves by several channels, or with copies, is several deliveries,
        each at its cost. Itself, with its claims and their amount, it counts once: by
        the first channel.
        """
        prices = company._ar_channel_costs()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT notice.access_group_id, notice.procedure_id, notice.level_id,
                       COALESCE(delivery.channel, 'none') AS way,
                       COUNT(*) FILTER (WHERE is_main),
                       COALESCE(SUM(notice.claim_count) FILTER (WHERE is_main), 0),
                       COALESCE(SUM(total.amount) FILTER (WHERE is_main), 0),
                       COUNT(delivery.channel),
                       COUNT(*) FILTER (
                           WHERE delivery.channel = 'person' AND delivery.copy = 0)
                  FROM ar_dunning_notice notice
                  JOIN LATERAL (
                    SELECT SUM(CASE WHEN claim.amount_original = 0 THEN 0
                               ELSE line.amount_open * claim.amount_original_company
                                    / claim.amount_original END) AS amount
                      FROM ar_dunning_notice_line line
                      JOIN ar_claim claim ON claim.id = line.claim_id
                     WHERE line.notice_id = notice.id AND line.role = 'claimed'
                       AND line.state = 'dispatched'
                  ) total ON TRUE
                  LEFT JOIN LATERAL (
                    SELECT channel, copy, row_number() OVER (
                               ORDER BY copy, channel <> notice.channel, id) AS place
                      FROM ar_delivery
                     WHERE notice_id = notice.id AND attempt = 1
                  ) delivery ON TRUE
                 CROSS JOIN LATERAL (
                    SELECT delivery.place IS NULL OR delivery.place = 1 AS is_main
                  ) counted
                 WHERE notice.company_id = %s AND notice.state = 'dispatched'
                   AND notice.date = %s AND notice.kind = 'dunning' AND %s
                 GROUP BY 1, 2, 3, 4
                """,
                company.id,
                day,
                self._sql_simulated(),
            )
        )
        return [
            {
                "date": day,
                "access_group_id": group,
                "procedure_id": procedure,
                "level_id": level,
                "channel": channel,
                "notices": notices,
                "claims": claims,
                "calls": calls,
                "amount": amount,
                "deliveries": deliveries,
                "cost": deliveries * prices.get(channel, 0.0),
            }
            for (
                group,
                procedure,
                level,
                channel,
                notices,
                claims,
                amount,
                deliveries,
                calls,
            ) in rows
        ]

    @api.model
    def _sql_simulated(self):
        """Condition on `notice`: the simulation sent it; it had not really left."""
        return SQL(
            """
            NOT EXISTS (
                SELECT FROM public.ar_dunning_notice already
                 WHERE already.id = notice.id AND already.date = notice.date
                   AND already.state = 'dispatched')
            """
        )

    @api.model
    def _steps_of(self, day):
        """Return the steps (see `_simulate_days`) of what left on a day."""
        return {
            (claim_id, level_key, occurrence, day)
            for claim_id, level_key, occurrence in self.env.execute_query(
                SQL(
                    """
                    SELECT line.claim_id, line.level_key, line.occurrence
                      FROM ar_dunning_notice_line line
                      JOIN ar_dunning_notice notice ON notice.id = line.notice_id
                     WHERE notice.date = %s AND notice.kind = 'dunning' AND %s
                       AND line.role = 'claimed' AND line.state = 'dispatched'
                    """,
                    day,
                    self._sql_simulated(),
                )
            )
        }
