from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import DunningCommon


@freeze_time("2026-03-20")
@tagged("post_install", "-at_install", "ar")
class TestCredit(DunningCommon):
    """Credit limits and order stops; today is 20 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.approver = cls.create_user("credit_approver", "ar_dunning.group_approver")

    def debtor(self, due="2025-12-01", partner=None):
        self.invoice(1200, due, partner)
        return (partner or self.debtor_partner).ar_debtor_ids

    def decide(self, debtor, user=None, **values):
        wizard = (
            self.env["ar.credit.decision"]
            .with_user(user or self.approver)
            .create({"debtor_id": debtor.id, **values})
        )
        wizard.action_decide()
        self.env.invalidate_all()
        return wizard

    def test_old_claim_proposes_a_stop_and_a_person_accepts_it(self):
        debtor = self.debtor()
        debtors = self.env["ar.debtor"].with_user(self.approver)
        proposed = [("order_stop_proposed", "=", True)]
        self.assertIn(debtor, debtors.search(proposed))
        self.assertFalse(self.debtor_partner.ar_order_stop)
        wizard = self.decide(debtor)
        self.assertIn("60", wizard.proposal)
        self.assertTrue(self.debtor_partner.ar_order_stop)
        self.assertEqual(self.debtor_partner.ar_order_stop_reason, wizard.note)
        self.assertEqual(self.debtor_partner.trust, "bad")
        self.assertEqual(debtor.order_stop_by_id, self.approver)
        self.assertNotIn(debtor, debtors.search(proposed))

    def test_limit_follows_turnover_and_risk(self):
        debtor = self.debtor()
        self.env["ar.debtor.figure"].sudo()._refresh(
            self.company, self.company._ar_today()
        )
        self.env.invalidate_all()
        self.decide(debtor, use_limit=True, limit=500, stop=False)
        partner = self.debtor_partner.with_company(self.company)
        self.assertTrue(partner.use_partner_credit_limit)
        self.assertEqual(partner.credit_limit, 500)
        self.assertFalse(partner.ar_order_stop)

    def test_stop_is_lifted_and_can_be_searched(self):
        debtor = self.debtor()
        partners = self.env["res.partner"]
        self.decide(debtor, stop=True, note="Bills are open.")
        self.assertIn(
            self.debtor_partner, partners.search([("ar_order_stop", "=", True)])
        )
        self.decide(debtor, stop=False)
        self.assertNotIn(
            self.debtor_partner, partners.search([("ar_order_stop", "=", True)])
        )
        self.assertEqual(self.debtor_partner.trust, "normal")

    def test_invoice_shows_the_stop_to_who_has_no_rights_on_claims(self):
        self.decide(self.debtor(), stop=True, note="Bills are open.")
        seller = self.create_user("credit_seller", "account.group_account_invoice")
        draft = self.invoice(10, "2026-05-01", post=False).with_user(seller)
        self.assertEqual(draft.ar_order_stop_reason, "Bills are open.")
        other = self.invoice(10, "2026-05-01", self.create_partner("Other"), post=False)
        self.assertFalse(other.ar_order_stop_reason)

    def test_restricted_debtor_gives_no_signal(self):
        debtor = self.debtor()
        self.decide(debtor, stop=True, note="Bills are open.")
        debtor.sudo().restricted = True
        self.env.invalidate_all()
        self.assertFalse(self.debtor_partner.ar_order_stop)
        self.assertNotIn(
            self.debtor_partner,
            self.env["res.partner"].search([("ar_order_stop", "=", True)]),
        )

    def test_only_approvers_decide(self):
        debtor = self.debtor()
        collector = self.create_user("credit_collector", "ar_dunning.group_collector")
        with self.assertRaises(AccessError):
            self.decide(debtor, collector)
        with self.assertRaises(UserError):
            debtor.with_user(collector)._decide_credit(None, True, "x")
        with self.assertRaises(UserError):
            debtor.with_user(self.approver).order_stop_on = "2026-01-01"

    def test_stop_needs_a_reason(self):
        with self.assertRaises(UserError):
            self.decide(self.debtor(), stop=True, note=" ")

    def test_other_company_sees_no_stop(self):
        self.decide(self.debtor(), stop=True, note="Bills are open.")
        other = self.env["res.company"].create({"name": "Other entity"})
        self.assertFalse(self.debtor_partner.with_company(other).ar_order_stop)
