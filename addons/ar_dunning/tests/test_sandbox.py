import base64
import io
from datetime import date
from email import message_from_bytes, policy
from unittest.mock import patch

from pypdf import PdfReader

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import DunningCommon

TESTER = "tester@creditor.example"


@tagged("post_install", "-at_install", "ar")
class TestSandbox(DunningCommon):
    """The test phase: everything runs, nothing reaches a debtor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"ar_sandbox": True, "ar_sandbox_email": TESTER})

    def print_letters(self, on):
        self.env["ar.print.batch"].sudo()._print_company(
            self.company, date.fromisoformat(on)
        )
        self.env.invalidate_all()

    def test_companies_start_in_the_test_phase(self):
        self.env["ir.default"].discard_values("res.company", "ar_sandbox", [False])
        self.env["ir.default"].search([("field_id.name", "=", "ar_sandbox")]).unlink()
        company = self.env["res.company"].create({"name": "Fresh"})
        self.assertTrue(company.ar_sandbox)

    def test_mail_goes_to_the_test_address_alone(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        delivery = claim.line_ids.notice_id.delivery_ids.sudo()
        delivery._build_email({})
        self.assertEqual(delivery.address, TESTER)
        self.assertEqual(delivery.intended_address, "dirk@debtor.example")
        message = message_from_bytes(
            base64.b64decode(delivery.content), policy=policy.default
        )
        self.assertTrue(
            message["Subject"].startswith("[Test – Dirk Peeters] "), message["Subject"]
        )
        self.assertIn(TESTER, message["To"])
        self.assertNotIn("debtor.example", f"{message['To']}{message['Cc']}")
        body = message.get_body(("html",)).get_content()
        self.assertIn("was not sent to the debtor", body)
        self.assertIn("dirk@debtor.example", body)
        self.assertTrue(delivery.notice_id.sandbox)

    def test_without_a_test_address_all_messages_wait(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.company.ar_sandbox_email = False
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        delivery = claim.line_ids.notice_id.delivery_ids
        with self.assertRaisesRegex(UserError, "no valid test address"):
            self.prepare_emails(date(2026, 3, 15))
        self.assertEqual(delivery.state, "ready")
        # Entered later: the message goes there, not where it was meant for.
        self.company.ar_sandbox_email = TESTER
        delivery.sudo()._build_email({})
        self.assertEqual(delivery.address, TESTER)

    def test_test_address_is_one_address(self):
        for address in ("a", "A <a@b.example>", "a@b.example, c@d.example"):
            with self.subTest(address=address), self.assertRaises(ValidationError):
                self.company.ar_sandbox_email = address

    def test_letters_carry_a_watermark_and_are_never_posted(self):
        partner = self.create_partner("Els Vos", street="Kouter 5")
        for _number in range(40):
            claim = self.claim(self.invoice(100, "2026-03-01", partner))
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        self.print_letters("2026-03-15")
        delivery = claim[:1].line_ids.notice_id.delivery_ids
        pages = PdfReader(io.BytesIO(base64.b64decode(delivery.content))).pages
        self.assertGreater(len(pages), 1)
        for page in pages:
            self.assertIn("TEST – NOT SENT", page.extract_text())
        batch = delivery.print_batch_id
        self.assertEqual(batch.state, "test")
        self.assertFalse(batch.posted_on)
        with self.assertRaisesRegex(UserError, "test phase"):
            batch.action_confirm_posted()
        self.assertFalse(
            self.env["ar.work.item"].search([("print_batch_id", "=", batch.id)])
        )
        # The test goes on: the next level waits from this day.
        self.assertEqual(claim[:1].effective_on, date(2026, 3, 15))

    def test_go_live_takes_the_test_notices_back(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.run_day("2026-02-26")
        self.run_day("2026-03-11")
        self.assertEqual(claim.level_key, "reminder")
        waiting = self.claim(self.invoice(50, "2026-03-01"))
        proposed = self.propose("2026-03-12")
        notices = self.lines(claim).notice_id
        self.company.action_ar_go_live()
        self.env.invalidate_all()
        self.assertFalse(self.company.ar_sandbox)
        self.assertEqual(set(notices.mapped("state")), {"withdrawn"})
        self.assertEqual(set(notices.mapped("cancel_code")), {"sandbox"})
        self.assertEqual(
            set(notices.delivery_ids.mapped("state")), {"sent"}, "evidence stays"
        )
        self.assertEqual((claim.level_key, claim.level_sequence), (False, 0))
        self.assertEqual(proposed.mapped("state"), ["undone"])
        self.assertEqual(waiting.line_ids.state, "cancelled")
        event = self.env["ar.claim.event"].search(
            [("claim_id", "=", claim.id), ("kind", "=", "withdrawn")]
        )
        self.assertEqual(len(event), 2)
        # The debtor is told everything anew, from the first level that still fits.
        self.run_day("2026-03-13")
        self.assertEqual(claim.level_key, "reminder")
        self.assertFalse(claim.level_line_id.notice_id.sandbox)

    def test_what_was_dispatched_before_the_switch_is_decided_anew(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.company.ar_sandbox = False
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        notice = claim.level_line_id.notice_id
        delivery = notice.delivery_ids.sudo()
        self.company.action_ar_test_phase()
        self.assertFalse(delivery._withdraw_changed(self.company, date(2026, 3, 15)))
        self.assertEqual((notice.state, delivery.state), ("withdrawn", "withdrawn"))
        self.dispatch("2026-03-15")
        self.assertTrue(claim.level_line_id.notice_id.sandbox)
        self.assertEqual(claim.level_line_id.notice_id.delivery_ids.address, TESTER)

    def test_message_prepared_before_the_switch_does_not_leave(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.company.ar_sandbox = False
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        delivery = claim.level_line_id.notice_id.delivery_ids.sudo()
        delivery._build_email({})
        self.company.ar_sandbox = True
        self.env.flush_all()
        with patch.object(type(delivery), "_checkpoint"):
            self.assertFalse(delivery._begin_dialogue())

    def test_only_a_manager_goes_live(self):
        collector = self.create_user("tess", "ar_dunning.group_approver")
        with self.assertRaises(UserError):
            self.company.with_user(collector).action_ar_go_live()
        self.assertTrue(self.company.ar_sandbox)
        manager = self.create_user("mona", "ar_dunning.group_manager")
        self.company.with_user(manager).action_ar_go_live()
        self.assertFalse(self.company.ar_sandbox)

    def test_go_live_takes_the_same_statements_for_many(self):
        def statements(number):
            for place in range(number):
                partner = self.create_partner(f"P{place}", f"p{place}@x.example")
                self.invoice(10, "2026-03-01", partner)
            self.run_day("2026-03-15")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["ar.dunning.notice"].sudo()._withdraw_sandbox(self.company)
            return self.env.cr.sql_log_count - before

        self.assertEqual(statements(2), statements(8))
