from datetime import timedelta

from lxml import html

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .test_payment_page import BROWSER, PageCommon

NOW = "2026-03-15 10:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPaidAlready(PageCommon):
    def report(self, link=None, **values):
        link_sudo = (link or self.link).sudo()
        link_sudo._report_paid({"paid_on": "2026-03-12", **values})
        self.env.flush_all()

    def contacts(self):
        return self.env["ar.contact"].search([("medium", "=", "page")])

    def holds(self):
        return self.env["ar.hold"].search([("in_force", "=", True)])

    def work(self):
        return self.env["ar.work.item"].search(
            [("kind", "=", "find_payment"), ("state", "=", "open")]
        )

    def transfer(self, amount, day="2026-03-13", **values):
        """Put a payment on the bank that names nothing."""
        journal = self.company_data["default_journal_bank"]
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": journal.id,
                "date": day,
                "payment_ref": "Thanks",
                "amount": amount,
                **values,
            }
        )

    def test_next_reminder_waits_while_the_payment_is_looked_for(self):
        self.report(payer="J. Peeters", words="invoice of March")
        contact = self.contacts()
        self.assertEqual(contact.claim_ids, self.claims[0])
        self.assertEqual(str(contact.date_until), "2026-03-22")
        for word in ("J. Peeters", "invoice of March", "03/12/2026"):
            self.assertIn(word, contact.note)
        self.assertEqual(self.holds().claim_id, self.claims[0])
        self.assertEqual(str(self.holds().date_to), "2026-03-22")
        self.assertIn("hold", self.blockers(self.claims[0], "2026-03-16"))
        self.assertNotIn("hold", self.blockers(self.claims[1], "2026-03-16"))
        self.assertFalse(self.work())

    def test_page_says_what_was_noted(self):
        page = self.page()
        [address] = page.xpath("//a[contains(@href, '/paid')]/@href")
        form = self.page(address).forms[0]
        answer = self.url_open(
            address,
            data={
                "csrf_token": form.fields["csrf_token"],
                "paid_on": "2026-03-12",
                "payer": "",
                "words": "",
            },
            headers={"User-Agent": BROWSER},
        )
        words = self.text(html.fromstring(answer.text))
        self.assertIn("You told us on 03/15/2026 that this is paid.", words)
        self.assertIn("until 03/22/2026 you get no reminder", words)
        self.assertIn("Thank you, we have noted that you paid.", words)
        self.assertNotIn("I have paid already", words)
        self.assertIn("BE68", words)
        again = self.get(address)
        self.assertNotIn("/paid", again.url)

    def test_said_twice_it_is_noted_once(self):
        self.report()
        self.report()
        self.report(self.make(self.claims))
        self.assertEqual(len(self.contacts().claim_ids), 2)
        self.assertEqual(len(self.contacts()), 2)
        self.assertEqual(len(self.holds()), 2)

    def test_paid_in_time_ends_it(self):
        self.report()
        self.pay(self.claims[0].move_id, 100, "2026-03-16")
        self.run_day("2026-03-17")
        self.assertEqual(self.contacts().result, "kept")
        self.assertFalse(self.work())

    def run_day(self, on):
        with freeze_time(f"{on} 10:00:00"):
            self.sync()
            self.env["ar.contact"].sudo()._review_company(
                self.company, self.company._ar_today()
            )

    def test_not_found_it_is_work_and_no_broken_promise(self):
        self.report()
        self.run_day("2026-03-23")
        self.assertEqual(self.contacts().result, "broken")
        self.assertEqual(self.work().debtor_id, self.link.debtor_id)
        with freeze_time("2026-03-23 10:00:00"):
            self.assertFalse(self.holds())
            self.assertIn("We have not found the payment", self.text(self.page()))
        figures = self.env["ar.debtor.figure"]
        counted = self.env.execute_query(
            figures._sql_broken(self.company, self.company._ar_today())
        )
        self.assertFalse(counted)

    def test_later_reminder_asks_anew_but_nothing_waits_twice(self):
        notice = self.reminder(70)
        link, claim = self.link_of(notice), notice.line_ids.claim_id
        self.report(link)
        self.assertEqual(len(self.contacts()), 1)
        with freeze_time("2026-04-20 10:00:00"):
            self.assertFalse(link.sudo()._reportable_claims())
            # The next reminder has left.
            notice.sudo().dispatched_on = "2026-04-15 08:00:00"
            self.report(link, paid_on="2026-04-10")
            self.assertFalse(self.holds().filtered(lambda one: one.claim_id == claim))
            self.assertEqual(len(self.contacts()), 2)
            self.assertEqual(self.work().contact_id, self.contacts()[:1])
            self.assertIn("as well", self.work().note)
            self.report(link, paid_on="2026-04-10")
            self.assertEqual(len(self.contacts()), 2)

    def test_payment_that_waits_on_the_bank_is_work_at_once(self):
        self.transfer(100)
        self.report()
        self.assertIn("Thanks", self.work().note)
        self.assertTrue(self.holds())

    def test_other_payments_are_not_taken_for_it(self):
        other = self.setup_other_company()
        self.transfer(99.99)
        self.transfer(100, day="2026-03-01")
        self.transfer(-100)
        self.env["account.bank.statement.line"].with_company(other["company"]).create(
            {
                "journal_id": other["default_journal_bank"].id,
                "date": "2026-03-13",
                "payment_ref": "Elsewhere",
                "amount": 100,
            }
        )
        self.report()
        self.assertFalse(self.work())

    def test_all_of_it_in_one_payment_is_found(self):
        self.transfer(150.5)
        self.report(self.make(self.claims))
        self.assertEqual(len(self.work()), 1)

    def test_impossible_days_are_refused_in_words(self):
        for day in (None, "", "x", "2026-03-16", "2025-03-13", "0000-00-00", 7, []):
            with self.subTest(day=day), self.assertRaisesRegex(UserError, "Enter the"):
                self.report(paid_on=day)
        self.assertFalse(self.contacts())
        form = self.page(f"{self.path}/paid").forms[0]
        answer = self.url_open(
            f"{self.path}/paid",
            data={
                "csrf_token": form.fields["csrf_token"],
                "paid_on": "2030-01-01",
                "payer": "<b>Ann</b>",
            },
            headers={"User-Agent": BROWSER},
        )
        page = html.fromstring(answer.text)
        self.assertIn("Enter the day on which you paid", self.text(page))
        self.assertEqual(page.forms[0].fields["payer"], "<b>Ann</b>")

    def test_long_and_strange_words_are_cut_and_kept_on_a_line(self):
        self.report(payer="x" * 5000, words="a\nb\x00c")
        note = self.contacts().note
        self.assertLess(len(note), 400)
        self.assertIn("a b c", note)

    def test_where_it_is_not_offered(self):
        outcome = self.env["ar.contact.outcome"].search([("code", "=", "paid_already")])
        outcome.sudo().active = False
        self.assertNotIn("/paid", self.get(self.path).text)
        self.assertEqual(self.page(f"{self.path}/paid").get("lang"), "en-US")
        self.report()
        self.assertFalse(self.contacts())

    def test_company_has_its_own_days(self):
        shared = self.env["ar.contact.outcome"].search([("code", "=", "paid_already")])
        shared.sudo().copy({"company_id": self.company.id, "date_days": 3})
        self.report()
        self.assertEqual(str(self.contacts().date_until), "2026-03-18")

    def test_what_others_collect_is_not_reported_here(self):
        self.collect_elsewhere(self.claims)
        self.report()
        self.assertFalse(self.contacts())

    def test_readers_of_restricted_claims_alone_read_it(self):
        group = self.env["res.groups"].create({"name": "Social"})
        kind = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "social_paid", "access_group_id": group.id}
        )
        ordinary = self.company_data["default_journal_sale"]
        journal = ordinary.copy(
            {
                "ar_claim_type_id": kind.id,
                "default_account_id": ordinary.default_account_id.id,
            }
        )
        self.env.user.group_ids = [Command.link(group.id)]
        secret = self.claim(self.invoice(80, "2026-02-01", journal_id=journal.id))
        self.report(self.make(secret))
        auditor = self.create_user("auditor-paid", "ar_dunning.group_auditor")
        contact = self.contacts()
        self.assertEqual(contact.access_group_id, group)
        self.assertFalse(contact.with_user(auditor).search([("id", "=", contact.id)]))

    def test_forged_links_report_nothing(self):
        forged = self.path[:-1] + ("0" if self.path[-1] != "0" else "1")
        self.assert_refused(self.get(f"{forged}/paid"))
        self.link.action_revoke()
        self.assert_refused(self.get(f"{self.path}/paid"))
        self.assertFalse(self.contacts())

    def test_form_of_the_page_is_needed(self):
        answer = self.url_open(
            f"{self.path}/paid",
            data={"paid_on": "2026-03-12"},
            headers={"User-Agent": BROWSER},
        )
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.contacts())

    def test_day_is_the_one_of_the_creditor(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        tomorrow = self.company._ar_today() + timedelta(days=0)
        with freeze_time("2026-03-15 20:00:00"):
            self.report(paid_on=str(self.company._ar_today()))
            self.assertNotEqual(self.company._ar_today(), tomorrow)
            self.assertIn("03/16/2026", self.text(self.page()))
