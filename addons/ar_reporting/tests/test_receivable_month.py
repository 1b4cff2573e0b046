import random
from datetime import date
from decimal import Decimal

from odoo.tests import tagged
from odoo.tools import SQL

from ..models.dashboard import months_back
from ..models.receivable_month import MONTHS, month_ends
from ..rules.days_sales_outstanding import LOOK_BACK_MONTHS, Month, count_back
from .common import DAYS, TODAY, ReportingCommon, exact


@tagged("post_install", "-at_install", "ar")
class TestReceivableMonth(ReportingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.live_through_a_year(cls())

    def months(self, on=TODAY):
        self.env["ar.receivable.month"].invalidate_model()
        return self.env["ar.receivable.month"].with_context(
            allowed_company_ids=self.both.ids, ar_as_of=str(on)
        )

    def test_month_ends(self):
        self.assertEqual(
            month_ends(date(2026, 3, 10), 3),
            [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 10)],
        )
        self.assertEqual(
            months_back(date(2026, 3, 10), 3),
            [(date(2026, 3, 1), 10), (date(2026, 2, 1), 28), (date(2026, 1, 1), 31)],
        )

    def test_months_equal_the_ageing_of_their_last_day(self):
        rows = self.months().search([])
        self.assertGreater(len(rows), 25)
        for row in rows:
            with self.subTest(company=row.company_id.name, day=row.date):
                items = self.rows(row.date, [("company_id", "=", row.company_id.id)])
                debits = items.filtered(lambda item: item.bucket != "9_credit")
                self.assertEqual(
                    exact(row.amount_open),
                    sum(map(exact, debits.mapped("amount_residual_company"))),
                )
                self.assertEqual(
                    exact(row.amount_overdue),
                    sum(map(exact, items.mapped("amount_overdue_company"))),
                )
                self.assertEqual(
                    exact(row.amount_credit),
                    sum(map(exact, (items - debits).mapped("amount_residual_company"))),
                )

    def test_open_less_credits_equals_the_second_opinion(self):
        for on in DAYS[1:]:
            with self.subTest(on=on):
                rows = self.months(on).search([("date", "=", on)])
                found = sum(
                    exact(row.amount_open) + exact(row.amount_credit) for row in rows
                )
                left = self.left_of_items(on).values()
                self.assertEqual(found, sum(company for _currency, company in left))

    def test_the_running_month_stands_as_of_the_day(self):
        rows = self.months(date(2026, 3, 10)).search(
            [("company_id", "=", self.company.id)], order="date DESC"
        )
        self.assertEqual(
            rows[:2].mapped("date"), [date(2026, 3, 10), date(2026, 2, 28)]
        )

    def test_invoiced_is_what_sales_journals_booked_in_the_month(self):
        rows = self.months().search([("company_id", "=", self.other.id)])
        invoiced = {row.date: row.amount_invoiced for row in rows}
        self.assertEqual(invoiced[date(2026, 1, 31)], 410.10)
        self.assertEqual(invoiced[date(2026, 3, 31)], 20)
        self.assertEqual(invoiced[date(2026, 4, 30)], 0)

    def test_days_equal_the_rule(self):
        for row in self.months().search([]):
            invoiced = {
                other.date.replace(day=1): exact(other.amount_invoiced)
                for other in self.months().search(
                    [("company_id", "=", row.company_id.id)]
                )
            }
            days = count_back(
                exact(row.amount_open) + exact(row.amount_credit),
                [
                    Month(length, invoiced.get(month, Decimal(0)))
                    for month, length in months_back(row.date, LOOK_BACK_MONTHS)
                ],
            )
            with self.subTest(company=row.company_id.name, day=row.date):
                self.assertAlmostEqual(
                    row.days_sales_outstanding, float(days or 0), delta=0.051
                )

    def test_count_back_of_sql_equals_the_rule_on_random_series(self):
        chance = random.Random(19)
        for attempt in range(60):
            day = date(2026, chance.randint(1, 12), chance.randint(1, 28))
            months = months_back(day, LOOK_BACK_MONTHS)
            invoiced = {
                month: Decimal(chance.choice([0, 0, -50, chance.randint(1, 90_000)]))
                / chance.choice([1, 100])
                for month, _days in months
                if chance.random() < 0.8
            }
            most = sum(max(amount, 0) for amount in invoiced.values())
            balance = most * chance.choice([0, -1, 1, 2]) + Decimal(
                chance.randint(-2_000_000, 2_000_000)
            ) / chance.choice([1, 10, 100])
            with self.subTest(attempt=attempt, balance=balance, day=day):
                expected = count_back(
                    balance,
                    [
                        Month(days, invoiced.get(one, Decimal(0)))
                        for one, days in months
                    ],
                )
                found = self.counted_by_sql(day, balance, invoiced)
                if expected is None:
                    self.assertIsNone(found)
                else:
                    self.assertAlmostEqual(found, float(expected), places=6)

    def counted_by_sql(self, day, balance, invoiced):
        rows = [
            SQL("(1, %s::date, %s::numeric)", month, amount)
            for month, amount in (invoiced or {date(1999, 1, 1): Decimal(0)}).items()
        ]
        [[_company, _date, days]] = self.env.execute_query(
            SQL(
                """
                WITH stood (company_id, date, amount_open, amount_credit) AS (
                    VALUES (1, %s::date, %s::numeric, 0)),
                invoiced (company_id, month, amount) AS (VALUES %s)
                %s
                """,
                day,
                balance,
                SQL(", ").join(rows),
                self.env["ar.receivable.month"]._sql_days_sales_outstanding(),
            )
        )
        return days

    def test_groups_add_up_companies_and_average_months(self):
        months = self.months()
        both = months.search([("date", "=", "2026-02-28")])
        [[open_, share]] = months._read_group(
            [("date", "=", "2026-02-28")],
            [],
            ["amount_open:avg", "overdue_share:avg"],
        )
        self.assertEqual(exact(open_), sum(map(exact, both.mapped("amount_open"))))
        overdue = sum(both.mapped("amount_overdue"))
        self.assertAlmostEqual(share, 100 * overdue / open_, delta=0.051)

    def test_two_years_are_one_query(self):
        months = self.months()
        months.search_read([])
        months.invalidate_model()
        with self.assertQueryCount(1):
            rows = months._read_group([], ["date:month"], ["amount_open:avg"])
        self.assertLessEqual(len(rows), MONTHS)
