from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .law_common import LawCommon


@tagged("post_install", "-at_install", "ar")
class TestClaimCostRecheck(LawCommon):
    """Costs that turn out not to be owed: they are given up, booked or not."""

    def states(self, claim, kind=None):
        return set(self.costs(claim, kind).mapped("state"))

    def ledger_open(self, claim):
        items = self.costs(claim).sudo().share_ids.accessory_ids.line_id
        return sum(items.mapped("amount_residual_currency"))

    # -- the notice ---------------------------------------------------------------

    def test_a_bounce_takes_booked_costs_back(self):
        self.policy("lump_sum", "booked")
        claim = self.overdue()
        cost = self.costs(claim)
        self.assertEqual(cost.state, "posted")
        cost.notice_id.sudo().delivery_ids._mark_bounced("unknown user")
        self.bring_up_to("2026-03-28")
        self.assertEqual((cost.state, self.ledger_open(claim)), ("announced", 0))
        self.assert_owes(claim, 300)
        self.assert_ledger_agrees()

    def test_a_letter_after_a_bounce_begins_a_new_period(self):
        self.policy("lump_sum")
        claim = self.overdue()
        cost = self.costs(claim)
        cost.notice_id.sudo().delivery_ids._mark_bounced("unknown user")
        self.post_letters("2026-03-27")
        self.bring_up_to("2026-03-28")
        # Friday 27, Monday 30, Tuesday 31, Wednesday 1 April begins it.
        self.assertEqual(
            (cost.state, cost.claimable_from), ("announced", date(2026, 4, 15))
        )
        self.assert_owes(claim, 300)
        self.bring_up_to("2026-04-15")
        self.assert_owes(claim, 300, costs=45)

    def test_money_that_paid_a_withdrawn_cost_is_free(self):
        self.policy("lump_sum")
        claim = self.overdue()
        self.pay(claim.move_id, 300, "2026-03-28")
        money = self.receive(20, "2026-03-28").line_ids.filtered("credit")
        self.bring_up_to("2026-03-28")
        self.assertEqual(self.costs(claim).amount_paid, 20)
        self.costs(claim).notice_id.sudo().delivery_ids._mark_bounced("unknown user")
        self.bring_up_to("2026-03-29")
        self.assertEqual(self.costs(claim).amount_paid, 0)
        self.assertEqual(money.amount_residual, -20)
        self.assert_owes(claim, 0)

    def test_going_live_takes_the_costs_of_the_test_back(self):
        for treatment in ("booked", "off_ledger"):
            with self.subTest(treatment):
                self.env["ar.cost.policy"].search([]).active = False
                self.env.flush_all()
                self.company.ar_sandbox = True
                self.policy("lump_sum", treatment)
                claim = self.overdue()
                self.assertEqual(claim.amount_costs, 45)
                self.company.action_ar_go_live()
                self.sync()
                self.assertEqual(self.states(claim), {"cancelled"})
                self.assertEqual(self.ledger_open(claim), 0)
                self.assert_owes(claim, 300)
                # The first real reminder announces them.
                self.remind("2026-03-30")
                self.assertEqual(self.states(claim), {"cancelled", "announced"})

    # -- the invoice --------------------------------------------------------------

    def test_a_cancelled_invoice_owes_nothing(self):
        for kind in ("lump_sum", "interest"):
            self.policy(kind, "booked")
        claim = self.overdue()
        self.bring_up_to("2026-04-30")
        claim.move_id.button_draft()
        self.sync()
        self.bring_up_to("2026-05-01")
        interest = self.costs(claim, "interest").amount
        self.bring_up_to("2026-06-01")
        # A draft: nothing grows and nothing is booked, but nothing is given up yet.
        self.assertEqual(self.costs(claim, "interest").amount, interest)
        self.assertEqual(self.states(claim, "interest"), {"claimed"})
        claim.move_id.button_cancel()
        self.sync()
        self.bring_up_to("2026-06-02")
        self.assertEqual(self.states(claim), {"cancelled"})
        self.assertEqual(self.ledger_open(claim), 0)
        self.assertEqual((claim.amount_costs, claim.amount_interest), (0, 0))
        self.assert_ledger_agrees()

    def test_a_draft_is_not_charged_until_it_is_posted_again(self):
        self.policy("lump_sum")
        claim = self.claim(self.invoice(300, "2026-03-02"))
        self.remind()
        claim.move_id.button_draft()
        self.sync()
        self.bring_up_to("2026-03-27")
        self.assertEqual(self.states(claim), {"announced"})
        claim.move_id.action_post()
        self.sync()
        self.bring_up_to("2026-03-28")
        self.assertEqual(self.states(claim), {"claimed"})

    def test_what_is_due_only_later_is_not_late(self):
        self.policy("lump_sum")
        self.policy("interest")
        claim = self.claim(self.invoice(300, "2026-03-02"))
        self.remind()
        claim.line_id.date_maturity = "2026-06-30"
        self.sync()
        self.bring_up_to("2026-03-28")
        self.assertEqual(self.states(claim), {"cancelled"})
        self.assert_owes(claim, 300)

    def test_costs_that_are_booked_follow_a_due_date_that_is_moved(self):
        self.policy("lump_sum", "booked")
        self.policy("interest")
        claim = self.overdue()
        self.assertEqual(self.states(claim, "lump_sum"), {"posted"})
        claim.line_id.date_maturity = "2026-06-30"
        self.sync()
        self.bring_up_to("2026-03-28")
        self.assertEqual(self.states(claim), {"cancelled"})
        self.assertEqual(self.ledger_open(claim), 0)
        self.assert_owes(claim, 300)

    def test_a_reversed_entry_is_credited(self):
        self.policy("lump_sum")
        claim = self.overdue()
        refund = claim.move_id._reverse_moves([{"date": date(2026, 4, 1)}])
        refund.action_post()
        (refund.line_ids | claim.line_id).filtered(
            lambda line: line.account_id == claim.account_id
        ).filtered(lambda line: not line.reconciled).reconcile()
        self.sync()
        self.bring_up_to("2026-04-02")
        self.assertEqual(self.states(claim), {"cancelled"})
        self.assert_owes(claim, 0)

    # -- the debtor and the law ---------------------------------------------------

    def test_who_turns_out_a_consumer_owes_what_consumers_owe(self):
        for kind in ("lump_sum", "fixed_amount", "interest"):
            self.policy(kind)
        claim = self.claim(self.invoice(300, "2026-03-02"))
        claim.debtor_id.debtor_class = "enterprise"
        self.remind()
        claim.debtor_id.debtor_class = "consumer"
        self.bring_up_to("2026-03-13")
        self.assertEqual(self.states(claim), {"cancelled"})
        self.assert_owes(claim, 300)

    def test_a_tax_bears_no_costs_of_a_contract(self):
        self.policy("lump_sum", "booked")
        self.policy("interest")
        claim = self.overdue()
        self.assertEqual(self.states(claim), {"posted", "claimed"})
        claim._change_type(self.env.ref("ar_dunning.claim_type_municipal_tax"))
        self.bring_up_to("2026-03-28")
        self.assertEqual(self.states(claim), {"cancelled"})
        self.assert_owes(claim, 300)
        self.assertEqual(self.ledger_open(claim), 0)

    def test_a_gap_in_the_rates_stops_only_what_is_in_it(self):
        self.policy("interest")
        rate = self.pack.series_ids.rate_ids.sudo()
        rate.write({"valid_from": "2026-03-20", "valid_until": "2026-04-05"})
        rate.create(
            {
                "series_id": rate.series_id.id,
                "valid_from": "2026-04-20",
                "valid_until": "2026-12-31",
                "percentage": 9,
                "pack_id": rate.pack_id.id,
            }
        )
        partner = self.create_partner("Second", "second@debtor.example", "Kerkstraat 2")
        old = self.overdue()
        new = self.claim(self.invoice(400, "2026-04-10", partner=partner))
        self.remind("2026-04-21")
        self.bring_up_to("2026-05-16")
        # From 27 March to 5 April at 10.5 %; from 6 to 16 May at 9 %.
        self.assertEqual(old.amount_interest, 0.86)
        self.assertEqual(new.amount_interest, 1.08)

    # -- interest in the ledger ---------------------------------------------------

    def assert_credit_note_takes_interest_back(self, treatment):
        self.policy("interest", treatment)
        claim = self.overdue()
        self.pay(claim.move_id, 300, "2026-04-30")
        self.bring_up_to("2026-04-30")
        self.assertGreater(claim.amount_interest, 3)
        claim.line_id.remove_move_reconcile()
        refund = claim.move_id._reverse_moves(
            [{"date": date(2026, 5, 1), "invoice_date": date(2026, 5, 1)}],
            cancel=True,
        )
        self.assertEqual(refund.state, "posted")
        self.sync()
        self.bring_up_to("2026-05-02")
        self.assert_owes(claim, 0)
        self.assertEqual(self.ledger_open(claim), 0)
        self.assertEqual(self.costs(claim).amount, 0)
        self.assert_ledger_agrees()

    def test_a_credit_note_takes_interest_back_that_is_booked(self):
        self.assert_credit_note_takes_interest_back("booked")

    def test_a_credit_note_takes_interest_back_that_is_claimed(self):
        self.assert_credit_note_takes_interest_back("off_ledger")

    def test_an_earlier_payment_lowers_interest_that_is_booked(self):
        self.policy("interest", "booked")
        claim = self.overdue()
        self.pay(claim.move_id, 300, "2026-04-30")
        self.bring_up_to("2026-04-30")
        more = claim.amount_interest
        claim.line_id.remove_move_reconcile()
        early = self.receive(300, "2026-03-30").line_ids.filtered("credit")
        (claim.line_id | early).reconcile()
        self.sync()
        self.bring_up_to("2026-05-01")
        # Four days, from 27 to 30 March.
        self.assertGreater(more, 3)
        cost = self.costs(claim)
        # The money that is free now pays it.
        self.assertEqual(
            (cost.amount, cost.amount_paid, cost.state), (0.35, 0.35, "paid")
        )
        self.assert_owes(claim, 0)
        self.assertEqual(self.ledger_open(claim), 0)
        self.assert_ledger_agrees()

    # -- people -------------------------------------------------------------------

    def test_nobody_makes_policies_or_law_for_companies_of_others(self):
        other = self.setup_other_company()["company"]
        manager = self.create_user("recheck manager", "ar_dunning.group_manager")
        policy = self.policy("lump_sum", "printed", journal_id=False, account_id=False)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            policy.with_user(manager).company_id = other
        rate = (
            self.env["ar.law.rate"]
            .with_user(manager)
            .create(
                {
                    "series_id": self.pack.series_ids.id,
                    "valid_from": "2030-01-01",
                    "percentage": 99,
                }
            )
        )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            rate.company_id = other

    def test_the_order_of_payments_is_one_of_all_parts(self):
        regime = self.pack.regime_ids.sudo()[:1]
        for order in ("x,y", "costs,costs,interest", "principal"):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                regime.imputation = order
        regime.imputation = "principal,costs,interest"
