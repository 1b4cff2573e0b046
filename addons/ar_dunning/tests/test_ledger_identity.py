from odoo.tests import tagged
from odoo.tools import SQL

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestLedgerIdentity(DunningCommon):
    """The proof that claims and ledger agree: cheap to read, and it can fail."""

    def setUp(self):
        super().setUp()
        self.kept = self.claim(self.invoice(70, "2026-03-01"))
        self.strayed = self.claim(self.invoice(100, "2026-03-01"))
        self.assertFalse(self.differences())

    def differences(self):
        """Return {account: (claims, balance, difference)} of what does not agree."""
        self.env.invalidate_all()
        rows = self.env["ar.ledger.identity"].search(
            [("company_id", "=", self.company.id)]
        )
        return {
            row.account_id: (row.claims, row.balance, row.difference)
            for row in rows
            if row.currency_id.compare_amounts(row.difference, 0)
        }

    def change(self, statement, *records):
        """Break what the suite keeps whole: past the ORM."""
        self.env.flush_all()
        self.env.cr.execute(SQL(statement, *(record.id for record in records)))

    def test_claim_under_another_account_is_a_difference(self):
        account = self.strayed.account_id
        other = account.copy({"code": "400999"})
        self.change(
            "UPDATE ar_claim SET account_id = %s WHERE id = %s", other, self.strayed
        )
        self.assertEqual(self.differences(), {account: (70, 170, 100)})

    def test_claim_on_what_is_not_booked_is_a_difference(self):
        self.change(
            "UPDATE account_move_line SET parent_state = 'draft' WHERE id = %s",
            self.strayed.line_id,
        )
        self.assertEqual(self.differences(), {self.kept.account_id: (170, 70, -100)})

    def test_item_without_its_claim_is_listed_as_excluded(self):
        self.change("UPDATE ar_claim SET state = 'void' WHERE id = %s", self.strayed)
        self.assertFalse(self.differences())
        row = self.env["ar.ledger.identity"].search(
            [("account_id", "=", self.kept.account_id.id), ("claims", "=", 70)]
        )
        self.assertEqual((row.excluded, row.balance), (100, 170))

    def test_no_item_is_looked_up_by_itself(self):
        """However many there are: a lookup for each took a quarter of a minute."""
        query = self.env["ar.ledger.identity"]._table_query
        plan = self.env.execute_query(SQL("EXPLAIN %s", query))
        self.assertNotIn("SubPlan", "\n".join(line for [line] in plan))
