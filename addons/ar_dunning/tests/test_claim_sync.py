from datetime import date

from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install", "ar")
class TestClaimSync(DunningCommon):
    def test_posted_invoice_has_a_claim_in_the_same_transaction(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.assertRecordValues(
            claim,
            [
                {
                    "state": "open",
                    "date_due": date(2026, 3, 1),
                    "amount_original": 100.0,
                    "amount_residual": 100.0,
                    "partner_id": self.debtor_partner.id,
                    "cycle": 1,
                }
            ],
        )
        self.assertEqual(claim.debtor_id.partner_id, self.debtor_partner)
        self.assert_ledger_agrees()

    def test_draft_invoice_has_none(self):
        self.assertFalse(self.claim(self.invoice(100, "2026-03-01", post=False)))

    def test_payment_settles_and_its_removal_reopens_in_the_same_cycle(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        self.pay(move, 100, "2026-03-05")
        self.assertRecordValues(
            claim, [{"state": "settled", "settled_on": date(2026, 3, 5)}]
        )
        claim.line_id.remove_move_reconcile()
        self.sync()
        self.assertRecordValues(
            claim, [{"state": "open", "settled_on": False, "cycle": 1}]
        )
        self.assertEqual(
            claim.event_ids.sorted("id").mapped("kind"), ["settled", "reopened"]
        )
        self.assert_ledger_agrees()

    def test_part_payment_leaves_the_rest(self):
        move = self.invoice(100, "2026-03-01")
        self.pay(move, 40, "2026-03-05")
        claim = self.claim(move)
        self.assertEqual(claim.state, "open")
        self.assertEqual(claim.amount_residual, 60)
        self.assert_ledger_agrees()

    def test_reset_to_draft_suspends_and_posting_again_resumes(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        move.button_draft()
        self.assertRecordValues(claim, [{"state": "unposted", "line_id": False}])
        self.assert_ledger_agrees()
        move.action_post()
        self.assertEqual(self.claim(move), claim)
        self.assertEqual(claim.state, "open")
        self.assertTrue(claim.line_id)

    def test_due_date_changed_in_draft_is_evidence_on_the_same_claim(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        move.button_draft()
        move.invoice_date_due = "2026-04-01"
        move.action_post()
        self.assertEqual(self.claim(move), claim)
        self.assertEqual(claim.date_due, date(2026, 4, 1))
        event = claim.event_ids.filtered(lambda event: event.kind == "due_date")
        self.assertRecordValues(
            event, [{"old_value": "2026-03-01", "new_value": "2026-04-01"}]
        )
        self.assertRecordValues(
            event, [{"before": "03/01/2026", "after": "04/01/2026"}]
        )
        self.assertEqual(claim.cycle, 1)

    def test_reference_and_words_follow_the_entry(self):
        move = self.invoice(100, "2026-03-01", payment_reference="REF-1")
        claim = self.claim(move)
        self.assertRecordValues(
            claim, [{"payment_reference": "REF-1", "description": "Service"}]
        )
        move.payment_reference = "REF-2"
        self.sync()
        self.assertEqual(claim.payment_reference, "REF-2")
        move.button_draft()
        move.invoice_line_ids.name = "Parking,\n  place du Marché"
        move.payment_reference = "REF-3"
        move.action_post()
        self.sync()
        self.assertRecordValues(
            claim,
            [
                {
                    "payment_reference": "REF-3",
                    "description": "Parking, place du Marché",
                }
            ],
        )

    def test_cancelled_entry_makes_its_claim_void(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        move.button_draft()
        move.button_cancel()
        self.sync()
        self.assertEqual(claim.state, "void")
        self.assertIn("void", claim.event_ids.mapped("kind"))
        self.assert_ledger_agrees()

    def test_deleted_entry_leaves_its_claim_void_and_readable(self):
        move = self.invoice(100, "2026-03-01")
        claim, name = self.claim(move), move.name
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        self.sync()
        self.assertRecordValues(
            claim, [{"state": "void", "move_id": False, "move_name": name}]
        )
        self.assertIn("void", claim.event_ids.mapped("kind"))

    def three_terms(self):
        return self.env["account.payment.term"].create(
            {
                "name": "Three terms",
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "value": "percent",
                            "value_amount": share,
                            "nb_days": days,
                            "delay_type": "days_after",
                        },
                    )
                    for share, days in ((30, 30), (30, 60), (40, 90))
                ],
            }
        )

    def test_each_term_is_a_claim_of_its_own(self):
        move = self.invoice(
            1000, "2026-01-31", invoice_payment_term_id=self.three_terms().id
        )
        self.assertEqual(
            self.claim(move).mapped(lambda claim: claim.amount_original),
            [300, 300, 400],
        )
        self.assert_ledger_agrees()

    def test_terms_changed_in_draft_never_lend_their_history(self):
        terms = self.three_terms()
        move = self.invoice(1000, "2026-01-31", invoice_payment_term_id=terms.id)
        first, second, third = self.claim(move)
        move.button_draft()
        terms.line_ids = [
            (1, terms.line_ids[0].id, {"nb_days": 30, "value_amount": 50}),
            (1, terms.line_ids[1].id, {"nb_days": 120, "value_amount": 50}),
            (2, terms.line_ids[2].id),
        ]
        move.invoice_payment_term_id = False
        move.invoice_payment_term_id = terms
        move.action_post()
        self.sync()
        live = self.claim(move).filtered(lambda claim: claim.state == "open")
        self.assertEqual(sum(live.mapped("amount_residual")), 1000)
        self.assertIn(first, live)
        self.assertRecordValues(
            first, [{"date_due": date(2026, 1, 31), "amount_original": 500}]
        )
        self.assertEqual({second.state, third.state}, {"void"})
        self.assert_ledger_agrees()

    def test_later_due_date_after_settlement_begins_a_new_cycle(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        self.run_day("2026-03-15")
        self.assertEqual(claim.level_key, "reminder")
        self.pay(move, 100, "2026-03-20")
        claim.line_id.remove_move_reconcile()
        claim.line_id.date_maturity = "2026-06-01"
        self.sync()
        self.assertRecordValues(
            claim,
            [{"state": "open", "cycle": 2, "level_key": False, "level_sequence": 0}],
        )

    def test_opening_balance_entry_is_a_claim(self):
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-01-01",
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": self.company_data[
                                "default_account_receivable"
                            ].id,
                            "partner_id": self.debtor_partner.id,
                            "debit": 75,
                            "date_maturity": "2025-12-01",
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": 75,
                        },
                    ),
                ],
            }
        )
        entry.action_post()
        self.assertEqual(self.claim(entry).date_due, date(2025, 12, 1))

    def test_reconciling_costs_a_constant_number_of_statements(self):
        moves = [self.invoice(10, "2026-03-01") for _number in range(6)]
        counts = []
        for chunk in (moves[:1], moves[1:]):
            for move in chunk:
                claim = self.claim(move)
                self.env["ar.claim"]._note_lines(claim.line_id)
            self.env.flush_all()
            # Known to the server since its first payment.
            self.env["ar.claim.cost"]._any_booked()
            before = self.env.cr.sql_log_count
            self.env.cr.precommit.run()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        # One of them lists the companies, each with its own day.
        self.assertLessEqual(counts[1], 4)

    def test_nightly_sync_mends_what_was_written_past_the_orm(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.env.cr.execute(
            "UPDATE ar_claim SET state = 'settled' WHERE id = %s", [claim.id]
        )
        self.env.invalidate_all()
        self.env["ar.claim"].sudo()._sync_companies(self.company)
        self.assertEqual(claim.state, "open")

    def test_nightly_sync_finds_new_items_of_journals_that_are_followed(self):
        journal = self.company_data["default_journal_sale"]
        for followed in (False, True):
            journal.ar_follow_up = False
            move = self.invoice(100, "2026-03-01")
            self.assertFalse(self.claim(move))
            # Past the ORM, which would make the claims of its entries.
            self.env.cr.execute(
                "UPDATE account_journal SET ar_follow_up = %s WHERE id = %s",
                [followed, journal.id],
            )
            self.env.invalidate_all()
            created = self.env["ar.claim"].sudo()._sync_companies(self.company)
            self.env.invalidate_all()
            self.assertEqual(bool(self.claim(move)), followed)
            # The one that was left out before is found as well.
            self.assertEqual(created, 2 * followed)

    def test_item_of_another_debtor_or_account_is_another_claim(self):
        other = self.create_partner("An Other", "an@debtor.example")
        account = self.company_data["default_account_receivable"].copy()
        for values in ({"partner_id": other.id}, {"account_id": account.id}):
            with self.subTest(values):
                before = self.claim(self.invoice(100, "2026-03-01"))
                line = before.line_id
                line.write(values)
                self.sync()
                self.assertRecordValues(before, [{"state": "void", "line_id": False}])
                self.assertIn("void", before.event_ids.mapped("kind"))
                after = before.successor_id
                self.assertRecordValues(after, [{"state": "open", "line_id": line.id}])
                self.assertEqual(after.partner_id, line.partner_id)
                self.assertEqual(after.account_id, line.account_id)
                self.assert_ledger_agrees()

    def test_contact_with_a_new_commercial_partner_stays_the_same_debtor(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.debtor_partner.parent_id = self.env["res.partner"].create(
            {"name": "Holding", "is_company": True}
        )
        self.env["ar.claim"].sudo()._sync_companies(self.company)
        self.env.invalidate_all()
        self.assertEqual(claim.state, "open")

    def test_foreign_currency_keeps_both_amounts(self):
        euro = self.setup_other_currency("EUR", rates=[("2025-01-01", 2.0)])
        claim = self.claim(self.invoice(100, "2026-03-01", currency_id=euro.id))
        self.assertRecordValues(
            claim,
            [{"amount_residual": 100.0, "amount_residual_company": 50.0}],
        )
        self.assert_ledger_agrees()

    def test_restricted_type_hides_claim_debtor_and_invoice(self):
        group = self.env["res.groups"].create({"name": "Social service"})
        kind = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "test_social", "access_group_id": group.id}
        )
        ordinary = self.company_data["default_journal_sale"]
        journal = ordinary.copy(
            {
                "ar_claim_type_id": kind.id,
                "default_account_id": ordinary.default_account_id.id,
            }
        )
        partner = self.create_partner("Someone")
        self.env.user.group_ids = [(4, group.id)]
        move = self.invoice(100, "2026-03-01", partner, journal_id=journal.id)
        claim = self.claim(move)
        outsider = self.env["res.users"].create(
            {
                "name": "Outsider",
                "login": "outsider",
                "company_ids": [(6, 0, self.company.ids)],
                "company_id": self.company.id,
                "group_ids": [
                    (4, self.env.ref("ar_dunning.group_collector").id),
                    (4, self.env.ref("account.group_account_user").id),
                ],
            }
        )
        hidden = [claim, claim.debtor_id, move, claim.line_id]
        for record in hidden:
            with self.subTest(model=record._name):
                own = record.with_user(outsider)
                self.assertFalse(own.search([("id", "=", record.id)]))
                self.assertFalse(own.has_access("read"))
        outsider.group_ids = [(4, group.id)]
        for record in hidden:
            self.assertTrue(record.with_user(outsider).has_access("read"))
