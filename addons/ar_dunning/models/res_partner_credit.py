from odoo import api, models
from odoo.tools import SQL

_ACCOUNT_TYPES = ["asset_receivable", "liability_payable"]
_COMPARISONS = {sign: SQL(sign) for sign in ("<", "=", ">", ">=", "<=")}


class PartnerCredit(models.Model):
    """Odoo's totals of a contact, per reader.

    What is restricted to a group counts for its members alone: otherwise the total
    receivable, its filter and the warning of the credit limit would tell of it.
    """

    _inherit = "res.partner"

    @api.depends_context("uid", "company")
    def _credit_debit_get(self):
        result = super()._credit_debit_get()
        for partner_id, kind, amount in self._hidden_residuals():
            partner = self.browse(partner_id)
            if kind == "asset_receivable":
                partner.credit -= amount
            else:
                partner.debit += amount
        return result

    def _hidden_residuals(self):
        """Return (partner id, type of account, open amount) of what is not seen."""
        hidden = self.env["ar.claim.type"]._hidden_group_ids()
        if not hidden or not self.ids:
            return []
        self.env["account.move.line"].flush_model(
            ["amount_residual", "parent_state", "partner_id", "reconciled"]
        )
        return self.env.execute_query(
            SQL(
                """
                SELECT line.partner_id, account.account_type,
                       SUM(line.amount_residual)
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_company company ON company.id = line.company_id
                 WHERE line.partner_id = ANY(%(partners)s)
                   AND line.ar_access_group_id = ANY(%(hidden)s)
                   AND line.reconciled IS NOT TRUE AND line.parent_state = 'posted'
                   AND account.account_type = ANY(%(types)s)
                   AND split_part(company.parent_path, '/', 1)::int = %(root)s
                 GROUP BY 1, 2
                """,
                partners=self.ids,
                hidden=list(hidden),
                types=_ACCOUNT_TYPES,
                root=self.env.company.root_id.id,
            )
        )

    def _asset_difference_search(self, account_type, operator, operand):
        hidden = self.env["ar.claim.type"]._hidden_group_ids()
        if (
            not hidden
            or operator not in _COMPARISONS
            or not isinstance(operand, (int, float))
        ):
            return super()._asset_difference_search(account_type, operator, operand)
        self.env["account.move.line"].flush_model()
        found = self.env.execute_query(
            SQL(
                """
                SELECT line.partner_id
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_company company ON company.id = line.company_id
                 WHERE line.partner_id IS NOT NULL AND account.active
                   AND (line.ar_access_group_id IS NULL
                        OR NOT line.ar_access_group_id = ANY(%(hidden)s))
                   AND line.parent_state = 'posted'
                   AND account.account_type = %(type)s
                   AND split_part(company.parent_path, '/', 1)::int = %(root)s
                 GROUP BY line.partner_id
                HAVING %(sign)s * COALESCE(SUM(line.amount_residual), 0)
                       %(comparison)s %(operand)s
                """,
                hidden=list(hidden),
                type=account_type,
                root=self.env.company.root_id.id,
                sign=-1 if account_type == "liability_payable" else 1,
                comparison=_COMPARISONS[operator],
                operand=operand,
            )
        )
        return [("id", "in", [row[0] for row in found])]
