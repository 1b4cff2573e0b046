import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.ar_gateway.rules import sending_hours

# What networks take as sender: 11 letters and figures, or a number.
_SENDER = re.compile(r"[A-Za-z0-9 ]{1,11}|\+?[0-9]{3,15}")


class ResCompany(models.Model):
    """By whom, when and as who a company sends text messages."""

    _inherit = "res.company"

    ar_sms_gateway_id = fields.Many2one(
        "ar.sms.gateway",
        string="SMS gateway",
        ondelete="restrict",
        help="Who brings text messages. Empty: levels leave by their next channel.",
    )
    ar_sms_sender = fields.Char(
        string="SMS sender",
        help="What stands as sender on the telephone: at most 11 letters and figures, "
        "or a number that takes answers. Choose a neutral one if you have sensitive "
        "claims: others see it on a locked screen.",
    )
    ar_sms_from = fields.Float(string="SMS from", default=9.0)
    ar_sms_to = fields.Float(string="SMS until", default=20.0)
    ar_sms_maximum_parts = fields.Integer(
        string="Parts of an SMS",
        default=2,
        help="A longer message is not sent: it leaves by the next channel.",
    )
    ar_sms_cost = fields.Monetary(
        string="Cost of an SMS", help="What one part of a text message costs."
    )

    @api.constrains("ar_sms_from", "ar_sms_to")
    def _check_ar_sms_hours(self):
        for company in self:
            if not sending_hours.is_allowed(company.ar_sms_from, company.ar_sms_to):
                raise ValidationError(
                    self.env._(
                        "Text messages leave between 8:00 and 22:00, and the hours end "
                        "after they begin."
                    )
                )

    @api.constrains("ar_sms_sender")
    def _check_ar_sms_sender(self):
        for company in self:
            sender = company.ar_sms_sender
            if sender and not _SENDER.fullmatch(sender):
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be the sender of a text message: networks take at "
                        "most 11 letters without accents and figures, or a number.",
                        sender,
                    )
                )

    @api.constrains("ar_sms_maximum_parts")
    def _check_ar_sms_maximum_parts(self):
        for company in self:
            if not 1 <= company.ar_sms_maximum_parts <= 6:
                raise ValidationError(
                    self.env._("A text message has 1 to 6 parts: choose how many.")
                )

    def _ar_channel_costs(self):
        return super()._ar_channel_costs() | {"sms": self.ar_sms_cost}
