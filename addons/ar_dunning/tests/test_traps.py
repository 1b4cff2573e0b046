import random
from datetime import date

from odoo.tests import Form, freeze_time, tagged
from odoo.tools import format_amount, mute_logger

from .common import DunningCommon

ON = date(2026, 3, 16)


@tagged("post_install", "-at_install", "ar")
class TestSchedule(DunningCommon):
    """T5: however often and however late the scheduler comes, one notice a step."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Europe/Brussels"

    def messages(self):
        return self.env["ar.delivery"].search_count([("state", "=", "sent")])

    def test_every_hour_of_a_day(self):
        claim = self.claim(self.invoice(100, "2026-03-06"))
        for hour in range(24):
            self.run_cycle("2026-03-16", f"{hour:02}:10:00")
        self.assertEqual(self.level_keys(claim), ["reminder"])
        self.assertEqual(self.messages(), 1)
        self.assertEqual(
            len(self.env["ar.cycle"].search([("company_id", "=", self.company.id)])),
            2,
            "one cycle for the day, and one for the hour after midnight",
        )

    def test_twice_in_the_same_minute(self):
        claim = self.claim(self.invoice(100, "2026-03-06"))
        for _turn in range(2):
            self.run_cycle("2026-03-16")
        self.assertEqual(self.level_keys(claim), ["reminder"])
        self.assertEqual(self.messages(), 1)

    def test_three_missed_days(self):
        claim = self.claim(self.invoice(100, "2026-03-06"))
        on_time = self.claim(
            self.invoice(
                100, "2026-02-15", self.create_partner("Ann", "ann@debtor.example")
            )
        )
        self.run_cycle("2026-03-12")
        self.assertEqual(self.level_keys(on_time), ["reminder"])
        # The 16th was the day; the machine was off until the 19th.
        self.run_cycle("2026-03-19")
        self.assertEqual(self.level_keys(claim), ["reminder"])
        self.run_cycle("2026-03-20")
        self.assertEqual(self.level_keys(claim), ["reminder"])
        # The wait counts from the day on which it really left.
        self.assertEqual(claim.effective_on, date(2026, 3, 19))
        self.assertEqual(self.blockers(claim, "2026-04-02"), ["not_yet_due"])
        self.assertEqual(self.blockers(claim, "2026-04-03"), [])

    def test_a_month_of_missed_days_climbs_one_level_a_run(self):
        claim = self.claim(self.invoice(100, "2026-02-01"))
        self.run_cycle("2026-04-10")
        self.run_cycle("2026-04-11")
        self.assertEqual(self.level_keys(claim), ["reminder"])
        self.run_cycle("2026-04-24")
        self.assertEqual(self.level_keys(claim), ["reminder", "notice_of_default"])


@tagged("post_install", "-at_install", "ar")
class TestAnswers(DunningCommon):
    def test_a_reply_is_in_the_dossier_and_with_its_owner(self):
        """T9, again for a second reply after the first was dealt with."""
        claim = self.claim(self.invoice(100, "2026-03-01"))
        owner = self.create_user("owner", "ar_dunning.group_collector")
        claim.debtor_id.user_id = owner
        self.run_cycle("2026-03-16")
        delivery = self.lines(claim).notice_id.delivery_ids
        for number in (1, 2):
            reply = (
                "From: Dirk <dirk@debtor.example>\n"
                "To: finance@creditor.example\n"
                f"In-Reply-To: {delivery.message_key}\n"
                f"Message-ID: <answer-{number}@debtor.example>\n"
                "Subject: Re: your reminder\n\n"
                f"Answer number {number}."
            )
            with mute_logger("odoo.addons.mail.models.mail_thread"):
                self.env["mail.thread"].sudo().message_process(
                    False, reply, save_original=False
                )
            item = self.env["ar.work.item"].search(
                [("kind", "=", "reply"), ("state", "=", "open")]
            )
            self.assertRecordValues(
                item, [{"user_id": owner.id, "debtor_id": claim.debtor_id.id}]
            )
            self.assertIn(f"number {number}", item.note)
            said = " ".join(
                f"{entry['title']} {entry['text']}"
                for entry in claim.debtor_id.with_user(owner)._desk_timeline()
            )
            self.assertIn(f"Answer number {number}", said)
            item.with_user(owner).action_done()
            self.env.flush_all()

    def sent(self):
        """Return the claim and the delivery of a reminder that was sent."""
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.run_cycle("2026-03-16")
        delivery = self.lines(claim).notice_id.delivery_ids
        self.assertEqual((delivery.channel, delivery.state), ("email", "sent"))
        return claim, delivery

    def receive(self, *lines):
        """Let the mail gateway take a raw mail in."""
        mail = "\r\n".join(lines).encode()
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].sudo().message_process(False, mail)
        self.env.flush_all()

    def receive_answer(self, delivery, *lines, headers=()):
        self.receive(
            "From: Somebody <unknown@elsewhere.example>",
            "To: finance@creditor.example",
            f"References: <other@x> {delivery.message_key}",
            "Message-ID: <answer@elsewhere.example>",
            "Subject: Re: your reminder",
            "Content-Type: text/plain; charset=utf-8",
            *headers,
            "",
            *lines,
        )

    def receive_report(self, key, action, recipient="Final-Recipient: rfc822; x@y.z"):
        """Take in the report of a server about the message with this Message-ID."""
        self.receive(
            "From: MAILER-DAEMON@mx.example",
            "To: finance@creditor.example",
            "Message-ID: <report@mx.example>",
            "Subject: Delivery status",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain",
            "",
            "About your message.",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.example",
            "",
            recipient,
            f"Action: {action}",
            "Status: 5.1.1",
            "",
            "--b",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: {key}",
            "Subject: Your payment",
            "",
            "--b--",
        )

    def replies(self):
        return self.env["ar.work.item"].search([("kind", "=", "reply")])

    def test_a_reply_from_an_unknown_address_says_what_it_seems_to_say(self):
        claim, delivery = self.sent()
        with freeze_time("2026-03-17 10:00:00"):
            self.receive_answer(
                delivery,
                "Goedemiddag,",
                "",
                "Ik betaal vrijdag.",
                "",
                "Op ma 16 mrt 2026 schreef Stad:",
                "> Hebt u al betaald?",
            )
        item = self.replies()
        self.assertEqual(item.debtor_id, claim.debtor_id)
        self.assertRegex(item.note, r"promise payment by 03/20/2026: “Ik betaal vri")

    def test_the_quoted_reminder_is_not_read_as_the_answer(self):
        _claim, delivery = self.sent()
        self.receive_answer(delivery, "Thank you.", "> I have already paid.")
        self.assertNotIn("Seems", self.replies().note)

    def test_an_automatic_answer_is_kept_and_is_nobodys_work(self):
        _claim, delivery = self.sent()
        self.receive_answer(
            delivery, "Back on Monday.", headers=["Auto-Submitted: auto-replied"]
        )
        self.assertFalse(self.replies())
        self.assertIn("Back on Monday", delivery.notice_id.message_ids[0].body)

    def test_an_absence_is_recognised_by_its_words(self):
        _claim, delivery = self.sent()
        self.receive_answer(delivery, "I am out of the office until Monday.")
        self.assertFalse(self.replies())

    def test_a_bounce_fails_the_delivery_that_it_answers(self):
        """Also when it does not say which address it could not reach."""
        claim, delivery = self.sent()
        self.receive_report(delivery.message_key, "failed", recipient="X-None: 1")
        self.env.invalidate_all()
        self.assertEqual(delivery.state, "bounced")
        self.assertFalse(claim.effective_on)
        self.assertIn("About your message", delivery.notice_id.message_ids[0].body)

    def test_a_bounce_of_another_address_fails_nothing(self):
        _claim, delivery = self.sent()
        delivery.notice_id._message_receive_bounce("other@debtor.example", None)
        self.assertEqual(delivery.state, "sent")

    def test_a_delay_fails_nothing(self):
        claim, delivery = self.sent()
        self.receive_report(delivery.message_key, "delayed")
        self.env.invalidate_all()
        self.assertEqual(delivery.state, "sent")
        self.assertTrue(claim.effective_on)

    def test_a_bounce_of_something_else_fails_nothing(self):
        _claim, delivery = self.sent()
        self.receive_report("<ar-unknown@creditor.example>", "failed")
        self.env.invalidate_all()
        self.assertEqual(delivery.state, "sent")

    def test_an_answer_that_cannot_be_read_is_kept(self):
        claim, delivery = self.sent()
        with self.assertLogs("odoo.addons.ar_dunning.models.mail_thread", "WARNING"):
            self.receive(
                f"In-Reply-To: {delivery.message_key}",
                "From: a@b.example",
                "Content-Type: text/plain; charset=no-such-charset",
                "Content-Transfer-Encoding: 8bit",
                "",
                "Ik betaal\x00",
            )
        self.assertEqual(self.replies().debtor_id, claim.debtor_id)
        kept = delivery.notice_id.message_ids[0].attachment_ids
        self.assertIn(b"no-such-charset", kept.raw)

    def test_broken_mails_touch_nobody_elses_dossier(self):
        """Five hundred answers and reports, each with something broken in it."""
        claim, delivery = self.sent()
        partner = self.create_partner("Ann", "ann@debtor.example")
        other = self.claim(self.invoice(50, "2026-03-02", partner))
        self.run_cycle("2026-03-17")
        other_notice = self.lines(other).notice_id
        history = other_notice.message_ids
        draw = random.Random(20260317)
        readable = refused = 0
        with mute_logger(
            "odoo.addons.mail.models.mail_thread",
            "odoo.addons.ar_dunning.models.mail_thread",
        ):
            for number in range(500):
                mail = self.broken_mail(draw, number, delivery.message_key)
                try:
                    with self.env.cr.savepoint():
                        self.env["mail.thread"].sudo().message_process(False, mail)
                    readable += 1
                except (ValueError, LookupError, TypeError, AttributeError):
                    # Addressed to nobody: that is for the mail gateway to tell.
                    self.assertNotIn(delivery.message_key.encode(), mail)
                    refused += 1
        self.env.invalidate_all()
        self.assertGreater(readable, 300)
        self.assertGreater(refused, 10)
        self.assertEqual(self.replies().debtor_id, claim.debtor_id)
        self.assertEqual(other_notice.message_ids, history)
        self.assertEqual(other_notice.delivery_ids.mapped("state"), ["sent"])
        self.assertFalse(claim.debtor_id.contact_ids + other.debtor_id.contact_ids)

    def broken_mail(self, draw, number, key):
        """Return an answer, or a report of a server, with bytes changed by chance."""
        kind = draw.choice(("text/plain", "text/html", "multipart/report", "x/y; z="))
        mail = bytearray(
            (
                f"From: Dirk <dirk@debtor.example>\r\nTo: finance@creditor.example\r\n"
                f"Message-ID: <{number}@debtor.example>\r\nReferences: {key}\r\n"
                f"Subject: =?utf-8?Q?R=C3=A9?=\r\nMIME-Version: 1.0\r\n"
                f"Content-Type: {kind}; charset=utf-8; boundary=b\r\n"
                f"Content-Transfer-Encoding: {draw.choice(('8bit', 'base64'))}\r\n\r\n"
                f"--b\r\nContent-Type: message/delivery-status\r\n\r\nA: b\r\n\r\n"
                f"Action: delayed\r\n\r\n--b--\r\nIk betaal vrijdag.\r\n"
            ).encode()
        )
        for _change in range(draw.randint(1, 8)):
            place = draw.randrange(len(mail))
            end = place + draw.choice((0, 1, 1, 20))
            mail[place:end] = draw.randbytes(draw.choice((0, 1, 3)))
        return bytes(mail)


@tagged("post_install", "-at_install", "ar")
class TestUndoneRun(DunningCommon):
    """T17: an undone run, and the next three days do what was chosen."""

    def sent_run(self):
        self.moves = [
            self.invoice(amount, "2026-03-01", partner)
            for amount, partner in (
                (100, self.debtor_partner),
                (200, self.create_partner("Ann", "ann@debtor.example")),
                (300, self.create_partner("Leo", street="Kade 1")),
            )
        ]
        self.claims = self.claim(self.env["account.move"].union(*self.moves))
        self.run_cycle("2026-03-15")
        batches = self.env["ar.print.batch"].search([("state", "=", "open")])
        with freeze_time("2026-03-15 15:00:00"):
            batches._note_download()
            batches.action_confirm_posted()
        self.assertEqual(set(self.claims.mapped("level_key")), {"reminder"})
        return self.claims.line_ids.run_id

    def undo(self, run, **values):
        with freeze_time("2026-03-16 08:00:00"):
            wizard = self.env["ar.notice.undo"].create(
                {"run_ids": [(6, 0, run.ids)], "reason": "Wrong price", **values}
            )
            wizard.action_apply()
        self.env.invalidate_all()

    def days(self, *days):
        """Return how many claims have their reminder again after each day."""
        counts = []
        for day in days:
            self.run_cycle(day)
            counts.append(
                len(self.claims.filtered(lambda claim: self.level_keys(claim)))
            )
        return counts

    def test_ledger_counters_and_debtors(self):
        before = [claim.amount_residual for claim in self.claims_of_run()]
        run = self.run
        self.undo(run, next_step="again", days=1, correct=True)
        self.assertEqual(run.state, "undone")
        self.assertEqual([one.amount_residual for one in self.claims], before)
        self.assertEqual(set(self.claims.mapped("level_sequence")), {0})
        self.assertFalse(any(self.claims.mapped("effective_on")))
        self.assert_ledger_agrees()
        self.run_cycle("2026-03-16", "10:00:00")
        told = self.env["ar.dunning.notice"].search([("kind", "=", "correction")])
        self.assertEqual(told.corrects_id, run.notice_ids)
        self.assertEqual(
            sorted(told.delivery_ids.mapped("state")), ["printed", "sent", "sent"]
        )
        for delivery in told.delivery_ids:
            self.assertEqual(
                delivery.address, delivery.notice_id.corrects_id.delivery_ids.address
            )

    def claims_of_run(self):
        self.run = self.sent_run()
        return self.claims

    def test_again_tomorrow(self):
        self.undo(self.sent_run(), next_step="again", days=1)
        self.assertEqual(self.days("2026-03-16", "2026-03-17", "2026-03-18"), [0, 3, 3])

    def test_again_after_two_days(self):
        self.undo(self.sent_run(), next_step="again", days=2)
        self.assertEqual(self.days("2026-03-16", "2026-03-17", "2026-03-18"), [0, 0, 3])

    def test_held_until_a_day(self):
        self.undo(self.sent_run(), next_step="hold", date_to="2026-03-17")
        self.assertEqual(self.days("2026-03-16", "2026-03-17", "2026-03-18"), [0, 0, 3])

    def test_until_the_procedure_is_mended(self):
        self.undo(self.sent_run(), next_step="mend")
        self.assertEqual(self.days("2026-03-16", "2026-03-17", "2026-03-18"), [0, 0, 0])

    def test_each_debtor_gets_each_message_once(self):
        self.undo(self.sent_run(), next_step="again", days=1, correct=True)
        self.days("2026-03-16", "2026-03-17", "2026-03-18", "2026-03-19")
        for claim in self.claims:
            notices = claim.line_ids.notice_id.sorted("id")
            self.assertEqual(
                notices.mapped("kind"), ["dunning", "correction", "dunning"]
            )
            self.assertEqual(len(notices.delivery_ids), 3)


@tagged("post_install", "-at_install", "ar")
class TestChargeback(DunningCommon):
    """T13: money comes back after a promise was kept with it."""

    def setUp(self):
        super().setUp()
        self.move = self.invoice(100, "2026-03-01")
        self.owed = self.claim(self.move)

    def promise(self, until="2026-03-25"):
        outcome = self.env["ar.contact.outcome"].search([("code", "=", "promise")])
        contact = self.env["ar.contact"]._record(
            self.owed.debtor_id, outcome, date_until=date.fromisoformat(until)
        )
        self.env.flush_all()
        return contact.sudo()

    def come_back(self, code=None):
        payment = self.move.matched_payment_ids
        credit = payment.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        credit.remove_move_reconcile()
        payment.action_draft()
        payment.action_cancel()
        if code:
            self.env["ar.claim"]._note_return_reason(credit, code, "")
        self.sync()

    def keep(self):
        with freeze_time("2026-03-10 10:00:00"):
            contact = self.promise()
        with freeze_time("2026-03-20 10:00:00"):
            self.pay(self.move, 100, "2026-03-20")
        self.run_cycle("2026-03-21")
        self.assertEqual(contact.result, "kept")
        return contact

    def test_the_promise_is_no_longer_kept(self):
        contact = self.keep()
        with freeze_time("2026-04-02 10:00:00"):
            self.come_back()
        self.assertEqual(self.owed.state, "open")
        self.assertEqual(contact.result, "broken")
        item = self.env["ar.work.item"].search(
            [("claim_id", "=", self.owed.id), ("kind", "=", "returned_payment")]
        )
        self.assertEqual(item.state, "open")
        self.run_cycle("2026-04-03")
        self.assertEqual(self.level_keys(self.owed), ["reminder"])

    def test_the_promise_waits_again_while_its_day_has_not_come(self):
        contact = self.keep()
        held = contact.hold_ids
        with freeze_time("2026-03-23 10:00:00"):
            self.come_back()
        self.assertEqual(contact.result, "waiting")
        self.assertEqual(contact.hold_ids, held, "held already")
        self.assertIn("hold", self.blockers(self.owed, "2026-03-24"))
        self.run_cycle("2026-03-24")
        self.assertFalse(self.level_keys(self.owed))
        self.run_cycle("2026-04-10")
        self.assertEqual(contact.result, "broken")

    def test_who_waits_again_lets_go_of_all_that_he_holds(self):
        """The first hold had ended: the second comes beside it, and is lifted too."""
        contact = self.keep()
        first = contact.hold_ids
        first.date_to = date(2026, 3, 22)
        with freeze_time("2026-03-23 10:00:00"):
            self.come_back()
            self.assertEqual(len(contact.hold_ids - first), 1)
            self.assertLessEqual(first, contact.hold_ids)
            contact._end("replaced")
        self.assertEqual(
            set((contact.hold_ids).mapped("lifted_on")), {date(2026, 3, 23)}
        )
        self.assertEqual(contact.result_on, date(2026, 3, 23))


@tagged("post_install", "-at_install", "ar")
class TestSign(DunningCommon):
    def test_the_sign_of_the_days_is_shown_before_saving(self):
        """T14: what is typed shows as a date, before and after the due date."""
        version = self.procedure._new_version()
        level = version.level_ids[0]
        with Form(level) as form:
            form.preview_due_on = date(2026, 3, 20)
            form.offset_days = -5
            self.assertIn("March 15, 2026", form.preview)
            form.offset_days = 5
            self.assertIn("March 25, 2026", form.preview)


@tagged("post_install", "-at_install", "ar")
class TestTotals(DunningCommon):
    """T11: three companies, four currencies; a total is that of the rows shown."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currencies = cls.company.currency_id
        for place, code in enumerate(("HRK", "GBP", "CHF"), 2):
            cls.currencies |= cls.setup_other_currency(
                code, rates=[("2020-01-01", float(place))]
            )
        cls.companies = cls.company
        for name in ("Second", "Third"):
            company = cls.setup_other_company(name=name)["company"]
            company.ar_sandbox = False
            cls.env["ar.dunning.segment"].search(
                [("company_id", "=", company.id)]
            ).active = False
            cls.segment.copy({"company_id": company.id, "active": True})
            cls.companies |= company
        cls.env.user.company_ids = [(4, one.id) for one in cls.companies]

    def setUp(self):
        super().setUp()
        self.expected = {}
        for number, company in enumerate(self.companies, 1):
            for place, currency in enumerate(self.currencies, 1):
                amount = 100.0 * number + place
                self.book(company, currency, amount)
                self.expected[company, currency] = amount
        self.sync()

    def book(self, company, currency, amount):
        env = self.within(company)
        env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": company.id,
                "partner_id": self.debtor_partner.id,
                "currency_id": currency.id,
                "invoice_date": "2026-02-01",
                "invoice_date_due": "2026-03-01",
                "invoice_line_ids": [
                    (0, 0, {"name": "x", "price_unit": amount, "tax_ids": []})
                ],
            }
        ).action_post()

    def within(self, companies):
        return self.env(
            context={**self.env.context, "allowed_company_ids": companies.ids}
        )

    def test_the_list_adds_up_what_it_shows(self):
        for companies in (self.company, self.companies[:2], self.companies):
            claims = self.within(companies)["ar.claim"]
            grouped = claims._read_group(
                [("partner_id", "=", self.debtor_partner.id)],
                ["company_id", "currency_id"],
                ["amount_residual:sum", "amount_residual_company:sum"],
            )
            self.assertEqual(
                {(company, currency): total for company, currency, total, _ in grouped},
                {
                    key: amount
                    for key, amount in self.expected.items()
                    if key[0] in companies
                },
            )
            for company, currency, total, in_company in grouped:
                self.assertEqual(
                    company.currency_id.compare_amounts(
                        in_company, self.converted(total, currency, company)
                    ),
                    0,
                )

    def converted(self, amount, currency, company):
        return currency._convert(amount, company.currency_id, company, date(2026, 2, 1))

    def debtor_of(self, company):
        claim = self.env["ar.claim"].search([("company_id", "=", company.id)], limit=1)
        return claim.debtor_id.with_env(self.within(company))

    @freeze_time("2026-03-16 09:00:00")
    def test_the_screen_of_the_debtor_adds_no_currencies(self):
        for company in self.companies:
            debtor = self.debtor_of(company)
            claims = self.env["ar.claim"].search([("debtor_id", "=", debtor.id)])
            totals = debtor.get_desk()["head"]["totals"]
            self.assertEqual(
                {total["currency"]: total["open"] for total in totals},
                {
                    currency.name: format_amount(self.env, amount, currency)
                    for (owner, currency), amount in self.expected.items()
                    if owner == company
                },
            )
            self.assertEqual(claims.company_id, company)
            self.assertTrue(all(total["late"] for total in totals))

    def test_the_run_counts_each_currency_in_the_companys_own(self):
        for company in self.companies:
            self.env["ar.dunning.segment"].sudo()._assign(company, ON)
            run = self.env["ar.dunning.run"].sudo()._propose_company(company, ON)
            self.assertEqual(
                {notice.currency_id: notice.amount_total for notice in run.notice_ids},
                {
                    currency: amount
                    for (owner, currency), amount in self.expected.items()
                    if owner == company
                },
            )
            total = sum(
                self.converted(self.expected[company, currency], currency, company)
                for currency in self.currencies
            )
            self.assertEqual(
                run.currency_id.compare_amounts(run.amount_total, total), 0
            )
            lines = run.notice_ids.line_ids
            self.assertEqual(
                sum(lines.mapped("amount_open")),
                sum(run.notice_ids.mapped("amount_total")),
            )

    @freeze_time("2026-03-16 09:00:00")
    def test_a_statement_lists_each_currency_apart(self):
        for company in self.companies:
            statements = self.debtor_of(company)._send_statement(company, "email")
            self.assertEqual(
                {one.currency_id: one.amount_total for one in statements},
                {
                    currency: amount
                    for (owner, currency), amount in self.expected.items()
                    if owner == company
                },
            )
            for statement in statements:
                self.assertEqual(
                    statement.amount_total,
                    sum(statement.line_ids.mapped("amount_open")),
                )

    def test_the_ledger_agrees_in_each_currency(self):
        self.assert_ledger_agrees()
        rows = self.env["ar.ledger.identity"].search(
            [("company_id", "in", self.companies.ids)]
        )
        self.assertEqual(
            {(row.company_id, row.currency_id): row.balance for row in rows},
            self.expected,
        )
