from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL


class ClaimCostsPay(models.Model):
    """Costs and interest paid with money that lies on the account of the debtor."""

    _inherit = "ar.claim"

    def _pay_costs(self, credits, on):
        """Pay costs and interest of this claim with what is open of credit items.

        What is in the ledger already is matched; what is not is booked with the money,
        on the day given.

        :param credits: account.move.line with an open amount in favour of the debtor
        :return: what was paid
        """
        self.ensure_one()
        owed = self._owing({self.id: Decimal(0)}).on(self.id, on)
        # Collectors and the daily cycle match only what the rule decided.
        credits_sudo = credits.sudo()
        free = -sum(credits_sudo.mapped("amount_residual_currency"))
        paid = owed.pay(min(owed.total, Decimal(str(round(free, 2)))))
        if not paid.pieces:
            return Decimal(0)
        shares = self.env["ar.claim.cost.share"]
        items_sudo = credits_sudo.browse(
            shares._items_of([(piece, on) for piece in paid.pieces])
        )
        # One after the other, in the order of the law: each takes what is left.
        for item_sudo in items_sudo:
            open_sudo = credits_sudo.filtered("amount_residual_currency")
            credits_sudo._reconcile_plan([item_sudo + open_sudo])
        self.env["ar.claim.cost"]._follow_items(items_sudo.ids)
        return paid.beside

    @api.model
    def _pay_costs_from_credits(self, company, on):
        """Pay costs with money that is left over once the principal is paid.

        Whoever pays principal and costs in one amount, by whatever way it was booked,
        owes nothing any more without anybody's doing. Money that paid this very claim
        goes to its costs; other money only when the debtor owes no principal on that
        account at all: it may be meant for that, and a person decides. Credit notes pay
        no costs; credits of a restricted type pay claims of it alone.

        :return: number of claims of which costs were paid
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT claim.id, array_agg(credit.id ORDER BY credit.date, credit.id)
                  FROM ar_claim claim
                  JOIN account_move_line credit
                    ON credit.account_id = claim.account_id
                   AND credit.currency_id = claim.currency_id
                   AND credit.company_id = claim.company_id
                   AND credit.reconciled IS NOT TRUE
                   AND credit.parent_state = 'posted'
                   AND credit.amount_residual_currency < 0
                   AND COALESCE(credit.ar_access_group_id, 0)
                       = COALESCE(claim.access_group_id, 0)
                  JOIN res_partner payer ON payer.id = credit.partner_id
                   AND payer.commercial_partner_id = claim.partner_id
                  JOIN account_move entry ON entry.id = credit.move_id
                   AND entry.move_type <> 'out_refund'
                  LEFT JOIN account_move_line item ON item.id = claim.line_id
                 WHERE claim.company_id = %s AND claim.state = 'open'
                   AND claim.amount_costs + claim.amount_interest > 0
                   AND COALESCE(item.amount_residual_currency, 0) = 0
                   AND (EXISTS (
                        SELECT FROM account_partial_reconcile partial
                          JOIN account_move_line money
                            ON money.id = partial.credit_move_id
                         WHERE partial.debit_move_id = claim.line_id
                           AND money.move_id = credit.move_id)
                     OR NOT EXISTS (
                        SELECT FROM ar_claim other
                          JOIN account_move_line owed ON owed.id = other.line_id
                         WHERE other.root_company_id = claim.root_company_id
                           AND other.partner_id = claim.partner_id
                           AND other.account_id = claim.account_id
                           AND other.currency_id = claim.currency_id
                           AND other.principal_claim_id IS NULL
                           AND other.state = 'open'
                           AND owed.amount_residual_currency > 0))
                 GROUP BY claim.id
                 ORDER BY claim.date_due, claim.id
                """,
                company.id,
            )
        )
        paid = 0
        for claim_id, credit_ids in rows:
            # One credit may stand beside several claims: what is left of it counts.
            credits = self.env["account.move.line"].browse(credit_ids)
            open_credits = credits.filtered(
                lambda credit: credit.amount_residual_currency < 0
            )
            if open_credits:
                paid += bool(
                    self.env["ar.claim.cost"]._try_each(
                        self.browse(claim_id),
                        lambda claim, money=open_credits: claim._pay_costs(money, on),
                    )
                )
        return paid

    def _costs_owed(self):
        """Return the costs and interest that these claims owe."""
        return self.cost_share_ids.cost_id.filtered(
            lambda cost: cost.state in ("claimed", "posted")
        )
