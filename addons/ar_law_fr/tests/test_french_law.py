from odoo.tests import tagged

from odoo.addons.ar_dunning.tests.law_common import CountryLawCommon


@tagged("post_install", "-at_install", "ar")
class TestFrenchLaw(CountryLawCommon):
    """Between businesses all runs from the due date; a consumer owes nothing more."""

    country = "fr"

    def test_an_enterprise_owes_forty_euro_and_interest_from_the_due_date(self):
        # 1,000.00 at 12.40 % for 30 days.
        self.assert_enterprise_owes_from_the_due_date(10.19, "D441-5")

    def test_a_consumer_owes_the_principal_alone(self):
        self.assert_consumer_owes_the_principal_alone()
