from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .test_contact import ContactCommon


@tagged("post_install", "-at_install", "ar")
class TestReply(ContactCommon):
    """What an answer seems to say is recorded with one click, by whoever may."""

    def answered(self, text):
        """Return the work item, as the collector, of an answer of 17 March 2026."""
        self.claim_asked = self.claim(self.invoice(100, "2026-03-01"))
        self.run_cycle("2026-03-16")
        self.debtor().sudo().user_id = self.collector
        with freeze_time("2026-03-17 10:00:00"):
            self.lines(self.claim_asked).notice_id.message_update(
                {"body": f"<p>{text}</p>", "subject": "Re: reminder"}
            )
        item = self.env["ar.work.item"].search([("kind", "=", "reply")])
        return item.with_user(self.collector)

    def accept(self, item):
        with freeze_time("2026-03-17 11:00:00"):
            return item.action_accept_reply()

    def assertRecorded(self, item, code, **values):
        contact = self.claim_asked.debtor_id.contact_ids
        self.assertRecordValues(
            contact,
            [
                {
                    "outcome_id": self.outcome(code).id,
                    "medium": "email",
                    "note": item.reply_sentence,
                    **values,
                }
            ],
        )
        self.assertEqual(contact.claim_ids, self.claim_asked)
        self.assertEqual(item.state, "done")

    def test_each_suggestion_has_its_outcome(self):
        for text, code, held in (
            ("Ik betwist dit bedrag.", "dispute", "dispute"),
            ("Kan ik in schijven betalen?", "plan_asked", "plan_requested"),
            ("We have moved.", "moved", "address_unknown"),
            ("You have the wrong person.", "wrong_person", "address_unknown"),
        ):
            with self.subTest(code):
                savepoint = self.env.cr.savepoint()
                item = self.answered(text)
                self.accept(item)
                self.assertRecorded(item, code)
                holds = self.claim_asked.debtor_id.contact_ids.hold_ids
                self.assertEqual(holds.mapped("reason_id.code"), [held])
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_a_promise_waits_for_its_day(self):
        item = self.answered("Ik betaal vrijdag.")
        self.accept(item)
        self.assertRecorded(item, "promise", date_until=date(2026, 3, 20))

    def test_who_says_it_is_paid_gets_the_days_of_the_outcome(self):
        item = self.answered("I have already paid.")
        self.accept(item)
        self.assertRecorded(item, "paid_already", date_until=date(2026, 3, 24))

    def test_a_promise_without_a_usable_day_asks_for_one(self):
        item = self.answered("I will pay on 20 August.")
        action = self.accept(item)
        self.assertEqual(
            (action["res_model"], action["context"]["default_note"]),
            ("ar.contact.entry", "I will pay on 20 August."),
        )
        self.assertEqual(item.state, "open")

    def test_nothing_is_accepted_twice_or_without_a_suggestion(self):
        item = self.answered("Ik betwist dit bedrag.")
        self.accept(item)
        with self.assertRaisesRegex(UserError, "no suggestion"):
            self.accept(item)

    def test_a_copy_is_asked_for_and_stays_work(self):
        item = self.answered("Please send me a copy.")
        self.assertFalse(item.reply_suggestion)
        self.assertIn("ask for a copy", item.note)

    def test_an_outcome_that_was_put_away_is_named(self):
        item = self.answered("Ik betwist dit bedrag.")
        self.outcome("dispute").active = False
        with self.assertRaisesRegex(UserError, "dispute"):
            self.accept(item)

    def test_others_may_not_accept(self):
        item = self.answered("Ik betwist dit bedrag.")
        other = self.env["res.company"].create({"name": "Other creditor"})
        for login, group, company in (
            ("auditor", "ar_dunning.group_auditor", self.company),
            ("stranger", "ar_dunning.group_collector", other),
        ):
            user = self.create_user(login, group, company)
            with self.subTest(login), self.assertRaises(AccessError):
                self.accept(item.with_user(user))
        self.assertFalse(self.claim_asked.debtor_id.contact_ids)
