import base64
import os
import warnings
from datetime import date
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.ar_dunning.rules.references import format_ogm
from odoo.addons.ar_dunning.tests.common import DunningCommon

from . import camt

ACCOUNT = "BE68539007547034"
PAYER_ACCOUNT = "BE71096123456769"
IMPORTER = "odoo.addons.account_statement_import_camt.wizard.account_statement_import"
REPOSITORY = Path(__file__).parents[3]
REAL_FILES = Path(
    os.environ.get("AR_SHARED_DATA") or REPOSITORY.parent / "shared" / "data"
)


class ImportCommon(DunningCommon):
    """Bank statements of the company's account, imported by an accountant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.company_data["default_journal_bank"]
        cls.bank.bank_account_id = cls.env["res.partner.bank"].create(
            {"acc_number": ACCOUNT, "partner_id": cls.company.partner_id.id}
        )
        # Has no rights on claims: banking is another department.
        cls.accountant = new_test_user(
            cls.env,
            login="camt_accountant",
            groups="account.group_account_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def owe(self, amount, reference, **values):
        return self.claim(
            self.invoice(amount, "2026-03-01", payment_reference=reference, **values)
        )

    def load(self, *entries, **values):
        """Import a statement with these entries; return the action that follows."""
        currency = self.company.currency_id.name
        return self.load_file(camt.statement(ACCOUNT, currency, entries, **values))

    def load_file(self, content):
        wizard = (
            self.env["account.statement.import"]
            .with_user(self.accountant)
            .create(
                {
                    "statement_file": base64.b64encode(content),
                    "statement_filename": "statement.xml",
                }
            )
        )
        action = wizard.import_file_button()
        self.sync()
        return action

    def line(self, text):
        return self.env["account.bank.statement.line"].search(
            ["|", ("payment_ref", "=", text), ("ref", "=", text)]
        )


@tagged("post_install", "-at_install", "ar")
class TestImport(ImportCommon):
    def test_payments_are_matched_right_after_import(self):
        structured = self.owe(100, "+++123/4567/89002+++")
        creditor = self.owe(80, "RF18539007547034")
        numbered = self.owe(60, "CONTRACT 2026-77")
        action = self.load(
            {"amount": "100.00", "reference": "123456789002", "payer": "D Peeters"},
            {"amount": "80.00", "reference": "RF18539007547034"},
            {"amount": "60.00", "text": "betaling contract 2026/77"},
            {"amount": "12.00", "text": "rente"},
            {"amount": "-25.00", "text": "kosten +++123/4567/89002+++"},
        )
        self.assertEqual(
            (structured + creditor + numbered).mapped("state"), ["settled"] * 3
        )
        self.assertEqual(action["params"]["type"], "info")
        self.assertIn("3 of 4", action["params"]["message"])
        self.assertEqual(
            action["params"]["next"]["res_model"], "account.bank.statement"
        )
        self.assertFalse(self.line("rente").is_reconciled)
        self.assert_ledger_agrees()

    def test_payer_is_known_by_bank_account(self):
        self.env["res.partner.bank"].create(
            {"acc_number": PAYER_ACCOUNT, "partner_id": self.debtor_partner.id}
        )
        claim = self.owe(100, "+++123/4567/89002+++")
        self.load({"amount": "100.00", "text": "dank u", "iban": PAYER_ACCOUNT})
        item = self.env["ar.work.item"].search(
            [("statement_line_id", "=", self.line("dank u").id)]
        )
        self.assertRecordValues(
            item, [{"kind": "unmatched_payment", "debtor_id": claim.debtor_id.id}]
        )

    def test_account_of_two_partners_names_no_payer(self):
        for partner in (self.debtor_partner, self.create_partner("Spouse")):
            self.env["res.partner.bank"].create(
                {"acc_number": PAYER_ACCOUNT, "partner_id": partner.id}
            )
        self.load({"amount": "100.00", "text": "dank u", "iban": PAYER_ACCOUNT})
        self.assertFalse(self.line("dank u").partner_id)

    def test_statement_comes_in_once(self):
        claim = self.owe(100, "+++123/4567/89002+++")
        entries = [{"amount": "40.00", "reference": "123456789002"}] * 2
        self.load(*entries)
        self.assertEqual(claim.amount_residual, 20, "two equal payments are two")
        with self.assertRaisesRegex(UserError, "already imported"):
            self.load(*entries)
        self.assertEqual(claim.amount_residual, 20)

    def test_longer_version_of_a_statement_adds_what_is_new(self):
        claim = self.owe(100, "+++123/4567/89002+++")
        first = {"amount": "40.00", "reference": "123456789002"}
        self.load(first)
        action = self.load(first, {"amount": "60.00", "reference": "123456789002"})
        self.assertEqual(claim.state, "settled")
        self.assertIn("1 of 1", action["params"]["message"])

    def test_equal_payment_on_the_next_statement_is_another(self):
        claim = self.owe(100, "+++123/4567/89002+++")
        payment = {"amount": "40.00", "reference": "123456789002"}
        self.load(payment)
        self.load(payment, name="2026-046")
        self.assertEqual(claim.amount_residual, 20)

    def test_statement_without_incoming_payments_has_no_news(self):
        action = self.load({"amount": "-25.00", "text": "kosten"})
        self.assertEqual(action["type"], "ir.actions.act_window")

    def test_file_that_is_no_statement_is_refused_in_words(self):
        for content in (b"<html><p>no</p></html>", b"\x00\xff" * 50, b"PK\x03\x04x"):
            with (
                self.subTest(content),
                mute_logger(IMPORTER),
                self.assertRaises(UserError),
            ):
                self.load_file(content)

    def test_damaged_statement_is_refused_in_words(self):
        whole = camt.statement(
            ACCOUNT,
            self.company.currency_id.name,
            [{"amount": "40.00", "reference": "123456789002"}],
        )
        damages = {
            "no date": (b"BookgDt", b"Booked"),
            "no such date": (b"2026-03-05", b"2026-13-45"),
            "no number": (b"40.00", b"forty"),
            "endless": (b"40.00", b"1e999"),
            "not a number": (b"40.00", b"NaN"),
            "empty": (whole, b""),
        }
        for damage, (old, new) in damages.items():
            with (
                self.subTest(damage),
                mute_logger(IMPORTER),
                self.assertRaises(UserError),
            ):
                self.load_file(whole.replace(old, new))

    def test_what_is_too_much_for_one_request_waits_for_the_cycle(self):
        claims = self.env["ar.claim"]
        entries = []
        for number in range(3):
            reference = format_ogm(880_000 + number)
            claims += self.owe(10 + number, reference)
            entries.append({"amount": f"{10 + number}.00", "reference": reference})
        target = (
            "odoo.addons.ar_bank_camt.wizards.account_statement_import.MAXIMUM_AT_ONCE"
        )
        with patch(target, 2):
            action = self.load(*entries)
        self.assertEqual(sorted(claims.mapped("state")), ["open", "settled", "settled"])
        self.assertIn("2 of 3", action["params"]["message"])
        self.assertIn("last 1 of them", action["params"]["message"])
        self.env["ar.bank.match"].sudo()._match_company(self.company, date(2026, 3, 10))
        self.sync()
        self.assertEqual(set(claims.mapped("state")), {"settled"})


@tagged("post_install", "-at_install", "ar")
class TestRealFiles(ImportCommon):
    def test_texts_of_real_banks_are_read(self):
        files = sorted(REAL_FILES.glob("bank/camt*/*"))
        if not files:
            self.skipTest("no real bank files beside the repository")
        self.owe(100, "+++123/4567/89002+++")
        parser = self.env["account.statement.import.camt.parser"]
        payments = self.env["account.bank.statement.line"]
        for file in files:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", FutureWarning)
                    _currency, _account, statements = parser.parse(file.read_bytes())
            except (LookupError, TypeError, ValueError):
                # Not a statement, or one that the importer refuses: not this test.
                continue
            for statement in statements:
                payments += payments.create(
                    [
                        {
                            "journal_id": self.bank.id,
                            "date": "2026-03-05",
                            "amount": abs(transaction["amount"]) or 1,
                            "payment_ref": transaction.get("payment_ref") or "/",
                            "ref": transaction.get("ref"),
                            "narration": transaction.get("narration"),
                        }
                        for transaction in statement["transactions"]
                    ]
                )
        self.assertTrue(payments)
        matcher = self.env["ar.bank.match"].sudo()
        self.assertEqual(matcher._match_lines(payments, date(2026, 3, 10)), 0)
        looked_at = matcher.search([("statement_line_id", "in", payments.ids)])
        self.assertEqual(looked_at.statement_line_id, payments)
