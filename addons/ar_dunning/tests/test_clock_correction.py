from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install", "ar")
@freeze_time("2026-03-10 10:00")
class TestClockCorrection(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.approver = cls.create_user("clock_keeper", "ar_dunning.group_approver")

    def level_date(self, claim):
        return claim._explain(date(2026, 3, 10))[claim.id]["level_date"]

    def give_back(self, records=None, **values):
        """Give days back to these records as an approver; return the corrections."""
        context = {}
        if records:
            context = {"active_model": records._name, "active_ids": records.ids}
        wizard = (
            self.env["ar.clock.correct"]
            .with_user(self.approver)
            .with_context(**context)
            .create(values)
        )
        return self.env["ar.clock.correction"].search(wizard.action_apply()["domain"])

    def test_days_are_given_back_to_every_open_claim_and_taken_back(self):
        first = self.claim(self.invoice(100, "2026-03-01"))
        second = self.claim(self.invoice(50, "2026-03-02"))
        self.assign()
        dates = [self.level_date(claim) for claim in (first, second)]
        correction = self.give_back(days=4, note="Strike")
        self.assertEqual(correction.hold_count, 2)
        self.assertEqual(correction.days, 4)
        self.assertEqual(correction.hold_ids.mapped("date_to"), [date(2026, 3, 9)] * 2)
        self.assertEqual(
            [self.level_date(claim) for claim in (first, second)],
            [day + timedelta(days=4) for day in dates],
        )
        self.assertFalse(first.on_hold)
        correction.with_user(self.approver).action_undo()
        self.assertEqual(correction.state, "undone")
        self.assertEqual([self.level_date(claim) for claim in (first, second)], dates)

    def test_a_period_for_chosen_claims(self):
        chosen = self.claim(self.invoice(100, "2026-03-01"))
        other = self.claim(self.invoice(50, "2026-03-01"))
        self.assign()
        correction = self.give_back(
            chosen, mode="period", date_from="2026-02-27", date_to="2026-03-03"
        )
        self.assertEqual(correction.hold_ids.claim_id, chosen)
        # Two days of the period lie after the due date.
        self.assertEqual(self.level_date(chosen), date(2026, 3, 13))
        self.assertEqual(self.level_date(other), date(2026, 3, 11))

    def test_a_debtor_gets_days_back_for_all_claims(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.assign()
        correction = self.give_back(claim.debtor_id, days=3)
        self.assertEqual(correction.hold_ids.debtor_id, claim.debtor_id)
        self.assertEqual(self.level_date(claim), date(2026, 3, 14))

    def test_days_that_stood_still_anyway_count_once(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.assign()
        self.give_back(claim, days=4)
        self.give_back(claim, days=6)
        self.assertEqual(self.level_date(claim), date(2026, 3, 17))

    def test_the_window_says_to_how_many(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.invoice(50, "2026-03-01")
        form = Form(self.env["ar.clock.correct"].with_user(self.approver))
        self.assertEqual(form.summary, "2 claims, from 03/03/2026 to 03/09/2026")
        form.scope = "claims"
        self.assertIn("0 claims", form.summary)
        form.claim_ids.add(claim)
        form.days = 10
        self.assertEqual(form.summary, "1 claims, from 02/28/2026 to 03/09/2026")

    def test_what_makes_no_sense_is_refused_with_a_sentence(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        running = self.reason.copy({"code": "runs", "freezes_clock": False})
        short = self.reason.copy({"code": "short", "maximum_days": 2})
        for message, values in (
            ("at least one day", {"days": 0}),
            ("from which day", {"mode": "period", "date_from": "2026-03-02"}),
            (
                "have passed",
                {"mode": "period", "date_from": "2026-03-02", "date_to": "2026-03-10"},
            ),
            ("does not freeze", {"reason_id": running.id}),
            ("2 days at most", {"reason_id": short.id, "days": 3}),
        ):
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self.give_back(claim, **values)
        with self.assertRaisesRegex(UserError, "no open claim"):
            self.give_back(scope="claims")

    def test_a_thousand_claims_take_as_many_statements_as_one(self):
        def statements(records):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.give_back(records, days=1)
            return self.env.cr.sql_log_count - before

        claims = self.claim(self.invoice(10, "2026-03-01"))
        for _more in range(5):
            claims |= self.claim(self.invoice(10, "2026-03-01"))
        statements(claims)
        self.assertLessEqual(statements(claims), statements(claims[0]) + 1)

    def test_only_approvers_and_only_what_they_may_see(self):
        secret = self.env["res.groups"].create({"name": "Secret"})
        self.env.user.group_ids |= secret
        kind = self.env["ar.claim.type"].create(
            {"name": "Secret", "code": "secret", "access_group_id": secret.id}
        )
        journal = self.env["account.journal"].create(
            {
                "name": "Secret",
                "code": "SEC",
                "type": "sale",
                "company_id": self.company.id,
                "default_account_id": self.company_data["default_account_revenue"].id,
                "ar_claim_type_id": kind.id,
            }
        )
        hidden = self.claim(self.invoice(100, "2026-03-01", journal_id=journal.id))
        self.assertEqual(hidden.access_group_id, secret)
        seen = self.claim(self.invoice(50, "2026-03-01"))
        correction = self.give_back(days=2)
        self.assertEqual(correction.sudo().hold_ids.claim_id, seen)
        collector = self.create_user("clock_reader", "ar_dunning.group_collector")
        with self.assertRaises(AccessError):
            self.env["ar.clock.correct"].with_user(collector).create({})
        with self.assertRaisesRegex(UserError, "Only approvers"):
            correction.with_user(collector).action_undo()
        self.approver.group_ids |= secret
        both = self.give_back(days=3)
        self.assertEqual(len(both), 2)
        seen_by_collector = self.env["ar.clock.correction"].with_user(collector)
        self.assertEqual(
            seen_by_collector.search([("id", "in", both.ids)]),
            both.filtered(lambda one: not one.access_group_id),
        )

    def test_nobody_invents_a_hold_of_a_correction(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        correction = self.give_back(claim, days=2)
        with self.assertRaises(UserError):
            self.env["ar.hold"].with_user(self.approver).create(
                {
                    "claim_id": claim.id,
                    "reason_id": self.reason.id,
                    "correction_id": correction.id,
                }
            )
