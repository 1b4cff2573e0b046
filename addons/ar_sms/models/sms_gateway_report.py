from odoo import api, models

from ..rules import gateway_message as rule


class SmsGatewayReport(models.Model):
    """Reads what a gateway reports about messages that it took."""

    _inherit = "ar.sms.gateway"

    @api.model
    def _of_report(self, gateway_id, key):
        """Return the gateway that a report comes from; empty: nobody we know.

        :param key: the secret in the address that we gave it
        """
        # A visitor; he only learns whether his key is right.
        gateway_sudo = self.sudo().browse(gateway_id).exists()
        if not rule.is_same_secret(key, gateway_sudo.report_token or ""):
            return self.browse()
        return gateway_sudo

    def _is_signed(self, body, headers):
        """Whether a report is signed as agreed; without an agreement it always is."""
        self.ensure_one()
        if not self.signature_header:
            return True
        # The secret is for those who configure; only whether it fits leaves here.
        return rule.is_signed(
            body,
            headers.get(self.signature_header) or "",
            self.sudo().signature_secret or "",
        )

    def _take_report(self, document):
        """Note what a report says; reports on what is not ours are left alone.

        :param document: names and values, or a list of such
        """
        self.ensure_one()
        reports = document if isinstance(document, list) else [document]
        words = rule.ReportWords.of(
            self.report_delivered or "", self.report_failed or ""
        )
        for report in reports[:1000]:
            reference = rule.find(report, self.report_id_path or "id")
            if not reference:
                continue
            reason = (
                rule.find(report, self.report_reason_path)
                if self.report_reason_path
                else ""
            )
            status = rule.find(report, self.report_status_path or "status")
            self.env["ar.delivery"]._note_report(
                [
                    ("sms_gateway_id", "=", self.id),
                    "|",
                    ("provider_reference", "=", reference),
                    ("message_key", "=", reference),
                ],
                words.meaning(status),
                reason or status,
            )
