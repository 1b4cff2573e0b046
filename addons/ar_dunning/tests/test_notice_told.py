from datetime import date

from odoo.tests import freeze_time, tagged

from odoo.addons.ar_dunning.models.notice_undo import UndoDecision

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestNoticeTold(DunningCommon):
    """What a notice told its debtor stays to be read, whatever becomes of it."""

    def take_back(self, notices):
        notices._undo(UndoDecision("Wrong price", "again", date(2026, 3, 20)))
        self.env.invalidate_all()

    def told(self, notice, delivery=None):
        """Return (documents claimed, documents mentioned, count, oldest due date)."""
        values = notice._render_values("email", delivery)
        placeholders = notice._placeholder_values(delivery)
        return (
            set(values["lines"].mapped("move_name")),
            set(values["information"].mapped("move_name")),
            placeholders["count"],
            placeholders["oldest_due_date"],
        )

    def mentioning(self):
        """Return the notice of one claim that mentions another, which stays open."""
        self.invoice(100, "2026-01-01")
        self.run_day("2026-01-20")
        claim = self.claim(self.invoice(50, "2026-01-05"))
        self.run_day("2026-01-21")
        return self.lines(claim).notice_id

    @freeze_time("2026-01-21 09:00:00")
    def test_undone_notice_shows_what_left(self):
        notice = self.mentioning()
        before = self.told(notice)
        self.assertEqual((len(before[0]), len(before[1]), before[2]), (1, 1, "1"))
        html = notice._render_body()
        reference = notice._payment_reference(notice.claimed_line_ids)
        self.take_back(notice)
        self.assertEqual(notice.state, "withdrawn")
        self.assertEqual(self.told(notice), before)
        self.assertEqual(notice._render_body(), html)
        self.assertEqual(notice._render_values("letter")["lines"].amount_open, 50)
        self.assertEqual(notice._payment_reference(notice.claimed_line_ids), reference)

    @freeze_time("2026-03-15 09:00:00")
    def test_cancelled_and_excluded_notices_show_what_they_were_about(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        notice = self.propose("2026-03-15").notice_ids
        before = self.told(notice)
        self.assertEqual(before[0], {claim.move_name})
        notice._exclude(self.reason, date(2026, 3, 20))
        self.env.invalidate_all()
        self.assertEqual((notice.state, self.told(notice)), ("cancelled", before))
        notice.action_restore()
        self.take_back(notice)
        self.assertEqual((notice.state, self.told(notice)), ("cancelled", before))

    @freeze_time("2026-03-15 09:00:00")
    def test_what_a_later_run_took_over_is_not_on_the_notice_any_more(self):
        elsewhere = self.claim(self.invoice(30, "2026-03-01"))
        claim = self.claim(self.invoice(100, "2026-03-01"))
        notice = self.propose("2026-03-15").notice_ids
        notice._exclude(self.reason, date(2026, 3, 20))
        self.env.invalidate_all()
        elsewhere.hold_ids.action_lift()
        later = self.propose("2026-03-15").notice_ids
        self.assertEqual(later.line_ids.claim_id, elsewhere)
        notice.action_restore()
        self.assertRecordValues(
            notice,
            [{"state": "proposed", "amount_total": 100, "claim_count": 1}],
        )
        for state in ("proposed", "cancelled"):
            with self.subTest(state=state):
                self.assertEqual(notice.state, state)
                self.assertEqual(self.told(notice)[0], {claim.move_name})
                self.assertEqual(notice.claimed_line_ids.claim_id, claim)
                self.assertEqual(notice.left_out_line_ids.claim_id, elsewhere)
            if state == "proposed":
                notice._exclude(self.reason, date(2026, 3, 20))
                self.env.invalidate_all()

    @freeze_time("2026-03-15 09:00:00")
    def test_what_was_left_out_before_it_left_stays_out(self):
        paid_move = self.invoice(30, "2026-03-01")
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.propose("2026-03-15")
        self.pay(paid_move, 30, "2026-03-15")
        self.dispatch("2026-03-15")
        self.deliver("2026-03-15")
        notice = self.lines(claim).notice_id
        for state in ("dispatched", "withdrawn"):
            with self.subTest(state=state):
                self.assertEqual(notice.state, state)
                self.assertEqual(self.told(notice)[0], {claim.move_name})
                self.assertEqual(
                    notice.left_out_line_ids.mapped("move_name"), [paid_move.name]
                )
            if state == "dispatched":
                self.take_back(notice)

    @freeze_time("2026-03-15 09:00:00")
    def test_partly_undone_notice_shows_all_and_sends_what_stands(self):
        paid_move = self.invoice(30, "2026-03-01")
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.run_day("2026-03-15")
        notice = self.lines(claim).notice_id
        self.pay(paid_move, 30, "2026-03-15")
        self.take_back(notice)
        self.assertEqual(notice.state, "dispatched")
        self.assertEqual(
            self.told(notice)[0::2], ({claim.move_name, paid_move.name}, "2")
        )
        self.assertEqual(
            self.told(notice, notice.delivery_ids)[0::2], ({paid_move.name}, "1")
        )
        self.assertEqual(sum(notice.claimed_line_ids.mapped("amount_open")), 130)

    @freeze_time("2026-01-21 09:00:00")
    def test_claims_on_the_screen_add_up_to_the_total(self):
        notice = self.mentioning()
        self.assertEqual(notice.information_line_ids.amount_open, 100)
        for _state in ("dispatched", "withdrawn"):
            self.assertEqual(
                sum(notice.claimed_line_ids.mapped("amount_open")), notice.amount_total
            )
            if notice.state == "dispatched":
                self.take_back(notice)
