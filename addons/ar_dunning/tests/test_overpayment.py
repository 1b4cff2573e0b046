from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import DunningCommon


@freeze_time("2026-03-20")
@tagged("post_install", "-at_install", "ar")
class TestOverpayment(DunningCommon):
    """130.00 came in for a claim of 100.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.create_user("over_collector", "ar_dunning.group_collector")
        cls.bank_account = cls.env["res.partner.bank"].create(
            {
                "acc_number": "BE68539007547034",
                "partner_id": cls.debtor_partner.id,
                "allow_out_payment": True,
            }
        )

    def overpaid(self):
        """Return the work item of a bank transaction that paid 30.00 too much."""
        move = self.invoice(100, "2026-03-01", payment_reference="+++123/4567/89002+++")
        self.claim(move)
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": "2026-03-05",
                "amount": 130,
                "payment_ref": "+++123/4567/89002+++",
                "partner_id": self.debtor_partner.id,
                "account_number": "BE68539007547034",
            }
        )
        self.env["ar.bank.match"].sudo()._match_lines(line, date(2026, 3, 20))
        self.sync()
        item = self.env["ar.work.item"].search([("statement_line_id", "=", line.id)])
        self.assertRecordValues(item, [{"kind": "overpayment", "amount": 30.0}])
        return item.with_user(self.collector)

    def wizard(self, item, **values):
        return item.env["ar.credit.use"].create({"work_item_id": item.id, **values})

    def test_set_off_pays_another_claim(self):
        item = self.overpaid()
        other = self.claim(self.invoice(50, "2026-03-10"))
        wizard = self.wizard(item, use="set_off", claim_ids=[(6, 0, other.ids)])
        self.assertEqual(wizard.amount, 30)
        wizard.action_decide()
        self.sync()
        self.assertEqual(other.amount_residual, 20)
        self.assertEqual(item.state, "done")
        self.assert_ledger_agrees()

    def test_claim_of_another_debtor_is_refused(self):
        item = self.overpaid()
        other = self.claim(self.invoice(50, "2026-03-10", self.create_partner("X")))
        with self.assertRaises(UserError):
            item._set_off_credit(other.with_user(self.collector))

    def test_refund_waits_for_somebody_else(self):
        item = self.overpaid()
        wizard = self.wizard(item, use="refund")
        self.assertEqual(wizard.bank_account_id, self.bank_account)
        wizard.action_decide()
        payment = self.env["account.payment"].search(
            [("ar_refund_by_id", "=", self.collector.id)]
        )
        self.assertRecordValues(
            payment,
            [{"state": "draft", "amount": 30.0, "payment_type": "outbound"}],
        )
        self.assertEqual(item.state, "done")
        self.collector.group_ids += self.env.ref("account.group_account_user")
        with self.assertRaisesRegex(UserError, "somebody else"):
            payment.with_user(self.collector).action_post()
        payment.action_post()
        self.sync()
        self.assertTrue(payment.ar_refund_line_id.reconciled)
        self.assert_ledger_agrees()

    def test_refund_is_proposed_once(self):
        item = self.overpaid()
        item._refund_credit(self.bank_account)
        item.sudo().action_reopen()
        with self.assertRaises(UserError):
            item._refund_credit(self.bank_account)

    def test_refund_goes_to_the_payer_only(self):
        stranger = self.env["res.partner.bank"].create(
            {"acc_number": "BE71096123456769", "partner_id": self.company.partner_id.id}
        )
        with self.assertRaises(UserError):
            self.overpaid()._refund_credit(stranger)

    def test_refund_of_a_used_credit_is_refused(self):
        item = self.overpaid()
        payment = item._refund_credit(self.bank_account)
        other = self.claim(self.invoice(50, "2026-03-10"))
        (payment.ar_refund_line_id + other.line_id).reconcile()
        with self.assertRaisesRegex(UserError, "used already"):
            payment.with_user(self.env.user).action_post()

    def test_kept_credit_covers_the_oldest_claim(self):
        item = self.overpaid()
        with self.assertRaises(UserError):
            item._keep_credit(" ")
        self.wizard(item, use="keep", note="For the next invoice").action_decide()
        self.assertIn("next invoice", item.note)
        self.assertEqual(item.state, "done")
        other = self.claim(self.invoice(20, "2026-03-10"))
        self.assertEqual(other.amount_covered, 20)

    def test_auditor_decides_nothing(self):
        item = self.overpaid()
        auditor = self.create_user("over_auditor", "ar_dunning.group_auditor")
        with self.assertRaises(AccessError):
            item.with_user(auditor)._keep_credit("note")

    def test_rest_of_an_underpayment_is_written_off_from_the_list(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        item = (
            self.env["ar.work.item"]
            .sudo()
            .create(
                {
                    "kind": "underpayment",
                    "company_id": self.company.id,
                    "claim_id": claim.id,
                    "dedup_key": "underpayment/test",
                }
            )
        )
        action = item.with_user(self.collector).action_write_off_rest()
        self.assertEqual(action["context"]["active_ids"], claim.ids)
