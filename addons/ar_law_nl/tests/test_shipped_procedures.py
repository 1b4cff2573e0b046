from odoo.tests import tagged

from odoo.addons.ar_dunning.tests.shipped_common import ShippedCommon


@tagged("post_install", "-at_install")
class TestShippedProcedures(ShippedCommon):
    country = "nl"

    def test_every_shipped_procedure_comes_into_force(self):
        self.assert_shipped_procedures_come_into_force()

    def test_the_letter_with_fourteen_days_may_announce_collection_costs(self):
        self.assertEqual(
            self.errors(self.announcing("consumer_nl", "last_reminder")), []
        )
        self.assertEqual(self.errors(self.announcing("rent_nl", "second_reminder")), [])

    def test_the_first_letter_to_a_tenant_points_to_debt_help(self):
        version = self.env.ref("ar_dunning.procedure_rent_nl").active_version_id
        version.level_ids.template_id.said_debt_help = False
        missing = ("content_missing", "Letter with 14 days")
        self.assertEqual(self.errors(version), [missing, missing])

    def test_collection_costs_are_not_for_taxes(self):
        self.env["ar.cost.policy"].create(
            {
                "company_id": self.company.id,
                "kind": "collection_costs",
                "treatment": "printed",
                "claim_type_id": self.env.ref("ar_dunning.claim_type_municipal_tax").id,
            }
        )
        version = self.env.ref("ar_dunning.procedure_municipal_tax").draft_version_id
        self.assertEqual(self.errors(version), [("cost_not_allowed", "")])

    def test_the_steps_for_a_tenant_are_pointed_out(self):
        version = self.env.ref("ar_dunning.procedure_rent_nl").active_version_id
        codes = [one["code"] for one in version._law_findings()]
        self.assertIn("checklist", codes)
