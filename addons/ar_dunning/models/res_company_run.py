from odoo import fields, models


class ResCompany(models.Model):
    """What a company wants to look at before a run leaves."""

    _inherit = "res.company"

    ar_exception_amount = fields.Monetary(
        string="Look at notices above",
        help="Notices above this amount are marked in the proposal and left out of "
        "“Approve the ordinary ones”; automatic ones wait for a person as well. Zero: "
        "no limit.",
    )
    ar_exception_category_ids = fields.Many2many(
        "res.partner.category",
        "ar_company_exception_category_rel",
        "company_id",
        "category_id",
        string="Look at debtors with the tag",
        help="Notices to partners with one of these tags are marked in the proposal; "
        "automatic ones wait for a person as well.",
    )
    ar_exception_first = fields.Boolean(
        string="First of its kind, new address",
        help="The first notices of a level, and those to an address that nothing was "
        "sent to before, wait for a person even when the level is automatic. A new "
        "version of a procedure does not make its levels new.",
    )
    ar_letter_cost = fields.Monetary(
        string="Cost of a letter", help="Postage, print and handling of one letter."
    )
    ar_email_cost = fields.Monetary(string="Cost of an e-mail")
    ar_person_cost = fields.Monetary(
        string="Cost of a task", help="What one call or visit by a person costs."
    )

    def _ar_channel_costs(self):
        """Return {channel: cost of one delivery, company currency}. For extension."""
        self.ensure_one()
        return {
            "letter": self.ar_letter_cost,
            "email": self.ar_email_cost,
            "person": self.ar_person_cost,
        }
