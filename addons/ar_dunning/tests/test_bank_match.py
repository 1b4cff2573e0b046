from contextlib import contextmanager
from datetime import date
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.bank_match import APPLIED
from ..models.bank_match_booking import BankMatchBooking
from ..rules.references import format_ogm
from .common import DunningCommon

TODAY = "2026-03-10"
OGM = "+++123/4567/89002+++"
OTHER_OGM = format_ogm(20260001)


class BankMatchCommon(DunningCommon):
    """Payments on the bank statement and what the matcher makes of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.company_data["default_journal_bank"]
        cls.other_partner = cls.create_partner("Mia Claes", "mia@debtor.example")

    def owe(self, amount, reference, due="2026-03-01", **values):
        """Return the claim of an invoice that asks for payment with a reference."""
        move = self.invoice(amount, due, payment_reference=reference, **values)
        return self.claim(move)

    def receive(self, amount, text, on="2026-03-05", **values):
        """Return a bank statement line that waits for a match."""
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": on,
                "amount": amount,
                "payment_ref": text,
                **values,
            }
        )

    def match(self, on=TODAY):
        """Run the matcher as the daily cycle does; return how many were applied."""
        matcher = self.env["ar.bank.match"].sudo()
        applied = matcher._match_company(self.company, date.fromisoformat(on))
        self.sync()
        return applied

    def result(self, payment):
        return self.env["ar.bank.match"].search(
            [("statement_line_id", "=", payment.id)]
        )

    def work(self, payment):
        return self.env["ar.work.item"].search(
            [("statement_line_id", "=", payment.id), ("state", "=", "open")]
        )

    def assert_waits(self, payment, state, kind=None):
        """The payment is not booked and is in this state, with this work item."""
        self.assertFalse(payment.is_reconciled)
        self.assertEqual(self.result(payment).state, state)
        self.assertEqual(self.work(payment).mapped("kind"), [kind] if kind else [])
        self.assert_ledger_agrees()


@tagged("post_install", "-at_install", "ar")
class TestBankMatch(BankMatchCommon):
    def test_structured_reference_settles_the_claim(self):
        claim = self.owe(100, OGM)
        payment = self.receive(100, f"betaling {OGM}")
        self.assertEqual(self.match(), 1)
        self.assertRecordValues(
            claim, [{"state": "settled", "settled_on": date(2026, 3, 5)}]
        )
        self.assertRecordValues(
            self.result(payment),
            [
                {
                    "state": "applied",
                    "rule": "structured_reference",
                    "reference": "123456789002",
                    "amount_applied": 100.0,
                    "amount_left": 0.0,
                    "looked_on": date(2026, 3, 10),
                }
            ],
        )
        self.assertRecordValues(
            self.result(payment).line_ids, [{"claim_id": claim.id, "amount": 100.0}]
        )
        self.assertTrue(payment.is_reconciled)
        self.assertFalse(self.work(payment))
        self.assert_ledger_agrees()

    def test_payer_is_noted_on_the_bank_entry(self):
        self.owe(100, OGM)
        payment = self.receive(100, OGM)
        self.match()
        self.assertEqual(payment.partner_id, self.debtor_partner)
        self.assertEqual(payment.move_id.line_ids.partner_id, self.debtor_partner)

    def test_payer_who_pays_for_a_debtor_stays_the_payer(self):
        claim = self.owe(100, OGM)
        payment = self.receive(100, OGM, partner_id=self.other_partner.id)
        self.match()
        self.assertEqual(claim.state, "settled")
        self.assertEqual(payment.partner_id, self.other_partner)

    def test_creditor_reference_is_found_with_spaces_and_small_letters(self):
        claim = self.owe(100, "RF18539007547034")
        self.receive(100, "inv. rf18 5390 0754 7034 dank u")
        self.match()
        self.assertEqual(claim.state, "settled")

    def test_reference_is_found_in_every_text_of_the_bank(self):
        narration = f"<p>Structured Reference:<br/>{OGM.strip('+')}</p>"
        sources = {
            "payment_ref": {"text": OGM},
            "ref": {"text": "/", "ref": "123456789002"},
            "narration": {"text": "/", "narration": narration},
            "transaction_details": {
                "text": "/",
                "transaction_details": {"remittance": [{"reference": OGM}]},
            },
        }
        for source, values in sources.items():
            with self.subTest(source):
                claim = self.owe(100, OGM)
                payment = self.receive(100, **values)
                self.match()
                self.assertEqual(self.result(payment).state, "applied")
                self.assertEqual(claim.state, "settled")

    def test_document_number_in_free_text(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        written = move.name.replace("/", " - ").lower()
        payment = self.receive(100, f"Factuur {written} met dank")
        self.match()
        self.assertEqual(claim.state, "settled")
        self.assertEqual(self.result(payment).rule, "document_number")

    def test_two_claims_in_one_payment(self):
        first = self.owe(100, OGM)
        second = self.owe(50, OTHER_OGM)
        payment = self.receive(150, f"{OGM} en {OTHER_OGM}")
        self.match()
        self.assertEqual((first + second).mapped("state"), ["settled", "settled"])
        items = payment.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        self.assertEqual(sorted(items.mapped("balance")), [-100.0, -50.0])
        self.assertEqual(self.result(payment).line_ids.claim_id, first + second)

    def test_too_little_for_two_claims_pays_the_oldest(self):
        newer = self.owe(100, OGM, due="2026-03-01")
        older = self.owe(50, OTHER_OGM, due="2026-02-01")
        payment = self.receive(60, f"{OGM} {OTHER_OGM}")
        self.match()
        self.assertEqual(older.state, "settled")
        self.assertEqual(newer.amount_residual, 90)
        self.assertEqual(self.result(payment).state, "partial")
        self.assertFalse(self.work(payment))

    def test_number_beside_a_reference_gets_what_the_reference_leaves(self):
        referred = self.owe(100, OGM, due="2026-03-01")
        numbered = self.claim(self.invoice(50, "2026-02-01"))
        text = f"{OGM} {numbered.move_name}"
        exact = self.receive(100, text, on="2026-03-05")
        self.match()
        self.assertEqual(self.result(exact).state, "applied")
        self.assertEqual([referred.state, numbered.state], ["settled", "open"])
        again = self.owe(100, OGM, due="2026-03-01")
        self.receive(150, text, on="2026-03-06")
        self.match("2026-03-11")
        self.assertEqual([again.state, numbered.state], ["settled", "settled"])

    def test_part_payment_stays_applied_and_is_reported(self):
        claim = self.owe(100, OGM)
        payment = self.receive(40, OGM)
        self.assertEqual(self.match(), 1)
        self.assertEqual(claim.amount_residual, 60)
        self.assertEqual(self.result(payment).state, "partial")
        self.assertRecordValues(
            self.work(payment),
            [
                {
                    "kind": "underpayment",
                    "amount": 60.0,
                    "claim_id": claim.id,
                    "debtor_id": claim.debtor_id.id,
                }
            ],
        )
        self.assert_ledger_agrees()
        rest = self.receive(60, OGM, on="2026-03-12")
        self.match("2026-03-13")
        self.assertEqual(claim.state, "settled")
        self.assertEqual(self.result(rest).state, "applied")
        self.assertFalse(self.work(payment))

    def test_second_part_payment_renews_the_report(self):
        claim = self.owe(100, OGM)
        self.receive(40, OGM)
        self.match()
        second = self.receive(10, OGM, on="2026-03-12")
        self.match("2026-03-13")
        item = self.env["ar.work.item"].search(
            [("claim_id", "=", claim.id), ("state", "=", "open")]
        )
        self.assertRecordValues(
            item, [{"amount": 50.0, "statement_line_id": second.id}]
        )

    def test_overpayment_is_a_credit_of_the_debtor(self):
        claim = self.owe(100, OGM)
        payment = self.receive(130, OGM)
        self.match()
        self.assertEqual(claim.state, "settled")
        credit = payment.line_ids.filtered("amount_residual")
        self.assertRecordValues(
            credit.filtered(lambda item: item.account_type == "asset_receivable"),
            [{"amount_residual": -30.0, "partner_id": self.debtor_partner.id}],
        )
        self.assertRecordValues(
            self.result(payment),
            [{"state": "overpaid", "amount_applied": 100.0, "amount_left": 30.0}],
        )
        self.assertRecordValues(
            self.work(payment), [{"kind": "overpayment", "amount": 30.0}]
        )
        self.assert_ledger_agrees()

    def test_credit_from_an_overpayment_covers_the_next_claim(self):
        self.owe(100, OGM)
        self.receive(130, OGM)
        self.match()
        later = self.owe(30, OTHER_OGM, due="2026-03-20")
        self.assign()
        self.assertIn("covered_by_credit", self.blockers(later, "2026-04-30"))

    def test_instalments_of_one_invoice_are_paid_in_order(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )
        claims = self.owe(100, OGM, invoice_payment_term_id=term.id)
        self.assertEqual(len(claims), 2)
        self.receive(50, OGM)
        self.match()
        self.assertEqual(claims.sorted("date_due").mapped("state"), ["settled", "open"])

    def test_two_payments_for_one_claim_on_one_day(self):
        claim = self.owe(100, OGM)
        payments = self.receive(60, OGM) + self.receive(60, OGM)
        self.match()
        self.assertEqual(claim.state, "settled")
        self.assertEqual(
            [self.result(payment).state for payment in payments],
            ["partial", "overpaid"],
        )
        self.assert_ledger_agrees()

    def test_claim_of_a_branch_is_paid_on_the_account_of_the_company(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids += branch
        self.sync()
        move = (
            self.env["account.move"]
            .with_company(branch)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.debtor_partner.id,
                    "invoice_date": "2026-02-01",
                    "invoice_date_due": "2026-03-01",
                    "payment_reference": OGM,
                    "invoice_line_ids": [
                        (0, 0, {"name": "Service", "price_unit": 100, "tax_ids": []})
                    ],
                }
            )
        )
        move.action_post()
        claim = self.claim(move)
        self.assertEqual(claim.company_id, branch)
        payment = self.receive(100, OGM)
        self.assertEqual(self.match(), 1)
        self.assertEqual(claim.state, "settled")
        self.assertEqual(self.result(payment).company_id, self.company)
        self.assertEqual(self.result(payment).line_ids.company_id, branch)

    def test_refund_is_not_looked_at(self):
        self.owe(100, OGM)
        payment = self.receive(-100, OGM)
        self.assertEqual(self.match(), 0)
        self.assertFalse(self.result(payment))

    def test_repeated_match_changes_nothing(self):
        self.owe(100, OGM)
        payment = self.receive(130, OGM)
        self.match()
        items = payment.line_ids
        self.assertEqual(self.match(), 0)
        self.assertEqual(self.match("2026-03-11"), 0)
        self.assertEqual(payment.line_ids, items)
        self.assertEqual(len(self.result(payment)), 1)
        self.assertEqual(len(self.work(payment)), 1)

    def test_undone_match_is_left_to_people(self):
        claim = self.owe(100, OGM)
        payment = self.receive(100, OGM)
        self.match()
        payment.action_undo_reconciliation()
        self.sync()
        self.assertEqual(claim.state, "open")
        self.assertEqual(self.match("2026-03-11"), 0)
        self.assertFalse(payment.is_reconciled)

    def test_payment_that_somebody_began_to_match_is_left_alone(self):
        self.owe(100, OGM)
        payment = self.receive(100, OGM)
        revenue = self.company_data["default_account_revenue"]
        _liquidity, suspense, _others = payment._seek_for_lines()
        payment.move_id.with_context(
            skip_account_move_synchronization=True, skip_readonly_check=True
        ).write(
            {
                "line_ids": [
                    (1, suspense.id, {"balance": -70.0, "amount_currency": -70.0}),
                    (0, 0, {"account_id": revenue.id, "balance": -30.0}),
                ]
            }
        )
        self.assertEqual(self.match(), 0)
        self.assertFalse(self.result(payment))

    def test_draft_payment_waits(self):
        self.owe(100, OGM)
        payment = self.receive(100, OGM)
        payment.move_id.button_draft()
        self.assertEqual(self.match(), 0)
        self.assertFalse(self.result(payment))

    def test_later_invoice_is_paid_by_a_payment_that_came_before(self):
        payment = self.receive(100, OGM)
        self.match()
        self.assert_waits(payment, "nothing")
        claim = self.owe(100, OGM)
        self.assertEqual(self.match(), 0, "looked at once a day")
        self.assertEqual(self.match("2026-03-11"), 1)
        self.assertEqual(claim.state, "settled")
        self.assertEqual(self.result(payment).state, "applied")

    def test_wrong_check_digits_name_nothing(self):
        claim = self.owe(100, OGM)
        payment = self.receive(100, "+++123/4567/89013+++")
        self.match()
        self.assert_waits(payment, "nothing")
        self.assertEqual(claim.state, "open")

    def test_hostile_texts_are_only_texts(self):
        claim = self.owe(100, OGM)
        texts = [
            "'; DROP TABLE ar_claim; --",
            "%s %(key)s {0} \\ \x00".replace("\x00", ""),
            "<" * 5000,
            "+" * 5000 + "1" * 5000,
            "RF" * 3000,
            "é̂" * 2000 + "𝟙𝟚𝟛/𝟜𝟝𝟞𝟟/𝟠𝟡𝟘𝟘𝟚",
            " ".join(f"A{number}" for number in range(1500)),
            "١٢٣٤٥٦٧٨٩٠٠٢",
        ]
        payments = self.env["account.bank.statement.line"]
        for text in texts:
            payments += self.receive(
                100, text, narration=text, transaction_details=[[text], None, 7]
            )
        self.match()
        self.assertEqual(
            {self.result(payment).state for payment in payments}, {"nothing"}
        )
        self.assertEqual(claim.state, "open")


@tagged("post_install", "-at_install", "ar")
class TestBankMatchDoubt(BankMatchCommon):
    """Cases in which a person has to decide."""

    def test_references_of_two_debtors(self):
        self.owe(100, OGM)
        self.owe(50, OTHER_OGM, partner=self.other_partner)
        payment = self.receive(150, f"{OGM} {OTHER_OGM}")
        self.assertEqual(self.match(), 0)
        self.assert_waits(payment, "ambiguous", "unmatched_payment")
        self.assertEqual(self.result(payment).line_ids.mapped("amount"), [0.0, 0.0])
        self.assertFalse(self.work(payment).debtor_id)

    def test_one_reference_of_two_debtors(self):
        self.owe(100, OGM)
        self.owe(100, OGM, partner=self.other_partner)
        payment = self.receive(100, OGM)
        self.match()
        self.assert_waits(payment, "ambiguous", "unmatched_payment")

    def test_document_number_of_two_debtors(self):
        self.owe(100, "CONTRACT 2026-77")
        self.owe(100, "CONTRACT 2026-77", partner=self.other_partner)
        payment = self.receive(100, "contract 2026 77")
        self.match()
        self.assert_waits(payment, "ambiguous", "unmatched_payment")

    def test_known_payer_decides_between_two_debtors(self):
        mine = self.owe(100, "CONTRACT 2026-77")
        self.owe(100, "CONTRACT 2026-77", partner=self.other_partner)
        self.receive(100, "contract 2026 77", partner_id=self.debtor_partner.id)
        self.match()
        self.assertEqual(mine.state, "settled")

    def test_number_that_may_be_the_payers_own(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        stranger = self.create_partner("Supplier")
        refund = self.receive(77, claim.move_name, partner_id=stranger.id)
        self.match()
        self.assert_waits(refund, "ambiguous", "unmatched_payment")
        paid_for = self.receive(100, claim.move_name, partner_id=stranger.id)
        self.match()
        self.assertEqual(self.result(paid_for).state, "applied")

    def test_bare_digits_need_the_amount_or_the_payer(self):
        claim = self.owe(100, "20260305")
        with self.subTest("a date"):
            payment = self.receive(77, "betaald op 2026-03-05")
            self.match()
            self.assert_waits(payment, "nothing")
        with self.subTest("payer agrees"):
            self.receive(60, "20260305", partner_id=self.debtor_partner.id)
            self.match()
            self.assertEqual(claim.amount_residual, 40)
        with self.subTest("amount agrees"):
            self.receive(40, "20260305")
            self.match()
            self.assertEqual(claim.state, "settled")

    def test_claim_that_is_already_paid(self):
        move = self.invoice(100, "2026-03-01", payment_reference=OGM)
        self.pay(move, 100, "2026-03-04")
        payment = self.receive(100, OGM)
        self.match()
        self.assert_waits(payment, "already_paid", "unmatched_payment")
        self.assertEqual(self.work(payment).claim_id, self.claim(move))

    def test_payer_with_open_claims_who_names_none(self):
        claim = self.owe(100, OGM)
        payment = self.receive(100, "thanks", partner_id=self.debtor_partner.id)
        self.match()
        self.assert_waits(payment, "nothing", "unmatched_payment")
        self.assertEqual(self.work(payment).debtor_id, claim.debtor_id)

    def test_other_income_is_no_work(self):
        self.owe(100, OGM)
        payment = self.receive(1234.56, "VAT refund", partner_id=self.other_partner.id)
        self.match()
        self.assert_waits(payment, "nothing")

    def test_dismissed_work_does_not_come_back(self):
        self.owe(100, OGM)
        self.owe(50, OTHER_OGM, partner=self.other_partner)
        payment = self.receive(150, f"{OGM} {OTHER_OGM}")
        self.match()
        self.work(payment).action_dismiss()
        self.match("2026-03-11")
        self.assert_waits(payment, "ambiguous")
        self.assertEqual(self.result(payment).looked_on, date(2026, 3, 11))

    def test_work_closes_when_the_payment_is_matched_by_hand(self):
        move = self.invoice(100, "2026-03-01", payment_reference=OGM)
        self.owe(50, OTHER_OGM, partner=self.other_partner)
        payment = self.receive(100, f"{OGM} {OTHER_OGM}")
        self.match()
        _liquidity, suspense, _others = payment._seek_for_lines()
        item = self.claim(move).line_id
        suspense.with_context(
            skip_account_move_synchronization=True
        ).account_id = item.account_id
        (suspense + item).reconcile()
        self.sync()
        self.match("2026-03-11")
        self.assertFalse(self.work(payment))
        self.assertFalse(self.result(payment))

    def lock(self, on):
        """Lock the books as an earlier system did: with lines still unmatched."""
        self.env.cr.execute(
            "UPDATE res_company SET fiscalyear_lock_date = %s WHERE id = %s",
            [on, self.company.id],
        )
        self.env.invalidate_all()

    def test_locked_period_is_work_not_an_error(self):
        claim = self.owe(100, OGM)
        payment = self.receive(100, OGM)
        self.lock(date(2026, 3, 7))
        self.match()
        self.assert_waits(payment, "failed", "unmatched_payment")
        self.assertIn("locked", self.work(payment).note)
        self.lock(None)
        self.assertEqual(self.match("2026-03-11"), 1)
        self.assertEqual(claim.state, "settled")
        self.assertFalse(self.work(payment))

    def test_one_failing_payment_does_not_stop_the_others(self):
        blocked = self.owe(100, OGM)
        fine = self.owe(50, OTHER_OGM, partner=self.other_partner)
        payments = self.receive(100, OGM) + self.receive(50, OTHER_OGM)
        # An account that was closed after the invoice takes no more items.
        account = blocked.account_id.copy({"name": "Closed receivables"})
        blocked.line_id.with_context(check_move_validity=False).account_id = account
        account.active = False
        self.sync()
        blocked = blocked.successor_id
        self.assertEqual(self.match(), 1)
        self.assertEqual(fine.state, "settled")
        self.assertEqual(blocked.state, "open")
        self.assert_waits(payments[0], "failed", "unmatched_payment")
        self.assertIn("account", self.work(payments[0]).note)

    def test_unexpected_error_is_logged_and_put_on_the_list(self):
        self.owe(100, OGM)
        payment = self.receive(100, OGM)
        logger = "odoo.addons.ar_dunning.models.bank_match_booking"
        with (
            patch.object(BankMatchBooking, "_book", side_effect=ZeroDivisionError),
            mute_logger(logger),
        ):
            self.assertEqual(self.match(), 0)
        self.assert_waits(payment, "failed", "unmatched_payment")
        self.assertNotIn("Zero", self.work(payment).note)


@tagged("post_install", "-at_install", "ar")
class TestBankMatchCurrency(BankMatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Two of it are worth one of the company's, then four from 2026-03-04 on.
        cls.foreign = cls.setup_other_currency(
            "EUR", rates=[("2026-01-01", 2.0), ("2026-03-04", 4.0)]
        )

    def test_foreign_claim_paid_on_a_foreign_account(self):
        journal = self.bank.copy(
            {"name": "Foreign bank", "code": "FBNK", "currency_id": self.foreign.id}
        )
        claim = self.owe(100, OGM, currency_id=self.foreign.id)
        payment = self.receive(100, OGM, journal_id=journal.id)
        self.match()
        self.assertEqual(self.result(payment).state, "applied")
        self.assertEqual(claim.state, "settled")
        self.assert_ledger_agrees()

    def test_foreign_claim_paid_through_a_bank_that_converted(self):
        claim = self.owe(100, OGM, currency_id=self.foreign.id)
        payment = self.receive(
            26, OGM, foreign_currency_id=self.foreign.id, amount_currency=100
        )
        self.match()
        self.assertEqual(self.result(payment).state, "applied")
        self.assertEqual(claim.state, "settled")
        self.assert_ledger_agrees()

    def test_foreign_claim_paid_in_company_currency(self):
        claim = self.owe(100, OGM, currency_id=self.foreign.id)
        payment = self.receive(10, OGM)
        self.match()
        self.assertEqual(claim.amount_residual, 60)
        self.assertRecordValues(
            self.work(payment),
            [
                {
                    "kind": "underpayment",
                    "amount": 60.0,
                    "currency_id": self.foreign.id,
                }
            ],
        )
        second = self.receive(20, OGM, on="2026-03-06")
        self.match()
        self.assertEqual(claim.state, "settled")
        self.assertRecordValues(
            self.result(second),
            [{"state": "overpaid", "amount_applied": 15.0, "amount_left": 5.0}],
        )
        self.assert_ledger_agrees()

    def test_claims_in_two_currencies(self):
        foreign = self.owe(100, OGM, currency_id=self.foreign.id, due="2026-02-01")
        own = self.owe(50, OTHER_OGM)
        payment = self.receive(75, f"{OGM} {OTHER_OGM}")
        self.match()
        self.assertEqual(self.result(payment).state, "applied")
        self.assertEqual((foreign + own).mapped("state"), ["settled", "settled"])
        self.assert_ledger_agrees()


@tagged("post_install", "-at_install", "ar")
class TestBankMatchAccess(BankMatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.env["res.groups"].create({"name": "Social claims"})
        kind = cls.env["ar.claim.type"].create(
            {
                "name": "Social",
                "code": "social_test",
                "access_group_id": cls.group.id,
            }
        )
        cls.journal = cls.company_data["default_journal_sale"].copy(
            {
                "name": "Social",
                "code": "SOC",
                "ar_claim_type_id": kind.id,
                "default_account_id": cls.company_data["default_account_revenue"].id,
            }
        )
        cls.env.user.group_ids += cls.group
        cls.collector = cls.env["res.users"].create(
            {
                "name": "Collector",
                "login": "collector_match",
                "group_ids": [(4, cls.env.ref("ar_dunning.group_collector").id)],
                "company_id": cls.company.id,
                "company_ids": [(4, cls.company.id)],
            }
        )

    def seen(self, model, payment):
        return (
            self.env[model]
            .with_user(self.collector)
            .search([("statement_line_id", "=", payment.id)])
        )

    def test_match_and_work_of_a_restricted_claim_are_restricted(self):
        claim = self.owe(100, OGM, journal_id=self.journal.id)
        payment = self.receive(130, OGM)
        self.match()
        self.assertEqual(claim.state, "settled")
        match = self.result(payment)
        self.assertEqual(match.access_group_id, self.group)
        self.assertEqual(match.line_ids.access_group_id, self.group)
        self.assertEqual(self.work(payment).access_group_id, self.group)
        self.assertFalse(self.seen("ar.bank.match", payment))
        self.assertFalse(self.seen("ar.work.item", payment))

    def test_groups_are_not_mixed(self):
        self.owe(100, OGM, journal_id=self.journal.id)
        self.owe(50, OTHER_OGM)
        payment = self.receive(150, f"{OGM} {OTHER_OGM}")
        self.match()
        self.assert_waits(payment, "ambiguous", "unmatched_payment")
        self.assertEqual(self.result(payment).access_group_id, self.group)
        self.assertFalse(self.result(payment).line_ids)
        self.assertFalse(self.seen("ar.bank.match", payment))
        self.assertFalse(self.seen("ar.work.item", payment))

    def test_unnamed_payment_of_a_restricted_debtor_is_restricted(self):
        self.owe(100, OGM, journal_id=self.journal.id)
        payment = self.receive(100, "thanks", partner_id=self.debtor_partner.id)
        self.match()
        self.assertFalse(self.seen("ar.bank.match", payment))
        self.assertFalse(self.seen("ar.work.item", payment))
        self.assertTrue(self.work(payment))

    def test_collector_sees_what_is_for_everybody(self):
        self.owe(100, OGM)
        payment = self.receive(130, OGM)
        self.match()
        self.assertTrue(self.seen("ar.bank.match", payment))
        self.assertTrue(self.seen("ar.work.item", payment))

    def test_other_company_is_left_alone(self):
        other = self.setup_other_company()
        self.owe(100, OGM)
        payment = self.receive(100, OGM, journal_id=other["default_journal_bank"].id)
        matcher = self.env["ar.bank.match"].sudo()
        self.assertEqual(
            matcher._match_company(other["company"], date.fromisoformat(TODAY)), 0
        )
        self.assertEqual(self.result(payment).state, "nothing")


@tagged("post_install", "-at_install", "ar")
class TestBankMatchQueries(BankMatchCommon):
    @contextmanager
    def counting(self):
        """Collect the statements that are executed."""
        statements = []
        execute = Cursor.execute

        def counted(cursor, query, *args, **kwargs):
            statements.append(str(query))
            return execute(cursor, query, *args, **kwargs)

        with patch.object(Cursor, "execute", counted):
            yield statements

    def test_finding_takes_a_constant_number_of_statements(self):
        self.owe(100, OGM)
        matcher = self.env["ar.bank.match"].sudo().with_company(self.company)
        counts = []
        # The first round only fills caches that outlive it, such as currencies.
        for number in (5, 5, 50):
            payments = self.env["account.bank.statement.line"]
            for place in range(number):
                payments += self.receive(
                    1, f"{OGM} INV/2026/{place}", partner_id=self.debtor_partner.id
                )
            self.sync()
            with self.counting() as statements:
                found = matcher._read_payments(payments.ids)
                named = matcher._find_named(self.company, found)
                owing = matcher._find_owing(self.company, found)
                decisions = matcher._decide_all(found, named, owing, {})
            self.assertEqual(len(found), number)
            self.assertTrue(named)
            self.assertEqual(
                {decision.state for decision in decisions[:5]}, {"partial"}
            )
            counts.append(len(statements))
        self.assertEqual(counts[1], counts[2])

    def test_chunks_cover_all_payments(self):
        claims = self.env["ar.claim"]
        payments = self.env["account.bank.statement.line"]
        for number in range(5):
            reference = format_ogm(77_000 + number)
            claims += self.owe(10 + number, reference)
            payments += self.receive(10 + number, reference)
        with patch("odoo.addons.ar_dunning.models.bank_match.CHUNK", 2):
            self.assertEqual(self.match(), 5)
        self.assertEqual(set(claims.mapped("state")), {"settled"})
        self.assertTrue(
            all(self.result(payment).state in APPLIED for payment in payments)
        )
        self.assert_ledger_agrees()
