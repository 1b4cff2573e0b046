from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import LegalCommon


@tagged("post_install", "-at_install", "ar")
class TestCase(LegalCommon):
    """A case from its opening to its end, and what it means for dunning."""

    # -- out of dunning ---------------------------------------------------------

    def test_claim_in_a_case_is_out_of_dunning(self):
        claim, case = self.handed_over()
        on = date(2026, 4, 1)
        [facts] = claim._explain(on).values()
        first = facts["blockers"][0]
        self.assertEqual(first["code"], "in_legal_case")
        self.assertIn(case.name, first["sentence"])
        self.assertIn("Modero Test", first["sentence"])

    def test_other_claims_of_the_debtor_go_on(self):
        self.handed_over()
        other = self.claim(self.invoice(50, "2026-03-01"))
        self.run_day("2026-03-15")
        self.assertEqual(self.level_keys(other), ["reminder"])

    def test_added_between_proposal_and_dispatch_is_dropped(self):
        _claim, case = self.handed_over()
        other = self.claim(self.invoice(50, "2026-03-01"))
        run = self.propose("2026-03-15")
        self.add(case, other, "2026-03-15")
        self.dispatch("2026-03-15")
        self.assertFalse(self.level_keys(other))
        self.assertEqual(run.exclusion_ids.mapped("code"), ["in_legal_case"])
        self.assertIn(case.name, run.exclusion_ids.sentence)
        self.assertEqual(
            other.line_ids.filtered(lambda line: line.run_id == run).cancel_code,
            "in_legal_case",
        )

    def test_added_between_dispatch_and_sending_is_withdrawn(self):
        _claim, case = self.handed_over()
        other = self.claim(self.invoice(50, "2026-03-01"))
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        delivery = other.line_ids.notice_id.delivery_ids
        self.add(case, other, "2026-03-15")
        kept = delivery.sudo()._withdraw_changed(self.company, date(2026, 3, 15))
        self.assertFalse(kept)
        self.assertEqual(delivery.state, "withdrawn")
        self.dispatch("2026-03-15")
        self.assertFalse(self.level_keys(other))

    def test_a_claim_in_a_case_is_not_mentioned_for_information(self):
        first = self.claim(self.invoice(100, "2026-01-01"))
        self.run_day("2026-01-20")
        other = self.create_partner("Somebody", "some@debtor.example")
        _claim, case = self.handed_over(partner=other)
        case_sudo = case.sudo()
        case_sudo.claim_ids.claim_id = first
        second = self.claim(self.invoice(50, "2026-03-01"))
        self.run_day("2026-03-15")
        notice = self.lines(second).notice_id
        self.assertNotIn(first, notice.line_ids.claim_id)

    def test_debtor_is_told_whom_to_pay(self):
        claim, case = self.handed_over()
        self.bailiff.phone = "+32 9 000 00 00"
        case.party_reference = "D-77"
        sentence = claim._with_others()[claim.id]
        for part in ("Modero Test", "+32 9 000 00 00", "D-77"):
            self.assertIn(part, sentence)
        self.close(case, "returned")
        self.assertEqual(claim._with_others(), {})

    # -- adding claims ----------------------------------------------------------

    def test_claims_are_added_by_hand(self):
        _claim, case = self.handed_over()
        other = self.claim(self.invoice(50, "2026-03-01"))
        wizard = (
            self.env["ar.legal.claims.add"]
            .with_user(self.users["approver"])
            .create({"case_id": case.id, "claim_ids": [(6, 0, other.ids)]})
        )
        with freeze_time("2026-03-12 10:00:00"):
            wizard.action_apply()
        self.assertEqual((case.amount_handed_over, case.claim_count), (150, 2))
        self.assertEqual(other.legal_case_id, case)
        self.assertIn("claims_added", case.event_ids.mapped("kind"))

    def test_what_does_not_belong_together_is_refused(self):
        claim, case = self.handed_over()
        somebody = self.create_partner("Somebody", "some@debtor.example")
        euro = self.setup_other_currency("EUR", rates=[("2025-01-01", 2.0)])
        paid = self.invoice(30, "2026-03-01")
        self.pay(paid, 30, "2026-03-05")
        held = self.claim(self.invoice(20, "2026-03-01"))
        self.env["ar.hold"].create(
            {
                "claim_id": held.id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-01",
            }
        )
        cases = {
            "already in the case": (claim, "In legal case"),
            "another debtor": (
                self.claim(self.invoice(10, "2026-03-01", somebody)),
                "somebody else",
            ),
            "another currency": (
                self.claim(self.invoice(10, "2026-03-01", currency_id=euro.id)),
                "another currency",
            ),
            "paid": (self.claim(paid), "nothing is due"),
            "held": (held, "On hold"),
        }
        for name, (other, words) in cases.items():
            with self.subTest(name), self.assertRaisesRegex(UserError, words):
                self.add(case, other)
        self.assertEqual(case.claim_ids.claim_id, claim)

    def test_exchange_difference_is_no_payment(self):
        euro = self.setup_other_currency(
            "EUR", rates=[("2025-01-01", 2.0), ("2026-03-12", 2.5)]
        )
        claim = self.claim(self.invoice(100, "2026-01-01", currency_id=euro.id))
        for on in ("2026-01-20", "2026-02-10", "2026-03-10"):
            self.run_day(on)
        notice = self.proposal(claim)
        self.decide(notice)
        self.pay(claim.move_id, 100, "2026-03-12")
        self.assertGreater(len(claim.line_id.matched_credit_ids), 1)
        amounts = [row[5] for row in notice.legal_case_ids._payments()]
        self.assertEqual(amounts, [100])

    def test_another_group_is_refused(self):
        claim, case = self.handed_over()
        group = self.env["res.groups"].create({"name": "Social"})
        self.users["approver"].group_ids |= group
        other = self.claim(self.invoice(10, "2026-03-01"))
        other.sudo().access_group_id = group
        with self.assertRaisesRegex(UserError, "other people may see it"):
            self.add(case, other)
        self.assertEqual(case.claim_ids.claim_id, claim)

    def test_another_company_is_refused(self):
        _claim, case = self.handed_over()
        other = self.claim(self.invoice(10, "2026-03-01"))
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.users["approver"].company_ids |= elsewhere
        other.sudo().company_id = elsewhere
        self.env["res.users"].invalidate_model()
        with self.assertRaisesRegex(UserError, "another company"):
            self.add(case, other)

    def test_a_claim_is_in_one_open_case(self):
        claim, case = self.handed_over()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            case.sudo()._take_in({claim: 10.0}, date(2026, 3, 12))

    def test_only_approvers_add_and_give_back(self):
        _claim, case = self.handed_over()
        other = self.claim(self.invoice(50, "2026-03-01"))
        with self.assertRaises(UserError):
            self.add(case, other, user=self.users["collector"])
        with self.assertRaises(UserError):
            case.claim_ids.with_user(self.users["collector"]).action_give_back()

    def test_adding_above_the_limit_takes_a_second_person(self):
        _claim, case = self.handed_over()
        self.company.ar_four_eyes_amount = 40
        other = self.claim(self.invoice(50, "2026-03-01"))
        with self.assertRaisesRegex(UserError, "second person"):
            self.add(case, other)
        self.add(case, other, user=self.users["manager"])
        self.assertEqual(case.claim_count, 2)

    def test_many_small_additions_are_one_big_decision(self):
        _claim, case = self.handed_over(amount=100)
        self.company.ar_four_eyes_amount = 130
        first = self.claim(self.invoice(20, "2026-03-01"))
        self.add(case, first)
        second = self.claim(self.invoice(20, "2026-03-02"))
        with self.assertRaisesRegex(UserError, "second person"):
            self.add(case, second)

    def test_one_claim_is_given_back(self):
        claim, case = self.handed_over()
        other = self.claim(self.invoice(50, "2026-03-01"))
        self.add(case, other)
        member = case.claim_ids.filtered(lambda one: one.claim_id == other)
        with freeze_time("2026-03-13 10:00:00"):
            member.with_user(self.users["approver"]).action_give_back()
        self.assertEqual((case.claim_count, case.amount_open), (1, 100))
        self.assertNotIn("in_legal_case", self.blockers(other, "2026-03-15"))
        self.run_day("2026-03-15")
        self.assertEqual(self.level_keys(other), ["reminder"])
        with self.assertRaises(UserError):
            member.with_user(self.users["approver"]).action_give_back()
        self.assertEqual(claim.legal_case_id, case)

    # -- amounts ----------------------------------------------------------------

    def test_amounts_are_live(self):
        claim, case = self.handed_over()
        self.pay(claim.move_id, 30, "2026-03-20")
        self.env["ar.legal.cost"].create(
            [
                {
                    "case_id": case.id,
                    "kind": kind,
                    "amount": amount,
                    "charged_to_debtor": charged,
                }
                for kind, amount, charged in (
                    ("summons", 120.5, True),
                    ("lawyer", 200, False),
                )
            ]
        )
        self.assertRecordValues(
            case,
            [
                {
                    "amount_handed_over": 100,
                    "amount_paid": 30,
                    "amount_open": 70,
                    "amount_costs": 320.5,
                    "amount_total": 190.5,
                }
            ],
        )

    def test_credits_count_before_they_are_matched(self):
        _claim, case = self.handed_over()
        self.invoice(25, "2026-03-20", move_type="out_refund")
        case.invalidate_recordset()
        case.claim_ids.invalidate_recordset()
        self.assertEqual(case.amount_open, 75)

    def test_a_cost_is_seen_by_who_sees_its_case(self):
        _claim, case = self.handed_over()
        costs = self.env["ar.legal.cost"].with_user(self.users["collector"])
        cost = costs.create({"case_id": case.id, "kind": "other", "amount": 3})
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        for values in (
            {"access_group_id": self.env.ref("base.group_user").id},
            {"company_id": elsewhere.id},
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(UserError, "stays"),
            ):
                cost.write(values)

    def test_costs_of_a_closed_case_stay(self):
        _claim, case = self.handed_over()
        cost = self.env["ar.legal.cost"].create(
            {"case_id": case.id, "kind": "other", "amount": 10}
        )
        self.close(case, "withdrawn")
        with self.assertRaises(UserError):
            cost.with_user(self.users["collector"]).amount = 5
        with self.assertRaises(UserError):
            cost.with_user(self.users["collector"]).unlink()
