from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DunningCommon


@tagged("post_install", "-at_install", "ar")
class TestRoad(DunningCommon):
    def test_each_level_once_with_the_wait_in_between(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        expected = {
            "2026-02-26": ["friendly"],
            "2026-02-27": ["friendly"],
            "2026-03-11": ["friendly", "reminder"],
            "2026-03-28": ["friendly", "reminder"],
            "2026-03-29": ["friendly", "reminder", "notice_of_default"],
        }
        for on, keys in expected.items():
            self.run_day(on)
            with self.subTest(on=on):
                self.assertEqual(self.level_keys(claim), keys)
        self.assertEqual(claim.level_key, "notice_of_default")
        self.assertEqual(claim.effective_on, date(2026, 3, 29))
        self.assertEqual(self.lines(claim)[-1].description, "Service")

    def test_wait_counts_from_effective_delivery(self):
        claim = self.claim(self.invoice(100, "2026-01-01"))
        self.propose("2026-03-01")
        self.dispatch("2026-03-01")
        self.assertEqual(claim.level_key, "reminder")
        self.assertIn("awaiting_delivery", self.blockers(claim, "2026-04-01"))
        self.deliver("2026-03-10")
        self.assertEqual(self.blockers(claim, "2026-03-23"), ["not_yet_due"])
        self.assertEqual(self.blockers(claim, "2026-03-24"), [])

    def fail_delivery(self, claim):
        """The last delivery of a claim is refused for good; return it."""
        delivery = claim.level_line_id.notice_id.delivery_ids.sorted("id")[-1:]
        delivery.sudo()._note_refusal(550, "no such mailbox")
        self.env.invalidate_all()
        return delivery

    def test_failed_notice_that_may_be_left_out_does_not_block_the_next(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.propose("2026-02-26")
        self.dispatch("2026-02-26")
        self.assertIn("awaiting_delivery", self.blockers(claim, "2026-03-11"))
        self.fail_delivery(claim)
        self.assertEqual(self.blockers(claim, "2026-03-11"), [])

    def test_failed_reminder_waits_until_it_is_sent_again(self):
        claim = self.claim(self.invoice(100, "2026-01-01"))
        self.propose("2026-03-01")
        self.dispatch("2026-03-01")
        failed = self.fail_delivery(claim)
        self.assertEqual(self.blockers(claim, "2026-06-01"), ["awaiting_delivery"])
        item = self.env["ar.work.item"].search([("delivery_id", "=", failed.id)])
        self.assertEqual((item.kind, item.state), ("delivery_failed", "open"))
        notice = failed.notice_id
        self.debtor_partner.email = "new@debtor.example"
        notice.action_send_again()
        self.assertEqual(item.state, "done")
        again = notice.delivery_ids - failed
        self.assertRecordValues(
            again,
            [{"attempt": 2, "state": "ready", "address": "new@debtor.example"}],
        )
        with self.assertRaises(UserError):
            notice.action_send_again()
        self.deliver("2026-03-05")
        self.assertEqual(claim.effective_on, date(2026, 3, 5))

    def test_undeliverable_mail_can_go_as_a_letter(self):
        claim = self.claim(self.invoice(100, "2026-01-01"))
        self.propose("2026-03-01")
        self.dispatch("2026-03-01")
        notice = self.fail_delivery(claim).notice_id
        self.debtor_partner.street = False
        with self.assertRaisesRegex(UserError, "no address"):
            notice.action_send_by_letter()
        self.debtor_partner.write({"street": "Kade 1", "city": "Gent"})
        notice.action_send_by_letter()
        letter = notice.delivery_ids.sorted("id")[-1:]
        self.assertEqual((letter.channel, letter.attempt), ("letter", 1))
        self.assertIn("Kade 1", letter.address)

    def test_address_lost_after_the_proposal_leaves_by_the_next_channel(self):
        self.debtor_partner.write({"street": "Kade 1", "city": "Gent"})
        losses = {
            "email removed": lambda: self.debtor_partner.write({"email": False}),
            "email blacklisted": lambda: self.env["mail.blacklist"]._add(
                self.debtor_partner.email
            ),
        }
        for case, lose in losses.items():
            with self.subTest(case), self.env.cr.savepoint() as savepoint:
                claim = self.claim(self.invoice(100, "2026-03-01"))
                notice = self.propose("2026-03-15").notice_ids
                self.assertEqual(notice.channel, "email")
                lose()
                self.dispatch("2026-03-15")
                self.assertEqual(claim.level_key, "reminder")
                self.assertEqual(notice.delivery_ids.channel, "letter")
                savepoint.rollback()

    def test_failed_dispatch_is_on_the_work_list_until_it_succeeds(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.propose("2026-03-15")
        notices = type(self.env["ar.dunning.notice"])
        with (
            patch.object(notices, "_freeze_lines", side_effect=ValueError("broken")),
            mute_logger("odoo.addons.ar_dunning.models.notice_dispatch"),
        ):
            self.dispatch("2026-03-15")
        item = self.env["ar.work.item"].search(
            [("debtor_id", "=", claim.debtor_id.id), ("kind", "=", "delivery_failed")]
        )
        self.assertRecordValues(item, [{"state": "open", "note": "broken"}])
        self.assertEqual(item.notice_id.cancel_code, "error")
        self.run_day("2026-03-16")
        self.assertEqual(self.level_keys(claim), ["reminder"])
        self.assertEqual(item.state, "done")

    def test_withdrawn_notice_is_in_the_history(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        self.lines(claim).notice_id.sudo()._withdraw("undone")
        event = claim.event_ids.filtered(lambda event: event.kind == "withdrawn")
        self.assertEqual(event.old_value, "Reminder")
        self.assertFalse(claim.level_key)

    def test_run_is_signed_by_the_approver_alone(self):
        empty = self.propose("2026-01-01")
        self.assertFalse(empty.approved_by_id)
        self.invoice(100, "2026-03-01")
        automatic = self.propose("2026-03-15")
        self.assertFalse(automatic.approved_by_id)

    def test_second_run_on_the_same_day_proposes_nothing(self):
        self.invoice(100, "2026-03-01")
        self.run_day("2026-03-15")
        again = self.propose("2026-03-15")
        self.assertFalse(again.notice_ids)

    def test_missed_days_are_caught_up_by_one_level(self):
        claim = self.claim(self.invoice(100, "2026-01-01"))
        self.run_day("2026-06-01")
        self.assertEqual(self.level_keys(claim), ["reminder"])

    def test_combined_under_the_highest_level(self):
        old = self.claim(self.invoice(100, "2026-01-01"))
        self.run_day("2026-01-20")
        new = self.claim(self.invoice(50, "2026-01-25"))
        self.run_day("2026-02-10")
        notice = self.lines(new).notice_id
        self.assertEqual(notice, self.lines(old)[-1].notice_id)
        self.assertEqual(notice.level_id.level_key, "notice_of_default")
        self.assertEqual(self.level_keys(new), ["reminder"])
        self.assertEqual(self.level_keys(old), ["reminder", "notice_of_default"])
        self.assertEqual(notice.amount_total, 150)

    def test_friendly_notice_never_shares_a_notice_with_a_reminder(self):
        late = self.claim(self.invoice(100, "2026-03-01"))
        soon = self.claim(self.invoice(50, "2026-03-17"))
        self.run_day("2026-03-15")
        self.assertEqual(self.level_keys(late), ["reminder"])
        self.assertEqual(self.level_keys(soon), ["friendly"])
        self.assertNotEqual(self.lines(late).notice_id, self.lines(soon).notice_id)

    def test_claim_that_does_not_advance_is_mentioned_for_information(self):
        old = self.claim(self.invoice(100, "2026-01-01"))
        self.run_day("2026-01-20")
        new = self.claim(self.invoice(50, "2026-01-05"))
        self.run_day("2026-01-21")
        notice = self.lines(new).notice_id
        self.assertEqual(self.lines(old, "information").notice_id, notice)
        self.assertEqual(notice.amount_total, 50)

    def test_what_a_notice_will_mention_is_foreseen(self):
        old = self.claim(self.invoice(100, "2026-01-01"))
        self.run_day("2026-01-20")
        held = self.claim(self.invoice(30, "2026-01-01"))
        self.env["ar.hold"].create(
            {
                "claim_id": held.id,
                "reason_id": self.reason.id,
                "date_from": "2026-01-01",
            }
        )
        new = self.claim(self.invoice(50, "2026-01-05"))
        notice = self.propose("2026-01-21").notice_ids
        self.assertEqual(notice.line_ids.claim_id, new)
        foreseen = notice._render_values("email")["information"]
        self.assertFalse(foreseen.ids)
        facts = ("claim_id", "level_id", "amount_open", "days_overdue", "move_name")
        told = [[line[name] for name in facts] for line in foreseen]
        self.assertEqual([line[0] for line in told], [old])
        self.assertIn(old.move_name, notice.preview)
        self.dispatch("2026-01-21")
        mentioned = self.lines(old, "information")
        self.assertEqual(mentioned.notice_id, notice)
        self.assertEqual([[line[name] for name in facts] for line in mentioned], told)
        self.assertEqual(
            notice._render_values("email")["information"].ids, mentioned.ids
        )

    def test_what_is_paid_in_between_is_not_mentioned(self):
        paid = self.invoice(100, "2026-01-01")
        partly = self.invoice(80, "2026-01-01")
        self.run_day("2026-01-20")
        new = self.claim(self.invoice(50, "2026-01-05"))
        self.propose("2026-01-21")
        self.pay(paid, 100, "2026-01-21")
        self.pay(partly, 30, "2026-01-21")
        self.dispatch("2026-01-21")
        mentioned = self.lines(new).notice_id.line_ids - self.lines(new)
        self.assertRecordValues(
            mentioned,
            [
                {
                    "claim_id": self.claim(partly).id,
                    "role": "information",
                    "state": "dispatched",
                    "amount_paid": 30,
                    "amount_open": 50,
                }
            ],
        )

    def test_chunks_of_one_day_do_not_mention_each_others_claims(self):
        """What left an hour ago is claimed there, not "written about separately"."""
        first = self.claim(self.invoice(100, "2026-01-01"))
        second = self.claim(self.invoice(50, "2026-01-05"))
        run = self.propose("2026-01-21")
        [notice] = run.notice_ids
        other = notice.copy({"run_id": run.id, "state": "approved"})
        moved = notice.line_ids.filtered(lambda line: line.claim_id == second)
        moved.notice_id = other
        self.env.flush_all()
        notices = self.env["ar.dunning.notice"].sudo()
        day = date(2026, 1, 21)
        self.assertEqual(notices._dispatch_next(self.company, day, limit=1), 1)
        self.deliver("2026-01-21")
        self.assertEqual(notices._dispatch_next(self.company, day, limit=1), 1)
        self.assertEqual(self.level_keys(first), ["reminder"])
        self.assertEqual(self.level_keys(second), ["reminder"])
        self.env.invalidate_all()
        self.assertFalse(self.lines(first | second, "information"))

    def test_two_runs_of_one_day_do_not_mention_each_others_claims(self):
        first = self.claim(self.invoice(100, "2026-01-01"))
        self.propose("2026-01-21")
        second = self.claim(self.invoice(50, "2026-01-05"))
        self.propose("2026-01-21")
        notices = self.env["ar.dunning.notice"].sudo()
        for _chunk in range(2):
            day = date(2026, 1, 21)
            self.assertEqual(notices._dispatch_next(self.company, day, limit=1), 1)
            self.deliver("2026-01-21")
        self.env.invalidate_all()
        self.assertFalse(self.lines(first | second, "information"))

    def test_a_claim_whose_letter_is_not_posted_yet_is_mentioned(self):
        old = self.claim(self.invoice(100, "2026-01-01"))
        self.propose("2026-01-20")
        self.dispatch("2026-01-20")
        self.assertEqual(
            self.blockers(old, "2026-01-21"), ["not_yet_due", "awaiting_delivery"]
        )
        new = self.claim(self.invoice(50, "2026-01-05"))
        self.run_day("2026-01-21")
        self.assertEqual(
            self.lines(old, "information").notice_id, self.lines(new).notice_id
        )

    def two_notices(self):
        """Two notices of one run that list what is not due, and what falls due."""
        self.segment.procedure_id = self.create_procedure(
            [
                {"level_key": "one", "offset_days": 5, "include_not_due": True},
                {"level_key": "two", "offset_days": 20, "include_not_due": True},
            ],
            code="listing",
            combine="per_level",
        )
        self.invoice(100, "2026-01-01")
        self.run_day("2026-01-10")
        self.invoice(50, "2026-01-20")
        coming = self.claim(self.invoice(70, "2026-02-20"))
        notices = self.propose("2026-01-30").notice_ids.sudo()
        self.assertEqual(sorted(notices.mapped("level_id.level_key")), ["one", "two"])
        return notices, coming

    def test_one_notice_is_foreseen_to_list_what_is_not_due(self):
        notices, coming = self.two_notices()
        listing = notices.filtered(
            lambda notice: notice._render_values("email")["not_due"]
        )
        self.assertEqual(listing.level_id.level_key, "two")
        self.assertEqual(listing._render_values("email")["not_due"].claim_id, coming)

    def test_chunks_list_once_what_is_not_due(self):
        notices, coming = self.two_notices()
        day = date(2026, 1, 30)
        for _chunk in notices:
            self.assertEqual(notices._dispatch_next(self.company, day, limit=1), 1)
        self.env.invalidate_all()
        listing = self.lines(coming, "information").notice_id
        self.assertEqual(listing.level_id.level_key, "two")

    def test_a_rehearsed_notice_does_not_mention_what_it_claims(self):
        claim = self.claim(self.invoice(100, "2026-01-01"))
        self.assign("2026-01-20")
        runs = self.env["ar.dunning.run"].sudo()
        rehearsed = runs._rehearse(self.company, date(2026, 1, 20)).notice_ids
        self.run_day("2026-01-20")
        values = rehearsed._render_values("email")
        self.assertEqual(values["lines"].claim_id, claim)
        self.assertFalse(values["information"])

    def test_a_notice_that_is_not_stored_can_be_previewed(self):
        self.invoice(100, "2026-01-01")
        notice = self.propose("2026-01-21").notice_ids
        self.assertTrue(notice.new(origin=notice).preview)
        self.assertFalse(notice.new({"kind": "dunning"})._foreseen_information())

    def test_friendly_notice_mentions_nothing_that_is_late(self):
        self.invoice(100, "2026-01-01")
        self.run_day("2026-01-20")
        self.invoice(50, "2026-01-05")
        self.invoice(70, "2026-01-23")
        notices = self.propose("2026-01-21").notice_ids
        self.dispatch("2026-01-21")
        roles = {
            notice.level_id.level_key: sorted(notice.line_ids.mapped("role"))
            for notice in notices
        }
        self.assertEqual(
            roles, {"friendly": ["claimed"], "reminder": ["claimed", "information"]}
        )

    def test_paid_between_proposal_and_dispatch_gets_nothing(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        runs = self.propose("2026-03-15")
        self.pay(move, 100, "2026-03-15")
        self.dispatch("2026-03-15")
        self.assertFalse(self.level_keys(claim))
        self.assertEqual(runs.notice_ids.state, "cancelled")
        self.assertFalse(runs.notice_ids.delivery_ids)
        self.assertEqual(claim.level_sequence, 0)

    def test_part_paid_between_proposal_and_dispatch_shows_the_rest(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        runs = self.propose("2026-03-15")
        self.pay(move, 40, "2026-03-15")
        self.dispatch("2026-03-15")
        self.assertEqual(self.lines(claim).amount_open, 60)
        self.assertEqual(runs.notice_ids.amount_total, 60)

    def test_what_grew_after_approval_waits_for_the_next_proposal(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        self.pay(move, 60, "2026-03-10")
        self.propose("2026-03-15")
        claim.line_id.remove_move_reconcile()
        move.matched_payment_ids.action_draft()
        self.sync()
        self.dispatch("2026-03-15")
        self.assertFalse(self.lines(claim))
        self.run_day("2026-03-16")
        self.assertEqual(self.lines(claim).amount_open, 100)

    def test_held_after_proposal_is_left_out_with_its_reason(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        runs = self.propose("2026-03-15")
        self.env["ar.hold"].create(
            {
                "claim_id": claim.id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-15",
            }
        )
        self.dispatch("2026-03-15")
        self.assertFalse(self.level_keys(claim))
        self.assertEqual(runs.exclusion_ids.mapped("code"), ["hold"])
        self.assertIn(self.reason.name, runs.exclusion_ids.sentence)

    def test_three_terms_one_late_claims_only_that_one(self):
        early = self.invoice(100, "2026-03-01")
        late = self.invoice(100, "2026-06-01")
        self.run_day("2026-03-15")
        self.assertTrue(self.level_keys(self.claim(early)))
        self.assertFalse(self.level_keys(self.claim(late)))

    def test_oldest_paid_neither_jumps_nor_drops_a_level(self):
        old = self.invoice(100, "2026-01-01")
        new = self.claim(self.invoice(50, "2026-01-25"))
        self.run_day("2026-01-20")
        self.run_day("2026-02-10")
        self.pay(old, 100, "2026-02-11")
        self.run_day("2026-02-22")
        self.assertEqual(self.level_keys(new), ["reminder"])
        self.run_day("2026-02-24")
        self.assertEqual(self.level_keys(new), ["reminder", "notice_of_default"])

    def test_notice_is_frozen_when_dispatched(self):
        move = self.invoice(100, "2026-03-01")
        self.run_day("2026-03-15")
        notice = self.claim(move).line_ids.notice_id
        text = notice.text_id.opening
        self.template.opening = "<p>Something else</p>"
        self.company.partner_id.street = "Elsewhere 1"
        self.pay(move, 40, "2026-03-16")
        self.assertEqual(notice.text_id.opening, text)
        self.assertEqual(notice.amount_total, 100)
        self.assertNotEqual(notice.snapshot["creditor"]["street"], "Elsewhere 1")

    def test_handover_is_decided_by_a_person(self):
        claim = self.claim(self.invoice(100, "2026-01-01"))
        for on in ("2026-01-20", "2026-02-10"):
            self.run_day(on)
        runs = self.run_day("2026-03-10")
        self.assertEqual(runs.state, "proposed")
        self.assertEqual(runs.notice_ids.kind, "handover")
        # What the button does, unless an addon asks for more than an approval.
        runs.notice_ids._approve()
        self.dispatch("2026-03-10")
        self.assertEqual(claim.level_key, "handover")
        self.assertEqual(claim.effective_on, date(2026, 3, 10))
        self.assertFalse(runs.notice_ids.delivery_ids)
        item = self.env["ar.work.item"].search([("kind", "=", "handover")])
        self.assertEqual(item.debtor_id, claim.debtor_id)
        self.assertEqual(self.blockers(claim, "2026-06-01"), ["finished"])

    def test_unapproved_proposal_is_superseded_the_next_day(self):
        procedure = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 10, "mode": "approval"}],
            code="approval",
        )
        claim = self.claim(self.invoice(100, "2026-03-01"))
        claim._assign_by_hand(procedure)
        first = self.propose("2026-03-15")
        second = self.propose("2026-03-16")
        self.assertEqual(first.state, "superseded")
        self.assertEqual(first.notice_ids.cancel_code, "superseded")
        self.assertEqual(second.notice_ids.line_ids.claim_id, claim)

    def test_approved_yesterday_leaves_once_beside_the_next_proposal(self):
        procedure = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 10, "mode": "approval"}],
            code="approval",
        )
        claim = self.claim(self.invoice(100, "2026-03-01"))
        claim._assign_by_hand(procedure)
        first = self.propose("2026-03-15")
        first.notice_ids.action_approve()
        self.assertEqual(first.state, "approved")
        second = self.propose("2026-03-16")
        self.assertFalse(second.notice_ids)
        self.assertEqual(second.exclusion_ids.mapped("code"), ["in_progress"])
        self.dispatch("2026-03-16")
        self.assertEqual(first.state, "dispatched")
        self.assertEqual(self.level_keys(claim), ["reminder"])

    def test_two_debtors_never_share_a_notice(self):
        other = self.create_partner("An Other", "an@debtor.example")
        self.invoice(100, "2026-03-01")
        self.invoice(70, "2026-03-01", other)
        runs = self.run_day("2026-03-15")
        self.assertEqual(len(runs.notice_ids), 2)
        for notice in runs.notice_ids:
            self.assertEqual(notice.line_ids.claim_id.partner_id, notice.partner_id)

    def test_currencies_never_share_a_notice(self):
        euro = self.setup_other_currency("EUR", rates=[("2025-01-01", 2.0)])
        self.invoice(100, "2026-03-01")
        self.invoice(70, "2026-03-01", currency_id=euro.id)
        runs = self.run_day("2026-03-15")
        self.assertEqual(
            sorted(runs.notice_ids.mapped("currency_id.name")), ["EUR", "USD"]
        )

    def test_thank_you_after_payment_once(self):
        move = self.invoice(100, "2026-03-01")
        self.company.ar_thank_you_template_id = self.template.copy(
            {"kind": "thank_you"}
        )
        self.run_day("2026-03-15")
        self.pay(move, 100, "2026-03-18")
        notices = self.env["ar.dunning.notice"].sudo()
        self.assertEqual(notices._thank_company(self.company, date(2026, 3, 18)), 1)
        self.dispatch("2026-03-18")
        self.assertEqual(notices._thank_company(self.company, date(2026, 3, 19)), 0)
        thanks = notices.search([("kind", "=", "thank_you")])
        self.assertEqual(thanks.state, "dispatched")
        self.assertEqual(thanks.delivery_ids.channel, "email")

    def test_no_thanks_while_something_reminded_stays_open(self):
        move = self.invoice(100, "2026-03-01")
        self.invoice(30, "2026-03-01")
        self.run_day("2026-03-15")
        self.pay(move, 100, "2026-03-18")
        notices = self.env["ar.dunning.notice"].sudo()
        self.assertEqual(notices._thank_company(self.company, date(2026, 3, 18)), 0)

    def test_no_thanks_for_a_credit_note(self):
        move = self.invoice(100, "2026-03-01")
        self.run_day("2026-03-15")
        move._reverse_moves(
            [{"date": "2026-03-18", "invoice_date": "2026-03-18"}], cancel=True
        )
        self.assertEqual(self.claim(move).state, "settled")
        notices = self.env["ar.dunning.notice"].sudo()
        self.assertEqual(notices._thank_company(self.company, date(2026, 3, 18)), 0)

    def test_four_eyes_limit_is_in_company_currency(self):
        self.company.ar_four_eyes_amount = 80
        euro = self.setup_other_currency("EUR", rates=[("2025-01-01", 0.5)])
        procedure = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 10, "mode": "approval"}],
            code="approval",
        )
        claim = self.claim(self.invoice(50, "2026-03-01", currency_id=euro.id))
        claim._assign_by_hand(procedure)
        runs = self.propose("2026-03-15")
        runs.user_id = self.env.user
        self.assertEqual(runs.notice_ids.amount_total, 50)
        with self.assertRaises(UserError):
            runs.notice_ids.action_approve()

    def test_approving_one_notice_wakes_the_dispatch(self):
        procedure = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 10, "mode": "approval"}],
            code="approval",
        )
        self.claim(self.invoice(100, "2026-03-01"))._assign_by_hand(procedure)
        notice = self.propose("2026-03-15").notice_ids
        cron = self.env.ref("ar_dunning.cron_daily_cycle")
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([("cron_id", "=", cron.id)]).unlink()
        notice.action_approve()
        self.assertTrue(triggers.search([("cron_id", "=", cron.id)]))

    def test_four_eyes_above_the_limit(self):
        self.company.ar_four_eyes_amount = 50
        procedure = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 10, "mode": "approval"}],
            code="approval",
        )
        claim = self.claim(self.invoice(100, "2026-03-01"))
        claim._assign_by_hand(procedure)
        runs = self.propose("2026-03-15")
        runs.user_id = self.env.user
        with self.assertRaises(UserError):
            runs.notice_ids.action_approve()
        runs.user_id = self.env.ref("base.user_admin")
        runs.notice_ids.with_user(self.env.user).action_approve()
        self.assertEqual(runs.notice_ids.state, "approved")

    def test_collector_cannot_approve(self):
        collector = self.env["res.users"].create(
            {
                "name": "Collector",
                "login": "collector",
                "company_ids": [(6, 0, self.company.ids)],
                "company_id": self.company.id,
                "group_ids": [(4, self.env.ref("ar_dunning.group_collector").id)],
            }
        )
        procedure = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 10, "mode": "approval"}],
            code="approval",
        )
        self.claim(self.invoice(100, "2026-03-01"))._assign_by_hand(procedure)
        runs = self.propose("2026-03-15")
        with self.assertRaises(UserError):
            runs.notice_ids.with_user(collector).action_approve()

    def test_active_version_does_not_change(self):
        with self.assertRaises(UserError):
            self.version.level_ids[0].offset_days = 5

    def test_nobody_writes_the_state_of_a_version(self):
        draft = self.procedure._new_version()
        for version, state in ((self.version, "draft"), (draft, "active")):
            with self.subTest(state=state), self.assertRaises(UserError):
                version.write({"state": state})

    def test_new_version_keeps_the_place_by_level_key(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.run_day("2026-03-15")
        draft = self.procedure._new_version()
        for level in draft.level_ids.sorted("sequence", reverse=True):
            level.sequence += 1
        draft.level_ids = [
            (
                0,
                0,
                self.prepare_level(
                    1, level_key="welcome", offset_days=-10, mandatory=False
                ),
            )
        ]
        draft.action_activate()
        self.assertEqual(claim.version_id, draft)
        self.assertEqual(claim.level_id.level_key, "reminder")
        self.assertEqual(claim.level_sequence, 3)
        self.run_day("2026-04-15")
        self.assertEqual(self.level_keys(claim), ["reminder", "notice_of_default"])

    def test_excluded_notice_stays_out_of_the_next_runs(self):
        procedure = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 10, "mode": "approval"}],
            code="approval",
        )
        claim = self.claim(self.invoice(100, "2026-03-01"))
        claim._assign_by_hand(procedure)
        runs = self.propose("2026-03-15")
        runs.notice_ids._exclude(self.reason, False)
        self.assertEqual(runs.notice_ids.cancel_code, "excluded_by_user")
        self.assertTrue(claim.on_hold)

    def test_statements_of_a_proposal_do_not_grow_with_the_claims(self):
        counts = []
        for number in (2, 12):
            for place in range(number):
                partner = self.create_partner(f"P{place}", f"p{place}@debtor.example")
                self.invoice(100, "2026-03-01", partner)
            self.assign()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["ar.dunning.run"].sudo()._propose_company(
                self.company, date(2026, 3, 15)
            )
            counts.append(self.env.cr.sql_log_count - before)
            self.dispatch("2026-03-15")
            self.deliver("2026-03-15")
        self.assertLessEqual(counts[1], counts[0] + 2)
