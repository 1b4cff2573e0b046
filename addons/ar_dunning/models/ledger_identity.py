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
                "access_group_id <> ALL(%s)", self.env.user.all_group_ids.ids or [0]
            )
        return SQL(
            """
            WITH item AS (
                SELECT line.id, line.company_id, line.account_id, line.currency_id,
                       line.amount_currency, line.balance,
                       line.amount_residual_currency AS residual,
                       line.amount_residual AS residual_company,
                       line.ar_access_group_id AS access_group_id,
                       claim.id AS claim_id
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  LEFT JOIN ar_claim claim
                         ON claim.line_id = line.id AND claim.state = 'open'
                 WHERE line.parent_state = 'posted'
                   AND account.account_type = 'asset_receivable'
            ), claimed AS (
                SELECT claim.company_id, claim.account_id, claim.currency_id,
                       SUM(line.amount_residual_currency) AS amount,
                       SUM(line.amount_residual) AS amount_company
                  FROM ar_claim claim
                  JOIN account_move_line line ON line.id = claim.line_id
                 WHERE claim.state = 'open'
                 GROUP BY 1, 2, 3
            ), crossed AS (
                SELECT company_id, account_id, currency_id, SUM(amount) AS amount,
                       SUM(amount_company) AS amount_company
                  FROM (
                    SELECT item.company_id, item.account_id, item.currency_id,
                           partial.debit_amount_currency AS amount,
                           partial.amount AS amount_company
                      FROM account_partial_reconcile partial
                      JOIN item ON item.id = partial.debit_move_id
                     WHERE partial.debit_currency_id <> partial.credit_currency_id
                        OR NOT EXISTS (SELECT FROM item other
                                        WHERE other.id = partial.credit_move_id
                                          AND other.account_id = item.account_id)
                    UNION ALL
                    SELECT item.company_id, item.account_id, item.currency_id,
                           -partial.credit_amount_currency, -partial.amount
                      FROM account_partial_reconcile partial
                      JOIN item ON item.id = partial.credit_move_id
                     WHERE partial.debit_currency_id <> partial.credit_currency_id
                        OR NOT EXISTS (SELECT FROM item other
                                        WHERE other.id = partial.debit_move_id
                                          AND other.account_id = item.account_id)
                  ) matched
                 GROUP BY 1, 2, 3
            ), ledger AS (
                SELECT company_id, account_id, currency_id,
                       SUM(amount_currency) AS balance,
                       SUM(balance) AS balance_company,
                       COALESCE(SUM(residual) FILTER (WHERE residual < 0), 0)
                           AS credits,
                       COALESCE(SUM(residual_company) FILTER (
                           WHERE residual < 0), 0) AS credits_company,
                       COALESCE(SUM(residual) FILTER (
                           WHERE residual >= 0 AND claim_id IS NULL), 0) AS excluded,
                       COALESCE(SUM(residual_company) FILTER (
                           WHERE residual >= 0 AND claim_id IS NULL), 0)
                           AS excluded_company,
                       COALESCE(bool_or(%(hidden)s), FALSE) AS hidden
                  FROM item GROUP BY 1, 2, 3
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
