from odoo import api, models
from odoo.tools import SQL


class EvaluationLedger(models.AbstractModel):
    """What holds for a whole company or debtor today: bank data, days, stops."""

    _inherit = "ar.evaluation"

    @api.model
    def _company_sources(self, company, on, partner_ids=None):
        """Queries (claim_id, rank, blocker) over `fact`, beside `_blocker_sources`.

        What is asked once for the company is asked here; a query is only added where
        there is something to say.
        """
        sources = [
            self._sql_bank_payments(company),
            self._sql_net_credit(company, partner_ids),
        ]
        opens = company._ar_sending_day(on)
        if opens != on:
            sources.append(
                SQL(
                    "SELECT claim_id, 21, %s FROM fact WHERE level_kind = 'notice'",
                    f"closed_day|{opens or ''}",
                )
            )
        stale = company._ar_stale_journals(on)
        if stale:
            sources.append(
                SQL(
                    """SELECT claim_id, 53, %s FROM fact
                        WHERE next_phase <> 'proactive'""",
                    f"stale_bank||{', '.join(stale.mapped('name')).replace('|', '/')}",
                )
            )
        stops = company._ar_stops()
        if stops:
            sources.append(self._sql_stops(stops))
        return sources

    @api.model
    def _sql_stops(self, stops):
        """What a kill switch keeps back: everything, or what uses its channel."""
        everything = stops.filtered(lambda stop: not stop.channel)
        if everything:
            return SQL(
                "SELECT claim_id, 14, %s FROM fact", _stopped(everything[0].reason)
            )
        return SQL(
            "SELECT claim_id, 14, %s FROM fact WHERE channels && %s::text[]",
            _stopped(stops[0].reason),
            stops.mapped("channel"),
        )

    @api.model
    def _sql_bank_payments(self, company):
        """Money that has arrived or is under way and is not booked on claims yet."""
        return SQL(
            """
            SELECT fact.claim_id, 52, 'payment_in_progress||bank'
              FROM fact
             WHERE (fact.partner_id, COALESCE(fact.access_group_id, 0)) IN (
                SELECT COALESCE(payer.commercial_partner_id, payer.id),
                       audience.id
                  FROM account_bank_statement_line line
                  JOIN account_move move
                    ON move.id = line.move_id AND move.state = 'posted'
                  JOIN res_partner payer ON payer.id = line.partner_id
                  JOIN res_company company ON company.id = line.company_id
                  JOIN %(audiences)s
                    ON COALESCE(move.ar_access_group_id, 0) IN (0, audience.id)
                 WHERE line.is_reconciled IS NOT TRUE AND line.amount > 0
                   AND company.parent_path LIKE %(tree)s
                 UNION ALL
                -- A payment with an entry is a credit on the receivable account.
                SELECT COALESCE(payer.commercial_partner_id, payer.id),
                       audience.id
                  FROM account_payment payment
                  JOIN res_partner payer ON payer.id = payment.partner_id
                  JOIN res_company company ON company.id = payment.company_id
                  JOIN %(audiences)s
                    ON COALESCE(payment.ar_access_group_id, 0) IN (0, audience.id)
                 WHERE payment.state = 'in_process' AND payment.move_id IS NULL
                   AND payment.payment_type = 'inbound'
                   AND company.parent_path LIKE %(tree)s)
            """,
            tree=f"{company.root_id.id}/%",
            audiences=self._sql_audiences(),
        )

    @api.model
    def _sql_net_credit(self, company, partner_ids=None):
        """Debtors who owe nothing on balance, over all accounts and currencies.

        In company currency. Claims that credits cover anyway say that instead. What is
        restricted counts for claims of the same group alone.
        """
        return SQL(
            """
            SELECT fact.claim_id, 54, 'net_credit'
              FROM fact
             WHERE fact.covered < fact.residual
               AND (fact.partner_id, COALESCE(fact.access_group_id, 0)) IN (
                SELECT COALESCE(partner.commercial_partner_id, partner.id), audience.id
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                   AND account.account_type = 'asset_receivable'
                  JOIN res_company company ON company.id = line.company_id
                   AND company.parent_path LIKE %(tree)s
                  JOIN res_partner partner ON partner.id = line.partner_id
                  JOIN %(audiences)s
                    ON COALESCE(line.ar_access_group_id, 0) IN (0, audience.id)
                 WHERE line.reconciled IS NOT TRUE AND line.parent_state = 'posted'
                   -- Found once: few debtors have a credit.
                   AND partner.commercial_partner_id = ANY(ARRAY(
                       SELECT DISTINCT creditor.commercial_partner_id
                         FROM account_move_line credit
                         JOIN account_account receivable
                           ON receivable.id = credit.account_id
                          AND receivable.account_type = 'asset_receivable'
                         JOIN res_partner creditor ON creditor.id = credit.partner_id
                        WHERE credit.reconciled IS NOT TRUE
                          AND credit.parent_state = 'posted'
                          AND credit.amount_residual < 0
                          AND %(narrow)s))
                 GROUP BY 1, 2
                HAVING SUM(line.amount_residual) <= 0)
            """,
            tree=f"{company.root_id.id}/%",
            audiences=self._sql_audiences(),
            narrow=self._sql_of_debtors(SQL("credit.partner_id"), partner_ids),
        )

    @api.model
    def _sql_audiences(self):
        """Relation `audience (id)`: everybody (0), and each restricted group."""
        return SQL(
            "unnest(%s::int[]) AS audience (id)",
            [0, *self.env["ar.claim.type"]._access_group_ids()],
        )

    @api.model
    def _sql_cover_apart(self, company, partner_ids):
        """Virtual matching where claims are restricted: nobody learns of them by it.

        Credits of a restricted group cover its own claims alone. Other credits cover
        the claims that all may see first; what they leave covers restricted ones.
        """
        return SQL(
            """
            WITH credit AS MATERIALIZED (%(credits)s),
            owing AS MATERIALIZED (%(owing)s),
            own AS (
                SELECT claim.*, GREATEST(0, LEAST(claim.residual,
                       COALESCE(credit.amount, 0) - SUM(claim.residual) OVER (
                           PARTITION BY claim.partner_id, claim.account_id,
                                        claim.currency_id, claim.access_group_id
                           ORDER BY claim.date_due, claim.id) + claim.residual))
                       AS own_cover
                  FROM owing claim
                  LEFT JOIN credit
                    ON credit.partner_id = claim.partner_id
                   AND credit.account_id = claim.account_id
                   AND credit.currency_id = claim.currency_id
                   AND credit.ar_access_group_id = claim.access_group_id
            ), matched AS (
                SELECT own.*, credit.amount - SUM(residual - own_cover) OVER (
                           PARTITION BY own.partner_id, own.account_id, own.currency_id
                           ORDER BY own.access_group_id IS NOT NULL, own.date_due,
                                    own.id) + residual - own_cover AS left_over
                  FROM own
                  LEFT JOIN credit
                    ON credit.partner_id = own.partner_id
                   AND credit.account_id = own.account_id
                   AND credit.currency_id = own.currency_id
                   AND credit.ar_access_group_id IS NULL
            )
            SELECT id AS claim_id, own_cover + GREATEST(0, LEAST(
                       residual - own_cover, COALESCE(left_over, 0))) AS covered
              FROM matched
             WHERE own_cover > 0 OR left_over > 0
            """,
            credits=self._sql_credits(
                company, partner_ids, SQL("line.ar_access_group_id")
            ),
            owing=self._sql_owing(),
        )


def _stopped(reason):
    return f"stopped||{reason.replace('|', '/')}"
