from datetime import timedelta
from decimal import Decimal

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tests.common import new_test_user
from odoo.tools import mute_logger

from .payment_common import OnlinePaymentCommon

NOW = "2026-03-15 10:00:00"
LATER = "2026-03-15 10:31:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestOnlinePayment(OnlinePaymentCommon):
    def owed(self, claims):
        self.sync()
        return claims.mapped("amount_residual")

    def test_one_payment_over_three_claims_with_an_entry(self):
        claims = self.owe(100, 50.55) | self.entry(20, "2026-02-01")
        payment = self.complete(self.begin(self.make(claims)))
        self.assertEqual(payment.amount, 170.55)
        self.assertEqual(self.owed(claims), [0, 0, 0])
        self.assertEqual(set(claims.mapped("state")), {"settled"})
        self.assertTrue(payment.is_reconciled)
        self.assertEqual(
            payment.payment_transaction_id.invoice_ids,
            claims.move_id.filtered(lambda move: move.move_type == "out_invoice"),
        )
        self.assertFalse(self.open_work())
        self.assert_ledger_agrees()

    def test_online_payment_of_a_restricted_claim_is_seen_by_its_group(self):
        group = self.env["res.groups"].create({"name": "Social"})
        kind = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "social", "access_group_id": group.id}
        )
        ordinary = self.company_data["default_journal_sale"]
        journal = ordinary.copy(
            {
                "ar_claim_type_id": kind.id,
                "default_account_id": ordinary.default_account_id.id,
            }
        )
        self.env.user.group_ids = [(4, group.id)]
        secret = self.claim(self.invoice(80, "2026-02-01", journal_id=journal.id))
        transactions = self.begin(self.make(secret)) | self.begin(
            self.make(self.owe(100))
        )
        accountant = self.create_user(
            "accountant", "ar_dunning.group_auditor,account.group_account_invoice"
        )
        own = transactions.with_user(accountant)
        self.assertEqual(own.search([("id", "in", own.ids)]), own[1])
        payment = self.complete(transactions[0])
        self.assertFalse(own.search([("id", "in", own[0].ids)]))
        self.assertFalse(payment.with_user(accountant).has_access("read"))
        accountant.group_ids = [(4, group.id)]
        self.assertEqual(own.search([("id", "in", own.ids)]), own)

    def open_work(self):
        return self.env["ar.work.item"].search(
            [("kind", "=", "double_payment"), ("state", "=", "open")]
        )

    def test_claims_on_several_receivable_accounts(self):
        other = self.company_data["default_account_receivable"].copy()
        claims = self.owe(100) | self.entry(20, "2026-02-01", account=other)
        payment = self.complete(self.begin(self.make(claims)))
        self.assertEqual(self.owed(claims), [0, 0])
        receivable = payment.move_id.line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(receivable.account_id, claims.account_id)
        self.assert_ledger_agrees()

    def test_in_a_foreign_currency_every_cent_is_matched(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        dollar.rate_ids = [
            (
                0,
                0,
                {"name": "2026-01-01", "rate": 1.1111, "company_id": self.company.id},
            )
        ]
        claims = self.owe(33.33, 33.33, 0.07, currency_id=dollar.id)
        payment = self.complete(self.begin(self.make(claims)))
        self.assertEqual(payment.currency_id, dollar)
        self.assertEqual(self.owed(claims), [0, 0, 0])
        self.assertTrue(payment.is_reconciled)
        self.assert_ledger_agrees()

    def test_late_second_payment_stays_an_open_credit_and_is_work(self):
        claims = self.owe(100, 50)
        transaction = self.begin(self.make(claims))
        self.pay(claims[0].move_id, 100, "2026-03-15")
        payment = self.complete(transaction)
        self.assertEqual(self.owed(claims), [0, 0])
        left = payment.move_id.line_ids.filtered("amount_residual").filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(left.amount_residual, -100)
        work = self.open_work()
        self.assertEqual(work.amount, 100)
        self.assertEqual(work.debtor_id, claims.debtor_id)
        self.assertIn(payment.name, work.note)
        self.assertIn("Dirk Peeters", work.note)
        self.assert_ledger_agrees()

    def test_all_paid_meanwhile(self):
        claims = self.owe(100)
        transaction = self.begin(self.make(claims))
        self.pay(claims.move_id, 100, "2026-03-15")
        self.complete(transaction)
        self.assertEqual(self.open_work().amount, 100)

    def test_claim_in_draft_meanwhile(self):
        claims = self.owe(100)
        transaction = self.begin(self.make(claims))
        claims.move_id.button_draft()
        self.complete(transaction)
        self.assertEqual(self.open_work().amount, 100)

    def test_what_a_credit_covers_is_not_asked_nor_matched(self):
        claims = self.owe(100, 50)
        self.invoice(30, "2026-03-01", move_type="out_refund")
        link = self.make(claims)
        transaction = self.begin(link)
        self.assertEqual(transaction.amount, 120)
        self.complete(transaction)
        self.assertEqual(self.owed(claims), [30, 0])
        self.assertFalse(link._online_claims())

    def test_booking_twice_changes_nothing(self):
        claims = self.owe(100)
        transaction = self.begin(self.make(claims))
        payment = self.complete(transaction)
        transaction._post_process()
        self.assertEqual(transaction.payment_id, payment)
        self.assertEqual(
            self.env["account.payment"].search_count(
                [("payment_transaction_id", "=", transaction.id)]
            ),
            1,
        )

    def test_captured_parts_pay_the_oldest_first(self):
        claims = self.owe(100) | self.owe(50, due="2026-02-01")
        transaction = self.begin(self.make(claims))
        transaction._set_authorized()
        capture = transaction._create_child_transaction(60)
        self.complete(capture)
        self.assertEqual(self.owed(claims), [90, 0])

    def test_capture_in_parts_lets_go_when_all_of_it_is_decided(self):
        claims = self.owe(100)
        transaction = self.begin(self.make(claims))
        transaction._set_authorized()
        self.complete(transaction._create_child_transaction(60))
        self.assertTrue(transaction.ar_reservation_ids.active)
        transaction._create_child_transaction(40)._set_canceled()
        self.assertEqual(transaction.state, "done")
        self.complete(transaction)
        self.assertFalse(transaction.ar_reservation_ids.active)
        self.assertFalse(transaction.payment_id)
        self.assertEqual(self.owed(claims), [40])
        self.assertTrue(self.make(claims)._online_claims())

    def test_last_captured_part_lets_go_of_the_claims(self):
        claims = self.owe(100)
        transaction = self.begin(self.make(claims))
        transaction._set_authorized()
        first = transaction._create_child_transaction(60)
        second = transaction._create_child_transaction(40)
        first._set_done()
        second._set_done()
        transaction._post_process()
        self.complete(first)
        self.assertTrue(transaction.ar_reservation_ids.active)
        self.complete(second)
        self.assertFalse(transaction.ar_reservation_ids.active)
        self.assertEqual(self.owed(claims), [0])

    def test_other_transactions_are_booked_by_odoo(self):
        claims = self.owe(100)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": 100,
                "currency_id": claims.currency_id.id,
                "partner_id": self.debtor_partner.id,
                "operation": "online_direct",
                "reference": "by hand",
                "invoice_ids": [(6, 0, claims.move_id.ids)],
            }
        )
        self.complete(transaction)
        self.assertEqual(self.owed(claims), [0])


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestReservation(OnlinePaymentCommon):
    def setUp(self):
        super().setUp()
        self.claims = self.owe(100, 50)
        self.link = self.make(self.claims)
        self.other = self.make(self.claims[0])

    def in_force(self, transaction):
        return transaction.ar_reservation_ids.filtered("active")

    def test_second_person_hears_when_the_claim_is_free_again(self):
        self.begin(self.link)
        self.company.partner_id.tz = "Europe/Brussels"
        with self.assertRaisesRegex(UserError, "11:30"):
            self.begin(self.other)

    def test_after_that_time_the_claim_is_free(self):
        first = self.begin(self.link)
        with freeze_time(LATER):
            second = self.begin(self.other)
            self.assertEqual(self.in_force(second).claim_id, self.claims[0])
            # The first one still pays what it was meant for.
            self.complete(first)
            self.complete(second)
        self.assertEqual(self.claims.mapped("amount_residual"), [0, 0])
        work = self.env["ar.work.item"].search([("kind", "=", "double_payment")])
        self.assertEqual(work.amount, 100)

    def test_own_attempt_is_replaced_while_the_provider_knows_nothing(self):
        first = self.begin(self.link)
        second = self.begin(self.link)
        self.assertFalse(self.in_force(first))
        self.assertEqual(len(self.in_force(second)), 2)
        self.assertEqual(first.state, "draft")

    def test_choice_on_the_page_is_the_same_person(self):
        first = self.begin(self.link)
        chosen = self.link.sudo()._choose(self.claims[1])
        self.begin(chosen)
        self.assertEqual(self.in_force(first).claim_id, self.claims[0])

    def test_pending_payment_is_not_offered_again(self):
        self.begin(self.link)._set_pending()
        self.assertFalse(self.link._online_claims())
        with self.assertRaises(UserError):
            self.begin(self.link)
        with self.assertRaises(UserError):
            self.begin(self.other)

    def test_received_money_holds_the_claim_until_it_is_booked(self):
        transaction = self.begin(self.link)
        transaction._set_done()
        with freeze_time("2026-03-20 10:00:00"):
            self.assertFalse(self.other._online_claims())
            self.complete(transaction)
        self.assertFalse(self.in_force(transaction))

    def test_refused_or_cancelled_payment_lets_go_at_once(self):
        self.begin(self.link)._set_canceled()
        failed = self.begin(self.other)
        failed._set_error("The bank says no")
        self.assertFalse(self.in_force(failed))
        self.begin(self.link)

    def test_refused_payment_that_arrives_all_the_same_is_booked(self):
        transaction = self.begin(self.link)
        transaction._set_error("The bank says no")
        self.complete(transaction)
        self.assertEqual(self.claims.mapped("amount_residual"), [0, 0])

    @mute_logger("odoo.sql_db")
    def test_database_refuses_a_second_reservation(self):
        reservation = self.begin(self.link).ar_reservation_ids[0]
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            reservation.copy()

    def test_nobody_is_reminded_of_what_he_is_paying(self):
        self.propose("2026-03-15")
        self.begin(self.link)
        self.assertIn(
            "payment_in_progress", self.blockers(self.claims[0], "2026-03-15")
        )
        self.dispatch("2026-03-15")
        self.assertFalse(self.lines(self.claims[0]))
        with freeze_time(LATER):
            self.assertNotIn(
                "payment_in_progress", self.blockers(self.claims[0], "2026-03-15")
            )

    def test_dispatched_mail_waits_while_its_debtor_pays(self):
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        self.begin(self.link)
        ready = self.env["ar.delivery"].sudo().search([("state", "=", "ready")])
        left = ready._withdraw_changed(self.company, fields.Date.to_date("2026-03-15"))
        self.assertFalse(left)

    def test_explanation_says_it_in_words(self):
        self.begin(self.link)
        explained = self.claims[0]._explain(fields.Date.to_date("2026-03-15"))
        sentences = [
            blocker["sentence"] for blocker in explained[self.claims[0].id]["blockers"]
        ]
        self.assertIn("The debtor is paying online at this moment.", sentences)

    def test_collector_releases_what_was_given_up(self):
        collector = new_test_user(
            self.env,
            "online-collector",
            groups="ar_dunning.group_collector",
            company_id=self.company.id,
        )
        reservations = self.begin(self.link).ar_reservation_ids
        reservations.with_user(collector).action_release()
        self.assertFalse(any(reservations.mapped("active")))
        paid = self.begin(self.other)
        paid._set_done()
        with self.assertRaises(UserError):
            paid.ar_reservation_ids.with_user(collector).action_release()

    def test_who_may_not_read_claims_reads_no_payments(self):
        reservations = self.begin(self.link).ar_reservation_ids
        stranger = new_test_user(self.env, "online-stranger")
        auditor = new_test_user(
            self.env,
            "online-auditor",
            groups="ar_dunning.group_auditor",
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            reservations.with_user(stranger).read(["amount"])
        with self.assertRaises(AccessError):
            reservations.with_user(stranger).action_release()
        with self.assertRaises(AccessError):
            reservations.transaction_id.with_user(stranger).action_open_ar_claims()
        with self.assertRaises(UserError):
            reservations.with_user(auditor).action_release()
        with self.assertRaises(AccessError):
            reservations.with_user(auditor).write({"active": False})

    def test_wrong_choices_are_refused_in_words(self):
        for amount, chosen in (
            (149.99, {}),
            ("150", {}),
            (True, {}),
            (float("nan"), {}),
            (float("inf"), {}),
            (10**400, {}),
            ([150], {}),
            (150, {"provider_id": 0}),
            (150, {"provider_id": "x"}),
            (150, {"provider_id": [1]}),
            (150, {"payment_method_id": 10**30}),
            (150, {"payment_method_id": None}),
        ):
            with (
                self.subTest(amount=str(amount)[:9], **chosen),
                self.assertRaises(UserError),
            ):
                self.begin(self.link, amount, **chosen)
        self.assertFalse(
            self.env["ar.payment.reservation"].search([("link_id", "=", self.link.id)])
        )

    def test_minutes_are_a_setting_within_reason(self):
        self.company.ar_reservation_minutes = 5
        transaction = self.begin(self.link)
        self.assertEqual(
            transaction.ar_reservation_ids[0].expires_on,
            fields.Datetime.to_datetime(NOW) + timedelta(minutes=5),
        )

    def test_no_button_when_the_company_does_not_want_it(self):
        self.assertTrue(self.link._online_providers(Decimal(150)))
        self.company.ar_online_payment = False
        self.assertFalse(self.link._online_providers(Decimal(150)))
        with self.assertRaises(UserError):
            self.begin(self.link)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestOnlineScreens(OnlinePaymentCommon):
    def setUp(self):
        super().setUp()
        self.claims = self.owe(100, 50)
        self.transaction = self.begin(self.make(self.claims))
        self.auditor = self.create_user("online-screens", "ar_dunning.group_auditor")

    def test_list_and_form_of_online_payments(self):
        action = self.env.ref("ar_payment_link.ar_payment_reservation_action")
        model = self.env["ar.payment.reservation"].with_user(self.auditor)
        views = model.get_views(
            [(False, kind) for kind in (*action.view_mode.split(","), "search")]
        )["views"]
        rows = model.search_read(
            [("claim_id", "in", self.claims.ids)], ["amount", "transaction_state"]
        )
        self.assertEqual({row["transaction_state"] for row in rows}, {"draft"})
        self.assertNotIn('name="action_release"', views["list"]["arch"])

    def test_from_claim_to_payment_and_back(self):
        claim = self.claims[0].with_user(self.auditor)
        self.assertEqual(claim.online_payment_count, 1)
        action = claim.action_open_online_payments()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found.transaction_id, self.transaction)
        action = self.transaction.action_open_ar_claims()
        self.assertEqual(self.env["ar.claim"].search(action["domain"]), self.claims)
        self.assertEqual(self.transaction.ar_claim_count, 2)

    def test_settings_say_when_there_is_no_provider(self):
        settings = self.env["res.config.settings"].with_company(self.company)
        self.assertFalse(settings.create({}).ar_provider_missing)
        self.provider.state = "disabled"
        self.assertTrue(settings.create({}).ar_provider_missing)
