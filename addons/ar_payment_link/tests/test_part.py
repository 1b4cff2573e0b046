from decimal import Decimal

from lxml import html

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .test_payment_page import BROWSER, PageCommon

NOW = "2026-03-15 10:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPart(PageCommon):
    """Claims of 100 and 50.50, due on one day; the link is for the first alone."""

    def part(self, amount, claims=None, link=None):
        link = (link or self.link).sudo()
        return link._choose(claims or self.claims[0], Decimal(amount))

    def send(self, page, part):
        [form] = [form for form in page.forms if "part" in form.fields]
        data = {**dict(form.form_values()), "part": part}
        return self.url_open(
            form.action, data=data, headers={"User-Agent": BROWSER}, method="POST"
        )

    def test_page_of_a_part_asks_for_the_part(self):
        answer = self.send(self.page(), "40,50")
        page = html.fromstring(answer.text)
        words = self.text(page)
        self.assertIn("40.50", page.get_element_by_id("headline").text_content())
        self.assertIn("A part of", words)
        self.assertNotIn("?", answer.url)
        choice = self.link.choice_ids
        self.assertEqual(choice.part_amount, 40.5)
        self.assertIn("40.5", choice.sudo()._payment_facts().code)
        back = [form for form in page.forms if "Pay all" in form.text_content()]
        whole = self.url_open(
            back[0].action,
            data=dict(back[0].form_values()),
            headers={"User-Agent": BROWSER},
        )
        self.assertTrue(whole.url.endswith(self.path))

    def test_same_part_has_the_same_link_and_others_another(self):
        first = self.part("40.50")
        self.assertEqual(self.part("40.50"), first)
        self.assertEqual(self.part("40.50", link=first), first)
        self.assertNotEqual(self.part("41"), first)
        self.assertEqual(self.part("100"), self.link)
        self.assertEqual(self.part("100", link=first), self.link)
        self.assertEqual(self.part("5000"), self.link)

    def test_online_payment_of_a_part(self):
        payment = self.complete(self.begin(self.part("40.50")))
        self.assertEqual(payment.amount, 40.5)
        self.assertEqual(self.claims[0].amount_residual, 59.5)
        self.assertTrue(payment.is_reconciled)
        self.assert_ledger_agrees()

    def test_part_of_several_pays_the_oldest_first(self):
        older = self.owe(30, due="2026-02-01")
        claims = self.claims | older
        link = self.make(claims)
        self.complete(self.begin(self.part("50", claims, link)))
        self.assertEqual(older.amount_residual, 0)
        self.assertEqual(self.claims.mapped("amount_residual"), [80, 50.5])
        self.assert_ledger_agrees()

    def test_browser_cannot_change_the_amount(self):
        with self.assertRaises(UserError):
            self.begin(self.part("40.50"), amount=100)

    def test_after_the_payment_the_whole_is_shown(self):
        self.part("40.50")
        chosen = self.link.choice_ids
        self.make_jsonrpc_request(
            f"{chosen._path()}/transaction",
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "token_id": None,
                "amount": 40.5,
                "flow": "direct",
                "tokenization_requested": False,
                "is_validation": False,
            },
        )
        answer = self.get("/ar/pay/back")
        self.assertTrue(answer.url.endswith(f"{self.path}/done"))
        self.assertIn("not confirmed yet", answer.text)

    def test_part_larger_than_what_is_left_asks_for_what_is_left(self):
        choice = self.part("40.50")
        self.pay(self.claims[0].move_id, 80, "2026-03-15")
        self.assertEqual(choice._payment_facts().amount, Decimal("20.00"))
        words = self.text(self.page(choice._path()))
        self.assertNotIn("A part of", words)

    def test_too_little_and_no_amount_are_refused_in_words(self):
        page = self.page()
        for typed, sentence in (
            ("5", "Enter at least"),
            ("0", "Enter at least"),
            ("x", "is no amount"),
            ("-5", "is no amount"),
            ("1e9", "is no amount"),
            ("12.345,678", "is no amount"),
            ("<b>9</b>", "is no amount"),
        ):
            with self.subTest(typed=typed):
                answer = self.send(page, typed)
                self.assertIn(sentence, self.text(html.fromstring(answer.text)))
        self.assertFalse(self.link.choice_ids)

    def test_where_parts_are_not_taken(self):
        self.company.ar_minimum_part = 0
        page = self.page()
        self.assertFalse([form for form in page.forms if "part" in form.fields])
        with self.assertRaises(UserError):
            self.part("40.50")

    def test_transfer_of_a_part_is_recognised(self):
        choice = self.part("40.50")
        facts = choice._payment_facts()
        statement = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": "2026-03-15",
                "payment_ref": facts.reference,
                "amount": float(facts.amount),
            }
        )
        self.env["ar.bank.match"].sudo()._match_company(
            self.company, self.company._ar_today()
        )
        self.assertTrue(statement.is_reconciled)
        self.assertEqual(self.claims[0].amount_residual, 59.5)
