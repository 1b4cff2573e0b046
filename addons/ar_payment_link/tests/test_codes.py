from odoo.tests import freeze_time, tagged

from .. import qr_code
from .common_codes import read_codes
from .test_payment_page import PageCommon

NOW = "2026-03-15 10:00:00"
DUTCH = "NL91ABNA0417164300"
SWISS = "CH9300762011623852957"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCodesByCountry(PageCommon):
    def account(self, number):
        self.company.partner_id.bank_ids.acc_number = number

    def inline(self, notice):
        [picture] = notice._inline_images().values()
        return read_codes(picture)

    # -- the Netherlands --------------------------------------------------------

    def test_dutch_code_opens_the_page(self):
        self.account(DUTCH)
        page = self.page()
        self.assertIn("camera of your phone", self.text(page))
        self.assertTrue(page.xpath("//*[local-name()='svg']"))
        image = self.link.sudo()._page_code_image()
        self.assertEqual(read_codes(image), [self.link._url()])

    def test_dutch_mail_shows_the_code_of_its_page(self):
        self.account(DUTCH)
        notice = self.reminder(60)
        self.assertEqual(self.inline(notice), [self.link_of(notice)._url()])
        body = notice._render_email()[1]
        self.assertIn("Scan with the camera of your phone", body)
        self.assertNotIn("Scan with your banking app", body)

    def test_dutch_letter_has_that_code_once(self):
        self.account(DUTCH)
        notice = self.reminder(60)
        values = notice._render_values("letter")
        self.assertIsNone(values["payment_code"])

    def test_previews_hold_no_working_code(self):
        self.account(DUTCH)
        notice = self.reminder(60)
        for purpose in ("history", "preview"):
            self.assertNotIn("data:image", notice._render_body(purpose))

    def test_company_decides(self):
        self.account(DUTCH)
        self.company.ar_link_qr_opens = "transfer"
        self.assertTrue(self.code().startswith("BCD\n"))
        self.account("BE68539007547034")
        self.company.ar_link_qr_opens = "page"
        self.assertEqual(self.code(), self.link._url())
        self.company.ar_link_qr = False
        self.assertFalse(self.reminder(60)._inline_images())

    def code(self):
        return read_codes(self.link.sudo()._page_code_image())[0]

    # -- Switzerland ------------------------------------------------------------

    def setup_swiss(self):
        banks = self.env["res.partner.bank"]
        if "ch_qr" not in dict(banks.get_available_qr_methods_in_sequence()):
            self.skipTest("Odoo's Swiss localisation is not installed")
        swiss = self.env.ref("base.ch")
        for partner, street, city in (
            (self.company.partner_id, "Bahnhofstrasse 1", "Zürich"),
            (self.debtor_partner, "Rue du Lac 7", "Genève"),
        ):
            partner.write(
                {"street": street, "zip": "8001", "city": city, "country_id": swiss.id}
            )
        self.account(SWISS)
        self.company.account_fiscal_country_id = swiss

    def test_swiss_code_is_a_qr_bill(self):
        self.setup_swiss()
        link = self.make(self.claims)
        [content] = read_codes(link.sudo()._page_code_image())
        lines = content.split("\n")
        self.assertEqual(lines[:4], ["SPC", "0200", "1", SWISS])
        self.assertEqual(lines[5], self.company.name)
        self.assertEqual(lines[18:20], ["150.50", "EUR"])
        self.assertEqual(lines[27:29], ["SCOR", link.reference_key])
        self.assertEqual(lines[30], "EPD")
        self.assertEqual(len(self.page(link._path()).xpath("//*[name()='rect']")), 4)

    def test_swiss_mail_shows_the_qr_bill(self):
        self.setup_swiss()
        notice = self.reminder(60)
        [content] = self.inline(notice)
        self.assertTrue(content.startswith("SPC\n"))
        self.assertIn(f"{notice.amount_total:.2f}", content.split("\n"))

    def test_debtor_elsewhere_gets_the_sepa_code(self):
        self.setup_swiss()
        self.debtor_partner.country_id = self.env.ref("base.be")
        [content] = read_codes(self.link.sudo()._page_code_image())
        self.assertTrue(content.startswith("BCD\n"))

    def test_incomplete_address_gets_the_sepa_code(self):
        self.setup_swiss()
        self.debtor_partner.zip = False
        [content] = read_codes(self.link.sudo()._page_code_image())
        self.assertTrue(content.startswith("BCD\n"))

    def test_cross_is_seven_of_forty_six(self):
        [field, *_inner] = qr_code.cross(54, 4)
        _colour, left, _top, right, _bottom = field
        self.assertAlmostEqual(right - left, 7)
