import base64
import hashlib
import io
import json
import subprocess
import tempfile
import zipfile
from datetime import date, datetime
from pathlib import Path
from unittest.mock import patch

import jsonschema
from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .common import LegalCommon

MOMENT = datetime(2026, 3, 12, 9, 30)
PDF = b"%PDF-1.4 invoice"


@tagged("post_install", "-at_install", "ar")
class TestHandoff(LegalCommon):
    """The file that goes to the bailiff: whole, true, verifiable, always the same."""

    def setUp(self):
        super().setUp()
        printing = patch.object(
            type(self.env["ar.legal.case"]), "_print_invoice", return_value=PDF
        )
        printing.start()
        self.addCleanup(printing.stop)

    def make(self, case, user=None):
        made = self.env["ar.legal.handoff"].with_user(user or self.users["collector"])
        return made._make(case.with_user(user or self.users["collector"]), MOMENT)

    def unpack(self, handoff):
        archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(handoff.content)))
        self.assertIsNone(archive.testzip())
        return {name: archive.read(name) for name in archive.namelist()}

    def schema(self):
        with file_open("ar_legal/static/schema/dossier-2.json") as file:
            return json.load(file)

    def told(self, handoff):
        """Return (the dossier, valid by its schema; the files)."""
        files = self.unpack(handoff)
        told = json.loads(files["dossier.json"])
        checker = jsonschema.Draft202012Validator
        checker.check_schema(self.schema())
        validator = checker(self.schema(), format_checker=checker.FORMAT_CHECKER)
        self.assertEqual(list(validator.iter_errors(told)), [])
        return told, files

    def sent_through_mail(self):
        """Give the deliveries the bytes that a mail server would have got."""
        for delivery in (
            self.env["ar.delivery"].sudo().search([("content", "=", False)])
        ):
            content = f"Subject: {delivery.id}\r\n\r\nPay.".encode()
            delivery.write(
                {
                    "content": base64.b64encode(content),
                    "content_digest": hashlib.sha256(content).hexdigest(),
                    "message_key": f"<{delivery.id}@creditor.example>",
                }
            )

    def test_whole_road_to_the_file(self):
        claim, case = self.handed_over()
        self.sent_through_mail()
        self.pay(claim.move_id, 30, "2026-03-11")
        self.env["ar.legal.cost"].create(
            {
                "case_id": case.id,
                "kind": "summons",
                "amount": 120.5,
                "date": "2026-03-11",
                "charged_to_debtor": True,
            }
        )
        told, files = self.told(self.make(case))
        self.assertEqual(told["case"]["number"], case.name)
        self.assertEqual(told["made_at"], "2026-03-12T09:30:00Z")
        self.assertEqual(told["debtor"]["name"], "Dirk Peeters")
        self.assertEqual(told["recipient"]["name"], "Modero Test")
        self.assertEqual(
            told["totals"],
            {
                "handed_over": "100.00",
                "paid_since": "30.00",
                "open": "70.00",
                "accessories": "0.00",
                "costs": "120.50",
                "costs_charged": "120.50",
                "total": "190.50",
            },
        )
        [row] = told["claims"]
        self.assertEqual(row["document"], claim.move_name)
        self.assertEqual(row["due_date"], "2026-01-01")
        self.assertEqual([paid["amount"] for paid in row["payments"]], ["30.00"])
        self.assertEqual(files[row["invoice"]["file"]], PDF)
        self.assertEqual(len(told["notices"]), 2)
        for notice in told["notices"]:
            [delivery] = notice["deliveries"]
            content = files[delivery["content"]["file"]]
            self.assertEqual(hashlib.sha256(content).hexdigest(), delivery["sha256"])
            self.assertTrue(delivery["content"]["file"].endswith(".eml"))
        self.assertTrue(files["summary.pdf"].startswith(b"%PDF"))
        kinds = [entry["kind"] for entry in told["timeline"]]
        self.assertEqual(
            kinds,
            ["invoice", "due", "notice", "notice", "opened", "payment", "cost"],
        )

    def test_checksums_verify(self):
        _claim, case = self.handed_over()
        self.sent_through_mail()
        handoff = self.make(case)
        files = self.unpack(handoff)
        content = base64.b64decode(handoff.content)
        self.assertEqual(hashlib.sha256(content).hexdigest(), handoff.digest)
        self.assertEqual((len(content), len(files)), (handoff.size, handoff.file_count))
        with tempfile.TemporaryDirectory() as folder:
            for name, content in files.items():
                path = Path(folder, name)
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content)
            check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
            done = subprocess.run(check, cwd=folder, capture_output=True)
            self.assertEqual(done.returncode, 0, done.stdout)
        told = json.loads(files["dossier.json"])
        listed = {file["path"]: file["sha256"] for file in told["files"]}
        self.assertEqual(
            listed,
            {
                name: hashlib.sha256(content).hexdigest()
                for name, content in files.items()
                if name not in ("dossier.json", "SHA256SUMS")
            },
        )

    def test_the_same_facts_give_the_same_files(self):
        _claim, case = self.handed_over()
        self.sent_through_mail()
        first, _remarks = case.sudo()._dossier_files(MOMENT)
        self.env.invalidate_all()
        again, _remarks = case.sudo()._dossier_files(MOMENT)
        for name in first.keys() - {"summary.pdf"}:
            with self.subTest(name):
                # A summary says when it was printed; the data do not.
                told = [
                    json.loads(files[name]) | {"files": []}
                    if name == "dossier.json"
                    else files[name]
                    for files in (first, again)
                ]
                self.assertEqual(*told)

    def test_each_stays(self):
        _claim, case = self.handed_over()
        first, second = self.make(case), self.make(case)
        self.assertEqual(sorted(case.handoff_ids.mapped("number")), [1, 2])
        for handoff in (first, second):
            with self.assertRaises(UserError):
                handoff.sudo().write({"digest": "x"})
            with self.assertRaises(UserError):
                handoff.sudo().unlink()
        self.assertEqual(
            case.event_ids.filtered(lambda one: one.kind == "handoff").user_id,
            self.users["collector"],
        )

    def test_what_is_not_an_invoice_says_so(self):
        account = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": "2026-01-01",
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": account.id,
                            "partner_id": self.debtor_partner.id,
                            "debit": 80,
                            "date_maturity": "2026-01-01",
                            "no_followup": False,
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": 80,
                        },
                    ),
                ],
            }
        )
        entry.action_post()
        opening = self.claim(entry)
        _claim, case = self.handed_over()
        case.sudo()._take_in(
            dict.fromkeys(opening - case.claim_ids.claim_id, 80.0), date(2026, 3, 10)
        )
        handoff = self.make(case)
        told, _files = self.told(handoff)
        [row] = [row for row in told["claims"] if row["id"] == opening.id]
        self.assertIsNone(row["invoice"]["file"])
        self.assertIn("not an invoice", row["invoice"]["missing_because"])
        self.assertIn(entry.name, handoff.remark)

    def test_an_invoice_that_cannot_be_printed_stops_nothing(self):
        _claim, case = self.handed_over()
        broken = patch.object(
            type(self.env["ar.legal.case"]), "_print_invoice", side_effect=ValueError
        )
        logger = "odoo.addons.ar_legal.models.legal_handoff_files"
        with broken, mute_logger(logger):
            handoff = self.make(case)
        told, _files = self.told(handoff)
        self.assertIn("could not be printed", handoff.remark)
        self.assertIsNone(told["claims"][0]["invoice"]["file"])

    def test_nothing_of_others_is_in_it(self):
        _claim, case = self.handed_over()
        stranger = self.create_partner("Somebody Else", "se@debtor.example")
        other, _case = self.handed_over(partner=stranger)
        own_but_not_handed = self.claim(self.invoice(50, "2026-03-01"))
        self.run_day("2026-03-15")
        told, files = self.told(self.make(case))
        everything = b"".join(files.values()).decode(errors="replace")
        for secret in (
            "Somebody Else",
            other.move_name,
            own_but_not_handed.move_name,
        ):
            with self.subTest(secret=secret):
                self.assertNotIn(secret, everything)
        self.assertTrue(told["claims"])

    def test_notes_of_holds_stay_in_the_house(self):
        claim, case = self.handed_over()
        self.env["ar.hold"].create(
            {
                "claim_id": claim.id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-11",
                "note": "Illness in the family",
            }
        )
        told, files = self.told(self.make(case))
        self.assertEqual([hold["reason"] for hold in told["holds"]], ["On hold"])
        everything = b"".join(files.values())
        self.assertNotIn(b"Illness", everything)
        self.assertNotIn(b"Question open", everything)

    def test_a_dispute_is_told_and_holds_on_the_person_are_not(self):
        claim, case = self.handed_over()
        dispute = self.env.ref("ar_dunning.hold_reason_dispute")
        self.env["ar.hold"].create(
            [
                {"claim_id": claim.id, "reason_id": dispute.id},
                {"debtor_id": claim.debtor_id.id, "reason_id": self.reason.id},
            ]
        )
        told, _files = self.told(self.make(case))
        self.assertEqual([hold["reason"] for hold in told["holds"]], [dispute.name])

    def test_tables_cannot_be_formulas(self):
        claim, case = self.handed_over()
        claim.sudo().description = '=HYPERLINK("http://x")'
        _told, files = self.told(self.make(case))
        self.assertIn(b"'=HYPERLINK", files["claims.csv"])

    def test_summary_is_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        _claim, case = self.handed_over()
        self.company.partner_id.lang = "nl_NL"
        told, _files = self.told(self.make(case))
        self.assertEqual(told["language"], "nl-NL")

    def test_summary_groups_the_account_number_and_says_sent(self):
        self.company.ar_bank_account_id = self.env["res.partner.bank"].create(
            {
                "acc_number": "BE71096123456769",
                "partner_id": self.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        _claim, case = self.handed_over()
        told, files = self.told(self.make(case))
        self.assertEqual(told["creditor"]["iban"], "BE71096123456769")
        pages = PdfReader(io.BytesIO(files["summary.pdf"])).pages
        text = " ".join(" ".join(page.extract_text() for page in pages).split())
        self.assertIn("BE71 0961 2345 6769", text)
        # Nobody knows that a posted letter was delivered; the word reads as proof.
        self.assertNotIn("Delivered", text)

    def test_button_makes_the_file(self):
        _claim, case = self.handed_over()
        self.assertIsNone(case.with_user(self.users["collector"]).action_make_handoff())
        action = case.handoff_ids.with_user(self.users["auditor"]).action_download()
        self.assertIn(str(case.handoff_ids.id), action["url"])
