from odoo.tests import freeze_time, tagged

from odoo.addons.ar_dunning.tests.test_bank_match import BankMatchCommon

from .common import PaymentLinkCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestLinkReference(BankMatchCommon, PaymentLinkCommon):
    def owe(self, *amounts, **values):
        return PaymentLinkCommon.owe(self, *amounts, **values)

    def assert_applied(self, payment, state="applied", rule="link_reference"):
        result = self.result(payment)
        self.assertEqual((result.state, result.rule), (state, rule))

    def test_reference_of_a_link_pays_all_its_claims(self):
        claims = self.owe(100, 50, 25.5)
        link = self.make(claims)
        payment = self.receive(175.5, f"betaling {link.reference} dank u")
        self.match()
        self.assert_applied(payment)
        self.assertEqual(set(claims.mapped("state")), {"settled"})
        self.assertEqual(self.result(payment).line_ids.claim_id, claims)
        self.assertFalse(self.work(payment))
        self.assert_ledger_agrees()

    def test_creditor_reference_is_read_in_groups(self):
        self.company.account_fiscal_country_id = self.env.ref("base.nl")
        claims = self.owe(100, 50)
        link = self.make(claims)
        self.assertTrue(link.reference.startswith("RF"))
        payment = self.receive(150, f"/RFB/{link.reference.lower()}")
        self.match()
        self.assert_applied(payment)

    def test_partly_paid_meanwhile(self):
        first, second = self.owe(100, due="2026-02-01") + self.owe(50)
        link = self.make(first + second)
        self.pay(first.move_id, 40, "2026-03-02")
        payment = self.receive(110, link.reference)
        self.match()
        self.assert_applied(payment)
        self.assertEqual(first.state + second.state, "settledsettled")

    def test_one_claim_paid_meanwhile(self):
        first, second = self.owe(100, 50)
        link = self.make(first + second)
        self.pay(first.move_id, 100, "2026-03-02")
        payment = self.receive(50, link.reference)
        self.match()
        self.assert_applied(payment)
        self.assertEqual(second.state, "settled")

    def test_too_little_pays_the_oldest(self):
        newer, older = self.owe(50) + self.owe(100, due="2026-02-01")
        link = self.make(newer + older)
        payment = self.receive(120, link.reference)
        self.match()
        self.assert_applied(payment, "partial")
        self.assertEqual(older.state, "settled")
        self.assertEqual(newer.amount_residual, 30)

    def test_too_much_is_a_credit_of_the_debtor(self):
        link = self.make(self.owe(100, 50))
        payment = self.receive(170, link.reference)
        self.match()
        self.assert_applied(payment, "overpaid")
        self.assertEqual(self.result(payment).amount_left, 20)
        self.assertEqual(self.work(payment).kind, "overpayment")

    def test_expired_and_revoked_links_still_resolve(self):
        claims = self.owe(100, 50)
        link = self.make(claims)
        link.action_revoke()
        link.sudo().expires_on = "2026-01-01"
        payment = self.receive(150, link.reference)
        self.match()
        self.assert_applied(payment)

    def test_what_others_collect_is_not_paid_before_what_the_page_asked_for(self):
        elsewhere = self.owe(100, due="2026-02-01")
        asked = self.owe(50, 25)
        link = self.make(elsewhere + asked)
        self.collect_elsewhere(elsewhere)
        facts = link._payment_facts()
        self.assertEqual((facts.amount, facts.reference), (75, link.reference))
        payment = self.receive(75, facts.reference)
        self.match()
        self.assert_applied(payment)
        self.assertEqual(set(asked.mapped("state")), {"settled"})
        self.assertEqual(elsewhere.amount_residual, 100)

    def test_who_pays_all_of_an_old_notice_pays_what_others_collect_too(self):
        elsewhere = self.owe(100, due="2026-02-01")
        asked = self.owe(50, 25)
        link = self.make(elsewhere + asked)
        self.collect_elsewhere(elsewhere)
        payment = self.receive(175, link.reference)
        self.match()
        self.assert_applied(payment)
        self.assertEqual(set((elsewhere + asked).mapped("state")), {"settled"})

    def test_reference_that_older_invoices_share_does_not_name_a_newer_one(self):
        shared = {"payment_reference": "+++123/4567/89002+++"}
        older = self.owe(100, due="2026-02-01", **shared)
        newer = self.owe(50, **shared)
        self.assertEqual(
            self.make(older)._payment_facts().reference, older.payment_reference
        )
        payment = self.receive(50, self.make(newer)._payment_facts().reference)
        self.match()
        self.assert_applied(payment)
        self.assertEqual(newer.state, "settled")
        self.assertEqual(older.amount_residual, 100)

    def test_reference_of_the_invoice_goes_first(self):
        claim = self.owe(100, payment_reference="+++123/4567/89002+++")
        link = self.make(claim)
        payment = self.receive(100, f"+++123/4567/89002+++ {link.reference}")
        self.match()
        self.assert_applied(payment, rule="structured_reference")

    def test_wrong_check_digits_name_nothing(self):
        link = self.make(self.owe(100, 50))
        key = link.reference_key
        wrong = key[:-1] + str((int(key[-1]) + 1) % 10)
        payment = self.receive(150, wrong)
        self.match()
        self.assertFalse(self.result(payment).rule)

    def test_claim_booked_anew_is_paid_in_its_new_form(self):
        first, second = self.owe(100, 50)
        link = self.make(first + second)
        successor = self.owe(100)
        first.sudo().write(
            {"state": "void", "line_id": False, "successor_id": successor.id}
        )
        payment = self.receive(150, link.reference)
        self.match()
        self.assert_applied(payment)
        self.assertEqual(successor.state, "settled")

    def test_link_of_another_group_of_companies_names_nothing(self):
        other = self.setup_other_company()["company"]
        link = self.make(self.owe(100, 50))
        link.line_ids.claim_id.sudo().write({"root_company_id": other.id})
        payment = self.receive(150, link.reference)
        self.match()
        self.assertNotEqual(self.result(payment).state, "applied")
