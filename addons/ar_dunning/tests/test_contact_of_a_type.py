from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install", "ar")
class TestContactOfAType(DunningCommon):
    """Who is the contact for one claim type reads of that type alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guardian = cls.create_partner("Griet Maes", "griet@law.example")
        cls.sister = cls.create_partner("Sara Peeters", "sara@debtor.example")

    def typed(self, code, amount, due):
        """Return a claim of a type of its own."""
        claim = self.claim(self.invoice(amount, due))
        claim.sudo().claim_type_id = self.env["ar.claim.type"].create(
            {"name": code, "code": f"test_{code}"}
        )
        return claim

    def contact(self, partner, role, claim):
        """Make somebody the contact for the type of a claim."""
        return self.env["ar.debtor.contact"].create(
            {
                "debtor_id": claim.debtor_id.id,
                "partner_id": partner.id,
                "role": role,
                "claim_type_id": claim.claim_type_id.id,
            }
        )

    def told(self, claim):
        """Return who gets the notice that claims this claim, and its documents."""
        notice = self.lines(claim).notice_id
        told = notice.claimed_line_ids | notice.information_line_ids
        roles = notice.delivery_ids.sorted("copy").mapped("recipient_role")
        return roles, set(told.mapped("move_name"))

    def test_copies_for_one_type_tell_of_no_other(self):
        for mode in ("highest_level", "per_level"):
            with self.subTest(combine=mode):
                self.segment.procedure_id = self.create_procedure(
                    [
                        {
                            "level_key": "only",
                            "offset_days": 10,
                            "copy_ids": [(0, 0, {"role": "co_debtor"})],
                        }
                    ],
                    code=mode,
                    combine=mode,
                )
                self.debtor_partner = self.create_partner(mode, f"{mode}@a.example")
                tax = self.typed(f"tax_{mode}", 70, "2026-03-01")
                rent = self.typed(f"rent_{mode}", 80, "2026-03-02")
                fine = self.typed(f"fine_{mode}", 90, "2026-03-02")
                self.contact(self.sister, "co_debtor", rent)
                self.run_day("2026-03-15")
                self.assertEqual(
                    self.told(rent), (["debtor", "co_debtor"], {rent.move_name})
                )
                others = (["debtor"], {tax.move_name, fine.move_name})
                self.assertEqual([self.told(tax), self.told(fine)], [others] * 2)

    def test_contact_for_one_type_reads_of_no_other(self):
        self.typed("tax", 70, "2026-01-01")
        self.run_day("2026-01-15")
        rent = self.typed("rent", 80, "2026-01-10")
        self.contact(self.guardian, "guardian", rent)
        self.run_day("2026-01-21")
        self.assertEqual(self.told(rent), (["guardian"], {rent.move_name}))

    def test_others_read_nothing_of_what_a_contact_gets(self):
        tax = self.typed("tax", 70, "2026-01-01")
        self.run_day("2026-01-15")
        rent = self.typed("rent", 80, "2026-01-10")
        contact = self.contact(self.guardian, "guardian", tax)
        notice = self.propose("2026-01-21").notice_ids
        self.assertFalse(notice._foreseen_information())
        self.dispatch("2026-01-21")
        self.assertEqual(self.told(rent), (["debtor"], {rent.move_name}))
        contact.claim_type_id = False
        fine = self.typed("fine", 90, "2026-01-11")
        self.run_day("2026-01-22")
        mentioned = {claim.move_name for claim in (tax, rent, fine)}
        self.assertEqual(self.told(fine), (["guardian"], mentioned))
