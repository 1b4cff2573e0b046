from odoo import models


class Cycle(models.Model):
    _inherit = "ar.cycle"

    def _send_others(self, company, on):
        result = super()._send_others(company, on)
        self.env["ar.delivery"]._send_by_gateway("sms", company, on, self._count_shared)
        return result
