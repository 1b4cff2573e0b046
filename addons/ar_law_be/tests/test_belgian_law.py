from datetime import date

from odoo.tests import tagged

from odoo.addons.ar_dunning.models.notice_undo import UndoDecision
from odoo.addons.ar_dunning.rules.proof import replay
from odoo.addons.ar_dunning.tests.law_common import LawCommon


@tagged("post_install", "-at_install", "ar")
class TestBelgianLaw(LawCommon):
    """A Belgian consumer from the due date to the costs, under Book XIX.

    Due on 23 October 2026, reminded on Monday 2 November: claimable from the 17th by
    e-mail, from the 19th by post.
    """

    country = "be"

    def reminded(self, amount=300, by="email", on="2026-11-02", due="2026-10-23"):
        if by == "letter":
            self.debtor_partner.email = False
        claim = self.claim(self.invoice(amount, due))
        self.propose(on)
        self.dispatch(on)
        if by == "letter":
            self.post_letters(on)
        else:
            self.deliver(on)
        return claim

    def both(self, treatment="off_ledger"):
        self.policy("lump_sum", treatment)
        self.policy("interest", treatment)

    def test_by_email_from_due_date_to_costs_claimed(self):
        self.both()
        claim = self.reminded()
        cost = self.costs(claim, "lump_sum")
        self.assertEqual(cost.amount_announced, 45)
        self.bring_up_to("2026-11-16")
        self.assertEqual(cost.wait_until, date(2026, 11, 16))
        self.assertEqual(claim.amount_costs, 0)
        self.bring_up_to("2026-11-17")
        self.assertEqual(claim.amount_costs, 45)
        self.bring_up_to("2026-12-31")
        # 45 days from 17 November at 10.5 %.
        self.assertEqual(claim.amount_interest, 3.88)
        self.assertIn("XIX.4", cost.article)
        self.assertTrue(replay(cost.proof).holds)

    def test_by_post_from_the_third_working_day(self):
        self.both()
        claim = self.reminded(by="letter")
        self.bring_up_to("2026-11-18")
        self.assertEqual(claim.amount_costs, 0)
        self.bring_up_to("2026-11-19")
        cost = self.costs(claim, "lump_sum")
        self.assertRecordValues(
            cost,
            [
                {
                    "state": "claimed",
                    "channel": "letter",
                    "wait_until": date(2026, 11, 18),
                    "claimed_on": date(2026, 11, 19),
                }
            ],
        )

    def test_email_that_bounces_goes_by_post(self):
        self.both()
        claim = self.reminded()
        notice = self.costs(claim, "lump_sum").notice_id.sudo()
        notice.delivery_ids._mark_bounced("unknown user")
        self.bring_up_to("2026-11-17")
        self.assertEqual(claim.amount_costs, 0)
        letter = notice.delivery_ids.filtered(lambda one: one.channel == "letter")
        self.assertEqual(letter.state, "ready")
        self.post_letters("2026-11-05")
        # Thursday 5: Friday 6, Monday 9, Tuesday 10 begin it; the 11th is a holiday.
        self.bring_up_to("2026-11-23")
        cost = self.costs(claim, "lump_sum")
        self.assertEqual(cost.wait_until, date(2026, 11, 23))
        self.assertEqual(cost.state, "announced")
        self.bring_up_to("2026-11-24")
        self.assertEqual(cost.state, "claimed")

    def test_damages_bear_interest_after_a_notice_of_default_alone(self):
        self.both()
        claim = self.damages()
        self.deliver("2026-11-03")
        self.bring_up_to("2026-11-17")
        self.assert_owes(claim, 1000)
        self.bring_up_to("2026-12-17")
        self.assertFalse(self.costs(claim, "lump_sum"))
        self.assertGreater(claim.amount_interest, 0)

    def test_full_payment_closes_everything(self):
        self.both()
        claim = self.reminded()
        self.bring_up_to("2026-11-30")
        self.assertEqual(claim.amount_interest, 1.21)  # 14 days
        self.pay(claim.move_id, 300, "2026-11-30")
        self.receive(46.21, "2026-11-30")
        self.bring_up_to("2026-12-01")
        self.assertEqual(claim.state, "settled")
        self.assertEqual(set(self.costs(claim).mapped("state")), {"paid"})
        income = self.env["account.move.line"].search(
            [("account_id", "=", self.income.id), ("parent_state", "=", "posted")]
        )
        self.assertEqual(sum(income.mapped("credit")), 46.21)
        self.assert_ledger_agrees()

    def test_principal_only_leaves_costs_and_freezes_interest(self):
        self.both()
        claim = self.reminded()
        self.bring_up_to("2026-11-30")
        self.pay(claim.move_id, 300, "2026-11-30")
        self.bring_up_to("2026-12-31")
        self.assertRecordValues(
            claim, [{"state": "open", "amount_costs": 45, "amount_interest": 1.21}]
        )
        self.assert_ledger_agrees()

    def test_waived(self):
        self.both("booked")
        claim = self.reminded()
        self.bring_up_to("2026-11-30")
        self.costs(claim)._waive("first lateness")
        self.pay(claim.move_id, 300, "2026-12-01")
        self.bring_up_to("2026-12-02")
        self.assertEqual(claim.state, "settled")
        self.assert_ledger_agrees()

    def test_undone(self):
        self.both("booked")
        claim = self.reminded()
        self.bring_up_to("2026-11-30")
        self.costs(claim).notice_id._undo(UndoDecision("by mistake", "again"))
        self.assertEqual(claim.amount_due, 300)
        self.assertEqual(set(self.costs(claim).mapped("state")), {"cancelled"})
        self.assert_ledger_agrees()

    def test_credit_note(self):
        self.both()
        claim = self.reminded()
        self.bring_up_to("2026-11-30")
        refund = claim.move_id._reverse_moves(
            [{"invoice_date": "2026-12-01", "date": "2026-12-01"}]
        )
        refund.action_post()
        self.sync()
        self.bring_up_to("2026-12-02")
        self.assertEqual(claim.state, "settled")
        self.assertEqual(claim.amount_due, 0)
        self.assert_ledger_agrees()

    def test_part_paid_within_the_period(self):
        self.both()
        claim = self.reminded()
        self.pay(claim.move_id, 200, "2026-11-10")
        self.bring_up_to("2026-11-17")
        self.assertEqual(claim.amount_costs, 20)

    def test_small_creditor_from_the_day_after_sending(self):
        self.both()
        self.company.ar_small_creditor_year = "2025"
        claim = self.reminded()
        self.bring_up_to("2026-12-31")
        self.assertEqual(claim.amount_interest, 5.09)

    def test_enterprise_owes_interest_and_forty_euro_from_the_due_date(self):
        self.policy("fixed_amount")
        self.policy("interest")
        self.debtor_partner.is_company = True
        claim = self.reminded(12_100, due="2026-05-31", on="2026-06-10")
        self.bring_up_to("2026-11-22")
        self.assertRecordValues(
            claim, [{"amount_costs": 40, "amount_interest": 609.14}]
        )

    def test_nothing_on_a_municipal_tax(self):
        self.both()
        self.policy("fixed_amount")
        self.company_data["default_journal_sale"].ar_claim_type_id = self.env.ref(
            "ar_dunning.claim_type_municipal_tax"
        )
        claim = self.reminded()
        self.bring_up_to("2026-12-31")
        self.assertEqual(claim.amount_costs, 0)
        self.assertFalse(
            self.costs(claim, "lump_sum") | self.costs(claim, "fixed_amount")
        )

    def test_who_reads_dutch_reads_the_law_in_dutch(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.debtor_partner.lang = "nl_NL"
        self.policy("lump_sum")
        claim = self.claim(self.invoice(685, "2026-10-23"))
        self.propose("2026-11-02")
        self.dispatch("2026-11-02")
        self.deliver("2026-11-02")
        self.bring_up_to("2026-11-17")
        cost = self.costs(claim).with_context(lang="nl_NL")
        self.assertIn("Wetboek van economisch recht", cost.article)
        said = claim.with_context(lang="nl_NL")._statement()
        [proof] = [one for one in said["proofs"] if one["rule"] == "cost"]
        self.assertIn("Forfaitaire", proof["title"])
        self.assertIn("Wetboek van economisch recht", proof["basis"]["article"])
        self.assertIn("65,00 + 5 % × (685,00 − 500,00)", dict(proof["facts"]).values())
        [notice] = cost.notice_id.with_context(lang="nl_NL")
        body = notice._render_body()
        self.assertIn("Wetboek van economisch recht", body)
        self.assertIn("U hebt 14 dagen om te betalen", body)
