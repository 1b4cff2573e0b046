from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..rules.small_balance import Tolerance


class CompanySmallBalance(models.Model):
    """Up to what rests of claims are given up, and how that is booked."""

    _inherit = "res.company"

    ar_small_amount = fields.Monetary(
        string="Small up to",
        default=5.0,
        help="Rests up to this amount may be written off, and no costs are charged for "
        "them; 0: nothing may.",
    )
    ar_small_share = fields.Float(
        string="And up to (%)",
        default=20.0,
        help="At most this part of the original amount; 0: any part.",
    )
    ar_small_collector_amount = fields.Monetary(
        string="Collectors alone up to",
        default=1.0,
        help="Above this amount an approver writes off.",
    )
    ar_small_days = fields.Integer(
        string="After days",
        default=30,
        help="Rests that are overdue for so many days are proposed together.",
    )
    ar_small_account_id = fields.Many2one(
        "account.account",
        string="Write-off account",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_other', 'income_other', "
        "'expense_direct_cost'))]",
        help="Cost account that small balances are booked on.",
    )
    ar_small_journal_id = fields.Many2one(
        "account.journal",
        string="Write-off journal",
        check_company=True,
        domain="[('type', '=', 'general')]",
        help="Claims of restricted types are booked in their own journal, which the "
        "same people see.",
    )

    _ar_small_positive = models.Constraint(
        "CHECK (ar_small_amount >= 0 AND ar_small_share BETWEEN 0 AND 100 "
        "AND ar_small_collector_amount >= 0 AND ar_small_days >= 0)",
        "Amounts and days cannot be negative, and a share goes from 0 to 100.",
    )

    def _ar_small_tolerance(self):
        """Return the limits as the rule wants them."""
        self.ensure_one()
        return Tolerance(
            amount=Decimal(f"{self.ar_small_amount:.2f}"),
            share=Decimal(f"{self.ar_small_share:.2f}"),
            collector=Decimal(f"{self.ar_small_collector_amount:.2f}"),
        )

    def _ar_spares_costs(self):
        """Return a function that tells what of a claim is too little to charge for.

        (rest, original amount, id of their currency) -> whether nothing is charged for
        what is left. The limits are amounts of the company: in another currency no rest
        is small.
        """
        self.ensure_one()
        tolerance, currency_id = self._ar_small_tolerance(), self.currency_id.id
        return lambda rest, original, currency: (
            currency == currency_id and tolerance.spares_costs(rest, original)
        )

    def _ar_small_check_settings(self):
        """Refuse to write off while account or journal are missing."""
        for company in self:
            if not company.ar_small_account_id or not company.ar_small_journal_id:
                raise UserError(
                    self.env._(
                        "Choose the account and the journal for small balances of "
                        "%s first: Receivables > Configuration > Settings.",
                        company.name,
                    )
                )
