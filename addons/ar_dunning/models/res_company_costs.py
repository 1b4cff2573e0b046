from odoo import fields, models


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
        "the law. Empty: it does not use the options for small creditors.",
    )

    def _ar_is_small_creditor(self):
        """Whether the company uses the options of the law for small creditors."""
        self.ensure_one()
        return bool(self.sudo().ar_small_creditor_year)
