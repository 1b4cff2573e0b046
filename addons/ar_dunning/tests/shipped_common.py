"""What the shipped procedures have against the law of a country: nothing."""

from .common import DunningCommon


class ShippedCommon(DunningCommon):
    """A company in the country whose law pack is installed.

    A class of tests of a law pack names the country and, in its own tests, what the
    law of that country adds.
    """

    country = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        country = cls.env.ref(f"base.{cls.country}")
        cls.company.write(
            {"country_id": country.id, "account_fiscal_country_id": country.id}
        )
        cls.company.partner_id.company_registry = "0123456749"
        # The segments that the company had from the beginning: they choose what ships.
        segments = cls.env["ar.dunning.segment"].with_context(active_test=False)
        own = segments.search([("company_id", "=", cls.company.id)])
        (own - cls.segment).active = True

    def shipped(self):
        """Return the versions of the procedures that come with the addon."""
        records = self.env["ir.model.data"].search(
            [("module", "=", "ar_dunning"), ("model", "=", "ar.dunning.procedure")]
        )
        return (
            self.env["ar.dunning.procedure"]
            .browse(records.mapped("res_id"))
            .version_ids
        )

    def charge_everything(self):
        """Say that the company announces each kind of cost that there is."""
        kinds = self.env["ar.cost.policy"]._fields["kind"].get_values(self.env)
        self.env["ar.cost.policy"].create(
            [
                {
                    "company_id": self.company.id,
                    "kind": kind,
                    "treatment": "printed",
                    "clause": True,
                }
                for kind in kinds
            ]
        )

    def errors(self, version):
        return [
            (one["code"], one["level"])
            for one in version._law_findings()
            if one["is_error"]
        ]

    def announcing(self, code, key):
        """Return a draft of a shipped procedure whose level announces costs."""
        procedure = self.env.ref(f"ar_dunning.procedure_{code}")
        version = procedure.draft_version_id or procedure._new_version()
        level = version.level_ids.filtered(lambda one: one.level_key == key)
        level.cost_action = "announce"
        return version

    def assert_shipped_procedures_come_into_force(self):
        self.assertTrue(self.shipped())
        for charged in (False, True):
            if charged:
                self.charge_everything()
            for version in self.shipped():
                with self.subTest(version.display_name, charged=charged):
                    self.assertEqual(self.errors(version), [])
        for version in self.shipped().filtered(lambda one: one.state == "draft"):
            with self.subTest(version.display_name):
                version.action_activate()
                self.assertEqual(version.state, "active")
