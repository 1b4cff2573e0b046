from odoo.tests import tagged

from odoo.addons.ar_dunning.tests.law_common import CountryLawCommon


@tagged("post_install", "-at_install", "ar")
class TestLuxembourgLaw(CountryLawCommon):
    """Between businesses all runs from the due date; a consumer owes nothing more."""

    country = "lu"

    def test_an_enterprise_owes_forty_euro_and_interest_from_the_due_date(self):
        # 1,000.00 at 10.40 % for 30 days.
        self.assert_enterprise_owes_from_the_due_date(8.55, "18 April 2004")

    def test_a_consumer_owes_the_principal_alone(self):
        self.assert_consumer_owes_the_principal_alone()
