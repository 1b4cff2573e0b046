from odoo import models


class SmsGatewayReport(models.Model):
    """Hands on what a gateway reports about text messages that it took."""

    _inherit = "ar.sms.gateway"

    def _note_reports(self, reports):
        self.env["ar.delivery"]._note_reports(
            [("channel", "=", "sms"), ("sms_gateway_id", "=", self.id)], reports
        )
