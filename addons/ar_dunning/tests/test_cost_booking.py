from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models import claim_cost_book, claim_cost_claim
from .law_common import LawCommon


@tagged("post_install", "-at_install", "ar")
class TestCostBooking(LawCommon):
    """What cannot be booked waits with its reason, and stops nobody else."""

    def failing(self, claim, error):
        """Return a patch that lets the entry of one claim fail."""
        shares = self.env["ar.claim.cost.share"]
        make = type(shares)._prepare_entry

        def prepare(share, amount, on):
            if share.claim_id == claim:
                raise error
            return make(share, amount, on)

        return patch.object(type(shares), "_prepare_entry", prepare)

    def reminded(self, *amounts):
        self.policy("lump_sum", "booked", grouping="each")
        claims = self.env["ar.claim"].union(
            *(self.claim(self.invoice(amount, "2026-03-02")) for amount in amounts)
        )
        self.remind()
        return claims

    def assert_one_waits(self, error, words):
        claims = self.reminded(300, 400, 500)
        with self.failing(claims[1], error):
            self.bring_up_to("2026-03-27")
        waits = self.costs(claims[1])
        self.assertEqual(
            [self.costs(claim).state for claim in claims],
            ["posted", "claimed", "posted"],
        )
        self.assertEqual(waits.booking_error, words)
        self.assertFalse(waits.move_ids)
        with freeze_time("2026-03-28"):
            check = self.env["ar.health"].search(
                [("company_id", "=", self.company.id), ("code", "=", "booking")]
            )
        self.assertEqual((check.state, check.number), ("3_error", 1))
        self.assertEqual(
            self.env["ar.claim.cost"].search(check.action_open_place()["domain"]), waits
        )
        # The next day nothing is wrong any more.
        self.bring_up_to("2026-03-28")
        self.assertRecordValues(waits, [{"state": "posted", "booking_error": False}])
        self.assert_ledger_agrees()

    def test_an_entry_that_the_ledger_refuses(self):
        self.assert_one_waits(
            UserError("The period is locked."), "The period is locked."
        )

    @mute_logger("odoo.addons.ar_dunning.models.claim_cost_book")
    def test_an_error_that_nobody_expects(self):
        self.assert_one_waits(
            ZeroDivisionError(),
            "An unexpected error occurred; it is in the server's log.",
        )

    def test_a_locked_period(self):
        [claim] = self.reminded(300)
        self.company.sudo().fiscalyear_lock_date = "2026-03-31"
        self.bring_up_to("2026-03-27")
        # Odoo moves the entry to the first day that is open.
        self.assertEqual(self.costs(claim).state, "posted")
        self.assertGreater(self.costs(claim).move_ids.date, date(2026, 3, 31))

    def test_money_that_pays_costs(self):
        self.policy("lump_sum", grouping="each")
        other = self.env["res.partner"].create(
            {"name": "Another debtor", "email": "another@debtor.example"}
        )
        moves = [
            self.invoice(300, "2026-03-02"),
            self.invoice(300, "2026-03-02", partner=other),
        ]
        claims = [self.claim(move) for move in moves]
        self.remind()
        for claim, partner in zip(claims, (None, other), strict=True):
            self.pay(claim.move_id, 300, "2026-03-30")
            self.receive(45, "2026-04-02", partner)
        with self.failing(claims[0], UserError("No.")):
            self.bring_up_to("2026-04-03")
        self.assert_owes(claims[0], 0, costs=45)
        self.assert_owes(claims[1], 0)
        self.assertEqual(self.costs(claims[0]).booking_error, "No.")
        self.bring_up_to("2026-04-04")
        self.assert_owes(claims[0], 0)
        self.assertFalse(self.costs(claims[0]).booking_error)

    def test_the_ledger_is_written_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.company.partner_id.lang = "nl_NL"
        [claim] = self.reminded(300)
        self.bring_up_to("2026-03-27")
        entry = self.costs(claim).move_ids
        self.assertIn(f" bij {claim.move_name}", entry.ref)
        self.costs(claim)._waive("Goodwill")
        back = self.env["account.move"].search([("ref", "ilike", "Teruggenomen")])
        self.assertIn(f" bij {claim.move_name}", back.ref)

    def test_many_are_booked_in_batches(self):
        claims = self.reminded(300, 400, 500)
        with patch.object(claim_cost_book, "BOOKINGS_PER_BATCH", 2):
            self.bring_up_to("2026-03-27")
        self.assertEqual(set(self.costs(claims).mapped("state")), {"posted"})

    def test_periods_are_worked_out_in_batches(self):
        claims = self.reminded(300, 400, 500)
        with patch.object(claim_cost_claim, "COSTS_PER_BATCH", 1):
            self.bring_up_to("2026-03-13")
        self.assertEqual(
            set(self.costs(claims).mapped("claimable_from")), {date(2026, 3, 27)}
        )

    @mute_logger("odoo.addons.ar_dunning.models.claim_cost_claim")
    def test_a_period_that_nobody_knew_is_worked_out_later(self):
        [claim] = self.reminded(300)
        regimes = type(self.env["ar.law.regime"])
        with patch.object(regimes, "_wait_after", side_effect=LookupError):
            self.bring_up_to("2026-03-13")
        self.assertFalse(self.costs(claim).claimable_from)
        self.bring_up_to("2026-03-14")
        self.assertEqual(self.costs(claim).claimable_from, date(2026, 3, 27))

    def test_interest_in_the_ledger_is_proved_as_it_was_booked(self):
        self.policy("interest", "booked")
        claim = self.overdue()
        self.pay(claim.move_id, 300, "2026-04-10")
        self.bring_up_to("2026-04-11")
        cost = self.costs(claim)
        self.assertEqual(cost.state, "posted")
        kept = cost.proof
        self.env["ar.law.rate"].sudo().create(
            {
                "series_id": self.pack.series_ids.id,
                "company_id": self.company.id,
                "valid_from": "2026-01-01",
                "valid_until": "2026-12-31",
                "percentage": 1,
            }
        )
        self.assertEqual(list(cost._proofs().values()), [kept])
        self.assertTrue(cost._proof_holds())
