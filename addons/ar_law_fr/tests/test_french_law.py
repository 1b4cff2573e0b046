from odoo.tests import tagged

from odoo.addons.ar_dunning.tests.law_common import LawCommon


@tagged("post_install", "-at_install", "ar")
class TestFrenchLaw(LawCommon):
    """Between businesses all runs from the due date; a consumer owes nothing more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        france = cls.env.ref("base.fr")
        cls.company.write(
            {
                "country_id": france.id,
                "account_fiscal_country_id": france.id,
                "ar_legal_calendar_id": False,
            }
        )

    @classmethod
    def default_levels(cls):
        return [{"level_key": "reminder", "offset_days": 10, "cost_action": "claim"}]

    def reminded(self, debtor_class):
        for kind in ("fixed_amount", "interest", "lump_sum", "collection_costs"):
            self.policy(kind)
        self.debtor_partner.is_company = debtor_class == "enterprise"
        claim = self.claim(self.invoice(1000, "2026-07-31"))
        claim.debtor_id.debtor_class = debtor_class
        self.propose("2026-08-10")
        self.dispatch("2026-08-10")
        self.deliver("2026-08-10")
        return claim

    def test_an_enterprise_owes_forty_euro_and_interest_from_the_due_date(self):
        claim = self.reminded("enterprise")
        self.bring_up_to("2026-08-30")
        # 1,000.00 at 12.40 % for 30 days.
        self.assert_owes(claim, 1000, costs=40, interest=10.19)
        self.assertIn("D441-5", self.costs(claim, "fixed_amount").article)

    def test_a_consumer_owes_the_principal_alone(self):
        claim = self.reminded("consumer")
        self.bring_up_to("2026-12-31")
        self.assertFalse(self.costs(claim))
        self.assert_owes(claim, 1000)
