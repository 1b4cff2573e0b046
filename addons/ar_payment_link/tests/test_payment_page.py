import re
from html import unescape

from lxml import html

from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .payment_common import OnlinePaymentCommon

NOW = "2026-03-15 10:00:00"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class PageCommon(OnlinePaymentCommon, HttpCase):
    """What a debtor does in a browser, without a login."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("nl_BE")
        self.debtor_partner.lang = "en_US"
        self.claims = self.owe(100, 50.5)
        self.link = self.make(self.claims[0])
        self.path = self.link._path()

    def get(self, path, **options):
        options.setdefault("headers", {"User-Agent": BROWSER})
        return self.url_open(path, **options)

    def page(self, path=None):
        answer = self.get(path or self.path)
        self.assertEqual(answer.status_code, 200, answer.text[:300])
        return html.fromstring(answer.text)

    def text(self, page):
        return " ".join(page.text_content().split())

    def choose(self, page, *claims, **fields):
        form = page.get_element_by_id("choose")
        data = {
            "csrf_token": form.fields["csrf_token"],
            "claim": [str(claim.id) for claim in claims],
            **fields,
        }
        return self.url_open(
            form.action, data=data, headers={"User-Agent": BROWSER}, method="POST"
        )

    def assert_refused(self, answer):
        """The one answer: it tells nothing, and is the same for every reason."""
        self.assertEqual(answer.status_code, 404)
        self.assertIn("This link does not work", answer.text)
        for secret in ("Dirk", self.company.name, "Traceback", "ar.payment"):
            self.assertNotIn(secret, answer.text)
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        return re.sub(r'content="[^"]*"', "", answer.text)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPaymentPage(PageCommon):
    def test_page_says_what_why_and_how(self):
        words = self.text(self.page())
        for expected in (
            "Dirk Peeters",
            self.company.name,
            "100.00",
            self.claims[0].move_name,
            "14 days late",
            "BE68 5390 0754 7034",
            self.claims[0].payment_reference,
            "Pay online",
        ):
            self.assertIn(expected, words)

    def test_total_is_what_is_chosen(self):
        page = self.page()
        ticked = page.xpath("//input[@type='checkbox'][@checked]/@value")
        self.assertEqual(ticked, [str(self.claims[0].id)])
        self.assertEqual(len(page.xpath("//input[@type='checkbox']")), 2)
        self.assertIn("100.00", page.get_element_by_id("total").text)

    def test_headers_keep_the_address_to_the_debtor(self):
        headers = self.get(self.path).headers
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertIn("noindex", headers["X-Robots-Tag"])
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])

    def test_nothing_inline_that_the_policy_forbids(self):
        page = self.page()
        self.assertFalse(page.xpath("//script[not(@src)]"))
        self.assertFalse(page.xpath("//style | //*[@style]"))
        self.assertFalse(page.xpath("//@*[starts-with(name(), 'on')]"))
        for address in page.xpath("//link[@rel='stylesheet']/@href | //script/@src"):
            self.assertEqual(self.get(address).status_code, 200)

    def test_language_of_the_debtor_and_of_his_choice(self):
        self.assertEqual(self.page().get("lang"), "en-US")
        self.assertEqual(self.page(f"{self.path}?lang=nl_BE").get("lang"), "nl-BE")
        self.debtor_partner.lang = "nl_BE"
        self.assertEqual(self.page().get("lang"), "nl-BE")
        for nonsense in ("xx_XX", "%00", "nl_BE%27", "a" * 5000, "&lang=en_US"):
            self.assertEqual(
                self.get(f"{self.path}?lang={nonsense}").status_code, 200, nonsense
            )

    def test_choosing_other_claims_leads_to_their_page(self):
        answer = self.choose(self.page(), *self.claims)
        self.assertEqual(answer.history[0].status_code, 303)
        words = self.text(html.fromstring(answer.text))
        self.assertIn("150.50", words)
        chosen = self.link.choice_ids
        self.assertIn(chosen.reference, words)
        again = self.choose(html.fromstring(answer.text), *self.claims)
        self.assertEqual(again.url, answer.url)
        self.assertEqual(self.link.choice_ids, chosen)

    def test_choosing_keeps_the_language(self):
        page = self.page(f"{self.path}?lang=nl_BE")
        lang = page.get_element_by_id("choose").fields["lang"]
        answer = self.choose(page, self.claims[1], lang=lang)
        self.assertEqual(html.fromstring(answer.text).get("lang"), "nl-BE")

    def test_reading_a_choice_changes_nothing(self):
        answer = self.get(f"{self.path}/choose?claim={self.claims[1].id}")
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.link.choice_ids)

    @mute_logger("odoo.http")
    def test_choosing_needs_the_form_of_the_page(self):
        answer = self.url_open(
            f"{self.path}/choose",
            data={"claim": self.claims[1].id},
            headers={"User-Agent": BROWSER},
        )
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.link.choice_ids)

    def test_claims_of_others_are_refused(self):
        foreign = self.entry(10, "2026-03-01", partner=self.create_partner("Someone"))
        page = self.page()
        for claim in (str(foreign.id), "0", "-1", "x", "9" * 40, "1\x00", "٣", ""):
            with self.subTest(claim=claim):
                form = page.get_element_by_id("choose")
                answer = self.url_open(
                    form.action,
                    data={
                        "csrf_token": form.fields["csrf_token"],
                        "claim": [str(self.claims[1].id), claim],
                    },
                    headers={"User-Agent": BROWSER},
                )
                self.assert_refused(answer)
        self.assert_refused(self.choose(page))
        self.assertFalse(self.link.choice_ids)

    def test_whatever_opens_nothing_is_answered_alike(self):
        expired = self.make(self.claims[1])
        gone = expired._path()
        self.env.cr.execute(
            "UPDATE ar_payment_link SET expires_on = '2026-03-14' WHERE id = %s",
            [expired.id],
        )
        expired.invalidate_recordset()
        revoked = self.make(self.claims)
        revoked_path = revoked._path()
        revoked.action_revoke()
        forged = self.path[:-1] + ("0" if self.path[-1] != "0" else "1")
        answers = {
            self.assert_refused(self.get(path))
            for path in (gone, revoked_path, forged, "/ar/pay/x", "/ar/pay/%00")
        }
        self.assertEqual(len(answers), 1)
        for ending in ("done", "choose", "online", "code.png", "invoice/1"):
            with self.subTest(ending=ending):
                self.assert_refused(self.get(f"{forged}/{ending}"))

    def test_opening_is_counted_for_people(self):
        self.page()
        self.assertEqual(self.link.open_count, 1)
        self.url_open(self.path, headers={"User-Agent": "Googlebot/2.1"})
        self.url_open(self.path, method="HEAD", headers={"User-Agent": BROWSER})
        self.link.invalidate_recordset()
        self.assertEqual(self.link.open_count, 1)

    def test_paid_page_thanks(self):
        for claim in self.claims:
            self.pay(claim.move_id, claim.amount_residual, "2026-03-15")
        words = self.text(self.page())
        self.assertIn("There is nothing left to pay. Thank you!", words)
        self.assertNotIn("IBAN", words)

    def test_paid_link_shows_what_else_is_open(self):
        self.pay(self.claims[0].move_id, 100, "2026-03-15")
        page = self.page()
        self.assertIn("Nothing left to pay of what you opened", self.text(page))
        self.assertIn("50.50", self.text(page))
        self.assertNotIn("BE68", self.text(page))
        answer = self.choose(page, self.claims[1])
        self.assertIn("BE68", self.text(html.fromstring(answer.text)))

    def test_single_claim_leaves_nothing_to_choose(self):
        self.pay(self.claims[1].move_id, 50.5, "2026-03-15")
        page = self.page()
        self.assertIn("BE68", self.text(page))
        self.assertFalse(page.xpath("//input[@type='checkbox']"))

    def test_part_payment_shows(self):
        self.pay(self.claims[0].move_id, 30, "2026-03-15")
        words = self.text(self.page())
        self.assertIn("70.00", words)
        self.assertRegex(words, r"Paid or credited \S*30\.00")

    def test_hostile_texts_stay_texts(self):
        evil = "<script>alert(1)</script>"
        self.debtor_partner.name = evil
        self.company.phone = f'"><img src=x onerror=alert(1)>{evil}'
        answer = self.get(self.path)
        self.assertNotIn("<script>alert", answer.text)
        self.assertNotIn("<img src=x", answer.text)
        self.assertIn(evil, unescape(answer.text))

    def test_code_of_the_transfer(self):
        self.assertTrue(self.page().xpath("//*[local-name()='svg']"))
        answer = self.get(f"{self.path}/code.png")
        self.assertEqual(answer.headers["Content-Type"], "image/png")
        self.assertTrue(answer.content.startswith(b"\x89PNG"))

    def test_without_account_there_is_no_transfer(self):
        self.company.partner_id.bank_ids.unlink()
        page = self.page()
        self.assertNotIn("IBAN", self.text(page))
        self.assertIn("Pay online", self.text(page))
        self.assert_refused(self.get(f"{self.path}/code.png"))

    def test_invoice_only_of_claims_on_the_page(self):
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            answer = self.get(f"{self.path}/invoice/{self.claims[1].id}")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        entry = self.entry(10, "2026-03-01")
        foreign = self.invoice(10, "2026-03-01", partner=self.create_partner("Someone"))
        for claim in (entry.id, self.claim(foreign).id, 2**31, "x", "1%00", "-1"):
            with self.subTest(claim=claim):
                self.assert_refused(self.get(f"{self.path}/invoice/{claim}"))
        links = self.page().xpath("//a[contains(@href, '/invoice/')]")
        self.assertEqual(len(links), 2)

    def test_nothing_of_another_company_or_type_shows(self):
        other = self.setup_other_company()["company"]
        self.assertNotIn(other.name, self.text(self.page()))

    def test_other_methods_are_refused(self):
        for method in ("POST", "PUT", "DELETE"):
            with self.subTest(method=method), mute_logger("odoo.http"):
                answer = self.url_open(
                    self.path, method=method, headers={"User-Agent": BROWSER}
                )
                self.assertIn(answer.status_code, (400, 405))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestOnlinePage(PageCommon):
    def setUp(self):
        super().setUp()
        self.link = self.make(self.claims)
        self.path = self.link._path()

    def transaction(self, path=None, **values):
        return self.make_jsonrpc_request(
            f"{path or self.path}/transaction",
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "token_id": None,
                "amount": 150.5,
                "flow": "direct",
                "tokenization_requested": True,
                "landing_route": "https://evil.example",
                "is_validation": False,
                "access_token": "",
                "csrf_token": "x",
                **values,
            },
        )

    def last(self):
        return self.link._last_attempt()

    def test_form_has_the_amount_of_the_server(self):
        page = self.page(f"{self.path}/online")
        form = page.get_element_by_id("o_payment_form")
        self.assertEqual(form.get("data-amount"), "150.5")
        self.assertEqual(page.get("lang"), "en-US")

    def test_saved_cards_are_not_shown_to_whoever_has_the_letter(self):
        self.env["payment.token"].sudo().create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "payment_details": "4242 secret",
                "partner_id": self.debtor_partner.id,
                "provider_ref": "x",
            }
        )
        answer = self.get(f"{self.path}/online")
        self.assertNotIn("4242", answer.text)

    def test_way_to_the_end(self):
        self.get(f"{self.path}/online")
        values = self.transaction()
        transaction = self.last()
        self.assertEqual(values["reference"], transaction.reference)
        self.assertEqual(transaction.amount, 150.5)
        self.assertFalse(transaction.tokenize)
        self.assertNotIn(self.link._token(), transaction.landing_route)
        self.assertEqual(transaction.invoice_ids, self.claims.move_id)
        self.make_jsonrpc_request(
            "/payment/demo/simulate_payment",
            {
                "reference": transaction.reference,
                "payment_details": "1234",
                "simulated_state": "done",
            },
        )
        poll = self.make_jsonrpc_request("/payment/status/poll", {"csrf_token": "x"})
        self.assertEqual(poll["state"], "done")
        answer = self.get(poll["landing_route"])
        words = self.text(html.fromstring(answer.text))
        self.assertIn("Thank you, your payment has arrived.", words)
        self.assertIn("There is nothing left to pay", words)
        self.assertEqual(self.claims.mapped("amount_residual"), [0, 0])

    def test_end_of_the_way_in_all_states(self):
        self.transaction()
        for state, sentence in (
            ("draft", "not confirmed yet"),
            ("pending", "being processed"),
            ("error", "not completed"),
            ("cancel", "not completed"),
        ):
            self.last().state = state
            with self.subTest(state=state):
                self.assertIn(sentence, self.text(self.page(f"{self.path}/done")))

    def test_without_a_session_the_way_back_is_refused(self):
        self.transaction()
        self.opener.cookies.clear()
        self.assert_refused(self.get("/ar/pay/back"))

    def test_way_back_ends_with_the_link(self):
        self.transaction()
        self.link.action_revoke()
        self.assert_refused(self.get("/ar/pay/back"))

    def refused(self, code=None, **values):
        before = self.env["payment.transaction"].sudo().search_count([])
        answer = self.url_open(
            f"{values.pop('path', self.path)}/transaction",
            json={
                "params": {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.method.id,
                    "amount": 150.5,
                    "flow": "direct",
                    **values,
                }
            },
        )
        self.assertIn("error", answer.json())
        after = self.env["payment.transaction"].sudo().search_count([])
        self.assertEqual(before, after)
        return answer.json()["error"]

    @mute_logger("odoo.http")
    def test_what_the_browser_may_not_decide(self):
        for values in (
            {"amount": 1},
            {"amount": None},
            {"amount": "150.5"},
            {"amount": [150.5]},
            {"amount": {"a": 1}},
            {"provider_id": 10**12},
            {"provider_id": "x"},
            {"payment_method_id": []},
            {"flow": "token", "token_id": 1},
            {"flow": ["direct"]},
            {"flow": None},
            {"partner_id": 1},
            {"currency_id": 1},
            {"custom_create_values": {"state": "done"}},
            {"reference_prefix": "x"},
        ):
            with self.subTest(**values):
                self.refused(**values)

    @mute_logger("odoo.http")
    def test_changed_amount_is_told(self):
        self.pay(self.claims[0].move_id, 60, "2026-03-15")
        message = self.refused()["data"]["message"]
        self.assertIn("90.50", message)

    @mute_logger("odoo.http")
    def test_forged_link_begins_nothing(self):
        forged = self.path[:-1] + ("0" if self.path[-1] != "0" else "1")
        self.assertEqual(self.refused(path=forged)["code"], 404)
        self.assertEqual(self.refused(path="/ar/pay/x")["code"], 404)

    @mute_logger("odoo.http")
    def test_second_payer_gets_the_sentence(self):
        self.transaction()
        other = self.make(self.claims[0])
        message = self.refused(path=other._path(), amount=100)["data"]["message"]
        self.assertIn("10:30", message)

    def test_unpublished_provider_is_not_offered(self):
        self.provider.sudo().is_published = False
        self.assertNotIn("Pay online", self.text(self.page()))
        words = self.text(self.page(f"{self.path}/online"))
        self.assertIn("Online payment is not possible", words)

    def test_provider_of_another_company_is_not_offered(self):
        self.provider.sudo().state = "disabled"
        self.assertNotIn("Pay online", self.text(self.page()))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPageFuzz(PageCommon):
    """Some hundred mutilated requests: refused in words, never a traceback."""

    PIECES = (
        "%00",
        "%ff%fe",
        "..%2f..",
        "'--",
        '"><x',
        "{{7*7}}",
        "٣٤",
        "%F0%9F%92%B6",
        "9" * 400,
        "-",
        "%20",
        "\\",
        "%252e",
    )

    def addresses(self):
        head, secret = self.path.rsplit("/", 1)
        for piece in self.PIECES:
            yield f"{head}/{piece}"
            yield f"{head}/{secret}{piece}"
            yield f"{head}/{piece}{secret}"
            yield f"{head}/{secret}/{piece}"
            for ending in (
                "invoice",
                "invoice/1",
                "choose",
                "online",
                "done",
                "code.png",
            ):
                yield f"{head}/{secret[:-3]}{piece}/{ending}"
                yield f"{head}/{secret}/{ending}{piece}"
            for name in ("lang", "claim", "amount", "token", "link_sudo", "_others"):
                yield f"{head}/{secret}?{name}={piece}"
            yield f"{head}/{secret}?{piece}={piece}"

    @mute_logger("odoo.http", "werkzeug")
    def test_mutilated_addresses(self):
        for purpose in ("link", "document", "stranger"):
            self.env["ir.config_parameter"].set_param(
                f"ar_payment_link.limit_{purpose}", "100000"
            )
        count = 0
        for address in self.addresses():
            answer = self.get(address)
            count += 1
            self.assertIn(answer.status_code, (200, 400, 404), address)
            self.assertNotIn("Traceback", answer.text, address)
        self.assertGreater(count, 200)
        self.assertFalse(self.link.choice_ids)
