from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15 09:00:00")
class TestStatement(DunningCommon):
    """A statement says how things stand; it claims nothing and reaches no level."""

    def setUp(self):
        super().setUp()
        self.late = self.claim(self.invoice(100, "2026-02-01"))
        self.future = self.claim(self.invoice(60, "2026-05-01"))
        self.debtor = self.late.debtor_id

    def send(self, channel="email"):
        statement = self.debtor._send_statement(self.company, channel)
        self.env.invalidate_all()
        return statement

    def test_it_lists_everything_open(self):
        self.invoice(30, "2026-01-01", move_type="out_refund")
        statement = self.send()
        self.assertRecordValues(
            statement.line_ids.sorted("date_due"),
            [
                {
                    "role": "stated",
                    "claim_id": self.late.id,
                    "amount_covered": 30,
                    "amount_open": 70,
                },
                {
                    "role": "stated",
                    "claim_id": self.future.id,
                    "amount_covered": 0,
                    "amount_open": 60,
                },
            ],
        )
        self.assertEqual(statement.amount_total, 130)
        self.assertEqual(
            [amount for _label, amount in statement._stated_ageing()],
            [60, 0, 70, 0, 0],
        )
        self.assertFalse(self.late.level_sequence)

    def test_it_names_credits_that_no_claim_takes(self):
        self.invoice(30, "2026-01-01", move_type="out_refund")
        self.assertFalse(self.send().amount_credit)
        self.invoice(175, "2026-01-01", move_type="out_refund")
        statement = self.send()
        self.assertRecordValues(statement, [{"amount_total": 0, "amount_credit": 45}])
        html = str(
            statement._render_document(
                "ar_dunning.notice_letter", "letter", statement.delivery_ids
            )
        )
        self.assertIn("Credit in your favour", html)
        self.assertIn("45", html)

    def test_restricted_credits_are_on_no_other_statement(self):
        group = self.env["res.groups"].create({"name": "Social"})
        kind = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "social", "access_group_id": group.id}
        )
        ordinary = self.company_data["default_journal_sale"]
        journal = ordinary.copy(
            {
                "ar_claim_type_id": kind.id,
                "default_account_id": ordinary.default_account_id.id,
            }
        )
        self.env.user.group_ids = [(4, group.id)]
        self.invoice(500, "2026-01-01", move_type="out_refund", journal_id=journal.id)
        self.assertFalse(self.send().amount_credit)

    def test_credits_of_another_branch_are_on_no_statement_of_this_one(self):
        branches = self.env["res.company"].create(
            [
                {"name": name, "parent_id": self.company.id}
                for name in ("North branch", "South branch")
            ]
        )
        self.env.user.company_ids += branches
        self.invoice(175, "2026-01-01", move_type="out_refund")
        north, south = branches
        claims = self.late | self.future
        self.env.cr.execute(
            "UPDATE ar_claim SET company_id = %s WHERE id IN %s",
            [north.id, claims._ids],
        )
        for table in ("account_move", "account_move_line"):
            self.env.cr.execute(
                f"UPDATE {table} SET company_id = %s WHERE partner_id = %s",
                [north.id, self.debtor_partner.id],
            )
        self.env.invalidate_all()
        notices = self.env["ar.dunning.notice"].sudo()
        left = {
            branch: sum(notices._credits_left(branch, self.debtor_partner).values())
            for branch in branches
        }
        self.assertGreater(left[north], 0)
        self.assertEqual(left[south], 0)

    def test_it_leaves_by_e_mail_and_says_what_it_is(self):
        statement = self.send()
        self.assertEqual(statement.state, "dispatched")
        self.assertRecordValues(
            statement.delivery_ids, [{"channel": "email", "state": "ready"}]
        )
        kept = statement.delivery_ids.sudo()._withdraw_changed(
            self.company, date(2026, 3, 15)
        )
        self.assertEqual(kept, statement.delivery_ids)
        _subject, html, _plain = statement._render_email()
        for move_name in (self.late.move_name, self.future.move_name):
            self.assertIn(move_name, html)
        self.assertIn("31 to 60 days late", html)

    def test_a_reminder_is_not_held_up_by_it(self):
        self.send()
        self.run_day("2026-03-15")
        self.assertEqual(self.level_keys(self.late), ["reminder"])

    def test_currencies_are_stated_apart(self):
        other = self.setup_other_currency("EUR")
        self.invoice(50, "2026-03-01", currency_id=other.id)
        self.assertEqual(len(self.send()), 2)

    def test_download_keeps_nothing(self):
        before = self.env["ar.dunning.notice"].search_count([])
        pdf = self.debtor._download_statement(self.company)
        self.assertEqual(pdf[:4], b"%PDF")
        self.assertEqual(self.env["ar.dunning.notice"].search_count([]), before)

    def test_no_address_is_told(self):
        with self.assertRaisesRegex(UserError, "no address"):
            self.send("letter")

    def test_nothing_open_is_told(self):
        self.pay(self.late.move_id, 100, "2026-03-15")
        self.pay(self.future.move_id, 60, "2026-03-15")
        with self.assertRaisesRegex(UserError, "nothing to state"):
            self.send()

    def test_gates_for_contacts_hold(self):
        evaluation = type(self.env["ar.evaluation"])
        self.assign("2026-03-15")
        with (
            patch.object(evaluation, "_contact_codes", lambda _self: ["not_yet_due"]),
            self.assertRaisesRegex(UserError, "may come from"),
        ):
            self.send()

    def test_claims_of_restricted_types_are_not_on_it(self):
        group = self.env["res.groups"].create({"name": "Social"})
        self.future.sudo().access_group_id = group
        collector = self.create_user(
            "statement_collector", "ar_dunning.group_collector"
        )
        statement = self.debtor.with_user(collector)._send_statement(
            self.company.with_user(collector), "email"
        )
        self.assertEqual(statement.sudo().line_ids.claim_id, self.late)

    def test_only_collectors(self):
        auditor = self.create_user("statement_auditor", "ar_dunning.group_auditor")
        with self.assertRaisesRegex(UserError, "Only collectors"):
            self.debtor.with_user(auditor)._download_statement(self.company)
        stranger = self.create_user("statement_stranger")
        with self.assertRaises(AccessError):
            self.debtor.with_user(stranger)._send_statement(self.company, "email")

    def test_from_partner_and_invoice(self):
        for record in (self.debtor_partner, self.late.move_id, self.debtor):
            wizard = (
                self.env["ar.statement.send"]
                .with_context(active_model=record._name, active_id=record.id)
                .create({"channel": "email"})
            )
            self.assertEqual(wizard.debtor_id, self.debtor)
