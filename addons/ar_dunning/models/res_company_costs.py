import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_YEAR = re.compile("[12][0-9]{3}")
_YEARS_OF_PROOF = 2


class ResCompany(models.Model):
    """What a company has to say about itself for its costs."""

    _inherit = "res.company"

    ar_cost_policy_ids = fields.One2many(
        "ar.cost.policy", "company_id", string="Costs and interest"
    )
    ar_letter_postage = fields.Monetary(
        string="Postage of a letter",
        help="What a letter costs to send; some laws let the creditor ask it back.",
    )
    ar_waive_amount = fields.Monetary(
        string="Collectors waive up to",
        help="Costs and interest that a collector may give up without an approver.",
    )
    ar_small_creditor_year = fields.Char(
        string="Small or medium-sized since the accounts of",
        size=4,
        help="Year of the accounts that show that the company meets the criteria of "
        "the law; it counts until the end of the second year after it. Empty: the "
        "company does not use the options for small creditors.",
    )

    _ar_costs_positive = models.Constraint(
        "CHECK (ar_letter_postage >= 0 AND ar_waive_amount >= 0)",
        "Postage, and what collectors may waive, is never below zero.",
    )

    @api.constrains("ar_small_creditor_year")
    def _check_ar_small_creditor_year(self):
        for company in self.filtered("ar_small_creditor_year"):
            year = company.ar_small_creditor_year
            if not _YEAR.fullmatch(year) or int(year) > company._ar_today().year:
                raise ValidationError(
                    self.env._(
                        "“%s” is no year of accounts: write it as 2025, or leave it "
                        "empty.",
                        year,
                    )
                )

    def _ar_env(self):
        """Return the environment in which the ledger of the company is written.

        In its own language, whoever books.
        """
        self.ensure_one()
        return self.with_context(lang=self.partner_id.lang or self.env.lang).env

    def _ar_is_small_creditor(self):
        """Whether the company uses the options of the law for small creditors.

        Accounts that are older than two years prove nothing any more.
        """
        self.ensure_one()
        year = self.sudo().ar_small_creditor_year
        known = _YEAR.fullmatch(year or "")
        return bool(known) and self._ar_today().year - int(year) <= _YEARS_OF_PROOF
