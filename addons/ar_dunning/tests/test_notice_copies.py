import base64
from email import message_from_bytes, policy

from odoo.tests import tagged

from .common import DunningCommon

ON = "2026-03-15"


@tagged("post_install", "-at_install", "ar")
class TestNoticeCopies(DunningCommon):
    def setUp(self):
        super().setUp()
        self.company.ar_attach_invoices = True

    def sent_as(self, move, content=b"%PDF-1.4 one", name="INV 1.pdf"):
        """Let an invoice have been sent as this PDF."""
        move.invoice_pdf_report_file = base64.b64encode(content)
        move.invalidate_recordset(["invoice_pdf_report_id"])
        move.invoice_pdf_report_id.name = name

    def mail(self):
        """Return the e-mail of the reminder that leaves, as it is handed over."""
        self.propose(ON)
        self.dispatch(ON)
        delivery = self.env["ar.delivery"].sudo().search([("channel", "=", "email")])
        delivery._build_email({})
        content = base64.b64decode(delivery.content)
        return message_from_bytes(content, policy=policy.default)

    def copies(self, mail):
        return {
            part.get_filename(): part.get_content() for part in mail.iter_attachments()
        }

    def words(self, mail):
        return mail.get_body(("plain",)).get_content()

    def test_invoices_go_along_as_they_were_sent(self):
        first = self.invoice(100, "2026-03-01")
        second = self.invoice(50, "2026-03-01")
        self.invoice(20, "2026-03-01")  # never sent: there is no copy of it
        self.sent_as(first)
        self.sent_as(second, b"%PDF-1.4 two", "INV 2.pdf")
        mail = self.mail()
        self.assertEqual(
            self.copies(mail),
            {"INV 1.pdf": b"%PDF-1.4 one", "INV 2.pdf": b"%PDF-1.4 two"},
        )
        self.assertIn("Attached: ", self.words(mail))
        self.assertIn("INV 2.pdf", self.words(mail))
        self.assertTrue(mail.get_body(("html",)))

    def test_too_large_together_none_goes(self):
        self.company.ar_attach_megabytes = 0.001
        for number in (1, 2):
            self.sent_as(self.invoice(100, "2026-03-01"), b"x" * 600, f"{number}.pdf")
        mail = self.mail()
        self.assertFalse(self.copies(mail))
        self.assertNotIn("Attached", self.words(mail))

    def test_just_as_large_as_allowed_goes(self):
        self.company.ar_attach_megabytes = 0.001
        self.sent_as(self.invoice(100, "2026-03-01"), b"x" * 1000)
        self.assertEqual(len(self.copies(self.mail())), 1)

    def test_nothing_is_attached_unless_wanted(self):
        self.company.ar_attach_invoices = False
        self.sent_as(self.invoice(100, "2026-03-01"))
        mail = self.mail()
        self.assertFalse(self.copies(mail))
        self.assertNotIn("Attached", self.words(mail))

    def test_strange_names_stay_one_header(self):
        self.sent_as(
            self.invoice(100, "2026-03-01"), name="a\r\nBcc: x@y.example\n.pdf"
        )
        mail = self.mail()
        self.assertIsNone(mail["Bcc"])
        self.assertEqual(len(self.copies(mail)), 1)

    def test_letters_are_made_without(self):
        self.sent_as(self.invoice(100, "2026-03-01"))
        self.propose(ON)
        self.dispatch(ON)
        notice = self.env["ar.dunning.notice"].search([("state", "=", "dispatched")])
        body = notice._render_document("ar_dunning.notice_letter", "letter")
        self.assertNotIn("INV 1.pdf", body)
