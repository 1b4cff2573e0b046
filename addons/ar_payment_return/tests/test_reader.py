import os
from datetime import date
from decimal import Decimal
from pathlib import Path

from odoo.tests import BaseCase, tagged

from ..readers.iso20022 import DamagedFileError, NotAReturnFileError, read
from . import files

REPOSITORY = Path(__file__).parents[3]
REAL_FILES = Path(
    os.environ.get("AR_SHARED_DATA") or REPOSITORY.parent / "shared" / "data"
)


@tagged("post_install", "-at_install", "ar")
class TestReader(BaseCase):
    def test_status_report_gives_rejected_collections(self):
        [report] = read(files.status({"amount": "40.00", "reason": "AM04"}))
        [returned] = report.returns
        self.assertEqual(report.account, files.ACCOUNT)
        self.assertEqual(report.on, date(2026, 3, 19))
        self.assertEqual(returned.amount, Decimal("40.00"))
        self.assertEqual(returned.reason, "AM04")
        self.assertEqual(returned.reference, "E2E-1")
        self.assertEqual(returned.information, "no cover")

    def test_accepted_collections_are_no_returns(self):
        self.assertFalse(read(files.status({"amount": "40.00", "status": "ACSP"})))

    def test_booked_returns_of_every_report_and_version(self):
        for family in ("camt.052", "camt.053", "camt.054"):
            for version in ("02", "04", "08", "13"):
                with self.subTest(family=family, version=version):
                    [report] = read(
                        files.booked(
                            {"amount": "40.00"}, family=family, version=version
                        )
                    )
                    self.assertEqual(report.returns[0].amount, Decimal("40.00"))
                    self.assertEqual(report.returns[0].on, date(2026, 3, 18))

    def test_other_entries_are_no_returns(self):
        for entry in (
            {"amount": "40.00", "reason": None},
            {"amount": "40.00", "direction": "CRDT"},
            {"amount": "40.00", "status": "PDNG"},
        ):
            with self.subTest(entry):
                self.assertFalse(read(files.booked(entry)))

    def test_each_return_has_a_key_of_its_own(self):
        [report] = read(files.booked({"amount": "40.00"}, {"amount": "40.00"}))
        self.assertEqual(len({returned.key for returned in report.returns}), 2)

    def test_end_to_end_reference_that_is_none_gives_way_to_the_invoice(self):
        [report] = read(files.status({"amount": "40.00", "end_to_end": "NOTPROVIDED"}))
        self.assertEqual(report.returns[0].reference, "RF18539007547034")

    def test_other_files_are_left_to_others(self):
        for content in (
            b"",
            b"name,date\n",
            b"\x00\xff",
            b"<html/>",
            b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.008.001.02'/>",
            b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        ):
            with self.subTest(content), self.assertRaises(NotAReturnFileError):
                read(content)

    def test_entities_are_never_resolved(self):
        content = files.status({"amount": "40.00"}).replace(
            b"<Document", b"<!DOCTYPE d [<!ENTITY x 'y'>]><Document", 1
        )
        with self.assertRaises(NotAReturnFileError):
            read(content)

    def test_damage_is_named(self):
        whole = files.status({"amount": "40.00"})
        for old, new in (
            (b"40.00", b"forty"),
            (b"40.00", b"-1"),
            (b"40.00", b"NaN"),
            (b"40.00", b"1e99"),
            (b"2026-03-19", b"2026-13-45"),
            (b"MsgId", b"Msg"),
        ):
            with self.subTest(new), self.assertRaises(DamagedFileError):
                read(whole.replace(old, new))

    def test_files_of_real_banks_are_read(self):
        paths = sorted(REAL_FILES.glob("bank/*/*"))
        if not paths:
            self.skipTest("no real bank files beside the repository")
        returns = 0
        for path in paths:
            with self.subTest(path.name):
                try:
                    reports = read(path.read_bytes())
                except (NotAReturnFileError, DamagedFileError):
                    continue
                returns += sum(len(report.returns) for report in reports)
        self.assertGreaterEqual(returns, 5)
