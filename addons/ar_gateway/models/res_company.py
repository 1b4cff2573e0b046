from odoo import fields, models

from ..rules import sending_hours


class ResCompany(models.Model):
    """By whom and when a company's messages leave, of channels with a gateway.

    Such a channel brings the fields ``ar_CHANNEL_gateway_id``, ``ar_CHANNEL_from`` and
    ``ar_CHANNEL_to`` (hours of the day).
    """

    _inherit = "res.company"

    def _ar_gateway(self, channel):
        """Return the gateway that a channel leaves by; empty: there is none."""
        self.ensure_one()
        return self[f"ar_{channel}_gateway_id"]

    def _ar_gateway_open(self, channel):
        """Whether something may leave by a channel at this moment."""
        self.ensure_one()
        if self._ar_stopped(channel) or not self._ar_sends_now():
            return False
        now = fields.Datetime.context_timestamp(
            self.with_context(tz=self.partner_id.tz or "UTC"), fields.Datetime.now()
        )
        return sending_hours.is_open(
            now.hour + now.minute / 60,
            self[f"ar_{channel}_from"],
            self[f"ar_{channel}_to"],
        )
