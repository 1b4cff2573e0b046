from collections import defaultdict
from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..rules.ageing import BUCKETS, CREDIT, bucket_of, days_overdue
from .common import DAYS, TODAY, ReportingCommon, exact


@tagged("post_install", "-at_install", "ar")
class TestAgeing(ReportingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.live_through_a_year(cls())

    def test_rows_equal_a_second_opinion_on_ten_days(self):
        for on in DAYS:
            with self.subTest(on=on):
                rows = self.rows(on)
                found = {
                    row.id: (
                        exact(row.amount_residual),
                        exact(row.amount_residual_company),
                    )
                    for row in rows
                }
                self.assertEqual(found, self.left_of_items(on))

    def test_accounts_equal_their_posted_balance_on_ten_days(self):
        for on in DAYS:
            with self.subTest(on=on):
                found = defaultdict(int)
                for row in self.rows(on):
                    key = (row.company_id.id, row.account_id.id)
                    found[key] += exact(row.amount_residual_company)
                expected = defaultdict(int)
                for (company, account, _currency), both in self.posted_balances(
                    on
                ).items():
                    expected[company, account] += both[1]
                self.assertEqual(
                    {key: sum_ for key, sum_ in found.items() if sum_},
                    {key: sum_ for key, sum_ in expected.items() if sum_},
                )

    def test_proof_agrees_per_currency_on_ten_days(self):
        crossed = 0
        for on in DAYS:
            with self.subTest(on=on):
                proofs = self.ageing(on)._balances()
                self.assertTrue(all(proof.agrees for proof in proofs), proofs)
                expected = self.posted_balances(on)
                for proof in proofs:
                    key = (proof.company_id, proof.account_id, proof.currency_id)
                    self.assertEqual(
                        [proof.balance, proof.balance_company], expected[key]
                    )
                self.assertEqual(len(proofs), len(expected))
                crossed += sum(bool(proof.elsewhere) for proof in proofs)
        self.assertTrue(crossed, "matching across currencies was not tried")

    def test_proof_notices_a_difference(self):
        self.env.flush_all()
        line = self.rows("2026-03-10")[0]
        self.env.cr.execute(
            "UPDATE account_move_line SET amount_residual = amount_residual + 1"
            " WHERE id = %s",
            [line.id],
        )
        proofs = self.ageing("2026-03-10")._balances()
        self.assertEqual([proof.agrees for proof in proofs].count(False), 1)

    def test_claims_and_ledger_agree_in_this_world(self):
        self.assert_ledger_agrees()

    def test_today_equals_the_claims(self):
        rows = self.rows(TODAY, [("follow_up", "=", "claim")])
        open_claims = self.env["ar.claim"].search(
            [("company_id", "in", self.both.ids), ("state", "=", "open")]
        )
        self.assertEqual(rows.claim_id, open_claims)
        for row in rows:
            self.assertEqual(row.amount_residual, row.claim_id.amount_residual)

    def test_everything_is_in_one_bucket(self):
        for on in (date(2026, 2, 28), TODAY):
            for row in self.rows(on):
                with self.subTest(on=on, document=row.move_name):
                    if row.amount_residual_company < 0:
                        self.assertEqual(row.bucket, CREDIT)
                        self.assertEqual(row.days_overdue, 0)
                        self.assertEqual(row.amount_overdue_company, 0)
                        continue
                    days = days_overdue(row.date_due, on)
                    self.assertEqual(row.days_overdue, days)
                    self.assertEqual(row.bucket, bucket_of(days))
                    overdue = row.amount_residual_company if days else 0
                    self.assertEqual(row.amount_overdue_company, overdue)

    def test_buckets_of_sql_and_rule_are_the_same(self):
        ageing = self.env["ar.ageing"]
        rows = self.env.execute_query(
            SQL(
                "SELECT days, %s FROM generate_series(-400, 1500) AS days",
                ageing._sql_bucket(SQL("days")),
            )
        )
        self.assertEqual(rows, [(days, bucket_of(days)) for days, _code in rows])

    def test_each_bucket_has_a_name(self):
        codes = dict(self.env["ar.ageing"]._fields["bucket"].selection)
        self.assertEqual([*codes], [*(bucket.code for bucket in BUCKETS), CREDIT])
        self.assertEqual([*codes], sorted(codes))

    def test_items_without_claim_are_named(self):
        rows = self.rows(TODAY, [("follow_up", "=", "none")])
        self.assertEqual(sorted(rows.mapped("amount_residual")), [9.99, 12.34])
        self.assertFalse(rows.claim_type_id)
        self.assertEqual(rows.partner_id, self.customer)

    def test_a_past_day_does_not_know_the_future(self):
        invoice = self.book("2026-05-31", 200, "2026-05-01")
        self.match(invoice, self.receipt("2026-06-10", 200))
        for on, left in (
            ("2026-04-30", []),
            ("2026-05-01", [200]),
            ("2026-06-09", [200]),
            ("2026-06-10", []),
        ):
            with self.subTest(on=on):
                found = self.rows(on, [("move_id", "=", invoice.id)])
                self.assertEqual(found.mapped("amount_residual"), left)

    def test_the_day_is_today_unless_chosen(self):
        today = self.env["ar.ageing"]._as_of()
        self.assertLessEqual(abs(today - date.today()), timedelta(days=1))  # noqa: DTZ011

    def test_nonsense_instead_of_a_day_is_refused_in_words(self):
        for nonsense in ("yesterday", "2026-02-31", "0001-01-01", 7, ["2026-01-01"]):
            with self.subTest(nonsense=nonsense):
                ageing = self.env["ar.ageing"].with_context(ar_as_of=nonsense)
                with self.assertRaisesRegex(UserError, "is not a date"):
                    ageing.search([], limit=1)

    def test_a_row_opens_its_claim_or_entry(self):
        claim = self.rows(TODAY, [("follow_up", "=", "claim")])[0]
        self.assertEqual(claim.action_open()["res_model"], "ar.claim")
        credit = self.rows(TODAY, [("follow_up", "=", "credit")])[0]
        self.assertEqual(credit.action_open()["res_id"], credit.move_id.id)

    def test_ageing_is_one_query(self):
        ageing = self.ageing(TODAY)
        grouping = (["company_id", "bucket"], ["amount_residual_company:sum"])
        ageing._read_group([], *grouping)
        with self.assertQueryCount(1):
            ageing._read_group([], *grouping)
