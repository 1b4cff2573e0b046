from lxml import html

from odoo.tests import HttpCase, freeze_time, tagged

from .common import PaymentLinkCommon

NOW = "2026-03-15 10:00:00"
OURS = "Yes, this message is from us."
UNKNOWN = "We do not know this code."


class CheckCommon(PaymentLinkCommon):
    def setUp(self):
        super().setUp()
        self.notice = self.reminder(100)
        self.code = self.notice._check_code()

    def found(self, typed):
        public = self.env.ref("base.public_user")
        notices = self.env["ar.dunning.notice"].with_user(public)
        return notices._from_check_code(typed)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCheckCode(CheckCommon):
    def test_message_carries_the_code_and_where_to_type_it(self):
        _subject, document, plain = self.notice._render_email()
        grouped = "-".join((self.code[:-8], *[self.code[-8:-4], self.code[-4:]]))
        grouped = grouped.replace("--", "-")
        for text in (str(document), plain):
            self.assertIn(grouped, text)
            self.assertIn("/ar/check", text)
        links = html.fromstring(str(document)).xpath("//a/@href")
        self.assertFalse([link for link in links if "/ar/check" in link])

    def test_letter_carries_the_code(self):
        body = self.notice._render_document("ar_dunning.notice_letter", "letter")
        self.assertIn("/ar/check", body)

    def test_thanks_need_no_proof(self):
        self.notice.sudo().kind = "thank_you"
        self.assertNotIn(
            "ar_payment_link.block_check",
            [block for _place, block in self.notice._blocks("email")],
        )

    def test_code_is_read_as_people_type_it(self):
        for typed in (self.code, self.code.upper(), f"  {self.code} "):
            self.assertEqual(self.found(typed), self.notice)

    def test_what_is_not_ours_is_unknown(self):
        last = self.code[-1]
        other = self.reminder(50)
        for typed in (
            self.code[:-1] + ("0" if last != "0" else "1"),
            other._check_code().split("-")[0] + "-" + self.code.split("-")[1],
            "zzzzz-" + self.code.split("-")[1],
            self.link_of(self.notice)._token(),
            "",
            None,
            "\x00",
            "é" * 30,
        ):
            with self.subTest(typed=typed):
                self.assertFalse(self.found(typed))

    def test_what_has_not_left_is_unknown(self):
        self.notice.sudo().dispatched_on = False
        self.assertFalse(self.found(self.code))

    def test_answer_holds_nothing_of_the_debtor(self):
        values = self.notice._check_values()
        self.assertEqual(values["iban"], "BE68 5390 0754 7034")
        self.assertEqual(values["creditor"], self.company.name)
        for word in ("Dirk", "100"):
            self.assertNotIn(word, str(values))

    def test_sensitive_claims_keep_the_neutral_name(self):
        self.company.ar_neutral_name = "Town"
        self.notice.line_ids.claim_id.sudo().claim_type_id = self.env[
            "ar.claim.type"
        ].create({"name": "Secret", "code": "secret_check", "sensitive": True})
        self.assertEqual(self.notice._check_values()["creditor"], "Town")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCheckPage(CheckCommon, HttpCase):
    def check(self, **form):
        answer = self.url_open("/ar/check", data=form or None)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        return " ".join(html.fromstring(answer.text).text_content().split())

    def test_page_asks_then_answers(self):
        self.assertNotIn(OURS, self.check())
        words = self.check(code=self.code)
        self.assertIn(OURS, words)
        self.assertIn("BE68 5390 0754 7034", words)
        self.assertNotIn("Dirk", words)
        self.assertIn(UNKNOWN, self.check(code="v3k-00000000"))

    def test_code_in_the_address_is_not_read(self):
        answer = self.url_open(f"/ar/check?code={self.code}")
        self.assertNotIn(OURS, answer.text)

    def test_hostile_input_stays_text(self):
        answer = self.url_open("/ar/check", data={"code": '"><script>x</script>'})
        self.assertNotIn("<script>x", answer.text)
        self.check(code="x" * 100_000)

    def test_page_speaks_the_language_that_is_chosen(self):
        self.env["res.lang"]._activate_lang("nl_BE")
        answer = self.url_open("/ar/check", data={"code": self.code, "lang": "nl_BE"})
        self.assertEqual(html.fromstring(answer.text).get("lang"), "nl-BE")

    def test_who_guesses_is_stopped(self):
        self.env["ir.config_parameter"].set_param("ar_payment_link.limit_check", "3")
        for _guess in range(3):
            self.assertIn(UNKNOWN, self.check(code="v3k-00000000"))
        answer = self.url_open("/ar/check", data={"code": self.code})
        self.assertEqual(answer.status_code, 429)
        self.assertNotIn(OURS, answer.text)
        self.assertEqual(answer.headers["Retry-After"], "600")
        with freeze_time("2026-03-15 10:11:00"):
            self.assertIn(OURS, self.check(code=self.code))
