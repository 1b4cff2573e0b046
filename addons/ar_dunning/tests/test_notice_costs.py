from datetime import date
from decimal import Decimal

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
        # As on its day, whatever comes after it: all of it is paid, and proved so.
        self.receive(600, "2026-04-13")
        self.pay(claim.move_id, 300, "2026-04-13")
        self.bring_up_to("2026-06-01")
        self.assertEqual(set(self.costs(claim).mapped("state")), {"paid"})
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
        self.policy("interest")
        claim = self.claim(self.invoice(300, "2026-03-02"))
        self.remind()
        self.pay(claim.move_id, 299.2, "2026-03-20")
        self.bring_up_to("2026-03-27")
        nothing = {
            "state": "cancelled",
            "amount": 0,
            "reason": "Too little was left to charge anything for it.",
        }
        self.assertRecordValues(self.costs(claim), [nothing, nothing])
        self.assertEqual(claim.amount_due, 0.8)
        self.assertTrue(claim._is_small())

    def test_a_rest_of_cents_is_not_announced_to_cost_anything(self):
        self.policy("lump_sum")
        claim = self.claim(self.invoice(300, "2026-03-02"))
        self.pay(claim.move_id, 299.2, "2026-03-10")
        self.remind()
        self.assertFalse(self.costs(claim))

    def test_interest_on_a_rest_is_given_up_with_it(self):
        self.policy("interest")
        self.company.write(
            {
                "ar_small_account_id": self.company_data["default_account_expense"].id,
                "ar_small_journal_id": self.company_data["default_journal_misc"].id,
                "ar_small_days": 5,
            }
        )
        claim = self.overdue()
        self.pay(claim.move_id, 299.2, "2026-03-30")
        self.bring_up_to("2026-04-06")
        interest = claim.amount_interest
        self.assertGreater(interest, 0.3)
        self.assertEqual(float(claim._small_rest()), round(0.8 + interest, 2))
        day = date(2026, 4, 7)
        self.assertIn(claim, claim.search(claim._small_domain(self.company, day)))
        claim._write_off()
        self.sync()
        self.assertEqual(self.costs(claim).state, "waived")
        self.assertRecordValues(claim, [{"state": "settled", "amount_due": 0}])

    def test_limits_are_to_the_cent(self):
        self.company.ar_small_amount = 5.1
        spares = self.company._ar_spares_costs()
        euro = self.company.currency_id.id
        self.assertTrue(spares(Decimal("5.10"), Decimal(300), euro))
        self.assertFalse(spares(Decimal("5.11"), Decimal(300), euro))
        dollar = self.env.ref("base.USD").id
        self.assertFalse(spares(Decimal("5.10"), Decimal(300), dollar))

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
            [sentence] = claim.cost_share_ids._announced_said()[claim.id]
            self.assertIn("03/26/2026, nothing is added", sentence)
            self.assertIn("After that: $ 45.00".replace("$ ", ""), sentence)
            self.pay(claim.move_id, 100, "2026-03-14")
            [sentence] = claim.cost_share_ids._announced_said()[claim.id]
            self.assertIn("at most", sentence)
        with freeze_time("2026-03-27"):
            self.assertFalse(claim.cost_share_ids._announced_said())

    @freeze_time("2026-03-14")
    def test_debtor_reads_nothing_of_costs_that_do_not_come(self):
        self.policy("lump_sum")
        claim = self.overdue(until="2026-03-13")
        shares = claim.cost_share_ids
        self.assertTrue(shares._announced_said())
        hold = self.env["ar.hold"].create(
            {
                "claim_id": claim.id,
                "reason_id": self.env.ref("ar_dunning.hold_reason_dispute").id,
                "date_from": "2026-03-13",
            }
        )
        self.assertFalse(shares._announced_said())
        hold.date_to = date(2026, 3, 13)
        self.assertTrue(shares._announced_said())
        self.pay(claim.move_id, 299.2, "2026-03-14")
        self.assertFalse(shares._announced_said())

    @freeze_time("2026-03-14")
    def test_more_claims_are_said_by_as_many_statements(self):
        self.policy("lump_sum", grouping="each")
        claims = [self.claim(self.invoice(300, "2026-03-02")) for _number in range(5)]
        self.remind()
        self.bring_up_to("2026-03-13")

        def statements(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            said = some.cost_share_ids._announced_said()
            self.assertEqual(len(said), len(some))
            return self.env.cr.sql_log_count - before

        every = self.env["ar.claim"].union(*claims)
        statements(every)
        self.assertEqual(statements(every), statements(claims[0]))

    def test_more_lines_are_rendered_by_as_many_statements(self):
        self.policy("lump_sum", grouping="each")
        claims = self.env["ar.claim"].union(
            *(self.claim(self.invoice(300, "2026-03-02")) for _number in range(5))
        )
        self.remind()
        self.bring_up_to("2026-04-10")
        self.run_day("2026-04-12")
        notice = self.noticed(claims[0])

        def statements(lines):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            # What is prefetched with them went with the cache.
            [cost] = notice._claimed_beside(lines.browse(lines.ids))
            self.assertEqual(cost["amount"], 45 * len(lines))
            return self.env.cr.sql_log_count - before

        statements(notice.line_ids)
        self.assertEqual(
            statements(notice.line_ids),
            statements(notice.line_ids.browse(notice.line_ids.ids[:1])),
        )

    def test_what_was_undone_is_not_announced_with_the_rest(self):
        self.policy("lump_sum", grouping="each")
        first = self.claim(self.invoice(300, "2026-03-02"))
        second = self.claim(self.invoice(400, "2026-03-02"))
        self.propose("2026-03-12")
        self.dispatch("2026-03-12")
        notice = self.noticed(first)
        lines = notice.line_ids.filtered(lambda line: line.claim_id == first)
        [said] = notice._announced_costs(lines)
        self.assertEqual((said["claims"], said["amount"]), (first, 45))
        self.assertEqual(notice._documents_apart(said["claims"], lines), "")
        self.assertIn(
            second.move_name, notice._documents_apart(second, notice.line_ids)
        )
