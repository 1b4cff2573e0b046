from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import DunningCommon


@freeze_time("2026-03-20")
@tagged("post_install", "-at_install", "ar")
class TestSmallBalance(DunningCommon):
    """Rests of up to 5.00 and 20 %; a collector alone up to 1.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "ar_small_account_id": cls.company_data["default_account_expense"].id,
                "ar_small_journal_id": cls.company_data["default_journal_misc"].id,
            }
        )
        cls.collector = cls.create_user("small_collector", "ar_dunning.group_collector")
        cls.approver = cls.create_user("small_approver", "ar_dunning.group_approver")

    def rest(self, rest, due="2026-01-01", amount=100, **values):
        move = self.invoice(amount, due, **values)
        if rest != amount:
            self.pay(move, amount - rest, "2026-01-05")
        return self.claim(move)

    def write_off(self, claims, user=None):
        entries = claims.with_user(user or self.approver)._write_off()
        self.sync()
        return entries

    def test_rest_is_booked_and_the_claim_settled(self):
        claims = self.rest(0.6) + self.rest(4.5)
        [entry] = self.write_off(claims)
        self.assertEqual(claims.mapped("state"), ["settled", "settled"])
        expense = entry.line_ids.filtered(
            lambda line: line.account_id == self.company.ar_small_account_id
        )
        self.assertEqual(expense.balance, 5.1)
        self.assertEqual(entry.state, "posted")
        self.assert_ledger_agrees()

    def test_many_take_no_statements_of_ours(self):
        def statements(number):
            claims = sum(
                (self.rest(0.6) for _turn in range(number)), self.env["ar.claim"]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.write_off(claims)
            self.assertEqual(set(claims.mapped("state")), {"settled"})
            return self.env.cr.sql_log_count - before

        statements(1)
        few, many = statements(2), statements(12)
        # Of each invoice Odoo itself notes in the chatter that it is paid.
        self.assertLessEqual(many - few, 10 * 5)

    def test_collector_alone_up_to_the_limit(self):
        self.write_off(self.rest(1), self.collector)
        claim = self.rest(1.01)
        with self.assertRaises(UserError):
            self.write_off(claim, self.collector)
        self.assertEqual(claim.state, "open")

    def test_what_is_too_much_is_refused(self):
        for rest, amount in ((5.01, 100), (5, 20), (100, 100)):
            with self.subTest(rest=rest), self.assertRaises(UserError):
                self.write_off(self.rest(rest, amount=amount))

    def test_auditor_writes_nothing_off(self):
        auditor = self.create_user("small_auditor", "ar_dunning.group_auditor")
        with self.assertRaises(UserError):
            self.write_off(self.rest(0.5), auditor)

    def test_rest_covered_by_a_credit_is_left(self):
        claim = self.rest(2)
        refund = self.invoice(50, "2026-03-01", move_type="out_refund")
        self.assertTrue(refund)
        with self.assertRaises(UserError):
            self.write_off(claim)

    def test_missing_settings_are_named(self):
        claim = self.rest(0.5)
        self.company.ar_small_account_id = False
        with self.assertRaisesRegex(UserError, "account and the journal"):
            self.write_off(claim)

    def test_foreign_currency_is_written_off_in_both(self):
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        claim = self.rest(2, currency_id=currency.id)
        self.assertEqual(claim.currency_id, currency)
        self.write_off(claim)
        self.assertEqual(claim.state, "settled")
        self.assert_ledger_agrees()

    def test_bulk_proposes_old_small_rests_only(self):
        old = self.rest(0.5)
        self.rest(0.5, due="2026-03-10")
        self.rest(50)
        held = self.rest(0.7)
        self.env["ar.hold"].create(
            {
                "claim_id": held.id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-01",
            }
        )
        wizard = self.env["ar.small.balance"].with_user(self.collector).create({})
        self.assertEqual(wizard.claim_ids, old)
        self.assertEqual(wizard.total, 0.5)
        wizard.action_write_off()
        self.sync()
        self.assertEqual(old.state, "settled")

    def test_chosen_claims_that_are_too_large_are_named_and_left(self):
        small, large = self.rest(0.5), self.rest(50)
        wizard = (
            self.env["ar.small.balance"]
            .with_user(self.collector)
            .with_context(active_model="ar.claim", active_ids=(small + large).ids)
            .create({})
        )
        self.assertEqual(wizard.claim_ids, small)
        self.assertEqual(wizard.skipped_count, 1)
        with Form(wizard) as form:
            form.claim_ids.remove(id=small.id)
            self.assertEqual(form.skipped_count, 1, "removed by hand is not skipped")
            self.assertEqual(form.count, 0)
        self.assertIn("5.00", wizard.limits)
        self.assertIn("20", wizard.limits)

    def test_restricted_claim_stays_among_its_own(self):
        group = self.env["res.groups"].create({"name": "Social"})
        kind = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "soc_small", "access_group_id": group.id}
        )
        journal = self.company_data["default_journal_sale"].copy(
            {
                "ar_claim_type_id": kind.id,
                "code": "SOCS",
                "default_account_id": self.company_data["default_account_revenue"].id,
            }
        )
        self.env.user.group_ids += group
        claim = self.rest(0.5, journal_id=journal.id)
        outsider = self.create_user("small_outsider", "ar_dunning.group_approver")
        with self.assertRaises(AccessError):
            self.write_off(claim, outsider)
        wizard = self.env["ar.small.balance"].with_user(outsider).create({})
        self.assertFalse(wizard.claim_ids)
        self.approver.group_ids += group
        [entry] = self.write_off(claim)
        self.assertEqual(entry.ar_access_group_id, group)
        self.assertEqual(claim.state, "settled")

    def test_many_rests_need_one_entry(self):
        claims = self.env["ar.claim"]
        for _number in range(5):
            claims += self.rest(0.5)
        self.assertEqual(len(self.write_off(claims)), 1)
        self.assertEqual(set(claims.mapped("state")), {"settled"})
