from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.notice_undo import UndoDecision
from ..rules.proof import replay
from .law_common import LawCommon


@tagged("post_install", "-at_install", "ar")
class TestClaimCost(LawCommon):
    """A cost from the notice that announces it to the money that pays it.

    Due on 2 March 2026, a Monday; the reminder leaves on the 12th, a Thursday.
    """

    def announced(self, amount=300, by="email", **values):
        """Return the claim of an invoice whose first reminder was sent."""
        if by == "letter":
            self.debtor_partner.email = False
        move = self.invoice(amount, "2026-03-02", **values)
        claim = self.claim(move)
        self.propose("2026-03-12")
        self.dispatch("2026-03-12")
        return claim

    def send(self, on="2026-03-12"):
        self.deliver(on)

    def test_notice_announces_the_exact_amount(self):
        self.policy("lump_sum")
        claim = self.announced()
        cost = self.costs(claim)
        self.assertRecordValues(
            cost,
            [
                {
                    "state": "announced",
                    "amount_announced": 45,
                    "amount": 0,
                    "claimable_from": False,
                }
            ],
        )
        self.assertEqual(claim.amount_costs, 0)
        body = cost.notice_id._render_body()
        self.assertIn("45.00", body)
        self.assertIn("14 days", body)
        self.assertIn("art. 2", body)

    def test_by_email_it_is_claimed_on_the_fifteenth_day(self):
        self.policy("lump_sum")
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-03-26")
        cost = self.costs(claim)
        self.assertEqual(cost.wait_until, date(2026, 3, 26))
        self.assertEqual(cost.state, "announced")
        self.bring_up_to("2026-03-27")
        self.assertRecordValues(
            cost, [{"state": "claimed", "amount": 45, "claimed_on": date(2026, 3, 27)}]
        )
        self.assertEqual(claim.amount_costs, 45)
        self.assertEqual(claim.amount_due, 345)
        self.assertTrue(replay(cost.proof).holds)
        self.assertTrue(replay(cost.wait_proof).holds)

    def test_by_letter_from_the_third_working_day_after_posting(self):
        self.policy("lump_sum")
        claim = self.announced(by="letter")
        self.post_letters("2026-03-12")
        self.bring_up_to("2026-03-30")
        cost = self.costs(claim)
        # Thursday 12, Friday 13, Monday 16, Tuesday 17: S; last day S + 13.
        self.assertEqual(cost.wait_until, date(2026, 3, 30))
        self.assertEqual(cost.state, "announced")
        self.bring_up_to("2026-03-31")
        self.assertEqual(cost.state, "claimed")

    def test_bounce_takes_the_period_away(self):
        self.policy("lump_sum")
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-03-27")
        cost = self.costs(claim)
        self.assertEqual(cost.state, "claimed")
        cost.notice_id.sudo().delivery_ids._mark_bounced("unknown user")
        self.bring_up_to("2026-03-28")
        self.assertRecordValues(
            cost, [{"state": "announced", "amount": 0, "claimable_from": False}]
        )
        self.assertEqual(claim.amount_costs, 0)

    def test_part_paid_in_time_lowers_the_base(self):
        self.policy("lump_sum")
        claim = self.announced()
        self.send()
        self.pay(claim.move_id, 200, "2026-03-20")
        self.bring_up_to("2026-03-27")
        self.assertEqual(self.costs(claim).amount, 20)

    def test_paid_after_the_period_still_owes_the_cost(self):
        self.policy("lump_sum")
        claim = self.announced()
        self.send()
        self.pay(claim.move_id, 300, "2026-03-28")
        self.bring_up_to("2026-03-29")
        self.assertEqual(self.costs(claim).amount, 45)
        self.assertEqual(claim.state, "open")

    def test_late_statement_of_a_payment_in_time_cancels_the_cost(self):
        self.policy("lump_sum")
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-03-27")
        self.assertEqual(claim.amount_costs, 45)
        self.pay(claim.move_id, 300, "2026-03-26")
        self.bring_up_to("2026-03-28")
        self.assertEqual(self.costs(claim).state, "cancelled")
        self.assertEqual(claim.state, "settled")

    def test_paid_in_time_owes_nothing(self):
        self.policy("lump_sum")
        claim = self.announced()
        self.send()
        self.pay(claim.move_id, 300, "2026-03-26")
        self.bring_up_to("2026-03-27")
        self.assertEqual(self.costs(claim).state, "cancelled")
        self.assertEqual(claim.state, "settled")

    def test_credit_note_was_never_owed(self):
        self.policy("lump_sum")
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-03-27")
        refund = claim.move_id._reverse_moves(
            [{"invoice_date": "2026-03-30", "date": "2026-03-30"}]
        )
        refund.action_post()
        self.sync()
        self.bring_up_to("2026-03-31")
        self.assertEqual(self.costs(claim).state, "cancelled")
        self.assertEqual(claim.state, "settled")

    def test_only_announced_is_never_claimed(self):
        self.policy("lump_sum", "printed")
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-06-01")
        self.assertEqual(self.costs(claim).state, "announced")
        self.assertEqual(claim.amount_costs, 0)

    def test_without_a_clause_nothing_is_announced(self):
        self.policy("lump_sum", clause=False)
        self.assertFalse(self.costs(self.announced()))

    def test_without_a_policy_nothing_is_announced(self):
        self.assertFalse(self.costs(self.announced()))

    def test_nothing_on_a_tax(self):
        self.policy("lump_sum")
        self.policy("interest")
        tax = self.env.ref("ar_dunning.claim_type_municipal_tax")
        self.company_data["default_journal_sale"].ar_claim_type_id = tax
        claim = self.announced()
        self.assertEqual(claim.claim_type_id, tax)
        self.assertFalse(self.costs(claim))

    def test_principal_only_leaves_the_claim_open(self):
        self.policy("lump_sum")
        self.policy("interest")
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-04-06")
        # 300.00 at 10.5 %: 27 March to 6 April are 11 days.
        self.assertEqual(claim.amount_interest, 0.95)
        self.pay(claim.move_id, 300, "2026-04-06")
        self.bring_up_to("2026-06-01")
        self.assertRecordValues(
            claim, [{"state": "open", "amount_costs": 45, "amount_interest": 0.95}]
        )
        self.assert_ledger_agrees()

    def test_money_for_all_of_it_is_booked_without_anybody(self):
        self.policy("lump_sum")
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-03-27")
        self.pay(claim.move_id, 300, "2026-03-30")
        entry = self.receive(45, "2026-03-30")
        self.bring_up_to("2026-03-31")
        cost = self.costs(claim)
        self.assertRecordValues(cost, [{"state": "paid", "amount_paid": 45}])
        self.assertEqual(claim.state, "settled")
        self.assertTrue(
            all(entry.line_ids.filtered("account_id.reconcile").mapped("reconciled"))
        )
        income = cost.move_ids.line_ids.filtered(
            lambda line: line.account_id == self.income
        )
        self.assertEqual(income.credit, 45)
        self.assertFalse(income.tax_ids)
        self.assert_ledger_agrees()

    def test_booked_cost_is_an_accessory_of_its_claim(self):
        self.policy("lump_sum", "booked")
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-03-27")
        cost = self.costs(claim)
        self.assertEqual(cost.state, "posted")
        self.assertEqual(claim.amount_costs, 45)
        accessory = self.env["ar.claim"].search([("principal_claim_id", "=", claim.id)])
        self.assertEqual(accessory.amount_residual, 45)
        self.propose("2026-04-20")
        self.assertFalse(accessory.line_ids)
        self.assertFalse(accessory.procedure_id)
        self.assert_ledger_agrees()

    def test_booked_cost_is_closed_by_its_payment(self):
        self.policy("lump_sum", "booked")
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-03-27")
        entry = self.receive(45, "2026-03-30")
        (entry.line_ids + self.costs(claim).move_ids.line_ids).filtered(
            lambda line: line.account_id == claim.account_id
        ).reconcile()
        self.sync()
        self.assertEqual(self.costs(claim).state, "paid")
        self.assertEqual(claim.amount_costs, 0)

    def test_waived_for_good_by_somebody_with_the_right(self):
        self.policy("lump_sum", "booked")
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-03-27")
        cost = self.costs(claim)
        collector = self.create_user("cost collector", "ar_dunning.group_collector")
        with self.assertRaises(UserError):
            cost.with_user(collector)._waive("kind")
        self.company.ar_waive_amount = 50
        cost.with_user(collector)._waive("first lateness")
        self.assertRecordValues(
            cost,
            [{"state": "waived", "reason": "first lateness", "user_id": collector.id}],
        )
        self.assertEqual(claim.amount_costs, 0)
        self.assertEqual(sum(cost.move_ids.line_ids.mapped("amount_residual")), 0)
        self.assert_ledger_agrees()

    def test_undo_takes_the_cost_back(self):
        self.policy("lump_sum", "booked")
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-03-27")
        cost = self.costs(claim)
        notice = cost.notice_id
        notice._undo(UndoDecision("sent by mistake", "again"))
        self.assertEqual(cost.state, "cancelled")
        self.assertEqual(claim.amount_costs, 0)
        self.assert_ledger_agrees()
        # Announced anew by the next notice, it is charged once.
        self.propose("2026-04-15")
        self.dispatch("2026-04-15")
        self.assertEqual(
            self.costs(claim).sorted("id").mapped("state"), ["cancelled", "announced"]
        )

    def test_small_creditor_lets_interest_run_from_the_sending(self):
        self.policy("interest")
        self.company.ar_small_creditor_year = "2025"
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-03-26")
        self.assertEqual(claim.amount_interest, 0)
        self.bring_up_to("2026-03-27")
        # 13 to 27 March: 15 days of 300.00 at 10.5 %.
        self.assertEqual(claim.amount_interest, 1.29)

    def test_unknown_rate_stops_interest_on_the_last_known_day(self):
        self.policy("interest")
        claim = self.announced()
        self.send()
        self.bring_up_to("2027-02-01")
        self.assertEqual(self.costs(claim).reckoned_on, date(2026, 12, 31))

    def test_enterprise_owes_the_fixed_amount_at_once(self):
        self.policy("fixed_amount")
        self.policy("interest")
        self.debtor_partner.is_company = True
        claim = self.announced(1000)
        self.assertEqual(claim.debtor_class, "enterprise")
        self.bring_up_to("2026-03-13")
        self.assertEqual(claim.amount_costs, 40)
        # 3 to 13 March: 11 days.
        self.assertEqual(claim.amount_interest, 3.16)

    def test_next_notice_asks_for_all_of_it(self):
        self.policy("lump_sum")
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-04-10")
        self.run_day("2026-04-12")
        line = self.lines(claim)[-1]
        self.assertEqual(line.level_key, "notice_of_default")
        self.assertRecordValues(line, [{"amount_open": 300, "amount_costs": 45}])
        self.assertEqual(line.notice_id.amount_total, 345)
        self.assertIn("345.00", line.notice_id._render_body())

    def test_same_day_twice_changes_nothing(self):
        self.policy("lump_sum")
        self.policy("interest")
        claim = self.announced()
        self.send()
        for _time in range(2):
            self.bring_up_to("2026-04-06")
        self.assertEqual(len(self.costs(claim)), 2)
        self.assertEqual(claim.amount_costs, 45)

    def test_costs_of_other_companies_are_not_read(self):
        self.policy("lump_sum")
        claim = self.announced()
        other = self.env["res.company"].create({"name": "Other creditor"})
        stranger = self.create_user("stranger", "ar_dunning.group_manager", other)
        found = self.env["ar.claim.cost"].with_user(stranger).search([])
        self.assertNotIn(self.costs(claim), found)

    def test_statement_of_a_claim_proves_every_cent(self):
        self.policy("lump_sum")
        self.policy("interest")
        claim = self.announced()
        self.send()
        self.pay(claim.move_id, 100, "2026-03-20")
        self.bring_up_to("2026-04-06")
        said = claim._statement()
        self.assertTrue(said["agrees"])
        # 200.00 left: 30.00 + 10 % of 50.00; 11 days of 10.5 % on 200.00.
        self.assertEqual(claim.amount_due, 200 + 35 + 0.63)
        self.assertIn("235.63", said["total"])
        self.assertEqual(len(said["proofs"]), 3)
        self.assertTrue(all(proof["holds"] for proof in said["proofs"]))

    def test_statement_of_a_notice_is_that_of_its_day(self):
        self.policy("lump_sum")
        self.policy("interest")
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-04-12")
        self.run_day("2026-04-12")
        notice = self.lines(claim)[-1].notice_id
        before = notice._statement()
        self.assertTrue(before["agrees"])
        self.pay(claim.move_id, 300, "2026-04-13")
        self.bring_up_to("2026-06-01")
        self.assertEqual(notice._statement(), before)
        self.assertIn("10.5", str(before["proofs"]))

    def test_tampered_proof_does_not_hold(self):
        self.policy("lump_sum")
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-03-27")
        cost = self.costs(claim).sudo()
        cost.proof = {**cost.proof, "amounts": {"other": "30.00"}}
        self.assertFalse(claim._statement()["agrees"])

    def test_costs_alone_are_not_handed_over(self):
        self.policy("lump_sum")
        version = self.procedure._new_version()
        version.level_ids[-1:].minimum_wait_days = 19
        version.level_ids = [
            (
                0,
                0,
                self.prepare_level(
                    9,
                    level_key="handover",
                    kind="handover",
                    offset_days=70,
                    mode="approval",
                    phase="legal",
                ),
            )
        ]
        version.action_activate()
        claim = self.announced()
        self.send()
        self.bring_up_to("2026-04-13")
        self.run_day("2026-04-13")
        self.pay(claim.move_id, 300, "2026-04-20")
        self.bring_up_to("2026-05-20")
        self.assertEqual(claim.amount_costs, 45)
        self.assertEqual(self.blockers(claim, "2026-05-20"), ["costs_alone"])
        runs = self.propose("2026-05-20")
        self.assertFalse(runs.notice_ids)
