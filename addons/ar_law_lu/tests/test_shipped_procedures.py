from odoo.tests import tagged

from odoo.addons.ar_dunning.tests.shipped_common import ShippedCommon


@tagged("post_install", "-at_install")
class TestShippedProcedures(ShippedCommon):
    country = "lu"

    def test_every_shipped_procedure_comes_into_force(self):
        self.assert_shipped_procedures_come_into_force()
