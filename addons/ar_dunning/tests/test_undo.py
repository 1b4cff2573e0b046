from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.ar_dunning.models.notice_undo import UndoDecision

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestUndo(DunningCommon):
    """Undoing: evidence stays, levels go back, and what was chosen comes next."""

    def undo(self, notices, next_step="again", until="2026-03-16", **values):
        decision = UndoDecision(
            "Wrong price",
            next_step,
            date.fromisoformat(until) if until else None,
            **values,
        )
        result = notices._undo(decision)
        self.env.invalidate_all()
        return result

    def begins(self, delivery):
        """Whether the sender would give the delivery to the mail server now."""
        deliveries = type(self.env["ar.delivery"])
        with patch.object(deliveries, "_checkpoint", lambda _self: 60):
            return delivery.sudo()._begin_dialogue()

    def sent(self, amount=100, due="2026-03-01", on="2026-03-15", **values):
        """Return a claim that got its reminder on a day."""
        claim = self.claim(self.invoice(amount, due, **values))
        self.run_day(on)
        return claim

    @freeze_time("2026-03-15 09:00:00")
    def test_undone_run_is_evidence_and_counts_no_more(self):
        claim = self.sent()
        run = self.lines(claim).run_id
        notice = run.notice_ids
        undo = self.undo(notice)
        self.assertEqual(run.state, "undone")
        self.assertIn("it was undone", run.overview)
        self.assertRecordValues(
            notice,
            [{"state": "withdrawn", "cancel_code": "undone", "undo_ids": undo.ids}],
        )
        self.assertEqual(notice.delivery_ids.state, "sent")
        self.assertEqual(notice.effective_on, date(2026, 3, 15))
        self.assertFalse(claim.level_key)
        self.assertEqual(claim.level_sequence, 0)
        self.assertRecordValues(
            undo,
            [
                {
                    "notice_count": 1,
                    "claim_count": 1,
                    "not_left_count": 0,
                    "refused_count": 0,
                }
            ],
        )
        event = claim.event_ids.filtered(lambda one: one.kind == "withdrawn")
        self.assertRecordValues(event, [{"run_id": run.id, "old_value": "Reminder"}])

    @freeze_time("2026-03-15 09:00:00")
    def test_history_names_the_level_of_the_claim_itself(self):
        older = self.sent(due="2026-02-01", on="2026-02-12")
        newer = self.sent(50)
        notice = self.lines(newer).notice_id
        self.assertEqual(notice.level_id.level_key, "notice_of_default")
        self.undo(notice)
        events = [
            claim.event_ids.filtered(lambda one: one.kind == "withdrawn").old_value
            for claim in (older, newer)
        ]
        self.assertEqual(events, ["Notice Of Default", "Reminder"])

    @freeze_time("2026-03-15 09:00:00")
    def test_run_counts_what_still_stands(self):
        undone = self.claim(self.invoice(100, "2026-03-01"))
        other = self.create_partner("Nele", "nele@debtor.example")
        kept = self.claim(self.invoice(40, "2026-03-01", other))
        run = self.run_day("2026-03-15")
        notice = self.lines(undone).notice_id
        letter = self.lines(kept).notice_id.delivery_ids.sudo()
        letter.create({**letter.copy_data()[0], "channel": "letter", "state": "sent"})
        self.env.invalidate_all()
        names = ("notice_count", "sent_count", "withdrawn_count", "delivery_count")
        counts = [[run[name] for name in names]]
        self.undo(notice)
        counts.append([run[name] for name in names])
        self.assertEqual(counts, [[2, 2, 0, 3], [1, 1, 1, 3]])
        shown = run.action_open_notices()
        self.assertEqual(shown["context"], {"search_default_live": 1})

    @freeze_time("2026-03-15 09:00:00")
    def test_window_proposes_a_hold_of_a_week_and_wants_a_reason(self):
        claim = self.sent()
        notice = self.lines(claim).notice_id
        window = Form(
            self.env["ar.notice.undo"].with_context(
                active_model=notice._name, active_ids=notice.ids
            )
        )
        self.assertEqual(
            (window.next_step, window.date_to), ("hold", date(2026, 3, 22))
        )
        with self.assertRaisesRegex(AssertionError, "reason"):
            window.save()
        window.reason = "Wrong price"
        window.save().action_apply()
        self.assertEqual(notice.state, "withdrawn")

    @freeze_time("2026-03-15 09:00:00")
    def test_three_daily_runs_send_again_after_two_days(self):
        claim = self.sent()
        wizard = self.env["ar.notice.undo"].create(
            {
                "run_ids": [(6, 0, self.lines(claim).run_id.ids)],
                "next_step": "again",
                "days": 2,
                "reason": "Wrong price",
            }
        )
        self.assertRecordValues(
            wizard, [{"left_count": 1, "not_left_count": 0, "refused_count": 0}]
        )
        wizard.action_apply()
        self.env.invalidate_all()
        levels = []
        for day in ("2026-03-15", "2026-03-16", "2026-03-17"):
            self.run_day(day)
            levels.append(self.level_keys(claim))
        self.assertEqual(levels, [[], [], ["reminder"]])

    @freeze_time("2026-03-15 09:00:00")
    def test_three_daily_runs_respect_a_hold(self):
        claim = self.sent()
        self.undo(self.lines(claim).notice_id, "hold", "2026-03-20")
        for day in ("2026-03-16", "2026-03-18", "2026-03-20"):
            self.run_day(day)
            self.assertEqual(self.level_keys(claim), [])
            self.assertIn("hold", self.blockers(claim, day))
        self.run_day("2026-03-21")
        self.assertEqual(self.level_keys(claim), ["reminder"])

    @freeze_time("2026-03-15 09:00:00")
    def test_mending_waits_for_a_person(self):
        claim = self.sent()
        undo = self.undo(self.lines(claim).notice_id, "mend", None)
        item = self.env["ar.work.item"].search([("kind", "=", "undone")])
        self.assertRecordValues(item, [{"state": "open", "note": "Wrong price"}])
        for day in ("2026-03-16", "2026-04-16", "2026-06-16"):
            self.run_day(day)
        self.assertEqual(self.level_keys(claim), [])
        undo.action_go_on()
        self.env.invalidate_all()
        self.assertEqual(item.state, "done")
        self.assertFalse(undo.held_count)
        self.run_day("2026-03-16")
        self.assertEqual(self.level_keys(claim), ["reminder"])

    @freeze_time("2026-03-15 09:00:00")
    def test_second_level_goes_back_to_the_first_with_its_wait(self):
        claim = self.sent(due="2026-02-01", on="2026-02-12")
        self.run_day("2026-03-10")
        self.assertEqual(self.level_keys(claim), ["reminder", "notice_of_default"])
        second = self.lines(claim).filtered(
            lambda line: line.level_key == "notice_of_default"
        )
        self.undo(second.notice_id)
        self.assertEqual(claim.level_key, "reminder")
        self.assertEqual(claim.effective_on, date(2026, 2, 12))

    @freeze_time("2026-03-15 09:00:00")
    def test_what_something_rests_on_stays(self):
        later = self.sent(due="2026-02-01", on="2026-02-12")
        first = self.lines(later).notice_id
        self.run_day("2026-03-10")
        paid_move = self.invoice(
            70, "2026-02-01", self.create_partner("Paula Paid", "paula@debtor.example")
        )
        self.run_day("2026-02-12")
        paid = self.claim(paid_move)
        self.pay(paid_move, 30, "2026-02-20")
        promising_move = self.invoice(
            80, "2026-02-01", self.create_partner("Pia Promise", "pia@debtor.example")
        )
        self.run_day("2026-02-12")
        promising = self.claim(promising_move)
        self.env["ar.hold"].create(
            {
                "claim_id": promising.id,
                "reason_id": self.env.ref("ar_dunning.hold_reason_promise").id,
                "date_from": "2026-02-20",
                "date_to": "2026-02-25",
            }
        )
        notices = first | self.lines(paid).notice_id | self.lines(promising).notice_id
        codes = {row["notice_id"]: row["obstacle"] for row in notices._plan_undo()}
        self.assertEqual(
            codes,
            {
                first.id: "later_notice",
                self.lines(paid).notice_id.id: "paid",
                self.lines(promising).notice_id.id: "promise",
            },
        )
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            self.undo(notices)
        # Both notices of the claim together can be undone.
        self.undo(self.lines(later).notice_id)
        self.assertFalse(later.level_key)

    @freeze_time("2026-03-15 09:00:00")
    def test_payment_before_the_notice_is_no_obstacle(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        self.run_day("2026-03-15")
        self.pay(move, 100, "2026-03-13")
        undo = self.undo(self.lines(claim).notice_id)
        self.assertEqual(undo.claim_count, 1)
        self.assertFalse(undo.hold_ids, "a settled claim needs no hold")

    @freeze_time("2026-03-15 09:00:00")
    def test_unpaid_claims_of_the_notice_are_undone_alone(self):
        paid_move = self.invoice(30, "2026-03-01")
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.run_day("2026-03-15")
        paid = self.claim(paid_move)
        notice = self.lines(claim).notice_id
        self.assertEqual(notice, self.lines(paid).notice_id)
        self.pay(paid_move, 30, "2026-03-15")
        undo = self.undo(notice)
        self.assertEqual(notice.state, "dispatched")
        self.assertFalse(claim.level_key)
        self.assertEqual(paid.level_key, "reminder")
        self.assertEqual(undo.refused_count, 1)
        # What could not be taken back then is taken back when the payment is gone.
        paid.line_id.remove_move_reconcile()
        self.sync()
        later = self.undo(notice)
        self.assertEqual(notice.state, "withdrawn")
        self.assertEqual(notice.undo_ids, undo | later)
        for one in (undo, later):
            found = self.env["ar.dunning.notice"].search(
                one.action_open_notices()["domain"]
            )
            self.assertEqual(found, notice)
            self.assertEqual(one.notice_count, 1)

    @freeze_time("2026-03-15 09:00:00")
    def test_what_has_not_left_never_leaves(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        delivery = self.lines(claim).notice_id.delivery_ids
        self.undo(delivery.notice_id)
        self.assertEqual(delivery.state, "withdrawn")
        self.assertFalse(self.begins(delivery))

    @freeze_time("2026-03-15 09:00:00")
    def test_what_is_being_handed_over_is_not_touched(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        notice = self.lines(claim).notice_id
        notice.delivery_ids.sudo().state = "handing_over"
        self.assertEqual(notice._plan_undo()[0]["obstacle"], "handing_over")

    @freeze_time("2026-03-15 09:00:00")
    def test_undecided_notices_of_the_run_are_cancelled(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        run = self.propose("2026-03-15")
        self.undo(run.notice_ids)
        self.assertEqual(run.notice_ids.state, "cancelled")
        self.assertEqual(run.state, "undone")
        self.run_day("2026-03-16")
        self.assertEqual(self.level_keys(claim), [])

    @freeze_time("2026-03-15 09:00:00")
    def test_double_click_undoes_once(self):
        claim = self.sent()
        notice = self.lines(claim).notice_id
        self.undo(notice)
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            self.undo(notice)
        self.assertEqual(len(claim.hold_ids), 1)

    @freeze_time("2026-03-15 09:00:00")
    def test_correction_says_what_is_taken_back(self):
        claim = self.sent()
        quiet = self.claim(
            self.invoice(
                40, "2026-03-01", self.create_partner("Nele", "nele@debtor.example")
            )
        )
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        notice = self.lines(claim).notice_id
        undo = self.undo(notice | self.lines(quiet).notice_id, correct=True)
        self.assertEqual(undo.correction_count, 1)
        correction = self.env["ar.dunning.notice"].search([("kind", "=", "correction")])
        self.assertEqual(correction.corrects_id, notice)
        self.assertRecordValues(
            correction.delivery_ids,
            [{"state": "ready", "channel": "email", "address": "dirk@debtor.example"}],
        )
        subject, html, plain = correction._render_email()
        self.assertIn("03/15/2026", subject)
        self.assertIn(claim.move_name, html)
        self.assertIn(claim.move_name, plain)
        # It leaves although the claim is on hold now, and gives it no level.
        kept = correction.delivery_ids.sudo()._withdraw_changed(
            self.company, date(2026, 3, 15)
        )
        self.assertEqual(kept, correction.delivery_ids)
        self.assertTrue(self.begins(kept))
        self.assertFalse(claim.level_key)

    @freeze_time("2026-03-15 09:00:00")
    def test_letter_that_is_printed_is_withdrawn(self):
        partner = self.create_partner("Leo Letter", None, "Kade 1")
        claim = self.claim(self.invoice(100, "2026-03-01", partner))
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        self.env["ar.print.batch"].sudo()._print_company(
            self.company, date(2026, 3, 15)
        )
        delivery = self.lines(claim).notice_id.delivery_ids
        self.assertEqual(delivery.state, "printed")
        item = self.env["ar.work.item"].search(
            [("print_batch_id", "=", delivery.print_batch_id.id)]
        )
        self.undo(delivery.notice_id)
        self.assertEqual(delivery.state, "withdrawn")
        self.assertEqual(item.state, "done")

    @freeze_time("2026-03-15 09:00:00")
    def test_only_approvers_undo(self):
        claim = self.sent()
        collector = self.create_user("undo_collector", "ar_dunning.group_collector")
        with self.assertRaisesRegex(UserError, "approver"):
            self.undo(self.lines(claim).notice_id.with_user(collector))

    @freeze_time("2026-03-15 09:00:00")
    def test_statements_do_not_grow_with_the_notices(self):
        counts = []
        for size in (2, 12):
            for number in range(size):
                self.invoice(
                    100,
                    "2026-03-01",
                    self.create_partner(f"D{number}", f"d{number}@debtor.example"),
                )
            notices = self.propose("2026-03-15").notice_ids
            self.dispatch("2026-03-15")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.undo(notices)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
