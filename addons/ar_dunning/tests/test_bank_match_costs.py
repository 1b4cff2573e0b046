from contextlib import contextmanager
from datetime import date
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tests import tagged

from .law_common import LawCommon

OGM = "+++123/4567/89002+++"


@tagged("post_install", "-at_install", "ar")
class TestBankMatchCosts(LawCommon):
    """Bank payments for claims with costs and interest beside the principal.

    On 300.00 the lump sum is 45.00; interest at 10.5 % is 0.95 on 6 April (11 days).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = cls.policy(cls, "lump_sum") + cls.policy(cls, "interest")

    def result(self, payment):
        return self.env["ar.bank.match"].search(
            [("statement_line_id", "=", payment.id)]
        )

    def work(self, payment):
        return self.env["ar.work.item"].search(
            [("statement_line_id", "=", payment.id), ("state", "=", "open")]
        )

    def receivables(self, payment):
        """Return the amounts of the items that the bank entry has for the debtor."""
        items = payment.move_id.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        self.assertTrue(all(items.mapped("reconciled")))
        return sorted(items.mapped("credit"))

    def test_principal_costs_and_interest_in_one_payment(self):
        claim = self.overdue(until="2026-04-06", payment_reference=OGM)
        self.assert_owes(claim, 300, 45, 0.95)
        payment = self.transfer(345.95, OGM, "2026-04-06")
        self.assertEqual(self.match("2026-04-06"), 1)
        self.assert_owes(claim, 0)
        self.assertEqual(self.receivables(payment), [0.95, 45, 300])
        self.assertRecordValues(
            self.result(payment), [{"state": "applied", "amount_left": 0}]
        )
        self.assertRecordValues(
            self.result(payment).line_ids, [{"amount": 345.95, "amount_costs": 45.95}]
        )
        self.assertFalse(self.work(payment))
        self.assertEqual(set(self.costs(claim).mapped("state")), {"paid"})
        entries = self.costs(claim).move_ids
        self.assertEqual(set(entries.mapped("date")), {date(2026, 4, 6)})
        self.assertEqual(
            sum(
                entries.line_ids.filtered(
                    lambda line: line.account_id == self.income
                ).mapped("credit")
            ),
            45.95,
        )
        self.assert_ledger_agrees()

    def test_nothing_comes_back_the_next_days(self):
        claim = self.overdue(until="2026-04-06", payment_reference=OGM)
        self.transfer(345.95, OGM, "2026-04-06")
        self.match("2026-04-06")
        self.bring_up_to("2026-05-06")
        self.assert_owes(claim, 0)
        self.assertEqual(set(self.costs(claim).mapped("state")), {"paid"})

    def test_interest_counts_to_the_day_of_the_payment(self):
        claim = self.overdue(until="2026-04-20", payment_reference=OGM)
        self.assertEqual(claim.amount_interest, 2.16)
        payment = self.transfer(345.95, OGM, "2026-04-06")
        self.match("2026-04-20")
        self.assert_owes(claim, 0)
        self.assertEqual(self.result(payment).state, "applied")
        self.assertRecordValues(
            self.costs(claim, "interest"),
            [{"state": "paid", "amount": 0.95, "reckoned_on": date(2026, 4, 6)}],
        )
        self.bring_up_to("2026-04-21")
        self.assert_owes(claim, 0)

    def test_part_goes_to_costs_then_interest(self):
        """100.00 on costs 90.00, interest 12.37 and 1,000.00: law 8.8, no. 65."""
        claim = self.overdue(1000, until="2026-05-08", payment_reference=OGM)
        self.assert_owes(claim, 1000, 90, 12.37)
        payment = self.transfer(100, OGM, "2026-05-08")
        self.match("2026-05-08")
        self.assert_owes(claim, 1000, 0, 2.37)
        self.assertEqual(self.receivables(payment), [10, 90])
        self.assertRecordValues(
            self.work(payment), [{"kind": "underpayment", "amount": 1002.37}]
        )
        self.transfer(1002.37, OGM, "2026-05-08")
        self.match("2026-05-09")
        self.assert_owes(claim, 0)
        self.assertFalse(self.work(payment))
        self.assert_ledger_agrees()

    def test_the_principal_alone_leaves_that_much_of_it_open(self):
        claim = self.overdue(until="2026-04-06", payment_reference=OGM)
        payment = self.transfer(300, OGM, "2026-04-06")
        self.match("2026-04-06")
        self.assert_owes(claim, 45.95)
        self.assertEqual(self.work(payment).kind, "underpayment")
        # From 7 April on interest runs on 45.95 alone: 24 days.
        self.bring_up_to("2026-04-30")
        self.assert_owes(claim, 45.95, interest=0.32)

    def test_principal_first_where_the_creditor_is_kinder(self):
        regime = self.env["ar.law.regime"].search([("code", "=", "costs_consumer")])
        regime.sudo().imputation = "principal,costs,interest"
        claim = self.overdue(until="2026-04-06", payment_reference=OGM)
        self.transfer(300, OGM, "2026-04-06")
        self.match("2026-04-06")
        self.assert_owes(claim, 0, 45, 0.95)
        self.transfer(45.95, OGM, "2026-04-08")
        self.match("2026-04-09")
        self.assert_owes(claim, 0)

    def test_money_that_came_in_time_owes_no_costs(self):
        claim = self.overdue(until="2026-03-27", payment_reference=OGM)
        self.assertEqual(claim.amount_costs, 45)
        payment = self.transfer(300, OGM, "2026-03-26")
        self.match("2026-03-28")
        self.assertEqual(self.result(payment).state, "applied")
        self.assertEqual(claim.amount_residual, 0)
        self.bring_up_to("2026-03-28")
        self.assert_owes(claim, 0)
        self.assertEqual(set(self.costs(claim).mapped("state")), {"cancelled", "paid"})

    def test_only_costs_are_left(self):
        claim = self.overdue(payment_reference=OGM)
        self.pay(claim.move_id, 300, "2026-03-30")
        self.bring_up_to("2026-03-31")
        owed = claim.amount_due
        payment = self.transfer(owed, OGM, "2026-04-02")
        self.assertEqual(self.match("2026-04-02"), 1)
        self.assert_owes(claim, 0)
        self.assertEqual(self.result(payment).state, "applied")

    def test_booked_cost_is_matched_not_booked_again(self):
        self.policies.treatment = "booked"
        claim = self.overdue(payment_reference=OGM)
        self.assertEqual(len(self.costs(claim, "lump_sum").move_ids), 1)
        self.transfer(claim.amount_due, OGM, "2026-03-27")
        self.match("2026-03-28")
        self.assert_owes(claim, 0)
        self.assertEqual(len(self.costs(claim, "lump_sum").move_ids), 1)
        self.assertEqual(
            set(
                self.env["ar.claim"]
                .search([("principal_claim_id", "=", claim.id)])
                .mapped("state")
            ),
            {"settled"},
        )
        self.assert_ledger_agrees()

    def test_number_of_a_booked_cost_names_its_claim(self):
        self.policies.treatment = "booked"
        claim = self.overdue()
        accessory = self.env["ar.claim"].search([("principal_claim_id", "=", claim.id)])
        payment = self.transfer(45, accessory[0].move_name, "2026-03-30")
        self.match("2026-03-30")
        self.assertEqual(self.result(payment).line_ids.claim_id, claim)
        self.assertEqual(claim.amount_costs, 0)

    def test_number_of_claim_and_cost_is_not_counted_twice(self):
        self.policies.treatment = "booked"
        claim = self.overdue()
        accessory = self.env["ar.claim"].search([("principal_claim_id", "=", claim.id)])
        text = f"{claim.move_name} {accessory[0].move_name}"
        payment = self.transfer(claim.amount_due, text, "2026-03-27")
        self.match("2026-03-28")
        self.assertEqual(self.result(payment).state, "applied")
        self.assert_owes(claim, 0)

    def test_waived_costs_take_nothing(self):
        claim = self.overdue(payment_reference=OGM)
        self.costs(claim)._waive("kind")
        payment = self.transfer(300, OGM, "2026-04-06")
        self.match("2026-04-06")
        self.assertEqual(self.result(payment).state, "applied")
        self.assertEqual(self.receivables(payment), [300])
        self.assert_owes(claim, 0)

    def test_another_currency_pays_principal_alone(self):
        """The amounts of the law are in euro: such a claim bears interest alone."""
        foreign = self.setup_other_currency("USD", rates=[("2026-01-01", 2.0)])
        claim = self.overdue(payment_reference=OGM, currency_id=foreign.id)
        self.assertFalse(claim.amount_costs)
        interest = claim.amount_interest
        self.assertTrue(interest)
        self.transfer(150, OGM, "2026-03-27")
        self.match("2026-03-28")
        self.assertEqual(claim.amount_residual, 0)
        self.assertEqual(claim.amount_interest, interest)

    def test_somebody_else_may_pay_all_of_it_or_the_principal(self):
        stranger = self.create_partner("Aunt Mia")
        claim = self.overdue(until="2026-04-06")
        for amount, left in ((345.95, 0), (300, 45.95)):
            with self.subTest(amount):
                with self.env.cr.savepoint() as savepoint:
                    payment = self.transfer(
                        amount, claim.move_name, "2026-04-06", partner_id=stranger.id
                    )
                    self.match("2026-04-06")
                    self.assertTrue(payment.is_reconciled)
                    self.assertEqual(round(claim.amount_due, 2), left)
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_two_payments_of_one_statement_pay_one_after_the_other(self):
        claim = self.overdue(until="2026-04-06", payment_reference=OGM)
        first = self.transfer(200, OGM, "2026-04-06")
        second = self.transfer(145.95, OGM, "2026-04-06")
        self.match("2026-04-06")
        self.assertEqual(self.receivables(first), [0.95, 45, 154.05])
        self.assertEqual(self.receivables(second), [145.95])
        self.assert_owes(claim, 0)

    def test_too_much_is_left_as_a_credit(self):
        claim = self.overdue(until="2026-04-06", payment_reference=OGM)
        payment = self.transfer(400, OGM, "2026-04-06")
        self.match("2026-04-06")
        self.assert_owes(claim, 0)
        self.assertRecordValues(
            self.work(payment), [{"kind": "overpayment", "amount": 54.05}]
        )

    def test_undone_match_asks_for_all_of_it_again(self):
        claim = self.overdue(until="2026-04-06", payment_reference=OGM)
        payment = self.transfer(100, OGM, "2026-04-06")
        self.match("2026-04-06")
        payment.action_undo_reconciliation()
        self.sync()
        self.bring_up_to("2026-04-06")
        self.assert_owes(claim, 300, 45, 0.95)
        again = self.transfer(345.95, OGM, "2026-04-06")
        self.match("2026-04-06")
        self.assertEqual(self.result(again).state, "applied")
        self.assert_owes(claim, 0)
        # What the first payment had booked is paid now; nothing was booked twice.
        income = self.costs(claim).move_ids.line_ids.filtered(
            lambda line: line.account_id == self.income
        )
        self.assertEqual(sum(income.mapped("credit")), 45.95)
        self.assert_ledger_agrees()

    def test_interest_goes_on_when_a_payment_is_taken_back(self):
        claim = self.overdue(until="2026-04-06", payment_reference=OGM)
        payment = self.transfer(345.95, OGM, "2026-04-06")
        self.match("2026-04-06")
        payment.action_undo_reconciliation()
        self.sync()
        self.bring_up_to("2026-04-20")
        # 27 March to 20 April are 25 days.
        self.assert_owes(claim, 300, 45, 2.16)
        self.assert_ledger_agrees()

    def test_thanks_only_once_the_costs_are_paid_too(self):
        self.env["ar.law.regime"].search(
            [("code", "=", "costs_consumer")]
        ).sudo().imputation = "principal,costs,interest"
        claim = self.overdue(until="2026-04-06", payment_reference=OGM)
        notices = self.env["ar.dunning.notice"].sudo()
        self.transfer(300, OGM, "2026-04-06")
        self.match("2026-04-06")
        self.assertEqual(notices._thank_company(self.company, date(2026, 4, 7)), 0)
        self.transfer(45.95, OGM, "2026-04-08")
        self.match("2026-04-08")
        self.assert_owes(claim, 0)
        self.assertEqual(notices._thank_company(self.company, date(2026, 4, 9)), 1)

    def test_deciding_takes_a_constant_number_of_statements(self):
        self.overdue(until="2026-04-06", payment_reference=OGM)
        matcher = self.env["ar.bank.match"].sudo().with_company(self.company)
        counts = []
        # The first round only fills caches that outlive it.
        for number in (5, 5, 50):
            payments = self.env["account.bank.statement.line"]
            for _place in range(number):
                payments += self.transfer(1, OGM, "2026-04-06")
            self.sync()
            with self.counting() as statements:
                found = matcher._read_payments(payments.ids)
                named = matcher._find_named(self.company, found)
                decisions = matcher._decide_all(found, named, {}, {})
            self.assertEqual(decisions[0].parts[0].done.beside, 1)
            counts.append(len(statements))
        self.assertEqual(counts[1], counts[2])

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


@tagged("post_install", "-at_install", "ar")
class TestCostsFromCredits(LawCommon):
    """Money on the account of the debtor that pays costs without anybody's doing."""

    def test_payment_registered_for_all_of_it(self):
        """A payment of 345.00 on an invoice of 300.00 is named for this claim."""
        self.policy("lump_sum")
        claim = self.overdue()
        other = self.claim(self.invoice(500, "2026-04-30"))
        self.pay(claim.move_id, 345, "2026-03-30")
        self.bring_up_to("2026-03-31")
        self.assert_owes(claim, 0)
        self.assertEqual(other.amount_residual, 500)

    def test_money_without_a_name_is_not_taken_while_principal_is_open(self):
        self.policy("lump_sum")
        claim = self.overdue()
        other = self.claim(self.invoice(500, "2026-04-30"))
        self.pay(claim.move_id, 300, "2026-03-30")
        self.receive(45, "2026-03-30")
        self.bring_up_to("2026-03-31")
        self.assert_owes(claim, 0, 45)
        self.pay(other.move_id, 500, "2026-04-01")
        self.bring_up_to("2026-04-02")
        self.assert_owes(claim, 0)

    def test_one_credit_beside_two_claims_is_used_once(self):
        self.policy("lump_sum")
        moves = self.invoice(300, "2026-03-02") + self.invoice(300, "2026-03-02")
        self.remind()
        self.bring_up_to("2026-03-27")
        claims = self.claim(moves)
        for move in moves:
            self.pay(move, 300, "2026-03-30")
        entry = self.receive(60, "2026-03-30")
        self.bring_up_to("2026-03-31")
        self.assertEqual(sorted(claims.mapped("amount_costs")), [0, 30])
        self.assertTrue(
            all(entry.line_ids.filtered("account_id.reconcile").mapped("reconciled"))
        )
        self.receive(100, "2026-04-01")
        self.bring_up_to("2026-04-01")
        self.assertEqual(set(claims.mapped("state")), {"settled"})
        self.assert_ledger_agrees()

    def test_money_in_the_open_pays_no_costs_of_a_restricted_claim(self):
        self.policy("lump_sum")
        group = self.env["res.groups"].sudo().create({"name": "Social claims"})
        self.env.user.group_ids += group
        kind = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "social_test", "access_group_id": group.id}
        )
        sales = self.company_data["default_journal_sale"]
        journal = sales.copy(
            {
                "code": "SOC",
                "ar_claim_type_id": kind.id,
                "default_account_id": sales.default_account_id.id,
            }
        )
        claim = self.overdue(journal_id=journal.id)
        self.assertEqual(claim.amount_costs, 45)
        self.pay(claim.move_id, 300, "2026-03-30")
        self.receive(45, "2026-03-30")
        self.bring_up_to("2026-03-31")
        self.assertEqual(claim.amount_costs, 45)

    def test_money_of_another_debtor_is_not_taken(self):
        self.policy("lump_sum")
        claim = self.overdue()
        self.pay(claim.move_id, 300, "2026-03-30")
        stranger = self.create_partner("Somebody else", "else@debtor.example")
        self.receive(45, "2026-03-30", partner=stranger)
        self.bring_up_to("2026-03-31")
        self.assert_owes(claim, 0, 45)

    def test_booked_costs_are_matched_with_a_part(self):
        self.policy("lump_sum", "booked")
        claim = self.overdue()
        self.pay(claim.move_id, 300, "2026-03-30")
        self.receive(20, "2026-03-30")
        self.bring_up_to("2026-03-31")
        self.assert_owes(claim, 0, 25)
        accessory = self.env["ar.claim"].search([("principal_claim_id", "=", claim.id)])
        self.assertEqual(accessory.amount_residual, 25)
        self.assert_ledger_agrees()

    def test_late_statement_lowers_a_cost_that_is_booked(self):
        self.policy("lump_sum", "booked")
        claim = self.overdue()
        self.assertEqual(claim.amount_costs, 45)
        self.pay(claim.move_id, 200, "2026-03-26")
        self.bring_up_to("2026-03-28")
        self.sync()
        self.assertEqual(claim.amount_costs, 20)
        accessories = self.env["ar.claim"].search(
            [("principal_claim_id", "=", claim.id), ("state", "=", "open")]
        )
        self.assertEqual(accessories.mapped("amount_residual"), [20])
        self.assert_ledger_agrees()

    def test_statement_states_booked_costs_once(self):
        self.policy("lump_sum", "booked")
        claim = self.overdue()
        [statement] = self.env["ar.dunning.notice"]._make_statements(
            claim.debtor_id, self.company, date(2026, 3, 28), "none"
        )
        self.assertEqual(statement.line_ids.claim_id, claim)
        self.assertEqual(statement.amount_total, 345)
