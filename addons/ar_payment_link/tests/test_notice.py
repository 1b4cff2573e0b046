import base64
import email
import email.policy
import io
import re
from datetime import date
from decimal import Decimal

import zxingcpp
from pypdf import PdfReader

from odoo.tests import freeze_time, tagged

from ..rules import epc
from ..rules.link_token import in_groups
from .common import BASE_URL, IBAN, PaymentLinkCommon
from .common_codes import PRINT_RESOLUTION, print_pages, read_codes

OGM = "+++123/4567/89002+++"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15")
class TestDispatchedLink(PaymentLinkCommon):
    def test_dispatched_notice_has_a_link_to_what_it_claims(self):
        claims = self.owe(100, 50)
        self.owe(30, due="2026-12-01")
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        notice = self.lines(claims).notice_id
        link = self.link_of(notice)
        self.assertRecordValues(
            link,
            [
                {
                    "source": "notice",
                    "debtor_id": notice.debtor_id.id,
                    "partner_id": notice.partner_id.id,
                    "company_id": self.company.id,
                    "currency_id": notice.currency_id.id,
                    "expires_on": date(2026, 6, 13),
                    "open_count": 0,
                    "state": "open",
                }
            ],
        )
        self.assertEqual(link.line_ids.claim_id, claims)
        self.assertEqual(link.lines_digest, self.links._digest_of(claims.ids))
        self.assertEqual(self.found(link._token()), link)
        self.assertEqual(link._choose(claims), link)

    def test_company_may_leave_the_link_away(self):
        self.company.ar_link_on_notices = False
        notice = self.reminder(100)
        self.assertFalse(self.link_of(notice))
        self.assertNotIn("ar_payment_link.block_link", str(notice._blocks("email")))

    def test_proposal_has_no_link_yet(self):
        claim = self.owe(100)
        self.propose("2026-03-15")
        self.assertFalse(self.links.search([("line_ids.claim_id", "=", claim.id)]))

    def test_handover_has_no_link(self):
        levels = [{"level_key": "handover", "offset_days": 10, "kind": "handover"}]
        levels[0] |= {"mode": "approval", "phase": "legal"}
        self.segment.procedure_id = self.create_procedure(levels, code="hand")
        claim = self.owe(100)
        self.propose("2026-03-15")
        notice = claim.line_ids.notice_id
        # Which button signs a handover depends on what is installed beside this.
        notice._approve()
        self.dispatch("2026-03-15")
        self.assertEqual((notice.kind, notice.state), ("handover", "dispatched"))
        self.assertFalse(self.link_of(notice))

    def test_notice_that_replaces_another_has_its_own_link(self):
        notice = self.reminder(100)
        first = self.link_of(notice)
        successor = notice.sudo()._replace_changed()
        self.dispatch("2026-03-15")
        second = self.link_of(successor)
        self.assertTrue(second)
        self.assertNotEqual(first.reference_key, second.reference_key)
        self.assertEqual(first.line_ids.claim_id, second.line_ids.claim_id)
        # Nothing was lost: what a debtor may have in hand goes on showing the truth.
        self.assertEqual(self.found(first._token()), first)

    def count_accompanying(self):
        """Return a list that gets the number of statements per dispatched chunk."""
        model = type(self.env["ar.dunning.notice"])
        original, counts = model._accompany, []

        def counting(notices, *args):
            before = self.cr.sql_log_count
            original(notices, *args)
            counts.append(self.cr.sql_log_count - before)

        self.patch(model, "_accompany", counting)
        return counts

    def test_a_chunk_takes_a_constant_number_of_statements(self):
        counts = self.count_accompanying()
        for debtors in (1, 2, 7):
            for number in range(debtors):
                partner = self.create_partner(f"{debtors} {number}", "x@x.example")
                self.owe(10, 20, partner=partner)
            self.propose("2026-03-15")
            notices = self.env["ar.dunning.notice"].search([("state", "=", "approved")])
            self.assertEqual(len(notices), debtors)
            before = len(counts)
            self.dispatch("2026-03-15")
            self.assertEqual(len(counts), before + 1)
            self.assertEqual(len(notices.payment_link_ids), debtors)
        # The first reads the settings of the company besides.
        self.assertEqual(counts[1], counts[2])
        # Three for the links; one asks whether the company charges costs at all, one
        # what costs of these claims rest on.
        self.assertLessEqual(counts[2], 6)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15")
class TestNoticeWithLink(PaymentLinkCommon):
    def sent(self, notice):
        """Return the message of a notice, read back from its stored bytes."""
        delivery = notice.delivery_ids.sudo()
        bodies = {}
        delivery._build_email(bodies)
        delivery._log_messages(bodies)
        return email.message_from_bytes(
            base64.b64decode(delivery.content), policy=email.policy.default
        )

    def part(self, message, kind):
        [part] = [one for one in message.walk() if one.get_content_type() == kind]
        return part

    def test_email_has_the_link_and_the_code(self):
        notice = self.reminder(100, payment_reference=OGM)
        message = self.sent(notice)
        address = self.link_of(notice)._url()
        self.assertTrue(address.startswith(f"{BASE_URL}/ar/pay/"))
        html = self.part(message, "text/html").get_content()
        self.assertIn(f'href="{address}"', html)
        plain = self.part(message, "text/plain").get_content()
        self.assertIn(f"View and pay: {address}", plain)
        self.assertNotIn("Scan with", plain)
        picture = self.part(message, "image/png")
        cid = picture["Content-ID"].strip("<>")
        self.assertIn(f'src="cid:{cid}"', html)
        self.assertNotIn("data:image", html)
        self.assertEqual(picture.get_content_disposition(), "inline")
        [payload] = read_codes(picture.get_content())
        self.assertEqual(
            epc.read(payload),
            epc.Transfer(
                name=self.company.name,
                iban=IBAN,
                amount=Decimal("100.00"),
                structured="123456789002",
            ),
        )

    def test_message_keeps_its_form(self):
        message = self.sent(self.reminder(100))
        kinds = [part.get_content_type() for part in message.walk()]
        self.assertEqual(
            kinds,
            [
                "multipart/alternative",
                "text/plain",
                "multipart/related",
                "text/html",
                "image/png",
            ],
        )

    def test_several_invoices_have_one_reference(self):
        notice = self.reminder(100, 50)
        link = self.link_of(notice)
        message = self.sent(notice)
        self.assertIn(link.reference, self.part(message, "text/html").get_content())
        [payload] = read_codes(self.part(message, "image/png").get_content())
        transfer = epc.read(payload)
        self.assertEqual(transfer.structured, link.reference_key)
        self.assertEqual(transfer.amount, Decimal("150.00"))

    def test_history_and_preview_hold_no_working_link(self):
        notice = self.reminder(100)
        self.sent(notice)
        token = self.link_of(notice)._token()
        body = notice.message_ids.filtered(
            lambda message: message.message_type == "email_outgoing"
        ).body
        self.assertIn("View and pay", body)
        for text in (body, str(notice.preview)):
            self.assertNotIn(token, text)
            self.assertNotIn(token.split("-")[1], text)
        self.assertNotIn("<img", body)
        self.assertIn("data:image/png", str(notice.preview))

    def test_preview_of_a_proposal_promises_the_link(self):
        levels = [{"level_key": "reminder", "offset_days": 10, "mode": "approval"}]
        self.segment.procedure_id = self.create_procedure(levels, code="asked")
        self.owe(100, 50)
        self.propose("2026-03-15")
        notice = self.env["ar.dunning.notice"].search([("state", "=", "proposed")])
        preview = str(notice.preview)
        self.assertIn("given when the notice leaves", preview)
        self.assertIn("The link is made when the notice leaves.", preview)
        self.assertNotIn("data:image", preview)

    def test_no_code_in_another_currency_or_when_switched_off(self):
        dollars = self.setup_other_currency("USD", rates=[("2026-01-01", 2.0)])
        notice = self.reminder(100, currency_id=dollars.id)
        self.assertIn("/ar/pay/", self.part(self.sent(notice), "text/html").as_string())
        self.assertFalse(notice._inline_images())
        self.company.ar_link_qr = False
        partner = self.create_partner("Mia Claes", "mia@debtor.example")
        notice = self.reminder(100, partner=partner)
        self.assertFalse(notice._inline_images())

    def test_thank_you_asks_for_nothing(self):
        notice = self.reminder(100)
        thanks = notice.sudo().copy({"kind": "thank_you", "state": "dispatched"})
        self.assertNotIn("/ar/pay/", thanks._render_email()[1])
        self.assertFalse(thanks._inline_images())

    def letter(self, *amounts):
        """Return the (notice, PDF) of a letter about invoices over these amounts."""
        partner = self.create_partner("Els Vos", street="Kouter 5")
        notice = self.reminder(*amounts, partner=partner)
        self.assertEqual(notice.channel, "letter")
        return notice, notice._render_letter(notice.delivery_ids)

    def test_printed_code_is_read_and_says_what_is_printed(self):
        notice, pdf = self.letter(100, 50)
        payload, *_others = [
            text
            for page in print_pages(pdf)
            for text in read_codes(page)
            if text.startswith("BCD")
        ]
        transfer = epc.read(payload)
        self.assertEqual(transfer.structured, self.link_of(notice).reference_key)
        self.assertEqual(transfer.amount, Decimal("150.00"))
        self.assertEqual(transfer.iban, IBAN)

    def test_letter_has_two_codes_far_apart(self):
        """The banking app reads one, the camera of a phone the other."""
        notice, pdf = self.letter(100, 50)
        [page] = print_pages(pdf)
        height = page.size[1]
        upper = read_codes(page.crop((0, 0, page.size[0], height * 2 // 3)))
        lower = read_codes(page.crop((0, height * 2 // 3, *page.size)))
        self.assertEqual(upper, [self.link_of(notice)._url()])
        self.assertEqual([text[:3] for text in lower], ["BCD"])

    def test_printed_code_is_at_least_three_centimetres_wide(self):
        _notice, pdf = self.letter(100)
        [page] = print_pages(pdf)
        [found] = [
            one for one in zxingcpp.read_barcodes(page) if one.text.startswith("BCD")
        ]
        corners = found.position
        pixels = corners.top_right.x - corners.top_left.x
        self.assertGreaterEqual(pixels / PRINT_RESOLUTION * 25.4, 30)

    def test_typed_address_opens_the_link(self):
        notice, pdf = self.letter(100)
        text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
        typed = in_groups(self.link_of(notice)._token())
        self.assertEqual(typed.count("-"), 5)
        self.assertIn(typed, re.sub(r"\s", "", text))
        self.assertEqual(self.found(typed.upper()), self.link_of(notice))

    def test_every_language(self):
        for lang in ("nl_BE", "fr_BE", "de_DE"):
            self.env["res.lang"]._activate_lang(lang)
        self.env["ir.module.module"]._load_module_terms(
            ["ar_dunning", "ar_payment_link"], ["nl_BE", "fr_BE", "de_DE"]
        )
        for lang, words in (
            ("nl_BE", "Bekijken en betalen"),
            ("fr_BE", "Consulter et payer"),
            ("de_DE", "Ansehen und bezahlen"),
        ):
            partner = self.create_partner(lang, "els@debtor.example", lang=lang)
            notice = self.reminder(100, partner=partner)
            self.assertIn(words, notice._render_email()[1])

    def test_reminder_of_a_consumer_stays_on_one_page(self):
        self.segment.procedure_id = self.env.ref("ar_dunning.procedure_consumer")
        _notice, pdf = self.letter(100, 50)
        self.assertEqual(len(PdfReader(io.BytesIO(pdf)).pages), 1)
