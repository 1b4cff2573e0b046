from datetime import date, timedelta
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..rules import levels, matching
from .common import DunningCommon


@tagged("post_install", "-at_install", "ar")
class TestEvaluation(DunningCommon):
    def evaluated(self, claim, on):
        rows = self.env["ar.evaluation"]._evaluate(
            self.company, date.fromisoformat(on), partners=claim.partner_id
        )
        return next(row for row in rows if row["claim_id"] == claim.id)

    def test_level_and_date_from_the_due_date(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.assign()
        row = self.evaluated(claim, "2026-03-05")
        self.assertEqual(row["level_key"], "reminder")
        self.assertEqual(row["level_date"], date(2026, 3, 11))
        self.assertEqual(row["skipped"], "friendly")
        self.assertEqual(self.blockers(claim, "2026-03-10"), ["not_yet_due"])
        self.assertEqual(self.blockers(claim, "2026-03-11"), [])

    def test_friendly_notice_before_the_due_date_expires(self):
        claim = self.claim(self.invoice(100, "2026-03-10"))
        self.assign()
        for on, expected in (
            ("2026-03-06", "friendly"),
            ("2026-03-12", "friendly"),
            ("2026-03-13", "reminder"),
        ):
            with self.subTest(on=on):
                self.assertEqual(self.evaluated(claim, on)["level_key"], expected)

    def test_without_segment_there_is_no_procedure(self):
        self.segment.active = False
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.assertEqual(self.blockers(claim, "2026-05-01"), ["no_procedure"])

    def test_hold_blocks_and_freezes_the_clock(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.assign()
        self.env["ar.hold"].create(
            {
                "claim_id": claim.id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-05",
                "date_to": "2026-03-14",
            }
        )
        self.assertIn("hold", self.blockers(claim, "2026-03-10"))
        row = self.evaluated(claim, "2026-03-15")
        self.assertEqual(row["level_date"], date(2026, 3, 21))
        self.assertEqual(self.blockers(claim, "2026-03-20"), ["not_yet_due"])
        self.assertEqual(self.blockers(claim, "2026-03-21"), [])

    def test_hold_on_the_debtor_covers_all_claims(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.assign()
        self.env["ar.hold"].create(
            {
                "debtor_id": claim.debtor_id.id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-05",
            }
        )
        self.assertIn("hold", self.blockers(claim, "2026-03-20"))

    def test_collector_of_a_branch_holds_the_debtor_but_sees_no_other_claim(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        collector = self.create_user(
            "branch_collector", "ar_dunning.group_collector", branch
        )
        holds = self.env["ar.hold"].with_user(collector).with_company(branch)
        on_claim = self.env["ar.hold"].create(
            {"claim_id": claim.id, "reason_id": self.reason.id}
        )
        on_debtor = holds.create(
            {"debtor_id": claim.debtor_id.id, "reason_id": self.reason.id}
        )
        self.assertEqual(holds.search([]) & (on_claim | on_debtor), on_debtor)

    def test_lifted_hold_no_longer_blocks(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.assign()
        hold = self.env["ar.hold"].create(
            {
                "claim_id": claim.id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-05",
            }
        )
        with freeze_time("2026-03-05"):
            hold.action_lift()
        self.assertEqual(self.blockers(claim, "2026-03-11"), [])

    def test_hold_lifted_before_it_starts_harms_nobody(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.assign()
        self.env["ar.hold"].sudo().create(
            {
                "claim_id": claim.id,
                "reason_id": self.reason.id,
                "date_from": "2026-06-05",
                "lifted_on": "2026-03-05",
            }
        )
        self.assertEqual(self.blockers(claim, "2026-03-11"), [])

    def test_frozen_days_equal_the_pure_rule(self):
        """SQL closed form = rules/levels.py, over awkward overlapping holds."""
        due = date(2026, 3, 1)
        claim = self.claim(self.invoice(100, due))
        self.assign()
        periods = [
            (date(2026, 2, 20), date(2026, 3, 2)),
            (date(2026, 3, 4), date(2026, 3, 6)),
            (date(2026, 3, 6), date(2026, 3, 9)),
            (date(2026, 3, 18), date(2026, 3, 19)),
            (date(2026, 4, 25), date(2026, 4, 30)),
        ]
        for first, last in periods:
            self.env["ar.hold"].create(
                {
                    "claim_id": claim.id,
                    "reason_id": self.reason.id,
                    "date_from": first,
                    "date_to": last,
                }
            )
        expected = levels.clock_date(
            due, 10, [levels.Period(first, last) for first, last in periods]
        )
        self.assertEqual(self.evaluated(claim, "2026-05-10")["level_date"], expected)

    def test_virtual_matching_equals_the_pure_rule(self):
        due = date(2026, 3, 1)
        amounts = [100.10, 50.05, 75.00]
        claims = self.env["ar.claim"]
        for number, amount in enumerate(amounts):
            claims |= self.claim(self.invoice(amount, due + timedelta(days=number)))
        self.invoice(120.15, "2026-03-01", move_type="out_refund")
        self.assign()
        expected = matching.cover(
            [
                matching.OpenItem(
                    claim.id, claim.date_due, Decimal(str(claim.amount_residual))
                )
                for claim in claims
            ],
            Decimal("120.15"),
        )
        for claim in claims:
            covered = self.evaluated(claim, "2026-05-01")["covered"]
            self.assertEqual(
                Decimal(str(covered)).quantize(Decimal("0.01")),
                expected.get(claim.id, Decimal(0)).quantize(Decimal("0.01")),
            )

    def test_credit_that_covers_the_claim_blocks_it(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.invoice(100, "2026-03-01", move_type="out_refund")
        self.assign()
        self.assertIn("covered_by_credit", self.blockers(claim, "2026-03-20"))

    def test_nobody_can_be_reached(self):
        partner = self.create_partner("Nobody Home")
        claim = self.claim(self.invoice(100, "2026-03-01", partner))
        self.assign()
        self.assertEqual(self.blockers(claim, "2026-03-20"), ["no_channel"])

    def test_letter_when_there_is_no_email(self):
        partner = self.create_partner("Paper Only", street="Korenmarkt 1")
        claim = self.claim(self.invoice(100, "2026-03-01", partner))
        self.assign()
        self.assertEqual(self.evaluated(claim, "2026-03-20")["channel"], "letter")

    def test_invoice_excluded_in_accounting(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        self.assign()
        claim.line_id.no_followup = True
        self.assertEqual(self.blockers(claim, "2026-03-20"), ["no_follow_up"])

    def test_minimum_amount_counts_all_claims_of_the_notice(self):
        small = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 10, "minimum_amount": 25}],
            code="small",
        )
        first = self.claim(self.invoice(10, "2026-03-01"))
        first._assign_by_hand(small)
        self.assertEqual(self.blockers(first, "2026-03-20"), ["below_minimum"])
        second = self.claim(self.invoice(20, "2026-03-02"))
        second._assign_by_hand(small)
        self.assertEqual(self.blockers(first, "2026-03-20"), [])

    def test_minimum_amount_counts_only_what_leaves(self):
        levels = [
            {"level_key": "reminder", "offset_days": 10, "minimum_amount": 12},
            {
                "level_key": "default",
                "offset_days": 20,
                "minimum_wait_days": 5,
                "minimum_amount": 100,
            },
        ]
        procedure = self.create_procedure(levels, code="small")
        old = self.claim(self.invoice(50, "2026-02-01"))
        old._assign_by_hand(procedure)
        self.propose("2026-02-12")
        self.dispatch("2026-02-12")
        self.deliver("2026-02-12")
        new = self.claim(self.invoice(8, "2026-03-01"))
        new._assign_by_hand(procedure)
        # 58 in all do not reach 100; then 8 alone do not reach 12.
        self.assertEqual(self.blockers(old, "2026-03-20"), ["below_minimum"])
        self.assertEqual(self.blockers(new, "2026-03-20"), ["below_minimum"])
        more = self.claim(self.invoice(4, "2026-03-02"))
        more._assign_by_hand(procedure)
        self.assertEqual(self.blockers(old, "2026-03-20"), ["below_minimum"])
        self.assertEqual(self.blockers(new, "2026-03-20"), [])
        rest = self.claim(self.invoice(38, "2026-03-02"))
        rest._assign_by_hand(procedure)
        self.assertEqual(self.blockers(old, "2026-03-20"), [])

    def test_journal_that_is_no_longer_followed_up(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.assign()
        claim.line_id.journal_id.ar_follow_up = False
        self.assertEqual(self.blockers(claim, "2026-03-20"), ["no_follow_up"])

    def test_procedure_of_another_company_is_refused(self):
        other = self.setup_other_company()["company"]
        procedure = self.create_procedure(code="theirs", company_id=other.id)
        claim = self.claim(self.invoice(100, "2026-03-01"))
        with self.assertRaisesRegex(UserError, "another company"):
            claim._assign_by_hand(procedure)

    def test_minimum_amount_counts_no_claim_of_another_notice(self):
        friendly, reminder = self.default_levels()[:2]
        procedure = self.create_procedure(
            [friendly, {**reminder, "minimum_amount": 25}], code="small"
        )
        late = self.claim(self.invoice(10, "2026-03-01"))
        soon = self.claim(self.invoice(500, "2026-03-17"))
        (late | soon)._assign_by_hand(procedure)
        self.assertEqual(self.blockers(soon, "2026-03-15"), [])
        self.assertEqual(self.blockers(late, "2026-03-15"), ["below_minimum"])

    def test_explain_gives_sentences_to_a_collector(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.assign()
        explained = claim._explain(date(2026, 3, 5))[claim.id]
        self.assertEqual(explained["level_name"], "Reminder")
        self.assertFalse(explained["ready"])
        self.assertIn("2026", explained["blockers"][0]["sentence"])
        self.assertTrue(claim.explanation)
