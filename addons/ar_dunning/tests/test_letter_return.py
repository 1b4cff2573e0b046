import base64

import pypdfium2
import zxingcpp

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..rules import letter_code
from .common import DunningCommon

ON = "2026-03-15"


@tagged("post_install", "-at_install", "ar")
class TestLetterReturn(DunningCommon):
    def letters(self, *amounts):
        """Return letters that were posted, one to each of as many debtors."""
        for number, amount in enumerate(amounts):
            partner = self.create_partner(f"Mia {number}")
            partner.write(
                {"email": False, "street": "Markt 1", "zip": "9000", "city": "Gent"}
            )
            self.invoice(amount, "2026-03-01", partner)
        self.propose(ON)
        self.dispatch(ON)
        self.env["ar.print.batch"].sudo()._print_company(
            self.company, self.company._ar_today()
        )
        deliveries = self.env["ar.delivery"].search([("channel", "=", "letter")])
        deliveries.print_batch_id.sudo()._mark_posted(
            deliveries.print_batch_id[:1].date
        )
        return deliveries

    def register(self, codes, user=None, reason="moved"):
        wizard = self.env["ar.letter.return"].with_user(user or self.env.user)
        wizard = wizard.create({"reason": reason, "codes": codes})
        wizard.action_register()
        return wizard

    def test_code_is_read_from_the_printed_letter(self):
        letter = self.letters(100)
        with pypdfium2.PdfDocument(base64.b64decode(letter.content)) as document:
            page = document[0].render(scale=300 / 72).to_pil()
        found = [
            code.text
            for code in zxingcpp.read_barcodes(page.convert("RGB"))
            if code.format == zxingcpp.BarcodeFormat.Code128
        ]
        self.assertEqual(found, [letter._letter_code()])

    def test_letter_that_came_back_takes_no_effect(self):
        letter = self.letters(100)
        self.assertTrue(letter.notice_id.effective_on)
        wizard = self.register(letter._letter_code())
        self.assertEqual(letter.state, "bounced")
        self.assertIn("moved", letter.error_text)
        self.assertFalse(letter.notice_id.effective_on)
        self.assertEqual(wizard.count, 1)
        self.assertFalse(wizard.codes)
        work = self.env["ar.work.item"].search([("delivery_id", "=", letter.id)])
        self.assertEqual(work.kind, "bounced")

    def test_pile_is_registered_and_the_rest_stays(self):
        first, second = self.letters(100, 50)
        pile = [first._letter_code(), "RR123456785BE", "", first._letter_code()]
        wizard = self.register("\n".join(pile))
        self.assertEqual(wizard.count, 1)
        self.assertEqual(wizard.codes, "RR123456785BE")
        self.assertIn("none of our letters", wizard.problem)
        wizard.codes = f"{first._letter_code()}\n{second._letter_code()}"
        wizard.action_register()
        self.assertEqual(wizard.count, 2)
        self.assertIn("before", wizard.problem)
        self.assertEqual((first | second).mapped("state"), ["bounced"] * 2)

    def test_nothing_and_too_much_are_refused_in_words(self):
        for codes in (False, " \n ", "\n".join(map(str, range(1001)))):
            with self.assertRaises(UserError):
                self.register(codes)

    def test_other_deliveries_have_no_code(self):
        self.invoice(100, "2026-03-01")
        self.propose(ON)
        self.dispatch(ON)
        mail = self.env["ar.delivery"].search([("channel", "=", "email")])
        wizard = self.register(letter_code.write(mail.id))
        self.assertIn("none of our letters", wizard.problem)
        self.assertNotEqual(mail.state, "bounced")

    def test_letters_of_another_company_are_unknown(self):
        letter = self.letters(100)
        other = self.setup_other_company()["company"]
        stranger = self.create_user("stranger", "ar_dunning.group_collector")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        wizard = self.register(letter._letter_code(), stranger)
        self.assertIn("none of our letters", wizard.problem)
        self.assertEqual(letter.state, "sent")

    def test_who_only_reads_registers_nothing(self):
        letter = self.letters(100)
        auditor = self.create_user("reader", "ar_dunning.group_auditor")
        with self.assertRaises(AccessError):
            self.register(letter._letter_code(), auditor)
