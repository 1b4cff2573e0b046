from copy import deepcopy
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..rules import law_pack
from .law_common import LAW, LawCommon


@tagged("post_install", "-at_install", "ar")
class TestLawUsed(LawCommon):
    """What a claimed amount rests on is replaced by an upgrade, never rewritten."""

    def setUp(self):
        super().setUp()
        self.policy("interest")
        self.policy("lump_sum")
        self.rate = self.pack.series_ids.rate_ids
        self.waits = self.pack.wait_ids.row_ids

    def wait_row(self, channel):
        rows = self.pack.wait_ids.row_ids
        return rows.filtered(lambda row: row.channel == channel and row.active)

    def upgrade(self, percentage, days):
        """Load the law again, with another rate and another period by e-mail."""
        said = deepcopy(LAW) | {"version": "2"}
        said["series"][0]["rates"][0]["percentage"] = percentage
        said["waits"][0]["rows"][1]["days"] = days
        self.env(su=True)["ar.law.pack"]._load(law_pack.read(said))
        self.env.invalidate_all()

    def test_nothing_is_marked_before_something_rests_on_it(self):
        self.claim(self.invoice(300, "2026-03-02"))
        self.remind()
        self.assertFalse(any(row.used_on for row in self.rate))
        self.assertFalse(any(row.used_on for row in self.waits))
        self.upgrade(9, 15)
        self.assertEqual(self.rate.percentage, 9)
        self.assertTrue(self.rate.active)
        self.assertEqual(self.wait_row("email").days, 15)

    def test_how_interest_that_was_claimed_counts_does_not_change(self):
        said = deepcopy(LAW) | {"version": "2"}
        said["series"][0]["day_count"] = "act/365"
        packs = self.env(su=True)["ar.law.pack"]
        packs._load(law_pack.read(said))
        self.assertEqual(self.pack.series_ids.day_count, "act/365")
        packs._load(law_pack.read(LAW))
        self.overdue()
        with self.assertRaisesRegex(UserError, "costs_interest.*Day Count"):
            packs._load(law_pack.read(said | {"version": "3"}))

    def test_rate_and_period_behind_a_claimed_amount_are_replaced(self):
        claim = self.overdue()
        self.assertEqual(claim.amount_costs, 45)
        self.assertGreater(claim.amount_interest, 0)
        by_email, by_letter = self.wait_row("email"), self.wait_row("letter")
        self.assertEqual(self.rate.used_on, date(2026, 3, 27))
        self.assertEqual(by_email.used_on, date(2026, 3, 27))
        self.assertFalse(by_letter.used_on)  # no proof names it
        self.upgrade(9, 15)
        self.assertRecordValues(
            self.rate,
            [{"percentage": 10.5, "active": False, "replaced_in": "2"}],
        )
        self.assertRecordValues(
            by_email, [{"days": 14, "active": False, "replaced_in": "2"}]
        )
        new = self.pack.series_ids.rate_ids
        self.assertEqual((new.percentage, new.used_on), (9, False))
        self.assertEqual(self.wait_row("email").days, 15)
        kinds = self.pack.change_ids.mapped("kind")
        self.assertEqual(kinds, ["replaced", "replaced"])

    def test_rows_are_marked_on_the_first_day_and_once(self):
        self.overdue()
        log = self.env["ar.config.change"].sudo()
        before = log.search_count([])
        self.bring_up_to("2026-03-30")
        self.assertEqual(self.rate.used_on, date(2026, 3, 27))
        self.assertEqual(log.search_count([]), before)
