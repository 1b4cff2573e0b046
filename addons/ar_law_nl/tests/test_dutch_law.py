from datetime import date

from odoo.tests import tagged

from odoo.addons.ar_dunning.tests.law_common import LawCommon


@tagged("post_install", "-at_install", "ar")
class TestDutchLaw(LawCommon):
    """The fourteen-day letter and its costs; what is reminded together costs once."""

    country = "nl"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor_partner.email = False

    def reminded(self, *amounts):
        claims = self.env["ar.claim"].union(
            *(self.claim(self.invoice(amount, "2026-10-23")) for amount in amounts)
        )
        self.propose("2026-11-03")
        self.dispatch("2026-11-03")
        self.post_letters("2026-11-03")
        return claims

    def test_bundle_of_three_is_one_letter_and_one_fee(self):
        self.policy("collection_costs")
        claims = self.reminded(100, 100, 100)
        costs = self.costs(claims)
        self.assertEqual(len(costs.notice_id), 1)
        self.assertEqual(len(costs), 1)
        self.assertEqual(costs.amount_announced, 45)
        # Posted on Tuesday 3: delivered on Thursday 5, until the 19th.
        self.bring_up_to("2026-11-19")
        self.assertEqual(sum(claims.mapped("amount_costs")), 0)
        self.bring_up_to("2026-11-20")
        self.assertEqual(costs.claimable_from, date(2026, 11, 20))
        self.assertEqual(claims.mapped("amount_costs"), [15, 15, 15])

    def test_new_arrears_are_a_new_letter_with_a_fee_of_its_own(self):
        self.policy("collection_costs")
        first = self.reminded(400)
        later = self.claim(self.invoice(800, "2026-11-20"))
        self.propose("2026-12-01")
        self.dispatch("2026-12-01")
        self.post_letters("2026-12-01")
        self.bring_up_to("2026-12-31")
        self.assertNotEqual(self.costs(later).notice_id, self.costs(first).notice_id)
        self.assertEqual((first.amount_costs, later.amount_costs), (60, 120))

    def test_damages_bear_interest_after_a_notice_of_default_alone(self):
        self.policy("collection_costs")
        self.policy("interest")
        claim = self.damages()
        self.post_letters("2026-11-03")
        # Delivered on Thursday 5 November, until the 19th; 31 days at 4 %.
        self.bring_up_to("2026-12-20")
        self.assert_owes(claim, 1000, interest=3.4)

    def test_vat_only_where_it_is_declared(self):
        self.policy("collection_costs", vat_declared=True)
        claims = self.reminded(500)
        self.assertEqual(self.costs(claims).amount_announced, 90.75)

    def test_part_paid_within_the_letter_lowers_the_fee(self):
        self.policy("collection_costs")
        claim = self.reminded(1000)
        self.assertEqual(self.costs(claim).amount_announced, 150)
        self.pay(claim.move_id, 600, "2026-11-10")
        self.bring_up_to("2026-11-20")
        self.assertEqual(claim.amount_costs, 60)

    def test_interest_runs_from_the_notice_of_default(self):
        """Without a fatal term in the contract there is no default before it."""
        self.policy("interest")
        claim = self.reminded(820)
        self.bring_up_to("2026-12-20")
        # 31 days from 20 November at 4 %.
        self.assertEqual(claim.amount_interest, 2.79)

    def test_an_enterprise_owes_the_minimum_at_once_and_the_scale_after_a_notice(self):
        for kind in ("fixed_amount", "collection_costs", "interest"):
            self.policy(kind)
        self.debtor_partner.is_company = True
        claim = self.claim(self.invoice(10_000, "2026-06-20"))
        claim.debtor_id.debtor_class = "enterprise"
        self.propose("2026-06-30")
        self.dispatch("2026-06-30")
        self.post_letters("2026-06-30")
        self.bring_up_to("2026-07-10")
        # Ten days at 10.15 % and ten at 10.40 %.
        self.assert_owes(claim, 10_000, costs=40, interest=56.3)
        # Posted on Tuesday 30: delivered on Thursday 2 July, until the 16th.
        self.bring_up_to("2026-07-16")
        self.assertEqual(claim.amount_costs, 40)
        self.bring_up_to("2026-07-17")
        # The scale says 875.00; the minimum is part of it.
        self.assertEqual(claim.amount_costs, 875)
        self.assertEqual(self.costs(claim, "collection_costs").amount, 835)

    def test_what_is_part_of_costs_that_are_charged_is_not_charged_besides(self):
        self.policy("collection_costs")
        self.debtor_partner.is_company = True
        claim = self.claim(self.invoice(1000, "2026-06-20"))
        claim.debtor_id.debtor_class = "enterprise"
        self.propose("2026-06-30")
        self.dispatch("2026-06-30")
        self.post_letters("2026-06-30")
        self.policy("fixed_amount")
        self.bring_up_to("2026-07-20")
        self.assertEqual(claim.amount_costs, 150)
        self.propose("2026-08-03")
        self.dispatch("2026-08-03")
        self.bring_up_to("2026-08-03")
        self.assertEqual(claim.amount_costs, 150)
        self.assertFalse(self.costs(claim, "fixed_amount"))

    def test_law_that_is_uninstalled_charges_nothing_new(self):
        def codes():
            netherlands = self.env.ref("base.nl")
            regimes = self.env["ar.law.regime"].search(
                [("country_id", "=", netherlands.id)]
            )
            return sorted(regimes.mapped("code"))

        self.policy("collection_costs")
        self.policy("interest")
        before = codes()
        claim = self.reminded(500)
        packs = self.env["ar.law.pack"].sudo()
        packs._unload_addon("ar_law_nl")
        self.assertEqual(codes(), [])
        self.assertFalse(self.costs(self.reminded(100)))
        # What was announced before is claimed as it was announced, and interest runs.
        self.bring_up_to("2026-12-20")
        self.assertEqual(claim.amount_costs, 75)
        # 500.00 for 31 days at 4 %.
        self.assertEqual(claim.amount_interest, 1.7)
        packs._load_addon("ar_law_nl")
        self.assertEqual(codes(), before)
        self.assertTrue(self.costs(self.reminded(100)))
        self.bring_up_to("2026-12-21")
        self.assertEqual(claim.amount_interest, 1.75)

    def test_who_declares_vat_says_so_in_the_letter(self):
        self.policy("collection_costs", vat_declared=True)
        claim = self.reminded(500)
        body = self.costs(claim).notice_id._render_body()
        self.assertIn("With 21 % VAT", body)
        self.assertIn("we cannot deduct it", body)
