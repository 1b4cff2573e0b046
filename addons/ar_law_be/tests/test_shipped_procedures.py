from odoo.tests import tagged

from odoo.addons.ar_dunning.tests.shipped_common import ShippedCommon


@tagged("post_install", "-at_install")
class TestShippedProcedures(ShippedCommon):
    country = "be"

    def test_every_shipped_procedure_comes_into_force(self):
        self.assert_shipped_procedures_come_into_force()

    def test_a_first_reminder_that_announces_gives_a_letter_its_nineteen_days(self):
        version = self.announcing("consumer", "reminder")
        self.assertEqual(self.errors(version), [])
        second = version.level_ids.filtered(
            lambda one: one.level_key == "second_reminder"
        )
        self.assertEqual(second.minimum_wait_days, 19)
        second.minimum_wait_days = 18
        self.assertEqual(self.errors(version), [("wait_short", "Second reminder")])

    def test_the_first_reminder_names_the_enterprise(self):
        version = self.announcing("consumer", "reminder")
        self.company.partner_id.write({"company_registry": False, "vat": False})
        self.assertIn(("content_missing", "First reminder"), self.errors(version))

    def test_a_writ_wants_a_registered_notice_before(self):
        procedure = self.env.ref("ar_dunning.procedure_municipal_tax")
        version = procedure.draft_version_id
        demand = version.level_ids.filtered(
            lambda one: one.level_key == "formal_demand"
        )
        demand.registered = False
        self.assertEqual(
            self.errors(version), [("registered_missing", "Handover proposal")]
        )

    def test_book_xix_is_not_for_taxes_fines_and_social_claims(self):
        for code in ("municipal_tax", "administrative_fine", "social_claim"):
            self.env["ar.cost.policy"].create(
                {
                    "company_id": self.company.id,
                    "kind": "lump_sum",
                    "treatment": "printed",
                    "claim_type_id": self.env.ref(f"ar_dunning.claim_type_{code}").id,
                }
            )
            version = self.env.ref(f"ar_dunning.procedure_{code}").version_ids
            with self.subTest(code):
                self.assertEqual(self.errors(version), [("cost_not_allowed", "")])
