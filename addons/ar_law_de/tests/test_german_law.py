from datetime import date

from odoo.tests import tagged

from odoo.addons.ar_dunning.tests.law_common import LawCommon


@tagged("post_install", "-at_install", "ar")
class TestGermanLaw(LawCommon):
    """Default begins with the reminder: what it claims at once it only announces."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        germany = cls.env.ref("base.de")
        cls.company.write(
            {
                "country_id": germany.id,
                "account_fiscal_country_id": germany.id,
                "ar_legal_calendar_id": False,
            }
        )

    @classmethod
    def default_levels(cls):
        return [{"level_key": "reminder", "offset_days": 10, "cost_action": "claim"}]

    def test_an_enterprise_is_told_before_it_owes(self):
        self.policy("fixed_amount")
        self.policy("interest")
        self.debtor_partner.is_company = True
        self.debtor_partner.email = "accounts@debtor.example"
        claim = self.claim(self.invoice(1000, "2026-08-03"))
        claim.debtor_id.debtor_class = "enterprise"
        self.propose("2026-08-13")
        self.dispatch("2026-08-13")
        self.deliver("2026-08-13")
        cost = self.costs(claim, "fixed_amount")
        self.assertEqual((cost.state, cost.amount_announced), ("announced", 40))
        self.bring_up_to("2026-08-27")
        self.assertEqual(claim.amount_costs, 0)
        self.bring_up_to("2026-08-28")
        self.assertEqual(cost.claimed_on, date(2026, 8, 28))
        # 1,000.00 at 10.52 % for one day.
        self.assertEqual((claim.amount_costs, claim.amount_interest), (40, 0.29))
