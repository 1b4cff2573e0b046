from odoo.tests import tagged

from odoo.addons.ar_dunning.tests.law_common import LawCommon


@tagged("post_install", "-at_install", "ar")
class TestBelgianReminders(LawCommon):
    """What a reminder itself may cost: from the fourth due date of a year on.

    Art. XIX.2 § 2: contracts by which something is supplied regularly; 7.50 euro and
    the postage, once for a letter.
    """

    country = "be"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.company_registry = "0123456749"
        cls.company.ar_letter_postage = 1.6

    @classmethod
    def default_levels(cls):
        claim = {"cost_action": "claim", "minimum_wait_days": 19}
        return [
            {"level_key": "friendly", "offset_days": -3, "mandatory": False},
            {"level_key": "reminder", "offset_days": 10, "cost_action": "announce"},
            {"level_key": "second", "offset_days": 40, **claim},
            {"level_key": "third", "offset_days": 70, **claim},
        ]

    def setUp(self):
        super().setUp()
        self.policy("reminder", regular_supply=True)

    def month(self, month, amount=50):
        """Return the claim of a delivery that is due on the first of a month."""
        return self.claim(self.invoice(amount, f"2026-{month:02}-01"))

    def charged(self, claims):
        """Return what reminders themselves cost, by claim."""
        self.env.invalidate_all()
        shares = self.env["ar.claim.cost.share"].search(
            [("claim_id", "in", claims.ids), ("kind", "=", "reminder")], order="id"
        )
        return [(share.claim_id, share.amount) for share in shares]

    def test_four_due_dates_in_one_letter_cost_the_fourth_only(self):
        claims = self.env["ar.claim"].union(*map(self.month, (1, 2, 3, 4)))
        self.run_day("2026-05-01")
        self.assertEqual(self.charged(claims), [])
        self.run_day("2026-06-01")
        self.assertEqual(self.charged(claims), [(claims[3], 9.1)])

    def test_a_due_date_keeps_its_place_in_the_year(self):
        first = self.month(1)
        self.run_day("2026-01-15")
        claims = self.env["ar.claim"].union(*map(self.month, (2, 3, 4)))
        self.run_day("2026-04-20")
        # The second reminder of the first due date is free, whatever came after it.
        self.run_day("2026-05-20")
        self.assertEqual(self.charged(first), [])
        self.assertEqual(self.charged(claims), [(claims[2], 9.1)])

    def test_a_friendly_notice_is_no_reminder(self):
        for month in (1, 2, 3):
            claim = self.month(month)
            self.run_day(f"2026-{month - 1 or 1:02}-{28 if month > 1 else 1:02}")
            self.pay(claim.move_id, 50, f"2026-{month:02}-01")
        last = self.month(4)
        self.run_day("2026-04-20")
        self.run_day("2026-05-20")
        self.assertEqual(self.charged(last), [])

    def test_five_due_dates_in_one_letter_cost_one_letter(self):
        claims = self.env["ar.claim"].union(*map(self.month, (1, 2, 3, 4, 5)))
        self.run_day("2026-06-01")
        self.run_day("2026-07-01")
        self.assertEqual(sum(amount for _claim, amount in self.charged(claims)), 9.1)

    def test_the_year_begins_anew(self):
        claims = self.env["ar.claim"].union(*map(self.month, (9, 10, 11, 12)))
        self.run_day("2026-12-20")
        self.run_day("2027-01-20")
        self.assertEqual(self.charged(claims), [(claims[3], 9.1)])
        later = self.claim(self.invoice(50, "2027-02-01"))
        self.run_day("2027-02-20")
        self.run_day("2027-03-20")
        self.assertEqual(self.charged(later), [])

    def test_nothing_where_nothing_is_supplied_regularly(self):
        self.env["ar.cost.policy"].search([]).regular_supply = False
        claims = self.env["ar.claim"].union(*map(self.month, (1, 2, 3, 4)))
        self.run_day("2026-05-01")
        self.run_day("2026-06-01")
        self.assertEqual(self.charged(claims), [])
