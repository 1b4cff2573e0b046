import base64
from datetime import date

from lxml import html

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tests.common import new_test_user
from odoo.tools import mute_logger

from odoo.addons.ar_payment_link.tests.common import PaymentLinkCommon

from ..controllers.portal import OpenAmounts

NOW = "2026-03-15 10:00:00"
PATH = "/my/open-amounts"


class PortalCommon(PaymentLinkCommon, HttpCase):
    """A debtor who signs in, and what he sees."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.portal_user("dirk", cls.debtor_partner)

    @classmethod
    def portal_user(cls, login, partner):
        return new_test_user(
            cls.env(su=True),
            login,
            groups="base.group_portal",
            partner_id=partner.id,
            company_id=cls.env.ref("base.main_company").id,
            company_ids=[Command.set(cls.env.ref("base.main_company").ids)],
        )

    def sign_in(self, user=None):
        login = (user or self.user).login
        self.authenticate(login, login)

    def page(self):
        answer = self.url_open(PATH)
        self.assertEqual(answer.status_code, 200)
        return html.fromstring(answer.text)

    def text(self, page=None):
        page = self.page() if page is None else page
        return " ".join(page.xpath("//main")[0].text_content().split())

    def pay_with(self, *ids, page=None):
        form = (self.page() if page is None else page).xpath(
            f"//form[@action='{PATH}/pay']"
        )
        token = form[0].fields["csrf_token"] if form else "x"
        return self.url_open(
            f"{PATH}/pay",
            data={"csrf_token": token, "claim": list(ids)},
            allow_redirects=False,
        )

    def restricted_claim(self, amount, partner=None):
        """Return the claim of an invoice that only a group of its own may see."""
        group = self.env["res.groups"].sudo().create({"name": "Fines"})
        self.env.user.group_ids |= group
        kind = self.env["ar.claim.type"].create(
            {"name": "Fine", "code": "fine", "access_group_id": group.id}
        )
        journal = self.company_data["default_journal_sale"].copy(
            {
                "ar_claim_type_id": kind.id,
                "default_account_id": self.company_data["default_account_revenue"].id,
            }
        )
        move = self.invoice(
            amount, "2026-03-01", partner=partner, journal_id=journal.id
        )
        claim = self.claim(move)
        self.assertEqual(claim.access_group_id, group)
        return claim


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortal(PortalCommon):
    def test_debtor_sees_what_since_when_and_what_next(self):
        [claim] = self.owe(100)
        self.assign()
        self.sign_in()
        words = self.text()
        for expected in (
            self.company.name,
            "100.00",
            claim.move_name,
            "14 days late",
            "If this is not paid soon, you get a reminder.",
        ):
            self.assertIn(expected, words)

    def test_nothing_open(self):
        self.sign_in()
        self.assertIn("Nothing is open.", self.text())

    def test_home_has_a_card_with_the_number(self):
        self.owe(100, 50)
        self.sign_in()
        self.assertIn(PATH, self.url_open("/my").text)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["ar_open_amount_count"]}
        )
        self.assertEqual(counters["ar_open_amount_count"], 2)

    def test_odoo_does_not_offer_to_pay_beside_it(self):
        controller = OpenAmounts()
        self.assertEqual(controller._get_overdue_invoice_count(), 0)

    def test_over_all_companies_of_the_same_person(self):
        self.owe(100)
        other = self.setup_other_company()
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": other["company"].id,
                "journal_id": other["default_journal_sale"].id,
                "partner_id": self.debtor_partner.id,
                "invoice_date": date(2026, 2, 1),
                "invoice_date_due": date(2026, 3, 1),
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 70, "tax_ids": []})
                ],
            }
        )
        move.action_post()
        self.sync()
        self.sign_in()
        words = self.text()
        self.assertIn(other["company"].name, words)
        self.assertIn("70.00", words)
        self.assertIn("100.00", words)

    def test_what_others_owe_does_not_show(self):
        self.owe(100)
        other = self.create_partner("Someone Else")
        foreign = self.claim(self.invoice(77, "2026-03-01", partner=other))
        self.sign_in()
        words = self.text()
        self.assertNotIn("77.00", words)
        self.assertNotIn(foreign.move_name, words)

    def test_colleague_of_a_firm_sees_the_firm(self):
        firm = self.create_partner("Firm", is_company=True)
        colleague = self.create_partner("Colleague", parent_id=firm.id)
        self.invoice(88, "2026-03-01", partner=firm)
        self.sign_in(self.portal_user("colleague", colleague))
        self.assertIn("88.00", self.text())

    def test_restricted_claim_is_for_the_person_alone(self):
        self.restricted_claim(66)
        self.sign_in()
        self.assertIn("66.00", self.text())

    def test_restricted_claim_of_a_firm_is_for_nobody(self):
        firm = self.create_partner("Firm", is_company=True)
        colleague = self.create_partner("Colleague", parent_id=firm.id)
        claim = self.restricted_claim(66, partner=firm)
        self.invoice(88, "2026-03-01", partner=firm)
        for login, partner in (("firm", firm), ("colleague", colleague)):
            with self.subTest(login=login):
                self.sign_in(self.portal_user(login, partner))
                words = self.text()
                self.assertIn("88.00", words)
                self.assertNotIn("66.00", words)
                self.assertEqual(self.pay_with(claim.id).status_code, 404)

    def test_restricted_and_other_claims_are_paid_apart(self):
        self.owe(100)
        self.restricted_claim(66)
        self.sign_in()
        forms = self.page().xpath(f"//form[@action='{PATH}/pay']")
        self.assertEqual(len(forms), 2)

    def test_money_that_is_not_booked_yet_is_said(self):
        self.owe(100)
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": "2026-03-14",
                "payment_ref": "thanks",
                "partner_id": self.debtor_partner.id,
                "amount": 40,
            }
        )
        self.sign_in()
        self.assertIn("a payment from you that we still have to book", self.text())

    def test_whoever_got_enough_messages_hears_from_when(self):
        self.company.write({"ar_contact_maximum": 1, "ar_contact_period_days": 14})
        self.reminder(100)
        self.owe(100)
        self.assign()
        self.sign_in()
        self.assertIn("You hear from us again on 03/", self.text())

    def test_hold_shows_without_its_reason(self):
        [claim] = self.owe(100)
        self.assign()
        self.env["ar.hold"].create(
            {
                "claim_id": claim.id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "note": "Secret note",
            }
        )
        self.sign_in()
        words = self.text()
        self.assertIn("We send no reminders about this until 03/31/2026.", words)
        self.assertNotIn(self.reason.name, words)
        self.assertNotIn("Secret", words)

    def test_exchange_difference_was_not_received(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        for on, rate in (("2026-01-01", 2.0), ("2026-03-10", 2.5)):
            dollar.rate_ids = [
                Command.create(
                    {"name": on, "rate": rate, "company_id": self.company.id}
                )
            ]
        claim = self.owe(100, currency_id=dollar.id)
        self.pay(claim.move_id, 100, "2026-03-10")
        self.assertGreater(len(claim.line_id.matched_credit_ids), 1)
        received = claim._portal_received()[claim.id]
        self.assertEqual([amount for _on, _what, amount in received], [100])

    def test_what_was_received_shows_with_its_day(self):
        [claim] = self.owe(100)
        self.pay(claim.move_id, 30, "2026-03-10")
        self.sign_in()
        words = self.text()
        self.assertRegex(words, r"03/10/2026 · Payment received · \S*\s?30\.00")
        self.assertIn("70.00", words)

    def test_paid_claims_show_as_paid(self):
        [claim] = self.owe(100)
        self.pay(claim.move_id, 100, "2026-03-10")
        self.sign_in()
        words = self.text()
        self.assertIn("Paid lately", words)
        self.assertIn(claim.move_name, words)

    def test_paying_leads_to_the_page_of_what_is_due(self):
        late, later = self.owe(100) | self.owe(50, due="2026-04-30")
        self.sign_in()
        page = self.page()
        ids = page.xpath("//input[@name='claim']/@value")
        self.assertEqual(ids, [str(late.id)])
        answer = self.pay_with(*ids, page=page)
        self.assertEqual(answer.status_code, 303)
        link = self.links.search([("source", "=", "portal")])
        self.assertEqual(link.line_ids.claim_id, late)
        self.assertIn(link._path(), answer.headers["Location"])
        self.assertEqual(self.url_open(answer.headers["Location"]).status_code, 200)
        self.pay_with(*ids, page=page)
        self.assertEqual(self.links.search([("source", "=", "portal")]), link)
        self.assertTrue(later)

    @mute_logger("odoo.http")
    def test_paying_needs_the_form(self):
        [claim] = self.owe(100)
        self.sign_in()
        answer = self.url_open(f"{PATH}/pay", data={"claim": claim.id})
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.links.search([]))

    def test_ids_of_others_are_ids_that_do_not_exist(self):
        [claim] = self.owe(100)
        other = self.create_partner("Someone Else")
        foreign = self.claim(self.invoice(77, "2026-03-01", partner=other))
        self.sign_in()
        page = self.page()
        for ids in (
            (foreign.id,),
            (claim.id, foreign.id),
            (2**31 - 1,),
            (2**40,),
            ("x",),
            ("",),
            ("1\x00",),
            (),
        ):
            with self.subTest(ids=ids):
                self.assertEqual(self.pay_with(*ids, page=page).status_code, 404)
        self.assertFalse(self.links.search([]))
        for path in (
            f"invoice/{foreign.id}",
            f"invoice/{2**40}",
            "invoice/x",
            "invoice/%00",
            "message/1",
            "message/x",
        ):
            with self.subTest(path=path):
                self.assertEqual(self.url_open(f"{PATH}/{path}").status_code, 404)

    def test_without_signing_in_nothing_shows(self):
        self.owe(100)
        self.authenticate(None, None)
        for path in ("", "/invoice/1", "/message/1"):
            answer = self.url_open(PATH + path)
            self.assertIn("/web/login", answer.url)

    def test_portal_users_have_no_rights_on_claims(self):
        [claim] = self.owe(100)
        for record in (claim, claim.debtor_id, self.make(claim)):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.user).read(["partner_id"])

    def test_own_invoice_can_be_loaded(self):
        [claim] = self.owe(100)
        self.sign_in()
        answer = self.url_open(f"{PATH}/invoice/{claim.id}")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")

    def sent(self, **values):
        """Return the delivery of a reminder that was really built and sent."""
        notice = self.reminder(100, **values)
        deliveries = notice.delivery_ids.sudo()
        bodies = {}
        for delivery in deliveries:
            delivery._build_email(bodies)
        self.deliver("2026-03-15")
        return deliveries

    def test_message_shows_as_it_was_sent(self):
        delivery = self.sent()
        self.sign_in()
        page = self.page()
        self.assertIn("What we sent you", self.text(page))
        [address] = page.xpath("//a[contains(@href, '/message/')]/@href")
        answer = self.url_open(address)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("sandbox", answer.headers["Content-Security-Policy"])
        self.assertIn("please pay", answer.text)
        self.assertNotIn("cid:", answer.text)
        self.assertTrue(delivery)

    def test_words_of_another_channel_show_as_they_are(self):
        delivery = self.sent().sudo()
        words = "<b>Still open: €5</b>".encode()
        delivery.write({"channel": "person", "content": base64.b64encode(words)})
        self.sign_in()
        self.assertIn("By a person", self.text())
        answer = self.url_open(f"{PATH}/message/{delivery.id}")
        self.assertEqual(answer.content, words)
        self.assertEqual(answer.headers["Content-Type"], "text/plain; charset=utf-8")

    def test_message_to_somebody_else_is_not_found(self):
        delivery = self.sent(partner=self.create_partner("Other", "other@x.example"))
        self.sign_in()
        self.assertNotIn("What we sent you", self.text())
        answer = self.url_open(f"{PATH}/message/{delivery.id}")
        self.assertEqual(answer.status_code, 404)

    def test_message_that_came_back_was_not_received(self):
        delivery = self.sent()
        delivery._mark_bounced("Unknown")
        self.sign_in()
        self.assertNotIn("What we sent you", self.text())
        answer = self.url_open(f"{PATH}/message/{delivery.id}")
        self.assertEqual(answer.status_code, 404)

    def test_hostile_texts_stay_texts(self):
        [claim] = self.owe(100)
        claim.sudo().description = "<script>alert(1)</script>"
        self.sign_in()
        self.assertNotIn("<script>alert(1)", self.url_open(PATH).text)
