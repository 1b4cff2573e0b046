from datetime import date

from odoo.tests import freeze_time, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install", "ar")
class TestFoundOnCourses(DunningCommon):
    """What courses by chance brought to light, in plain words."""

    def test_projected_levels_know_the_day_of_dispatch(self):
        """Approved yesterday, dispatched today: not a second level the same day."""
        claim = self.claim(self.invoice(100, "2026-02-01"))
        self.propose("2026-03-10")
        self.dispatch("2026-03-11")
        self.assertEqual(claim.dispatched_on, date(2026, 3, 11))
        claim._project_levels()
        self.assertEqual(claim.dispatched_on, date(2026, 3, 11))
        self.assertIn("reached_today", self.blockers(claim, "2026-03-11"))

    def test_letters_are_looked_at_again_before_they_are_printed(self):
        """Made at night, the bank file came in the morning, printed at noon."""
        leo = self.create_partner("Leo", street="Kade 1")
        eva = self.create_partner("Eva", street="Kade 2")
        paid, owed = (
            self.invoice(100, "2026-03-01", partner) for partner in (leo, eva)
        )
        claim = self.claim(paid)
        self.run_cycle("2026-03-15", "02:00:00")
        batch = self.env["ar.print.batch"].search([])
        self.assertEqual(batch.letter_count, 2)
        with freeze_time("2026-03-15 12:00:00"):
            self.pay(paid, 40, "2026-03-14")
            self.assertEqual(batch.action_print()["type"], "ir.actions.act_url")
        self.assertEqual(batch.letter_count, 1)
        self.assertEqual(batch._letters().partner_id, eva)
        batch._note_download()
        self.run_cycle("2026-03-15", "13:00:00")
        [line] = self.lines(claim)
        self.assertEqual(line.amount_open, 60)
        later = line.notice_id.delivery_ids.print_batch_id
        self.assertNotEqual(later, batch, "the first batch is on paper")
        # What is on paper is no longer taken back.
        with freeze_time("2026-03-15 14:00:00"):
            self.pay(owed, 100, "2026-03-15")
            batch._withdraw_changed_letters()
        self.assertEqual(batch.letter_count, 1)

    def test_nothing_is_left_to_print(self):
        leo = self.create_partner("Leo", street="Kade 1")
        move = self.invoice(100, "2026-03-01", leo)
        self.run_cycle("2026-03-15")
        batch = self.env["ar.print.batch"].search([])
        with freeze_time("2026-03-15 12:00:00"):
            self.pay(move, 100, "2026-03-14")
            answer = batch.action_print()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertFalse(
            self.env["ar.work.item"].search(
                [("print_batch_id", "=", batch.id), ("state", "=", "open")]
            )
        )

    def test_letter_beside_an_email_that_went(self):
        """He was told by e-mail in the morning and paid a part: not told again."""
        claim, notice = self.remind_by_both(("email", "letter"), paid=40)
        self.run_cycle("2026-03-15", "13:00:00")
        self.assertEqual(claim.line_ids.notice_id, notice, "no second one")
        self.assertEqual(claim.effective_on, date(2026, 3, 15))

    def test_letter_before_the_email_of_one_who_paid(self):
        self.remind_by_both(("letter", "email"), paid=100)

    def remind_by_both(self, channels, paid):
        """The e-mail went; the letter is not printed once some of it is paid."""
        self.segment.procedure_id = self.create_procedure(
            [
                {
                    "level_key": "both",
                    "offset_days": 10,
                    "channels": channels,
                    "channel_mode": "all",
                }
            ],
            code="both_channels",
        )
        partner = self.create_partner("Both", "both@debtor.example", "Kade 3")
        move = self.invoice(100, "2026-03-01", partner)
        claim = self.claim(move)
        self.run_cycle("2026-03-15")
        notice = self.lines(claim).notice_id
        # The mail server of the tests is switched off.
        self.deliver("2026-03-15")
        self.check_letter_is_taken_out(notice, move, paid)
        return claim, notice

    def check_letter_is_taken_out(self, notice, move, amount):
        states = {one.channel: one.state for one in notice.delivery_ids}
        self.assertEqual(states, {"email": "sent", "letter": "printed"})
        batch = notice.delivery_ids.print_batch_id
        with freeze_time("2026-03-15 12:00:00"):
            self.pay(move, amount, "2026-03-14")
            answer = batch.action_print()
        self.assertEqual(answer["tag"], "display_notification", "nothing is left")
        self.assertEqual(batch.letter_count, 0)
        self.assertEqual(notice.state, "dispatched")
        self.assertFalse(
            self.env["ar.work.item"].search(
                [("print_batch_id", "=", batch.id), ("state", "=", "open")]
            )
        )

    def test_an_auditor_who_looks_changes_no_letter(self):
        leo = self.create_partner("Leo", street="Kade 1")
        move = self.invoice(100, "2026-03-01", leo)
        self.run_cycle("2026-03-15")
        batch = self.env["ar.print.batch"].search([])
        auditor = self.create_user("letter_auditor", "ar_dunning.group_auditor")
        self.pay(move, 100, "2026-03-14")
        batch.with_user(auditor)._withdraw_changed_letters()
        self.assertEqual(batch.letter_count, 1)
