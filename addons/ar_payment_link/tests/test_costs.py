from lxml import html

from odoo.exceptions import UserError
from odoo.tests import HttpCase, freeze_time, tagged

from odoo.addons.ar_dunning.tests.law_common import LawCommon

from .payment_common import OnlinePaymentCommon

OGM = "+++123/4567/89002+++"


class CostsCommon(LawCommon, OnlinePaymentCommon):
    """A debtor of 300.00, 45.00 of costs and 0.95 of interest on 6 April 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = cls.policy(cls, "lump_sum") + cls.policy(cls, "interest")

    def asked(self, link):
        return float(sum(one.open_amount for one in link._open_claims()))


@tagged("post_install", "-at_install")
@freeze_time("2026-04-06 10:00:00")
class TestLinkWithCosts(CostsCommon):
    def test_link_asks_for_principal_costs_and_interest(self):
        claim = self.overdue(until="2026-04-06")
        link = self.make(claim)
        [one] = link._open_claims()
        self.assertEqual((float(one.principal), float(one.beside)), (300, 45.95))
        self.assertEqual(link.amount_due, 345.95)
        facts = link._payment_facts()
        self.assertEqual(float(facts.amount), 345.95)
        self.assertIn("EUR345.95", facts.code)

    def test_page_names_what_is_owed_beside_the_amount(self):
        claim = self.overdue(until="2026-04-06")
        [shown] = self.make(claim)._page_claims()
        self.assertEqual(
            [(part["name"], part["article"], part["amount"]) for part in shown.beside],
            [
                ("Lump sum", "art. 2", 45),
                ("Interest until 04/06/2026", "art. 4", 0.95),
            ],
        )
        self.assertEqual(shown.units, 34595)

    def test_booked_costs_are_not_a_claim_of_their_own(self):
        self.policies.treatment = "booked"
        claim = self.overdue(until="2026-04-06")
        accessory = self.env["ar.claim"].search([("principal_claim_id", "=", claim.id)])
        self.assertTrue(accessory)
        link = self.make(claim)
        self.assertEqual([one.claim for one in link._open_claims()], [claim])
        self.assertEqual(self.asked(link), 345.95)
        with self.assertRaises(UserError):
            self.make(accessory)

    def test_costs_alone_are_paid_by_link(self):
        claim = self.overdue(until="2026-04-06")
        self.pay(claim.move_id, 300, "2026-04-06")
        self.bring_up_to("2026-04-06")
        link = self.make(claim)
        self.assertEqual(self.asked(link), 45.95)
        self.complete(self.begin(link))
        self.assert_owes(claim, 0)
        self.assert_ledger_agrees()

    def test_transfer_with_the_reference_of_the_link(self):
        claim = self.overdue(until="2026-04-06")
        other = self.claim(self.invoice(50, "2026-03-02"))
        link = self.make(claim + other)
        self.transfer(395.95, link.reference, "2026-04-06")
        self.match("2026-04-06")
        self.assertEqual(set((claim + other).mapped("state")), {"settled"})


@tagged("post_install", "-at_install")
@freeze_time("2026-04-06 10:00:00")
class TestOnlineWithCosts(CostsCommon):
    def work(self):
        return self.env["ar.work.item"].search(
            [("kind", "=", "double_payment"), ("state", "=", "open")]
        )

    def test_all_of_it_in_one_payment(self):
        claim = self.overdue(until="2026-04-06")
        payment = self.complete(self.begin(self.make(claim)))
        self.assertEqual(payment.amount, 345.95)
        self.assert_owes(claim, 0)
        self.assertTrue(payment.is_reconciled)
        self.assertEqual(set(self.costs(claim).mapped("state")), {"paid"})
        self.assertFalse(self.work())
        self.bring_up_to("2026-05-06")
        self.assert_owes(claim, 0)
        self.assert_ledger_agrees()

    def test_booked_costs_are_matched(self):
        self.policies.treatment = "booked"
        claim = self.overdue(until="2026-04-06")
        self.complete(self.begin(self.make(claim)))
        self.assert_owes(claim, 0)
        self.assertEqual(len(self.costs(claim, "lump_sum").move_ids), 1)
        self.assert_ledger_agrees()

    def test_bank_paid_meanwhile(self):
        claim = self.overdue(until="2026-04-06", payment_reference=OGM)
        attempt = self.begin(self.make(claim))
        self.transfer(345.95, OGM, "2026-04-06")
        self.match("2026-04-06")
        self.assert_owes(claim, 0)
        self.complete(attempt)
        self.assertEqual(self.work().amount, 345.95)
        self.assert_ledger_agrees()

    def test_part_paid_meanwhile_is_not_paid_twice(self):
        claim = self.overdue(until="2026-04-06", payment_reference=OGM)
        attempt = self.begin(self.make(claim))
        self.transfer(100, OGM, "2026-04-06")
        self.match("2026-04-06")
        self.assert_owes(claim, 245.95)
        self.complete(attempt)
        self.assert_owes(claim, 0)
        self.assertEqual(self.work().amount, 100)
        self.assert_ledger_agrees()

    def test_waived_meanwhile(self):
        claim = self.overdue(until="2026-04-06")
        attempt = self.begin(self.make(claim))
        self.costs(claim, "lump_sum")._waive("kind")
        self.complete(attempt)
        self.assert_owes(claim, 0)
        self.assertEqual(self.work().amount, 45)


@tagged("post_install", "-at_install")
@freeze_time("2026-04-06 10:00:00")
class TestPageWithCosts(CostsCommon, HttpCase):
    def test_page_shows_each_part_and_the_whole(self):
        claim = self.overdue(until="2026-04-06")
        self.debtor_partner.lang = "en_US"
        answer = self.url_open(self.make(claim)._path())
        page = html.fromstring(answer.text)
        words = " ".join(page.text_content().split())
        for expected in ("345.95", "300.00", "Lump sum", "art. 2", "45.00", "0.95"):
            self.assertIn(expected, words)
