import base64

from odoo.exceptions import UserError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.ar_dunning.tests.common import DunningCommon

from . import files


@freeze_time("2026-03-20")
@tagged("post_install", "-at_install", "ar")
class TestPaymentReturn(DunningCommon):
    """Returned debits from the file of the bank to the work list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.company_data["default_journal_bank"]
        cls.bank.bank_account_id = cls.env["res.partner.bank"].create(
            {"acc_number": files.ACCOUNT, "partner_id": cls.company.partner_id.id}
        )
        # Has no rights on claims: banking is another department.
        cls.accountant = new_test_user(
            cls.env,
            login="returns_accountant",
            groups="account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def paid(self, amount, reference):
        move = self.invoice(amount, "2026-03-01", payment_reference=reference)
        claim = self.claim(move)
        self.pay(move, amount, "2026-03-05")
        self.assertEqual(claim.state, "settled")
        return claim

    def load(self, content):
        """Import a file as the accountant; return the payment returns."""
        imports = self.env["payment.return.import"].with_user(self.accountant)
        wizard = imports.create({"data_file": base64.b64encode(content)})
        known = self.env["payment.return"].search([])
        wizard.import_file()
        return self.env["payment.return"].search([]) - known

    def items(self):
        return self.env["ar.work.item"].search(
            [("kind", "=", "returned_payment"), ("state", "=", "open")]
        )

    @property
    def currency_name(self):
        return self.company.currency_id.name

    def test_rejected_collection_reopens_the_claim_and_follows_its_reason(self):
        claim = self.paid(40, "RF18539007547034")
        returned = self.load(
            files.status(
                {"amount": "40.00", "reason": "AM04", "end_to_end": "RF18539007547034"},
                currency=self.currency_name,
            )
        )
        self.assertEqual(returned.line_ids.partner_id, self.debtor_partner)
        returned.with_user(self.accountant).action_confirm()
        self.sync()
        self.assertRecordValues(claim, [{"state": "open", "cycle": 1}])
        item = self.items()
        self.assertEqual(item.claim_id, claim)
        self.assertEqual(item.return_reason_id.code, "AM04")
        self.assertIn("no cover", item.note)
        self.assertTrue(claim.hold_ids)
        self.assert_ledger_agrees()

    def test_booked_return_of_each_reason(self):
        claims, entries = self.env["ar.claim"], []
        for number, reason in enumerate(("MD01", "MD07", "MS02")):
            reference = f"CONTRACT-{number}"
            claims += self.paid(40 + number, reference)
            entries.append(
                {
                    "amount": f"{40 + number}.00",
                    "reason": reason,
                    "end_to_end": reference,
                }
            )
        returns = self.load(
            files.booked(*entries, family="camt.053", currency=self.currency_name)
        )
        for returned in returns:
            returned.with_user(self.accountant).action_confirm()
        self.sync()
        self.assertEqual(set(claims.mapped("state")), {"open"})
        debtor = claims.debtor_id
        self.assertTrue(debtor.debit_blocked_on)
        self.assertEqual(debtor.hold_ids.reason_id.code, "deceased")
        self.assertTrue(claims[2].expedited_on)

    def test_return_that_is_cancelled_settles_the_claim_again(self):
        claim = self.paid(40, "CONTRACT-1")
        returned = self.load(
            files.booked(
                {"amount": "40.00", "end_to_end": "CONTRACT-1"},
                currency=self.currency_name,
            )
        )
        returned.action_confirm()
        self.sync()
        self.assertTrue(self.items())
        returned.action_cancel()
        self.sync()
        self.assertEqual(claim.state, "settled")
        self.assertFalse(self.items())

    def test_part_that_was_returned_is_the_amount_on_the_list(self):
        claim = self.paid(40, "CONTRACT-1")
        returned = self.load(
            files.booked(
                {"amount": "40.00", "end_to_end": "CONTRACT-1"},
                currency=self.currency_name,
            )
        )
        returned.line_ids.amount = 15
        returned.action_confirm()
        self.sync()
        self.assertEqual(claim.state, "open")
        self.assertEqual(self.items().amount, 15)

    def test_file_comes_in_once(self):
        self.paid(40, "CONTRACT-1")
        content = files.booked(
            {"amount": "40.00", "end_to_end": "CONTRACT-1"}, currency=self.currency_name
        )
        self.load(content)
        with self.assertRaisesRegex(UserError, "already imported"):
            self.load(content)

    def test_other_amount_finds_no_payment(self):
        self.paid(40, "CONTRACT-1")
        returned = self.load(
            files.booked(
                {"amount": "39.00", "end_to_end": "CONTRACT/1"},
                currency=self.currency_name,
            )
        )
        self.assertFalse(returned.line_ids.move_line_ids)

    def test_other_currency_is_refused_in_words(self):
        other = "CHF" if self.currency_name != "CHF" else "EUR"
        with self.assertRaisesRegex(UserError, other):
            self.load(files.booked({"amount": "40.00"}, currency=other))

    def test_damaged_file_is_refused_in_words(self):
        content = files.status({"amount": "40.00"}, currency=self.currency_name)
        with self.assertRaisesRegex(UserError, "damaged"):
            self.load(content.replace(b"40.00", b"forty"))

    def test_unknown_code_is_kept_for_a_person(self):
        self.paid(40, "CONTRACT-1")
        returned = self.load(
            files.booked(
                {"amount": "40.00", "end_to_end": "CONTRACT-1", "reason": "ZZ99"},
                currency=self.currency_name,
            )
        )
        self.assertEqual(returned.line_ids.reason_id.code, "ZZ99")
        returned.action_confirm()
        self.sync()
        self.assertFalse(self.items().return_reason_id)
        self.assertIn("ZZ99", self.items().note)
