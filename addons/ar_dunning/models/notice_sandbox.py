from odoo import api, fields, models
from odoo.tools import SQL


class NoticeSandbox(models.Model):
    """Takes the notices of a test phase back when a company goes live."""

    _inherit = "ar.dunning.notice"

    @api.model
    def _withdraw_sandbox(self, companies):
        """Withdraw all test notices of these companies; their levels start clean.

        What was sent stays as evidence. Proposals made in the test rest on levels that
        nobody was really told: they are cancelled. Set-based, a constant number of
        statements.
        """
        if not companies:
            return
        self.env.flush_all()
        scope = tuple(companies.ids)
        runs = self._close_sandbox_notices(scope)
        claims = self._close_sandbox_lines(scope)
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_delivery delivery SET state = 'withdrawn'
                  FROM ar_dunning_notice notice
                 WHERE notice.id = delivery.notice_id
                   AND notice.company_id IN %s AND notice.cancel_code = 'sandbox'
                   AND delivery.state IN ('ready', 'printed')
                RETURNING delivery.id
                """,
                scope,
            )
        )
        self._close_sandbox_work(scope, runs)
        self.env.invalidate_all()
        self.env["ar.claim.cost"]._withdraw_sandbox(companies)
        self.env["ar.claim"].browse(claims)._project_levels()

    @api.model
    def _close_sandbox_notices(self, companies):
        """End the notices and the runs that have none left; return those runs' ids."""
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE ar_dunning_notice
                   SET state = CASE state WHEN 'dispatched' THEN 'withdrawn'
                                    ELSE 'cancelled' END,
                       cancel_code = 'sandbox'
                 WHERE company_id IN %s
                   AND (state IN ('proposed', 'approved')
                        OR (state = 'dispatched' AND sandbox))
                RETURNING run_id
                """,
                companies,
            )
        )
        runs = list({row[0] for row in rows if row[0]})
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_dunning_run run SET state = 'undone'
                 WHERE run.id = ANY(%s)
                   AND NOT EXISTS (
                       SELECT FROM ar_dunning_notice notice
                        WHERE notice.run_id = run.id
                          AND notice.state IN ('proposed', 'approved', 'dispatched'))
                RETURNING run.id
                """,
                runs,
            )
        )
        return runs

    @api.model
    def _close_sandbox_lines(self, companies):
        """End the lines of the ended notices; return the ids of their claims."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH ended AS (
                    UPDATE ar_dunning_notice_line line
                       SET state = notice.state, cancel_code = 'sandbox'
                      FROM ar_dunning_notice notice
                     WHERE notice.id = line.notice_id
                       AND notice.company_id IN %(companies)s
                       AND notice.cancel_code = 'sandbox'
                       AND line.state IN ('proposed', 'approved', 'dispatched')
                    RETURNING line.claim_id, line.company_id, line.access_group_id,
                              line.role, line.state, line.level_id
                ), told AS (
                    INSERT INTO ar_claim_event (
                           claim_id, company_id, access_group_id, kind,
                           old_value, on_date, user_id, create_uid, create_date,
                           write_uid, write_date)
                    SELECT ended.claim_id, ended.company_id, ended.access_group_id,
                           'withdrawn', level.name->>'en_US', %(audit)s
                      FROM ended
                      LEFT JOIN ar_dunning_level level ON level.id = ended.level_id
                     WHERE ended.role = 'claimed' AND ended.state = 'withdrawn'
                )
                SELECT DISTINCT claim_id FROM ended
                """,
                companies=companies,
                audit=self.env["ar.claim"]._sql_event_audit(SQL("ended.company_id")),
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _close_sandbox_work(self, companies, runs):
        """Dismiss the work that only the test notices gave."""
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_work_item item
                   SET state = 'dismissed', done_on = %(now)s, done_by_id = %(user)s
                 WHERE item.state = 'open' AND item.company_id IN %(companies)s
                   AND (item.notice_id IN (
                            SELECT id FROM ar_dunning_notice notice
                             WHERE notice.company_id IN %(companies)s
                               AND notice.cancel_code = 'sandbox')
                        OR (item.run_id = ANY(%(runs)s)
                            AND item.kind = 'approve_run'))
                RETURNING item.id
                """,
                now=fields.Datetime.now(),
                user=self.env.uid,
                companies=companies,
                runs=runs,
            )
        )
