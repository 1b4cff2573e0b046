from odoo import api, models

from ..rules import gateway_message as rule

# A document that holds more is cut: no gateway is known to send so many at once.
MAXIMUM_REPORTS = 1000


class GatewayReport(models.AbstractModel):
    """Reads what a gateway reports about messages that it took."""

    _inherit = "ar.gateway"

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
        self._note_reports(self._reports_in(document))

    def _reports_in(self, document):
        """Return what a document reports: [`Report`], in its order."""
        self.ensure_one()
        found = document if isinstance(document, list) else [document]
        return rule.read_reports(
            found[:MAXIMUM_REPORTS],
            rule.ReportPlaces(
                self.report_id_path or "id",
                self.report_status_path or "status",
                self.report_reason_path or "",
            ),
            rule.ReportWords.of(self.report_delivered or "", self.report_failed or ""),
        )

    def _note_reports(self, reports):
        """Note what was reported. To be given by each channel.

        :param reports: list of `Report`
        """
        raise NotImplementedError
