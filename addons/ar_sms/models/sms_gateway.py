from odoo import api, fields, models
from odoo.exceptions import UserError

from ..controllers.report import PATH


class SmsGateway(models.Model):
    """Who brings text messages: Odoo's own providers, or a gateway as described."""

    _name = "ar.sms.gateway"
    _inherit = ["ar.gateway"]
    _description = "SMS gateway"
    _report_path = PATH

    kind = fields.Selection(
        [("http", "Described here"), ("odoo", "Provider of Odoo (IAP or Twilio)")],
        required=True,
        default="http",
    )

    def _is_described(self):
        return super()._is_described() and self.kind == "http"

    @api.depends("kind")
    def _compute_report_address(self):
        return super()._compute_report_address()

    @api.constrains("kind", "url", "body_kind", "body_template")
    def _check_request(self):
        return super()._check_request()

    def _send(self, company, number, text, reference, language=""):
        return self._order_by_http(
            {
                "number": number,
                "text": text,
                "sender": company.ar_sms_sender or "",
                "language": language,
                "reference": reference,
            }
        )

    def _number_to_try(self, written):
        number = self.env["res.partner"]._ar_mobile_number(
            written, self.env.company.country_id
        )
        if not number:
            raise UserError(
                self.env._(
                    "Enter your own mobile number, e.g. +32 470 12 34 56, to get a "
                    "message on it."
                )
            )
        return number

    def _words_to_try(self):
        return self.env._("Test by %s: text messages work.", self.env.company.name)
