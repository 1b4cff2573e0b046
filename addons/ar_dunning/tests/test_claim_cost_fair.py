from datetime import date
from decimal import Decimal
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models import claim_cost_claim
from .law_common import LawCommon


@tagged("post_install", "-at_install", "ar")
class TestClaimCostFair(LawCommon):
    """Never more than law, contract and what is known of the debtor allow."""

    def reminded(self, *amounts):
        claims = self.env["ar.claim"].union(
            *(self.claim(self.invoice(amount, "2026-03-02")) for amount in amounts)
        )
        self.propose("2026-03-12")
        self.dispatch("2026-03-12")
        self.deliver("2026-03-12")
        return claims

    def enterprise(self):
        claim = self.claim(self.invoice(1000, "2026-03-02"))
        claim.debtor_id.debtor_class = "enterprise"
        return claim

    def test_a_contract_that_asks_less_counts(self):
        self.policy("lump_sum", percentage=10)
        claim = self.reminded(300)
        cost = self.costs(claim)
        self.assertEqual(cost.amount_announced, 30)
        self.assertEqual(cost.proof["counted"], "agreed")
        self.bring_up_to("2026-03-27")
        self.assertEqual(claim.amount_costs, 30)
        said = claim._statement()
        self.assertTrue(said["agrees"])
        facts = [name for proof in said["proofs"] for name, _value in proof["facts"]]
        self.assertIn("By contract, below the scale of the law", facts)

    def hold(self, claim, **values):
        return self.env["ar.hold"].create(
            {
                "claim_id": claim.id,
                "reason_id": self.env.ref("ar_dunning.hold_reason_dispute").id,
                "date_from": "2026-03-20",
                **values,
            }
        )

    def test_what_is_on_hold_waits_and_the_others_are_claimed(self):
        self.policy("lump_sum", grouping="each")
        claims = self.reminded(300, 400, 500)
        hold = self.hold(claims[0])
        # Batches of one: what waits ends the claiming of nobody else.
        with patch.object(claim_cost_claim, "COSTS_PER_BATCH", 1):
            self.bring_up_to("2026-03-27")
        self.assertEqual(claims.mapped("amount_costs"), [0, 55, 65])
        hold.date_to = "2026-03-27"
        self.bring_up_to("2026-03-28")
        self.assertEqual(claims.mapped("amount_costs"), [45, 55, 65])

    def test_a_hold_of_the_debtor_stops_costs_until_its_last_day(self):
        self.policy("lump_sum")
        claim = self.reminded(300)
        self.hold(
            self.env["ar.claim"], debtor_id=claim.debtor_id.id, date_to="2026-03-28"
        )
        self.bring_up_to("2026-03-28")
        self.assertEqual(claim.amount_costs, 0)
        self.bring_up_to("2026-03-29")
        self.assertEqual(claim.amount_costs, 45)

    def test_a_cost_names_its_claims_and_of_many_the_first(self):
        self.policy("lump_sum", grouping="together")
        claims = self.reminded(100, 100, 100, 100)
        cost = self.costs(claims[0])
        self.assertEqual(cost.share_ids.claim_id, claims)
        names = claims.mapped("display_name")
        self.assertEqual(cost.documents, f"{', '.join(names[:3])} +1")
        found = cost.search([("share_ids.claim_id", "ilike", names[3])])
        self.assertEqual(found, cost)

    def test_more_than_was_announced_is_never_claimed(self):
        self.policy("lump_sum")
        move = self.invoice(300, "2026-03-02")
        claim = self.claim(move)
        self.pay(move, 200, "2026-03-05")
        self.remind()
        self.assertEqual(self.costs(claim).amount_announced, 20)
        # That payment was none: 300 is open again, for which the law allows 45.
        claim.line_id.remove_move_reconcile()
        self.sync()
        self.bring_up_to("2026-03-27")
        self.assertEqual(claim.amount_residual, 300)
        self.assertEqual(claim.amount_costs, 20)

    def test_a_claim_is_closed_since_its_costs_are_paid(self):
        self.policy("lump_sum")
        claim = self.reminded(300)
        self.pay(claim.move_id, 300, "2026-03-30")
        self.bring_up_to("2026-04-01")
        self.assertFalse(claim._closed_on())
        self.receive(45, "2026-04-07")
        self.bring_up_to("2026-04-09")
        self.assert_owes(claim, 0)
        self.assertEqual(self.costs(claim).state, "paid")
        self.assertEqual(claim._closed_on(), date(2026, 4, 7))

    def test_a_claim_is_closed_since_its_costs_are_waived(self):
        self.policy("lump_sum")
        claim = self.reminded(300)
        self.pay(claim.move_id, 300, "2026-03-30")
        self.bring_up_to("2026-04-01")
        self.assert_owes(claim, 0, costs=45)
        with freeze_time("2026-04-10"):
            self.costs(claim)._waive("Goodwill")
        self.assert_owes(claim, 0)
        self.assertEqual(claim.settled_on, date(2026, 3, 30))
        self.assertEqual(claim._closed_on(), date(2026, 4, 10))

    @mute_logger("odoo.sql_db")
    def test_a_contract_asks_sensible_amounts(self):
        policy = self.policy("lump_sum", agreed_minimum=20, agreed_maximum=30)
        self.assertEqual(policy._terms().agreed.amount(Decimal(500)), Decimal("20.00"))
        with self.assertRaises(CheckViolation):
            policy.agreed_minimum = 40
            policy.flush_recordset()

    def test_less_interest_by_contract_between_enterprises_too(self):
        self.policy("interest", percentage=4)
        claim = self.enterprise()
        self.propose("2026-03-12")
        self.dispatch("2026-03-12")
        self.deliver("2026-03-12")
        self.bring_up_to("2026-04-11")
        # 1,000.00 at 4 % from 3 March to 11 April, 40 days
        self.assertEqual(claim.amount_interest, 4.38)

    def test_a_small_creditor_without_a_clause_waits_like_everybody(self):
        self.company.ar_small_creditor_year = "2025"
        policy = self.policy("interest", clause=False)
        regime = self.env["ar.law.regime"].search([("code", "=", "costs_consumer")])
        self.assertEqual(regime.interest_option, "sending")
        self.assertEqual(regime._interest_start(policy._terms()), "wait")
        policy.clause = True
        self.assertEqual(regime._interest_start(policy._terms()), "sending")

    def test_old_accounts_prove_nothing(self):
        self.company.ar_small_creditor_year = "2020"
        self.assertFalse(self.company._ar_is_small_creditor())
        with self.assertRaisesRegex(ValidationError, "no year of accounts"):
            self.company.ar_small_creditor_year = "soon"

    def test_of_whom_nobody_knows_pays_no_costs(self):
        self.policy("lump_sum")
        self.policy("interest")
        claim = self.claim(self.invoice(300, "2026-03-02"))
        claim.debtor_id.debtor_class = "unknown"
        self.propose("2026-03-12")
        self.dispatch("2026-03-12")
        self.assertFalse(self.costs(claim))

    def instalments(self):
        """Return the claims of an invoice of an enterprise in two instalments."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Two terms",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": 0}),
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": 20}),
                ],
            }
        )
        move = self.invoice(1000, "2026-03-02", post=False)
        move.write({"invoice_date": "2026-02-01", "invoice_payment_term_id": term.id})
        move.action_post()
        claims = self.claim(move)
        self.assertEqual(len(claims), 2)
        claims.debtor_id.debtor_class = "enterprise"
        return claims

    def test_forty_euro_are_for_an_invoice_not_for_its_instalments(self):
        self.policy("fixed_amount")
        claims = self.instalments()
        for day in ("2026-02-12", "2026-03-05", "2026-04-20"):
            self.run_day(day)
        costs = self.costs(claims)
        self.assertEqual(costs.mapped("amount_announced"), [40])

    def test_each_instalment_bears_interest_from_its_own_day(self):
        self.policy("interest", treatment="booked")
        claims = self.instalments()
        self.run_day("2026-04-20")
        costs = self.costs(claims, "interest")
        self.assertEqual(len(costs.notice_id), 1)
        self.assertEqual(
            [(cost.share_ids.claim_id, cost.runs_from) for cost in costs],
            [(claims[0], date(2026, 2, 2)), (claims[1], date(2026, 2, 22))],
        )
        self.bring_up_to("2026-04-21")
        # 500.00 at 10.5 % for 79 and for 59 days.
        self.assertEqual(claims.mapped("amount_interest"), [11.36, 8.49])
        self.assertTrue(all(claim._statement()["agrees"] for claim in claims))
        self.pay(claims.move_id, 500, "2026-04-21")
        self.bring_up_to("2026-04-22")
        self.assert_ledger_agrees()

    def test_forty_euro_are_for_an_invoice_on_two_notices_too(self):
        self.policy("fixed_amount")
        self.procedure.combine = "per_claim"
        claims = self.instalments()
        self.run_day("2026-04-20")
        self.assertEqual(len(self.lines(claims).notice_id), 2)
        self.assertEqual(self.costs(claims).mapped("amount_announced"), [40])

    def test_a_notice_says_what_waits_and_what_is_owed_at_once(self):
        self.policy("lump_sum")
        claim = self.reminded(300)
        body = self.costs(claim).notice_id._render_body()
        self.assertIn("Pay in time, and nothing is added", body)
        self.assertNotIn("Late payment costs more", body)

    def test_what_is_owed_at_once_has_no_time_to_be_paid_without(self):
        self.policy("fixed_amount")
        claim = self.enterprise()
        self.propose("2026-03-12")
        self.dispatch("2026-03-12")
        body = self.costs(claim).notice_id._render_body()
        self.assertIn("Late payment costs more", body)
        self.assertNotIn("Pay in time, and nothing is added", body)

    def test_interest_rests_on_the_law_of_its_rates(self):
        self.policy("interest")
        claim = self.reminded(300)
        self.bring_up_to("2026-04-06")
        [proof] = [
            one for one in claim._statement()["proofs"] if one["rule"] == "interest"
        ]
        rate = self.env["ar.law.rate"].search(
            [("series_id.code", "=", "costs_interest")]
        )[:1]
        self.assertIn(rate.article, proof["basis"]["article"])
        self.assertIn(rate.source, proof["basis"]["source"])
        self.assertEqual(proof["verified"], bool(rate.verified_by))

    # -- giving up, giving back ---------------------------------------------------

    def claimed(self, treatment="booked"):
        """Return a claim over 300.00 with a lump sum of 45.00 that is owed."""
        self.policy("lump_sum", treatment)
        claim = self.reminded(300)
        self.bring_up_to("2026-03-27")
        self.assertEqual(claim.amount_costs, 45)
        return claim

    def test_what_was_paid_of_waived_costs_stays_paid(self):
        claim = self.claimed()
        cost = self.costs(claim)
        item = cost.share_ids.accessory_ids.line_id
        payment = self.receive(5, "2026-03-28").line_ids.filtered("credit")
        (item | payment).reconcile()
        self.sync()
        self.assertEqual(cost.amount_paid, 5)
        cost._waive("Kindness")
        self.sync()
        self.assertRecordValues(cost, [{"state": "waived", "amount_paid": 5}])
        self.assertEqual((item.amount_residual, payment.amount_residual), (0, 0))
        self.assertEqual(claim.amount_costs, 0)
        self.assert_ledger_agrees()

    def retire_policies(self):
        self.env["ar.cost.policy"].search([]).active = False
        self.env.flush_all()

    def test_a_credit_note_takes_the_costs_back_however_late(self):
        for treatment in ("booked", "off_ledger"):
            with self.subTest(treatment):
                self.retire_policies()
                claim = self.claimed(treatment)
                refund = claim.move_id._reverse_moves(
                    [{"date": date(2026, 9, 1), "invoice_date": date(2026, 9, 1)}]
                )
                refund.action_post()
                self.sync()
                self.bring_up_to("2026-09-02")
                self.assertEqual(claim.amount_costs, 0)
                self.assertEqual(self.costs(claim).state, "cancelled")
                self.sync()
                self.assertEqual(claim.state, "settled")
        self.assert_ledger_agrees()

    def assert_given_back(self, treatment):
        """Assert that a credit note makes costs that were paid a credit again."""
        claim = self.claimed(treatment)
        payment = self.receive(345, "2026-03-28").line_ids.filtered("credit")
        (claim.line_id | payment).reconcile()
        self.sync()
        self.bring_up_to("2026-03-29")
        self.assertEqual(self.costs(claim).state, "paid")
        self.sync()
        claim.line_id.remove_move_reconcile()
        refund = claim.move_id._reverse_moves(
            [{"date": date(2026, 4, 20), "invoice_date": date(2026, 4, 20)}]
        )
        refund.action_post()
        self.sync()
        self.bring_up_to("2026-04-21")
        self.assertEqual(self.costs(claim).state, "cancelled")
        self.assertEqual(claim.amount_costs, 0)
        # All of it is the debtor's again.
        self.sync()
        self.assertEqual(payment.amount_residual, -345)
        self.assert_ledger_agrees()

    def test_a_credit_note_gives_booked_costs_back(self):
        self.assert_given_back("booked")

    def test_a_credit_note_gives_costs_back_that_were_booked_when_paid(self):
        self.assert_given_back("off_ledger")

    def test_waiving_says_why_and_what(self):
        claim = self.claimed()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.costs(claim)._waive("  ")
        with self.assertRaisesRegex(UserError, "Choose the costs"):
            self.env["ar.claim.cost"]._waive("Kindness")

    def test_interest_to_come_is_waived_by_an_approver(self):
        self.policy("interest")
        claim = self.reminded(300)
        self.company.ar_waive_amount = 50
        collector = self.create_user("interest collector", "ar_dunning.group_collector")
        with self.assertRaisesRegex(UserError, "ask an approver"):
            self.costs(claim).with_user(collector)._waive("Kindness")

    def test_a_policy_in_use_is_archived_not_deleted(self):
        claim = self.claimed("off_ledger")
        policy = self.costs(claim).policy_id
        with self.assertRaisesRegex(UserError, "archive it"):
            policy.unlink()
        with self.assertRaisesRegex(ValidationError, "booked sooner or later"):
            policy.write(
                {"treatment": "none", "journal_id": False, "account_id": False}
            )
        other = self.env["res.company"].create({"name": "Other creditor"})
        with self.assertRaises(UserError):
            policy.company_id = other
        policy.active = False
        self.bring_up_to("2026-03-28")
        self.assertEqual(claim.amount_costs, 45)

    def test_costs_are_booked_as_income_by_a_general_journal(self):
        with (
            self.assertRaisesRegex(ValidationError, "no income account"),
            self.env.cr.savepoint(),
        ):
            self.policy(
                "lump_sum",
                account_id=self.company_data["default_account_receivable"].id,
            )
        with self.assertRaisesRegex(ValidationError, "type Miscellaneous"):
            self.policy(
                "lump_sum", journal_id=self.company_data["default_journal_sale"].id
            )

    def test_an_entity_file_names_claim_types_that_exist(self):
        text = (
            f"format: 1\nentity:\n  name: {self.company.name}\ncosts:\n"
            "  - {kind: reminder, claim_type: nope, treatment: none}\n"
        )
        with self.assertRaisesRegex(UserError, "“nope” is no claim type"):
            self.env["ar.config.file"]._load(text, dry_run=True)
