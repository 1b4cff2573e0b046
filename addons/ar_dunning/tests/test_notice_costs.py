from lxml import html

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .law_common import LawCommon


@tagged("post_install", "-at_install", "ar")
class TestNoticeCosts(LawCommon):
    """A notice names each cost that it asks for: kind, article, invoice."""

    def words(self, notice):
        return " ".join(html.fromstring(notice._render_body()).text_content().split())

    def noticed(self, claim):
        return self.lines(claim)[-1].notice_id

    def test_claimed_costs_have_their_kind_and_article(self):
        self.policy("lump_sum")
        self.policy("interest")
        claim = self.overdue(until="2026-04-12")
        self.run_day("2026-04-12")
        notice = self.noticed(claim)
        lump, interest = notice._claimed_beside(notice.line_ids)
        self.assertEqual(
            (lump["name"], lump["article"], lump["amount"]), ("Lump sum", "art. 2", 45)
        )
        self.assertIn("Interest until", interest["name"])
        self.assertAlmostEqual(
            lump["amount"] + interest["amount"] + 300, notice.amount_total
        )
        words = self.words(notice)
        self.assertRegex(words, r"Lump sum\s+art\. 2\s+\S*\s?45\.00")
        # As on its day, whatever comes after it.
        self.pay(claim.move_id, 300, "2026-04-13")
        self.bring_up_to("2026-06-01")
        self.assertEqual(self.words(notice), words)

    def test_letter_names_them_too(self):
        self.policy("lump_sum")
        claim = self.overdue(until="2026-04-12")
        self.run_day("2026-04-12")
        notice = self.noticed(claim)
        letter = notice._render_document("ar_dunning.notice_letter", "letter")
        self.assertIn("Lump sum", str(letter))

    def test_announced_costs_name_their_invoice_beside_others(self):
        self.policy("lump_sum")
        first = self.overdue(until="2026-03-31")
        second = self.claim(self.invoice(200, "2026-04-01"))
        self.run_day("2026-04-12")
        notice = self.noticed(second)
        self.assertEqual(self.noticed(first), notice)
        values = notice._render_values("email")
        [announced] = values["announced"]["waiting"]
        self.assertIn(f"For {second.move_name}", announced["basis"])
        [claimed] = values["costs"]
        self.assertEqual(claimed["documents"], f"For {first.move_name}")
        words = self.words(notice)
        for name in (first.move_name, second.move_name):
            self.assertIn(f"For {name}", words)

    def test_costs_of_the_only_invoice_do_not_name_it(self):
        self.policy("lump_sum")
        claim = self.overdue(until="2026-03-13")
        notice = self.noticed(claim)
        [announced] = notice._render_values("email")["announced"]["waiting"]
        self.assertEqual(announced["basis"], ["art. 2"])

    def test_who_paid_the_amount_reads_that_it_is_paid(self):
        self.policy("lump_sum")
        claim = self.overdue(until="2026-03-27")
        self.pay(claim.move_id, 300, "2026-03-30")
        self.run_day("2026-04-12")
        notice = self.noticed(claim)
        self.assertEqual(notice.amount_total, 45)
        self.assertIn("The amount itself is paid", self.words(notice))

    def test_a_rest_of_cents_costs_nothing(self):
        self.policy("lump_sum")
        claim = self.claim(self.invoice(300, "2026-03-02"))
        self.remind()
        self.pay(claim.move_id, 299.2, "2026-03-20")
        self.bring_up_to("2026-03-27")
        self.assertRecordValues(
            self.costs(claim),
            [
                {
                    "state": "cancelled",
                    "amount": 0,
                    "reason": "Too little was left to charge anything for it.",
                }
            ],
        )
        self.assertEqual(claim.amount_costs, 0)

    def test_a_rest_of_cents_is_not_announced_to_cost_anything(self):
        self.policy("lump_sum")
        claim = self.claim(self.invoice(300, "2026-03-02"))
        self.pay(claim.move_id, 299.2, "2026-03-10")
        self.remind()
        self.assertFalse(self.costs(claim))

    def test_a_small_invoice_is_no_rest(self):
        self.policy("lump_sum")
        claim = self.overdue(4)
        self.assertEqual(claim.amount_costs, 20)

    def test_rest_with_costs_is_no_small_balance(self):
        self.policy("lump_sum")
        claim = self.overdue()
        self.pay(claim.move_id, 299.2, "2026-03-30")
        self.bring_up_to("2026-03-31")
        self.assertEqual((claim.amount_residual, claim.amount_costs), (0.8, 45))
        self.assertFalse(claim._is_small())
        self.costs(claim)._waive("Not worth it")
        self.assertTrue(claim._is_small())

    def test_waived_costs_stand_in_the_statement(self):
        self.policy("lump_sum")
        claim = self.overdue()
        self.costs(claim)._waive("Not worth it")
        said = claim._statement()
        [[name, amount]] = said["claims"][0]["beside"]
        self.assertIn("waived on", name)
        self.assertIn("45.00", name)
        self.assertIn("0.00", amount)
        self.assertTrue(said["agrees"])

    def test_who_may_not_waive_is_told_before_the_reason(self):
        self.policy("lump_sum")
        claim = self.overdue()
        collector = self.create_user("waiving", "ar_dunning.group_collector")
        cost = self.costs(claim).with_user(collector)
        self.company.ar_waive_amount = 0
        with self.assertRaisesRegex(UserError, "ask an approver"):
            cost.action_waive()
        self.company.ar_waive_amount = 50
        self.assertEqual(cost.action_waive()["res_model"], "ar.cost.waive")

    def test_debtor_reads_until_when_nothing_is_added(self):
        self.policy("lump_sum")
        claim = self.overdue(until="2026-03-13")
        with freeze_time("2026-03-14"):
            [sentence] = claim.cost_share_ids._announced_said()
            self.assertIn("03/26/2026", sentence)
            self.assertIn("45.00", sentence)
        with freeze_time("2026-03-27"):
            self.assertFalse(claim.cost_share_ids._announced_said())
