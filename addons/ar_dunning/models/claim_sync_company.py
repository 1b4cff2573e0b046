from odoo import api, models
from odoo.tools import SQL


class ClaimSyncCompany(models.Model):
    """The nightly look at all claims of a company: mostly there is nothing to do."""

    _inherit = "ar.claim"

    @api.model
    def _sync_companies(self, companies):
        """Bring all claims of the companies in line with the ledger.

        :return: number of new claims.
        """
        self.env.flush_all()
        created = 0
        for company in companies:
            lost, rebooked, differing = self._list_stale(company)
            if lost:
                self._sync_lost(company)
            if rebooked:
                self._sync_rebooked(SQL("claim.id IN (SELECT id FROM ar_stale_claim)"))
            moves = self._moves_to_pair(SQL("move.company_id = %s", company.id))
            if moves:
                self._pair_moves(moves)
            if self._list_new_items(company):
                created += self._sync_new(
                    SQL("line.id IN (SELECT id FROM ar_new_item)")
                )
            if lost or rebooked or differing or moves:
                self._sync_facts(SQL("claim.company_id = %s", company.id))
            self.env["account.move"]._mark_company(company)
        return created

    @api.model
    def _list_stale(self, company):
        """List, in a temporary table, the claims that differ from the ledger.

        :return: how many lost their item, have one of another debtor or account, have
            one with other facts
        """
        self.env.cr.execute("DROP TABLE IF EXISTS ar_stale_claim")
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMP TABLE ar_stale_claim ON COMMIT DROP AS
                SELECT id, lost, rebooked, differing
                  FROM (
                    SELECT claim.id,
                           line.id IS NULL OR line.parent_state <> 'posted' AS lost,
                           line.account_id <> claim.account_id
                           OR partner.commercial_partner_id
                              IS DISTINCT FROM debtor.commercial_partner_id AS rebooked,
                           %(differs)s AS differing
                      FROM ar_claim claim
                      JOIN res_partner debtor ON debtor.id = claim.partner_id
                      LEFT JOIN account_move_line line ON line.id = claim.line_id
                      LEFT JOIN account_move move ON move.id = line.move_id
                      LEFT JOIN res_partner partner ON partner.id = line.partner_id
                     WHERE claim.company_id = %(company)s
                       AND claim.state IN ('open', 'settled')
                  ) seen
                 WHERE lost OR rebooked OR differing
                """,
                differs=self._sql_differs(),
                company=company.id,
            )
        )
        [counts] = self.env.execute_query(
            SQL(
                """SELECT COUNT(*) FILTER (WHERE lost),
                          COUNT(*) FILTER (WHERE rebooked),
                          COUNT(*) FILTER (WHERE differing)
                     FROM ar_stale_claim"""
            )
        )
        return counts

    @api.model
    def _list_new_items(self, company):
        """List, in a temporary table, open items without a claim; return how many.

        Mostly there are none: which have no claim is asked before all else.
        """
        self.env.cr.execute("DROP TABLE IF EXISTS ar_unknown_item, ar_new_item")
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMP TABLE ar_unknown_item ON COMMIT DROP AS
                SELECT line.id
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                 WHERE account.account_type = 'asset_receivable'
                   AND line.company_id = %s
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.amount_currency > 0
                   AND NOT EXISTS (
                       SELECT FROM ar_claim claim WHERE claim.line_id = line.id)
                """,
                company.id,
            )
        )
        if not self.env.cr.rowcount:
            return 0
        self.env.cr.execute("ANALYZE ar_unknown_item")
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMP TABLE ar_new_item ON COMMIT DROP AS
                SELECT line.id %s AND line.id IN (SELECT id FROM ar_unknown_item)
                """,
                self._sql_new_items(),
            )
        )
        count = self.env.cr.rowcount
        if count:
            self.env.cr.execute("ANALYZE ar_new_item")
        return count
