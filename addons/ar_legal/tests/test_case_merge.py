from odoo.tests import tagged

from .common import LegalCommon


@tagged("post_install", "-at_install", "ar")
class TestCaseMerge(LegalCommon):
    """Two contacts with legal cases turn out to be one person."""

    def setUp(self):
        super().setUp()
        self.double = self.create_partner("D. Peeters", "dp@debtor.example")
        self.kept, self.kept_case = self.handed_over()
        self.lost, self.lost_case = self.handed_over(200, self.double)
        self.free = self.claim(self.invoice(50, "2026-02-20", self.double))
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.debtor_partner + self.double).ids, self.debtor_partner
        )
        self.sync()

    def test_both_cases_go_on_with_one_debtor(self):
        cases = self.kept_case | self.lost_case
        self.assertEqual(len(cases), 2)
        self.assertEqual(set(cases.mapped("state")), {"open"})
        self.assertEqual(cases.debtor_id, self.kept.debtor_id)
        self.assertEqual(cases.partner_id, self.debtor_partner)
        for claim in (self.kept, self.lost):
            self.assertEqual(self.blockers(claim, "2026-03-20")[0], "in_legal_case")
        items = self.env["ar.work.item"].search([("legal_case_id", "in", cases.ids)])
        self.assertLessEqual(items.debtor_id, self.kept.debtor_id)
        self.assert_ledger_agrees()

    def test_what_is_in_no_case_is_reminded(self):
        self.run_day("2026-03-20")
        self.assertEqual(self.level_keys(self.free), ["reminder"])
        told = self.lines(self.free).notice_id.line_ids.claim_id
        self.assertFalse(told & (self.kept | self.lost), "the bailiff asks for those")

    def test_a_claim_of_the_double_can_join_the_case(self):
        self.add(self.kept_case, self.free)
        self.assertEqual(self.blockers(self.free, "2026-03-20")[0], "in_legal_case")
        for claim in self.kept | self.lost | self.free:
            self.pay(claim.move_id, claim.amount_residual, "2026-03-25")
        self.close(self.kept_case, "paid")
        self.close(self.lost_case, "paid")
        self.assertEqual(
            set((self.kept_case | self.lost_case).mapped("state")), {"closed"}
        )
