import base64
import io
import re
from datetime import date
from unittest.mock import patch

from PIL import Image
from pypdf import PdfReader

from odoo.tests import tagged
from odoo.tools import format_amount, html2plaintext

from ..models.template import PLACEHOLDERS, TEXT_FIELDS
from ..rules import placeholders
from .common import DunningCommon

LANGUAGES = ("en_US", "nl_BE", "fr_BE", "de_DE")
TO_PAY = {
    "en_US": "To pay",
    "nl_BE": "Te betalen",
    "fr_BE": "À payer",
    "de_DE": "Zu zahlen",
}
IBAN = "BE68 5390 0754 7034"
HOSTILE = "<script>alert(1)</script> {0.__class__} {creditor} & Co"


@tagged("post_install", "-at_install", "ar")
class TestNoticeRender(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in LANGUAGES:
            cls.env["res.lang"]._activate_lang(lang)
        cls.env["ir.module.module"]._load_module_terms(["ar_dunning"], LANGUAGES[1:])
        cls.env["res.partner.bank"].create(
            {
                "acc_number": IBAN.replace(" ", ""),
                "partner_id": cls.company.partner_id.id,
            }
        )
        cls.company.write({"name": "Waterkant Diensten", "city": "Gent"})
        cls.segment.procedure_id = cls.env.ref("ar_dunning.procedure_consumer")

    def notice(self, partner, on="2026-03-15"):
        """Return the notice that a partner gets on a day."""
        self.run_day(on)
        return self.env["ar.dunning.notice"].search(
            [("partner_id", "=", partner.id)], order="id desc", limit=1
        )

    def reminded(self, name="Els Vos", amount=1234.5, due="2026-03-01", **values):
        """Return the first reminder to a new debtor, about one invoice."""
        partner = self.create_partner(name, "els@debtor.example", "Kouter 5", **values)
        self.invoice(amount, due, partner, payment_reference="+++123/4567/89002+++")
        return self.notice(partner)

    def email(self, notice):
        return str(notice._render_email()[1])

    def letter(self, notice, delivery=None):
        """Return the text of each page of the letter."""
        reader = PdfReader(io.BytesIO(notice._render_letter(delivery)))
        return [page.extract_text() for page in reader.pages]

    def media(self, notice):
        """Return what each medium says, as {medium: text}."""
        _subject, html, plain = notice._render_email()
        return {
            "email": html2plaintext(html),
            "plain": plain,
            "letter": " ".join(self.letter(notice)),
        }

    def amount(self, notice, amount):
        env = self.env(context={"lang": notice.lang})
        return format_amount(env, amount, notice.currency_id)

    def squeeze(self, text):
        """Leave out white space: where a PDF or an e-mail puts it says nothing."""
        return re.sub(r"\s", "", text)

    def assert_says(self, text, *sentences):
        for sentence in sentences:
            with self.subTest(sentence=sentence):
                self.assertIn(self.squeeze(sentence), self.squeeze(text))

    def assert_silent(self, text, *sentences):
        for sentence in sentences:
            with self.subTest(sentence=sentence):
                self.assertNotIn(self.squeeze(sentence), self.squeeze(text))

    def test_plain_text_says_who_the_creditor_is(self):
        notice = self.reminded("Els", lang="en_US")
        plain = notice._render_email()[2]
        self.assertIn("To pay: ", plain)
        self.assertIn(f"Our reference: {notice.id}", plain)
        self.assertNotIn("\n\n\n", plain)

    def test_subject_in_the_history_has_no_placeholders(self):
        notice = self.reminded("Els", lang="en_US")
        self.assertNotIn("{", notice._render_subject())
        self.assertEqual(notice._render_subject(), notice._render_email()[0])

    def test_every_language_says_who_asks_whom_for_what(self):
        for lang in LANGUAGES:
            notice = self.reminded(f"Els {lang}", lang=lang)
            for medium, text in self.media(notice).items():
                with self.subTest(lang=lang, medium=medium):
                    self.assert_says(
                        text,
                        TO_PAY[lang],
                        self.amount(notice, 1234.5),
                        IBAN,
                        "+++123/4567/89002+++",
                        f"Els {lang}",
                        "Waterkant Diensten",
                    )
            subject, html, _plain = notice._render_email()
            self.assertIn("Waterkant Diensten", subject)
            self.assertIn(f'lang="{lang.replace("_", "-")}"', html)

    def test_every_text_is_translated_with_the_same_placeholders(self):
        shipped = self.env["ir.model.data"].search(
            [("module", "=", "ar_dunning"), ("model", "=", "ar.dunning.template")]
        )
        for template in self.env["ar.dunning.template"].browse(
            shipped.mapped("res_id")
        ):
            english = template._freeze("en_US")
            for lang in LANGUAGES[1:]:
                text = template._freeze(lang)
                for name in TEXT_FIELDS:
                    with self.subTest(template=template.name, lang=lang, field=name):
                        words = html2plaintext(text[name])
                        self.assertNotEqual(words, html2plaintext(english[name]))
                        self.assertFalse(placeholders.check(words, PLACEHOLDERS))
                        self.assertEqual(
                            set(re.findall(r"{\w+}", words)),
                            set(re.findall(r"{\w+}", english[name])),
                        )

    def test_hostile_name_is_harmless(self):
        notice = self.reminded(HOSTILE)
        for html in (self.email(notice), str(notice._render_body())):
            self.assertNotIn("<script", html)
            self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt; {0.__class__}", html)
        self.assert_says(notice._render_email()[2], HOSTILE)
        self.assert_says(self.letter(notice)[0], HOSTILE)

    def test_several_claims_each_with_its_reference(self):
        partner = self.create_partner("Els Vos", "els@debtor.example", "Kouter 5")
        self.invoice(100, "2026-03-01", partner, payment_reference="REF-A")
        self.invoice(50, "2026-03-02", partner, payment_reference="REF-B")
        notice = self.notice(partner)
        self.assertEqual(notice.amount_total, 150)
        for text in self.media(notice).values():
            self.assert_says(text, "REF-A", "REF-B", self.amount(notice, 150))

    def test_without_one_reference_the_claims_say_theirs(self):
        notice = self.reminded()
        with patch.object(type(notice), "_payment_reference", return_value=None):
            for text in self.media(notice).values():
                self.assert_says(text, "the reference beside each amount")

    def test_part_paid_claim_shows_what_was_paid(self):
        partner = self.create_partner("Els Vos", "els@debtor.example", "Kouter 5")
        move = self.invoice(100, "2026-03-01", partner)
        self.pay(move, 40, "2026-03-05")
        notice = self.notice(partner)
        for text in self.media(notice).values():
            self.assert_says(
                text, *(self.amount(notice, amount) for amount in (100, 40, 60))
            )

    def test_credit_shows_what_it_covers(self):
        partner = self.create_partner("Els Vos", "els@debtor.example", "Kouter 5")
        self.invoice(100, "2026-03-01", partner)
        self.invoice(30, "2026-03-01", partner, move_type="out_refund")
        notice = self.notice(partner)
        for text in self.media(notice).values():
            self.assert_says(
                text, *(self.amount(notice, amount) for amount in (100, 30, 70))
            )

    def test_information_is_apart_from_the_total(self):
        partner = self.create_partner("Els Vos", "els@debtor.example", "Kouter 5")
        self.invoice(70, "2026-02-20", partner)
        self.notice(partner, "2026-03-03")
        self.invoice(100, "2026-03-01", partner)
        notice = self.notice(partner, "2026-03-12")
        self.assertEqual(notice.amount_total, 100)
        for text in self.media(notice).values():
            claimed, heading, information = self.squeeze(text).partition(
                self.squeeze("Also open, for your information")
            )
            self.assertTrue(heading)
            self.assert_silent(claimed, self.amount(notice, 70))
            self.assert_says(information, self.amount(notice, 70))
            self.assert_silent(text, self.amount(notice, 170))

    def test_each_claim_for_information_carries_its_reference(self):
        partner = self.create_partner("Els Vos", "els@debtor.example", "Kouter 5")
        reference = "+++000/0000/00097+++"
        self.invoice(70, "2026-02-20", partner, payment_reference=reference)
        self.notice(partner, "2026-03-03")
        for number in range(2):
            self.invoice(
                100,
                f"2026-03-0{number + 1}",
                partner,
                payment_reference=f"+++123/4567/8900{number}+++",
            )
            notice = self.notice(partner, f"2026-03-{12 + number}")
            for text in self.media(notice).values():
                self.assert_says(text, reference)

    def test_first_reminder_of_a_consumer_is_free_and_names_the_period(self):
        for text in self.media(self.reminded()).values():
            self.assert_says(text, "free of charge", "14 calendar days")

    def test_long_letter_repeats_its_heading_and_counts_pages(self):
        partner = self.create_partner("Els Vos", street="Kouter 5")
        for number in range(60):
            self.invoice(10 + number, "2026-03-01", partner)
        notice = self.notice(partner)
        pages = self.letter(notice, notice.delivery_ids)
        self.assertGreater(len(pages), 1)
        for number, page in enumerate(pages, 1):
            self.assert_says(page, f"{number} / {len(pages)}")
        self.assert_says(pages[1], "Due date")
        self.assert_says(pages[0], IBAN)
        self.assert_silent(pages[1], IBAN)

    def test_letter_is_addressed_as_the_delivery_says(self):
        partner = self.create_partner("Els Vos", street="Kouter 5")
        self.invoice(100, "2026-03-01", partner)
        notice = self.notice(partner)
        partner.street = "Elsewhere 1"
        page = self.letter(notice, notice.delivery_ids)[0]
        self.assert_says(page, "Els Vos Kouter 5 9000 Gent")

    def test_letter_carries_the_logo(self):
        image = io.BytesIO()
        Image.new("RGB", (60, 20), "#1f6f5c").save(image, "PNG")
        notice = self.reminded()
        before = self.images(notice)
        self.company.logo = base64.b64encode(image.getvalue())
        self.assertEqual(self.images(notice), before + 1)

    def images(self, notice):
        """Return how many pictures the letter of a notice has."""
        reader = PdfReader(io.BytesIO(notice._render_letter(None)))
        return sum(len(page.images) for page in reader.pages)

    def test_blocks_of_other_addons_take_their_place(self):
        self.env["ir.ui.view"].create(
            {
                "name": "Block of another addon",
                "type": "qweb",
                "key": "ar_dunning.block_of_another_addon",
                "arch": "<p>Pay with one touch, <t t-out=\"debtor['name']\"/></p>",
            }
        )
        notice = self.reminded()
        blocks = [*notice._blocks("email"), (25, "ar_dunning.block_of_another_addon")]
        self.assert_silent(self.email(notice), "Pay with one touch")
        with patch.object(type(notice), "_blocks", lambda *_arguments: blocks):
            said = self.media(notice)
        for text in said.values():
            self.assert_says(text, "Pay with one touch, Els Vos")
        places = [
            said["plain"].index(words)
            for words in (IBAN, "Pay with one touch", "Due date", "Kind regards")
        ]
        self.assertEqual(places, sorted(places))

    def test_thank_you_asks_for_nothing(self):
        partner = self.create_partner("Els Vos", "els@debtor.example")
        move = self.invoice(100, "2026-03-01", partner)
        self.notice(partner)
        self.pay(move, 100, "2026-03-18")
        notices = self.env["ar.dunning.notice"].sudo()
        notices._thank_company(self.company, date(2026, 3, 18))
        self.dispatch("2026-03-18")
        notice = notices.search([("kind", "=", "thank_you")])
        self.assertEqual(
            notice.text_id.template_id, self.env.ref("ar_dunning.template_thank_you")
        )
        text = html2plaintext(self.email(notice))
        self.assert_says(text, "Els Vos", "We have received your payment")
        self.assert_silent(
            text, "To pay", IBAN, self.amount(notice, 100), "0.00", move.name
        )

    def test_enterprise_number_is_written_the_belgian_way(self):
        number = self.env["ar.dunning.notice"]._enterprise_number
        for registry, vat, expected in (
            ("0403170701", "BE0403170701", "0403.170.701"),
            (None, "BE0403170701", "0403.170.701"),
            ("12345678", "NL123456782B90", "12345678"),
            (None, None, ""),
        ):
            with self.subTest(registry=registry, vat=vat):
                creditor = {"company_registry": registry, "vat": vat}
                self.assertEqual(number(creditor), expected)

    def test_preview_before_dispatch_shows_the_facts_of_now(self):
        partner = self.create_partner("Els Vos", "els@debtor.example")
        self.invoice(100, "2026-03-01", partner)
        notice = self.propose("2026-03-15").notice_ids
        self.assertFalse(notice.snapshot)
        self.assertIn("Els Vos", notice.preview)
        self.assertIn(IBAN, notice.preview)
