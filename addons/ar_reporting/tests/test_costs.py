from datetime import date

from odoo.tests import tagged

from odoo.addons.ar_dunning.tests.law_common import LawCommon


@tagged("post_install", "-at_install")
class TestAgeingOfCosts(LawCommon):
    """Booked costs are items of the ledger: they age once, with their own due date."""

    def open_amounts(self, on):
        ageing = self.env["ar.ageing"]._at(date.fromisoformat(on))
        rows = ageing.search([("company_id", "=", self.company.id)])
        return sorted(rows.mapped("amount_residual"))

    def test_booked_costs_age_once(self):
        self.policy("lump_sum", "booked")
        claim = self.overdue()
        self.assertEqual(claim.amount_due, 345)
        self.assertEqual(self.open_amounts("2026-03-31"), [45, 300])
        self.assert_ledger_agrees()

    def test_costs_off_the_ledger_are_not_in_its_ageing(self):
        self.policy("lump_sum")
        claim = self.overdue()
        self.assertEqual(claim.amount_due, 345)
        self.assertEqual(self.open_amounts("2026-03-31"), [300])
        self.assert_ledger_agrees()

    def test_nothing_is_left_when_a_transfer_paid_all_of_it(self):
        self.policy("lump_sum")
        claim = self.overdue()
        self.transfer(345, claim.move_name, "2026-03-30")
        self.match("2026-03-30")
        self.assertEqual(claim.state, "settled")
        self.assertEqual(self.open_amounts("2026-03-31"), [])
        self.assert_ledger_agrees()
