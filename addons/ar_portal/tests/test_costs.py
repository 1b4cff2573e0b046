from odoo.tests import freeze_time, tagged

from odoo.addons.ar_dunning.tests.law_common import LawCommon

from .test_portal import PortalCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-06 10:00:00")
class TestPortalCosts(LawCommon, PortalCommon):
    """300.00, with 45.00 of costs and 0.95 of interest on 6 April 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = cls.policy(cls, "lump_sum") + cls.policy(cls, "interest")

    def sections(self):
        return self.env["ar.debtor"]._portal_sections(self.user)

    def test_debtor_reads_what_is_owed_beside_the_amount(self):
        self.overdue(until="2026-04-06")
        [section] = self.sections()
        self.assertEqual((section.total, section.overdue), (345.95, 345.95))
        self.sign_in()
        words = self.text()
        for expected in ("345.95", "300.00", "Lump sum", "art. 2", "45.00", "0.95"):
            self.assertIn(expected, words)

    def test_booked_costs_count_once(self):
        self.policies.treatment = "booked"
        claim = self.overdue(until="2026-04-06")
        [section] = self.sections()
        self.assertEqual([one.claim for one in section.claims], [claim])
        self.assertEqual(section.total, 345.95)

    def test_costs_alone_are_shown_and_payable(self):
        claim = self.overdue(until="2026-04-06")
        self.pay(claim.move_id, 300, "2026-04-06")
        self.bring_up_to("2026-04-06")
        [section] = self.sections()
        self.assertEqual(section.total, 45.95)
        self.assertEqual(section.to_pay, claim)
        [one] = section.claims
        self.assertNotIn("nothing has to be paid", one.next_step)

    def test_totals_of_the_debtor_with_costs_once(self):
        for treatment in ("off_ledger", "booked"):
            with self.subTest(treatment), self.env.cr.savepoint() as savepoint:
                self.policies.treatment = treatment
                claim = self.overdue(until="2026-04-06")
                debtor = claim.debtor_id
                self.assertRecordValues(
                    debtor,
                    [
                        {
                            "open_claim_count": 1,
                            "amount_open": 345.95,
                            "amount_overdue": 345.95,
                        }
                    ],
                )
                self.assertEqual(self.debtor_partner.ar_amount_open, 345.95)
                self.assertEqual(
                    [one["id"] for one in debtor.get_desk()["claims"]], [claim.id]
                )
                savepoint.rollback()
                self.env.invalidate_all()
