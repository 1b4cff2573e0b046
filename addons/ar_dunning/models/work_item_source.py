from odoo import api, models
from odoo.tools import SQL


class WorkItemSource(models.Model):
    """Puts on the work list what a run or the sync could not solve by itself."""

    _inherit = "ar.work.item"

    @api.model
    def _raise_from_runs(self, runs):
        """List unreachable debtors and claims without a procedure; settle the past.

        Set-based: a fixed number of statements, however many debtors there are.
        """
        if not runs:
            return
        self.env.flush_all()
        self._insert_unreachable(runs)
        self._settle_reachable(runs)
        for company, same_company in runs.grouped("company_id").items():
            self._list_unassigned(company, same_company)
        self.env.invalidate_all()

    @api.model
    def _insert_unreachable(self, runs):
        """One item per debtor whom no channel reaches, over all his claims.

        A level that may be skipped (a friendly notice by e-mail only) is no work.
        """
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_work_item (
                       company_id, access_group_id, kind, debtor_id, amount,
                       currency_id, points, due_on, state, dedup_key,
                       create_uid, create_date, write_uid, write_date)
                SELECT exclusion.company_id, exclusion.access_group_id, 'no_channel',
                       exclusion.debtor_id, SUM(exclusion.amount),
                       exclusion.currency_id, 40, MAX(run.date), 'open',
                       concat_ws('/', 'no_channel', exclusion.company_id,
                                 exclusion.debtor_id, exclusion.currency_id,
                                 exclusion.access_group_id), %(audit)s
                  FROM ar_dunning_exclusion exclusion
                  JOIN ar_dunning_run run ON run.id = exclusion.run_id
                  JOIN ar_dunning_level level ON level.id = exclusion.level_id
                 WHERE exclusion.run_id IN %(runs)s AND exclusion.code = 'no_channel'
                   AND level.mandatory
                 GROUP BY exclusion.company_id, exclusion.access_group_id,
                          exclusion.debtor_id, exclusion.currency_id
                    ON CONFLICT DO NOTHING
                RETURNING id
                """,
                audit=self.env["ar.claim"]._sql_audit(),
                runs=tuple(runs.ids),
            )
        )

    @api.model
    def _settle_reachable(self, runs):
        """Close the items of debtors whom this evaluation could reach again."""
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_work_item item
                   SET state = 'done', done_on = now() AT TIME ZONE 'UTC'
                 WHERE item.kind = 'no_channel' AND item.state = 'open'
                   AND item.company_id IN %(companies)s
                   AND NOT EXISTS (
                       SELECT FROM ar_dunning_exclusion exclusion
                        WHERE exclusion.run_id IN %(runs)s
                          AND exclusion.code = 'no_channel'
                          AND exclusion.debtor_id = item.debtor_id)
                RETURNING item.id
                """,
                companies=tuple(runs.company_id.ids),
                runs=tuple(runs.ids),
            )
        )

    @api.model
    def _list_unassigned(self, company, runs):
        """One item per company and group while claims lack a procedure."""
        counts = {
            group.id: count
            for group, count in self.env["ar.dunning.exclusion"]._read_group(
                [("run_id", "in", runs.ids), ("code", "=", "no_procedure")],
                ["access_group_id"],
                ["__count"],
            )
        }
        keys = {
            run.access_group_id.id: f"no_procedure/{company.id}/"
            f"{run.access_group_id.id or 0}"
            for run in runs
        }
        self._settle_items(
            [key for group, key in keys.items() if not counts.get(group)]
        )
        self._raise_items(
            [
                {
                    "kind": "no_procedure",
                    "company_id": company.id,
                    "access_group_id": group,
                    "points": 50,
                    "due_on": runs[:1].date,
                    "note": self.env._(
                        "Overdue claims without a procedure: %s. Add a segment that "
                        "matches them, or choose a procedure by hand.",
                        count,
                    ),
                    "dedup_key": keys[group],
                }
                for group, count in counts.items()
            ]
        )

    @api.model
    def _list_ownerless(self, company):
        """One item per company while receivable items have no partner."""
        [[count, amount]] = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*), COALESCE(SUM(line.amount_residual), 0)
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                 WHERE line.company_id = %s
                   AND line.partner_id IS NULL
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.amount_residual > 0
                   AND account.account_type = 'asset_receivable'
                """,
                company.id,
            )
        )
        key = f"missing_partner/{company.id}"
        if not count:
            self._settle_items([key])
            return
        self._raise_items(
            [
                {
                    "kind": "missing_partner",
                    "company_id": company.id,
                    "amount": amount,
                    "currency_id": company.currency_id.id,
                    "points": 50,
                    "due_on": company._ar_today(),
                    "note": self.env._(
                        "%s posted receivable items have no partner, so nobody can be "
                        "reminded: enter the partner on the journal item.",
                        count,
                    ),
                    "dedup_key": key,
                }
            ]
        )
