import io
import json
from datetime import datetime

import openpyxl

from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .common import TODAY, ReportingCommon, exact


class WorkbookCommon(ReportingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.live_through_a_year(cls())

    def sheets(self, content):
        """Return {sheet: list of rows} of a workbook, with calculated values."""
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}

    def table(self, rows, title):
        """Return the rows below the header that begins with a title."""
        [start] = [place for place, row in enumerate(rows) if row[0] == title]
        found = []
        for row in rows[start + 1 :]:
            if not any(row) or row[0] == "Total":
                break
            found.append(dict(zip(rows[start], row, strict=True)))
        return found


@tagged("post_install", "-at_install", "ar")
class TestWorkbook(WorkbookCommon):
    def test_items_equal_the_ageing(self):
        sheets = self.sheets(self.ageing(TODAY)._workbook())
        items = self.table(sheets["Items"], "Entity")
        rows = self.rows(TODAY)
        self.assertEqual(len(items), len(rows))
        self.assertEqual(
            sorted((item["Document"], exact(item["Open amount"])) for item in items),
            sorted((row.move_name, exact(row.amount_residual_company)) for row in rows),
        )
        self.assertIsInstance(items[0]["Due date"], datetime)

    def test_summary_and_debtors_add_up_to_the_items(self):
        sheets = self.sheets(self.ageing(TODAY)._workbook())
        total = sum(map(exact, self.rows(TODAY).mapped("amount_residual_company")))
        for sheet, title in (
            ("Summary", "Entity"),
            ("Summary", "Claim type"),
            ("Debtors", "Debtor"),
        ):
            with self.subTest(table=title):
                rows = self.table(sheets[sheet], title)
                self.assertEqual(sum(exact(row["Total"]) for row in rows), total)
                last = [row for row in sheets[sheet] if row[0] == "Total"]
                self.assertEqual(exact(last[0][-1]), total)

    def test_namesakes_are_two_debtors(self):
        for amount in (11, 22):
            namesake = self.create_partner("Jan Peeters")
            self.book("2026-11-30", amount, partner_id=namesake.id)
        sheets = self.sheets(self.ageing(TODAY)._workbook())
        totals = [
            row["Total"]
            for row in self.table(sheets["Debtors"], "Debtor")
            if row["Debtor"] == "Jan Peeters"
        ]
        self.assertEqual(totals, [22, 11])

    def test_ledger_check_shows_no_difference(self):
        sheets = self.sheets(self.ageing("2026-02-15")._workbook())
        rows = self.table(sheets["Ledger check"], "Entity")
        self.assertGreater(len(rows), 3)
        for row in rows:
            self.assertEqual(row["Difference"], 0)
            self.assertEqual(row["Difference, company currency"], 0)

    def test_day_entities_and_filter_are_named(self):
        ageing = self.ageing("2026-02-15")
        sheets = self.sheets(ageing._workbook([("bucket", "=", "9_credit")], "Credits"))
        for name in ("Summary", "Debtors", "Items", "Ledger check"):
            head = [row[0] for row in sheets[name][:4]]
            self.assertEqual(head[0], "Ageing on February 15, 2026")
            self.assertIn(self.company.name, head[1])
            self.assertIn("Second entity", head[1])
            self.assertEqual(head[2], "Filter: Credits")
        items = self.table(sheets["Items"], "Entity")
        self.assertEqual({item["Age"] for item in items}, {"Unmatched credits"})

    def test_header_stays_in_sight_and_the_chart_is_there(self):
        book = openpyxl.load_workbook(io.BytesIO(self.ageing(TODAY)._workbook()))
        self.assertEqual(book["Items"].freeze_panes, "B7")
        self.assertEqual(len(book["Summary"]._charts), 1)
        self.assertTrue(book["Items"].auto_filter.ref)
        self.assertEqual(book["Items"]["P7"].number_format[:8], "#,##0.00")

    def test_names_never_become_formulas(self):
        names = ["=1+1", "+32 470", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=2"]
        for name in names:
            partner = self.create_partner("Plain")
            partner.name = name
            self.book("2026-11-30", 5, partner_id=partner.id)
        content = self.ageing(TODAY)._workbook(filters="=HYPERLINK(1)")
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = [
            cell
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        ]
        self.assertTrue(all(cell.value.startswith("=SUBTOTAL(") for cell in cells))
        quoted = [
            cell.value
            for row in book["Debtors"].iter_rows()
            for cell in row
            if cell.quotePrefix
        ]
        self.assertEqual(sorted(quoted), sorted(name.strip() for name in names))

    def test_an_empty_ageing_is_a_workbook_too(self):
        sheets = self.sheets(self.ageing("1999-12-31")._workbook())
        self.assertEqual(self.table(sheets["Items"], "Entity"), [])

    def test_the_workbook_speaks_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("nl_BE")
        self.env["ir.module.module"].search(
            [("name", "=", "ar_reporting")]
        )._update_translations(["nl_BE"])
        content = self.ageing(TODAY).with_context(lang="nl_BE")._workbook()
        self.assertIn("Samenvatting", self.sheets(content))


@tagged("post_install", "-at_install", "ar")
class TestWorkbookRoute(WorkbookCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_user("ageing_auditor", "ar_dunning.group_auditor")
        cls.create_user("ageing_stranger")

    def ask(self, login, csrf=True, **wishes):
        self.authenticate(login, login)
        data = {
            "day": "2026-03-10",
            "companies": self.company.ids,
            "domain": [],
            **wishes,
        }
        form = {"data": json.dumps(data)}
        if csrf:
            form["csrf_token"] = Request.csrf_token(self)
        return self.url_open("/ar_reporting/ageing", data=form)

    def test_who_reads_receivables_gets_the_workbook(self):
        answer = self.ask("ageing_auditor")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("ageing_2026-03-10.xlsx", answer.headers["Content-Disposition"])
        items = self.table(self.sheets(answer.content)["Items"], "Entity")
        self.assertEqual({item["Entity"] for item in items}, {self.company.name})

    def test_strangers_and_foreign_entities_are_answered_alike(self):
        answers = [
            self.ask("ageing_stranger"),
            self.ask("ageing_auditor", companies=self.other.ids),
            self.ask("ageing_auditor", companies=[987654321]),
        ]
        self.assertEqual([answer.status_code for answer in answers], [404] * 3)

    def test_nobody_without_session(self):
        answer = self.url_open("/ar_reporting/ageing", data={"data": "{}"})
        self.assertNotIn("spreadsheet", answer.headers["Content-Type"])

    def test_forged_requests_are_refused(self):
        self.assertEqual(self.ask("ageing_auditor", csrf=False).status_code, 400)

    def test_requests_without_form_are_answered_in_a_sentence(self):
        self.authenticate("ageing_auditor", "ageing_auditor")
        token = Request.csrf_token(self)
        for form in ({}, {"data": "[" * 100_000}):
            answer = self.url_open(
                "/ar_reporting/ageing", data={"csrf_token": token, **form}
            )
            self.assertEqual(answer.status_code, 400)
            self.assertIn("load it again", answer.text)

    def test_nonsense_is_answered_in_a_sentence(self):
        for wishes in (
            {"day": "soon"},
            {"companies": "all"},
            {"domain": [["no_such_field", "=", 1]]},
            {"domain": "[('id', '>', 0)]"},
            {"domain": [["bucket", "no such operator", 1]]},
            {"day": {"a": 1}},
        ):
            with self.subTest(wishes=wishes):
                answer = self.ask("ageing_auditor", **wishes)
                self.assertEqual(answer.status_code, 400)
                self.assertNotIn("Traceback", answer.json()["message"])
                self.assertRegex(answer.json()["message"], r"\w+ \w+.*[.:]")
