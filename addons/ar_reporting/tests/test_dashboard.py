from datetime import date, timedelta

from odoo.tests import HttpCase, tagged

from ..rules.ageing import CREDIT
from .common import DAYS, TODAY, ReportingCommon, exact


@tagged("post_install", "-at_install", "ar")
class TestDashboard(ReportingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.live_through_a_year(cls())

    def figures(self, on=TODAY, companies=None):
        self.env.invalidate_all()
        return (
            self.env["ar.dashboard"]
            .with_context(
                allowed_company_ids=(companies or self.both).ids, ar_as_of=str(on)
            )
            .get_figures()
        )

    def test_tiles_equal_the_ageing(self):
        for on in DAYS[1:]:
            with self.subTest(on=on):
                now = self.figures(on)["now"]
                rows = self.rows(on)
                debits = rows.filtered(lambda row: row.bucket != CREDIT)
                for name, amounts in (
                    ("open", debits.mapped("amount_residual_company")),
                    ("overdue", rows.mapped("amount_overdue_company")),
                    ("credit", (rows - debits).mapped("amount_residual_company")),
                ):
                    self.assertEqual(exact(now[name]), sum(map(exact, amounts)), name)

    def test_all_breakdowns_add_up_to_the_tiles(self):
        figures = self.figures()
        now = figures["now"]
        spread = [
            amount
            for entity in figures["entities"]
            for amount in entity["amounts"].values()
        ]
        self.assertAlmostEqual(sum(spread), now["open"] + now["credit"], places=2)
        for name in ("open", "overdue"):
            of_types = sum(row[name] for row in figures["types"])
            self.assertAlmostEqual(of_types, now[name], places=2)
        phases = sum(row["open"] for row in figures["phases"])
        others = self.rows(TODAY, [("follow_up", "=", "none")])
        not_followed = sum(others.mapped("amount_residual_company"))
        self.assertAlmostEqual(phases + not_followed, now["open"], places=2)

    def test_only_the_companies_that_are_switched_on(self):
        figures = self.figures(companies=self.other)
        self.assertEqual([one["id"] for one in figures["entities"]], self.other.ids)
        self.assertEqual(exact(figures["now"]["open"]), exact(20.01))

    def test_the_month_ago_is_the_same_day(self):
        figures = self.figures(date(2026, 4, 15))
        self.assertEqual(figures["ago"]["date"], "2026-03-15")
        expected = self.figures(date(2026, 3, 15))["now"]
        self.assertEqual(figures["ago"], expected)

    def test_the_trend_has_twelve_month_ends_and_today(self):
        trend = self.figures(date(2026, 4, 15))["trend"]
        self.assertEqual(len(trend), 13)
        self.assertEqual(trend[0]["date"], "2025-04-30")
        self.assertEqual(trend[-2]["date"], "2026-03-31")
        self.assertIsNone(trend[0]["share"])

    def test_largest_debtors_are_by_overdue(self):
        big = self.create_partner("Big Debtor")
        self.book("2026-02-01", 9000, partner_id=big.id)
        rows = self.figures()["debtors"]
        self.assertEqual(rows[0]["name"], "Big Debtor")
        self.assertEqual(exact(rows[0]["overdue"]), exact(9000))
        self.assertEqual(rows[0]["days"], (TODAY - date(2026, 2, 1)).days)
        overdue = [row["overdue"] for row in rows]
        self.assertEqual(overdue, sorted(overdue, reverse=True))

    def test_money_after_a_notice_is_told_apart(self):
        reminded = self.invoice(100, "2026-09-01")
        silent = self.invoice(70, "2026-09-25")
        self.run_day("2026-09-12")
        before = self.figures(date(2026, 9, 20))["month"]
        self.pay(reminded, 60, "2026-09-15")
        self.pay(silent, 70, "2026-09-16")
        after = self.figures(date(2026, 9, 20))["month"]
        self.assertAlmostEqual(after["received"] - before["received"], 130)
        self.assertAlmostEqual(
            after["received_after_notice"] - before["received_after_notice"], 60
        )
        self.assertEqual([row["channel"] for row in after["notices"]], ["email"])
        self.assertEqual(after["settled"] - before["settled"], 1)

    def test_amounts_are_in_the_currency_of_the_reader(self):
        reader = self.env["res.company"].create(
            {"name": "Euro entity", "currency_id": self.euro.id}
        )
        dollar = self.company.currency_id
        self.env["res.currency.rate"].create(
            [
                {
                    "name": "2020-01-01",
                    "currency_id": one.id,
                    "rate": rate,
                    "company_id": reader.id,
                }
                for one, rate in ((dollar, 2.0), (self.euro, 1.0))
            ]
        )
        self.env.user.company_ids |= reader
        figures = self.figures(companies=reader + self.other)
        self.assertEqual(figures["currency_id"], self.euro.id)
        self.assertEqual(exact(figures["now"]["open"]), exact(20.01 / 2))

    def test_the_number_of_queries_does_not_grow(self):
        dashboard = self.env["ar.dashboard"].with_context(
            allowed_company_ids=self.both.ids, ar_as_of=str(TODAY)
        )
        dashboard.get_figures()
        self.env.invalidate_all()
        before = self.count_queries(dashboard)
        for number in range(30):
            partner = self.create_partner(f"Debtor {number}")
            self.book(TODAY - timedelta(days=3 * number + 5), 10, partner_id=partner.id)
        self.sync()
        self.assertLessEqual(self.count_queries(dashboard), before)

    def count_queries(self, dashboard):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        dashboard.get_figures()
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install", "ar")
class TestDashboardInBrowser(ReportingCommon, HttpCase):
    def test_dashboard_and_ageing_work_in_a_browser(self):
        self.create_user("board", "ar_dunning.group_auditor")
        self.book("2026-01-31", 100, "2026-01-01")
        self.sync()
        self.start_tour(
            "/odoo/receivable-dashboard", "ar_reporting_dashboard", login="board"
        )
