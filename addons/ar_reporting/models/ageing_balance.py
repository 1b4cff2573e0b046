from dataclasses import dataclass
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL


@dataclass(frozen=True, slots=True)
class AgeingBalance:
    """The proof for one account and currency of a company on a day.

    aged + elsewhere = balance, in the currency and in company currency. `elsewhere`
    is what items of this account and currency were matched with items of another
    account, currency or company.
    """

    company_id: int
    account_id: int
    currency_id: int
    aged: Decimal
    elsewhere: Decimal
    balance: Decimal
    aged_company: Decimal
    elsewhere_company: Decimal
    balance_company: Decimal

    @property
    def agrees(self):
        """Whether ageing and ledger are the same to the cent."""
        return (
            self.aged + self.elsewhere == self.balance
            and self.aged_company + self.elsewhere_company == self.balance_company
        )


class AgeingBalances(models.Model):
    """Proves that the ageing of a day adds up to the posted balance of that day."""

    _inherit = "ar.ageing"

    @api.model
    def _balances(self):
        """Return an AgeingBalance per company, account and currency.

        Balance and ageing are computed apart. Accounts with entries that the reader
        may not see are left out: less would not add up, and the balance would tell of
        what is hidden.
        """
        self.check_access("read")
        on = self._as_of()
        key = ["company_id", "account_id", "currency_id"]
        amounts = ["amount_residual:sum", "amount_residual_company:sum"]
        aged = {
            tuple(one.id for one in keys): sums
            for *keys, sums in (
                (*row[:3], row[3:]) for row in self._read_group([], key, amounts)
            )
        }
        return [
            self._balance(row, aged.get(row[:3], (0.0, 0.0)))
            for row in self.env.execute_query(self._sql_balances(on))
        ]

    @api.model
    def _balance(self, row, aged):
        company_id, account_id, currency_id = row[:3]
        elsewhere, balance, elsewhere_company, balance_company = map(exact, row[3:])
        currency = self.env["res.currency"].browse(currency_id)
        company = self.env["res.company"].browse(company_id)
        return AgeingBalance(
            company_id=company_id,
            account_id=account_id,
            currency_id=currency_id,
            aged=exact(currency.round(aged[0])),
            elsewhere=elsewhere,
            balance=balance,
            aged_company=exact(company.currency_id.round(aged[1])),
            elsewhere_company=elsewhere_company,
            balance_company=balance_company,
        )

    @api.model
    def _sql_balances(self, on):
        """Return posted balances and what was matched elsewhere, up to a day."""
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        return SQL(
            """
            WITH item AS MATERIALIZED (
                SELECT line.id, line.company_id, line.account_id, line.currency_id,
                       line.amount_currency, line.balance,
                       line.ar_access_group_id
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                 WHERE account.account_type = 'asset_receivable'
                   AND line.parent_state = 'posted'
                   AND line.date <= %(on)s
                   AND line.company_id IN %(companies)s
            ), crossing AS (
                SELECT partial.*
                  FROM account_partial_reconcile partial
                  LEFT JOIN item debit ON debit.id = partial.debit_move_id
                  LEFT JOIN item credit ON credit.id = partial.credit_move_id
                 WHERE partial.max_date <= %(on)s
                   AND (debit.company_id, debit.account_id, debit.currency_id)
                       IS DISTINCT FROM
                       (credit.company_id, credit.account_id, credit.currency_id)
            ), crossed AS (
                SELECT item.company_id, item.account_id, item.currency_id,
                       SUM(matched.amount_currency) AS amount_currency,
                       SUM(matched.amount) AS amount
                  FROM (
                    SELECT debit_move_id AS item_id, amount,
                           debit_amount_currency AS amount_currency
                      FROM crossing
                    UNION ALL
                    SELECT credit_move_id, -amount, -credit_amount_currency
                      FROM crossing
                  ) matched
                  JOIN item ON item.id = matched.item_id
                 GROUP BY 1, 2, 3
            )
            SELECT company_id, account_id, currency_id,
                   COALESCE(MAX(crossed.amount_currency), 0),
                   SUM(item.amount_currency),
                   COALESCE(MAX(crossed.amount), 0),
                   SUM(item.balance)
              FROM item
              LEFT JOIN crossed USING (company_id, account_id, currency_id)
             GROUP BY company_id, account_id, currency_id
            HAVING bool_and(ar_access_group_id IS NULL
                            OR ar_access_group_id = ANY(%(groups)s) OR %(all)s)
             ORDER BY company_id, account_id, currency_id
            """,
            on=on,
            companies=tuple(self.env.companies.ids),
            groups=self.env.user.all_group_ids.ids,
            all=self.env.su,
        )


def exact(amount):
    """Return an amount of money as the number that is written, not its float."""
    return Decimal(str(amount)).quantize(Decimal("0.000001"))
