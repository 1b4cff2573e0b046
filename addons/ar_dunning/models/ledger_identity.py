from odoo import fields, models
from odoo.tools import SQL


class LedgerIdentity(models.Model):
    """Proof that claims and ledger agree, per company, account and currency.

    claims + unmatched credits + listed exclusions + matched across currencies
    = posted balance of the receivable accounts, to the cent, in both currencies.

    An account with entries of a restricted claim type is shown to the members of its
    group only: less would not add up, and the total would tell of the hidden claims.
    """

    _name = "ar.ledger.identity"
    _description = "Ledger check"
    _auto = False
    _rec_name = "account_id"
    _order = "company_id, account_id, currency_id"

    company_id = fields.Many2one("res.company", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    claims = fields.Monetary(readonly=True, help="Open amount of the claims.")
    credits = fields.Monetary(readonly=True, help="Credits not matched yet.")
    excluded = fields.Monetary(
        readonly=True, help="Open debit items that are not followed up."
    )
    cross_currency = fields.Monetary(
        string="Across currencies",
        readonly=True,
        help="Matched against items in another currency.",
    )
    balance = fields.Monetary(readonly=True, help="Posted balance of the account.")
    difference = fields.Monetary(readonly=True)
    claims_company = fields.Monetary(
        currency_field="company_currency_id", readonly=True
    )
    credits_company = fields.Monetary(
        currency_field="company_currency_id", readonly=True
    )
    excluded_company = fields.Monetary(
        currency_field="company_currency_id", readonly=True
    )
    balance_company = fields.Monetary(
        currency_field="company_currency_id", readonly=True
    )
    difference_company = fields.Monetary(
        currency_field="company_currency_id", readonly=True
    )
    _depends = {
        "account.move.line": ["amount_residual", "amount_residual_currency"],
        "ar.claim": ["line_id", "state"],
    }

    @property
    def _table_query(self):
        """Claims come from ar_claim, the balance from the ledger: computed apart."""
        hidden = SQL("FALSE")
        if not self.env.su:
            hidden = SQL(
                "line.ar_access_group_id <> ALL(%s)",
                self.env.user.all_group_ids.ids or [0],
            )
        return SQL(
            """
            WITH receivable AS MATERIALIZED (
                SELECT id FROM account_account
                 WHERE account_type = 'asset_receivable'
            ), item AS MATERIALIZED (
                -- One look at the ledger beside the claims; what follows is small.
                SELECT line.company_id, line.account_id, line.currency_id,
                       claim.company_id AS claim_company_id,
                       claim.account_id AS claim_account_id,
                       claim.currency_id AS claim_currency_id,
                       claim.id IS NOT NULL AS is_claimed, booked.is_booked,
                       SUM(line.amount_currency) AS balance,
                       SUM(line.balance) AS balance_company,
                       SUM(line.amount_residual_currency) AS residual,
                       SUM(line.amount_residual) AS residual_company,
                       SUM(line.amount_residual_currency) FILTER (
                           WHERE line.amount_residual_currency < 0) AS credits,
                       SUM(line.amount_residual) FILTER (
                           WHERE line.amount_residual_currency < 0) AS credits_company,
                       bool_or(%(hidden)s) AS hidden
                  FROM account_move_line line
                 CROSS JOIN LATERAL (
                       SELECT line.parent_state = 'posted' AND line.account_id = ANY(
                           ARRAY(SELECT id FROM receivable)) AS is_booked) booked
                  LEFT JOIN ar_claim claim
                         ON claim.line_id = line.id AND claim.state = 'open'
                 -- A claim on what is not booked, or elsewhere, is a difference.
                 WHERE booked.is_booked OR claim.id IS NOT NULL
                 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
            ), claimed AS (
                SELECT claim_company_id AS company_id, claim_account_id AS account_id,
                       claim_currency_id AS currency_id, SUM(residual) AS amount,
                       SUM(residual_company) AS amount_company
                  FROM item WHERE is_claimed
                 GROUP BY 1, 2, 3
            ), crossed AS (
                SELECT side.company_id, side.account_id, side.currency_id,
                       SUM(side.amount) AS amount,
                       SUM(side.amount_company) AS amount_company
                  FROM account_partial_reconcile partial
                  JOIN account_move_line debit ON debit.id = partial.debit_move_id
                  JOIN account_move_line credit ON credit.id = partial.credit_move_id
                 CROSS JOIN LATERAL (VALUES
                       (debit.company_id, debit.account_id, debit.currency_id,
                        debit.parent_state, partial.debit_amount_currency,
                        partial.amount),
                       (credit.company_id, credit.account_id, credit.currency_id,
                        credit.parent_state, -partial.credit_amount_currency,
                        -partial.amount)
                       ) AS side (company_id, account_id, currency_id, parent_state,
                                  amount, amount_company)
                  JOIN receivable ON receivable.id = side.account_id
                 WHERE side.parent_state = 'posted'
                   AND (partial.debit_currency_id <> partial.credit_currency_id
                        OR debit.account_id <> credit.account_id
                        OR debit.parent_state <> 'posted'
                        OR credit.parent_state <> 'posted')
                 GROUP BY 1, 2, 3
            ), ledger AS (
                SELECT company_id, account_id, currency_id, SUM(balance) AS balance,
                       SUM(balance_company) AS balance_company,
                       COALESCE(SUM(credits), 0) AS credits,
                       COALESCE(SUM(credits_company), 0) AS credits_company,
                       COALESCE(SUM(residual - COALESCE(credits, 0)) FILTER (
                           WHERE NOT is_claimed), 0) AS excluded,
                       COALESCE(SUM(residual_company - COALESCE(credits_company, 0))
                           FILTER (WHERE NOT is_claimed), 0) AS excluded_company,
                       COALESCE(bool_or(hidden), FALSE) AS hidden
                  FROM item WHERE is_booked
                 GROUP BY 1, 2, 3
            ), checked AS (
            SELECT ROW_NUMBER() OVER (
                       ORDER BY company_id, account_id, currency_id) AS id,
                   company_id, account_id, currency_id,
                   COALESCE(claimed.amount, 0) AS claims, credits, excluded,
                   COALESCE(crossed.amount, 0) AS cross_currency, balance,
                   balance - COALESCE(claimed.amount, 0) - credits - excluded
                   - COALESCE(crossed.amount, 0) AS difference,
                   COALESCE(claimed.amount_company, 0) AS claims_company,
                   credits_company, excluded_company, balance_company,
                   balance_company - COALESCE(claimed.amount_company, 0)
                   - credits_company - excluded_company
                   - COALESCE(crossed.amount_company, 0) AS difference_company,
                   hidden
              FROM ledger
              LEFT JOIN claimed USING (company_id, account_id, currency_id)
              LEFT JOIN crossed USING (company_id, account_id, currency_id)
            )
            SELECT * FROM checked WHERE NOT hidden
            """,
            hidden=hidden,
        )
