from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import DunningCommon


@freeze_time("2026-03-20")
@tagged("post_install", "-at_install", "ar")
class TestReturnedPayment(DunningCommon):
    """Money that came in and went back; today is 20 March 2026."""

    def items(self, kind="returned_payment", state="open"):
        return self.env["ar.work.item"].search(
            [("kind", "=", kind), ("state", "=", state)]
        )

    def paid(self, amount=100, due="2026-03-01", **values):
        """Return an invoice that is paid, its claim and its payment."""
        move = self.invoice(amount, due, **values)
        claim = self.claim(move)
        self.pay(move, amount, "2026-03-05")
        return claim, move.matched_payment_ids

    def give_back(self, payment, code=None):
        """Book the return: an entry in the bank journal takes the payment's place."""
        credit = payment.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        outstanding = payment.move_id.line_ids - credit
        entry = self.env["account.move"].create(
            {
                "journal_id": payment.journal_id.id,
                "date": "2026-03-20",
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": account.id,
                            "partner_id": payment.partner_id.id,
                            "balance": sign * payment.amount,
                        },
                    )
                    for account, sign in (
                        (credit.account_id, 1),
                        (outstanding.account_id, -1),
                    )
                ],
            }
        )
        entry.action_post()
        credit.remove_move_reconcile()
        (credit + entry.line_ids[0]).reconcile()
        if code:
            self.env["ar.claim"]._note_return_reason(credit, code, "no cover")
        self.sync()

    def returned(self, code=None, **values):
        claim, payment = self.paid(**values)
        self.give_back(payment, code)
        return claim, self.items()

    def test_return_reopens_in_the_same_cycle_and_is_on_the_list(self):
        claim, item = self.returned()
        self.assertRecordValues(claim, [{"state": "open", "cycle": 1}])
        self.assertRecordValues(
            item,
            [
                {
                    "claim_id": claim.id,
                    "debtor_id": claim.debtor_id.id,
                    "amount": 100.0,
                    "due_on": date(2026, 3, 20),
                }
            ],
        )
        self.assert_ledger_agrees()

    def test_part_that_went_back_is_on_the_list(self):
        move = self.invoice(100, "2026-03-01")
        self.pay(move, 40, "2026-03-05")
        self.give_back(move.matched_payment_ids)
        self.assertEqual(self.items().amount, 40)

    def test_cancelled_payment_is_on_the_list(self):
        claim, payment = self.paid()
        payment.action_draft()
        payment.action_cancel()
        self.sync()
        self.assertEqual(claim.state, "open")
        self.assertEqual(self.items().claim_id, claim)

    def test_rejected_payment_is_reversed_and_on_the_list(self):
        claim, payment = self.paid()
        payment.action_reject()
        self.sync()
        self.assertEqual(payment.state, "rejected")
        self.assertEqual(claim.state, "open")
        self.assertEqual(self.items().claim_id, claim)
        self.assert_ledger_agrees()

    def test_payment_only_unmatched_is_no_return(self):
        claim, _payment = self.paid()
        claim.line_id.remove_move_reconcile()
        self.sync()
        self.assertEqual(claim.state, "open")
        self.assertFalse(self.items())
        self.assertIn("covered_by_credit", self.blockers(claim, "2026-03-20"))

    def test_payment_matched_again_at_once_is_no_return(self):
        claim, _payment = self.paid()
        credit = claim.line_id.matched_credit_ids.credit_move_id
        claim.line_id.remove_move_reconcile()
        (claim.line_id + credit).reconcile()
        self.sync()
        self.assertFalse(self.items())

    def test_payment_moved_to_another_claim_is_no_return(self):
        other = self.claim(self.invoice(100, "2026-03-02"))
        claim, _payment = self.paid()
        credit = claim.line_id.matched_credit_ids.credit_move_id
        claim.line_id.remove_move_reconcile()
        (other.line_id + credit).reconcile()
        self.sync()
        self.assertFalse(self.items())

    def test_credit_note_taken_away_is_no_return(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        refund = self.invoice(100, "2026-03-10", move_type="out_refund")
        (
            claim.line_id
            + refund.line_ids.filtered(lambda line: line.account_id == claim.account_id)
        ).reconcile()
        self.sync()
        refund.line_ids.remove_move_reconcile()
        refund.button_draft()
        self.sync()
        self.assertEqual(claim.state, "open")
        self.assertFalse(self.items())

    def test_paid_after_all_closes_the_item(self):
        claim, item = self.returned()
        self.pay(claim.move_id, 100, "2026-03-20")
        self.assertEqual(claim.state, "settled")
        self.assertEqual(item.state, "done")

    def test_not_enough_money_waits_and_is_collected_again(self):
        claim, item = self.returned("am04 ")
        self.assertEqual(item.return_reason_id.code, "AM04")
        self.assertEqual(item.due_on, date(2026, 3, 30))
        self.assertRecordValues(
            claim.hold_ids,
            [{"date_from": date(2026, 3, 20), "date_to": date(2026, 3, 30)}],
        )
        self.assertIn("AM04", item.note)

    def test_no_mandate_blocks_direct_debit_until_a_person_allows_it(self):
        claim, item = self.returned("MD01")
        debtor = claim.debtor_id
        self.assertRecordValues(
            debtor,
            [
                {
                    "debit_blocked_on": date(2026, 3, 20),
                    "debit_blocked_reason_id": item.return_reason_id.id,
                }
            ],
        )
        blocked = self.env["ar.debtor"].search([("debit_blocked", "=", True)])
        self.assertEqual(blocked, debtor)
        self.assertTrue(debtor.debit_blocked)
        with self.assertRaises(UserError):
            debtor.with_user(self.env.user).debit_blocked_on = False
        debtor.with_user(self.env.user).action_allow_debits()
        self.assertFalse(debtor.debit_blocked_on)
        self.assertFalse(debtor.debit_blocked)

    def test_nothing_is_collected_again_where_direct_debit_is_blocked(self):
        """No cover after a lost mandate: no wait for a debit that must not come."""
        self.returned("MD01")
        claim, payment = self.paid(50)
        self.give_back(payment, "AM04")
        item = self.items().filtered(lambda item: item.claim_id == claim)
        self.assertEqual(item.return_reason_id.code, "AM04")
        self.assertFalse(claim.hold_ids)
        self.assertRecordValues(
            item,
            [
                {
                    "due_on": date(2026, 3, 20),
                    "points": 80,
                    "return_done_on": date(2026, 3, 20),
                }
            ],
        )
        self.assertIn("AM04", item.note)
        self.assertIn("is blocked since 03/20/2026", item.note)
        # A person allowed it again: the next one is collected again.
        claim.debtor_id.with_user(self.env.user).action_allow_debits()
        other, payment = self.paid(70)
        self.give_back(payment, "AM04")
        self.assertTrue(other.hold_ids)

    def test_straight_to_the_reminder_comes_ahead_of_its_day(self):
        claim, payment = self.paid(due="2026-03-12")
        self.give_back(payment, "MS02")
        self.assign()
        self.assertEqual(claim.expedited_on, date(2026, 3, 20))
        facts = claim._explain(date(2026, 3, 20))[claim.id]
        self.assertEqual(facts["level_date"], date(2026, 3, 20))
        self.run_day("2026-03-20")
        self.assertEqual(self.level_keys(claim), ["reminder"])
        facts = claim._explain(date(2026, 3, 21))[claim.id]
        self.assertEqual(
            facts["level_date"], date(2026, 4, 9), "one level only comes ahead"
        )

    def test_straight_to_the_reminder_keeps_the_wait(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        self.run_day("2026-03-11")
        self.pay(move, 100, "2026-03-12")
        self.give_back(move.matched_payment_ids, "MS02")
        facts = claim._explain(date(2026, 3, 20))[claim.id]
        self.assertEqual(facts["level_date"], date(2026, 3, 25), "11 March + 14 days")

    def test_claim_not_overdue_does_not_come_ahead_of_its_due_date(self):
        claim, payment = self.paid(due="2026-04-10")
        self.give_back(payment, "MS02")
        self.assign()
        facts = claim._explain(date(2026, 3, 20))[claim.id]
        self.assertEqual(facts["level_date"], date(2026, 4, 7), "3 days before")

    def test_death_stops_everything_and_asks_for_the_heirs(self):
        claim, _item = self.returned("MD07")
        debtor = claim.debtor_id
        self.assertEqual(debtor.hold_ids.reason_id.code, "deceased")
        self.assertTrue(debtor.debit_blocked_on)
        self.assertEqual(self.items("guardian").debtor_id, debtor)
        self.assertIn("hold", self.blockers(claim, "2026-03-20"))

    def test_own_row_of_a_company_goes_before_the_shared_one(self):
        self.env["ar.return.reason"].create(
            {
                "code": "am04",
                "name": "No cover",
                "company_id": self.company.id,
                "action": "contact",
            }
        )
        claim, item = self.returned("AM04")
        self.assertEqual(item.return_reason_id.company_id, self.company)
        self.assertFalse(claim.hold_ids)
        self.assertEqual(item.points, 80)

    def test_person_chooses_the_reason_once(self):
        claim, item = self.returned()
        collector = self.create_user("returns_collector", "ar_dunning.group_collector")
        item = item.with_user(collector)
        with self.assertRaises(UserError):
            item.action_follow_return()
        item.return_reason_id = self.env.ref("ar_dunning.return_reason_am04")
        item.action_follow_return()
        self.assertTrue(claim.hold_ids)
        with self.assertRaises(UserError):
            item.action_follow_return()
        with self.assertRaises(UserError):
            item.return_reason_id = self.env.ref("ar_dunning.return_reason_md01")

    def test_auditor_follows_nothing_up(self):
        claim, item = self.returned()
        item.return_reason_id = self.env.ref("ar_dunning.return_reason_am04")
        auditor = self.create_user("returns_auditor", "ar_dunning.group_auditor")
        with self.assertRaises(AccessError):
            item.with_user(auditor).action_follow_return()
        self.assertFalse(claim.hold_ids)

    def test_unknown_code_leaves_the_decision_to_a_person(self):
        _claim, item = self.returned("ZZ99")
        self.assertFalse(item.return_reason_id)
        self.assertIn("ZZ99", item.note)

    def test_many_returns_cost_few_statements(self):
        payments = self.env["account.payment"]
        for _number in range(6):
            payments |= self.paid()[1]
        counts = []
        for some in (payments[:1], payments[1:]):
            partials = some.move_id.line_ids.matched_debit_ids
            self.env["ar.claim"]._note_removed(partials)
            removed = self.env.cr.precommit.data.pop("ar_dunning.pending_returned")
            before = self.env.cr.sql_log_count
            self.env["ar.claim"].sudo()._list_returned(removed, {})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_days_are_counted_from_today(self):
        _claim, item = self.returned("TM01")
        self.assertEqual(item.due_on, date(2026, 3, 20) + timedelta(days=3))
