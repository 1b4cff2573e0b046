from datetime import date

from odoo.tests import tagged

from odoo.addons.ar_dunning.tests.law_common import CountryLawCommon


@tagged("post_install", "-at_install", "ar")
class TestGermanLaw(CountryLawCommon):
    """Default begins with the reminder: what it claims at once it only announces."""

    country = "de"

    def test_an_enterprise_is_told_before_it_owes(self):
        claim = self.reminded("enterprise", "2026-08-03", "2026-08-13")
        cost = self.costs(claim, "fixed_amount")
        self.assertEqual((cost.state, cost.amount_announced), ("announced", 40))
        self.bring_up_to("2026-08-27")
        self.assertEqual(claim.amount_costs, 0)
        self.bring_up_to("2026-08-28")
        self.assertEqual(cost.claimed_on, date(2026, 8, 28))
        # 1,000.00 at 10.52 % for one day.
        self.assertEqual((claim.amount_costs, claim.amount_interest), (40, 0.29))
