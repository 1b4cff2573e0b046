from odoo import api, fields, models

from ..rules import message_length


class Delivery(models.Model):
    """A text message as a delivery: its words and its parts."""

    _inherit = "ar.delivery"

    sms_gateway_id = fields.Many2one(
        "ar.sms.gateway", string="SMS gateway", ondelete="restrict", readonly=True
    )
    sms_parts = fields.Integer(string="Parts", readonly=True)

    @api.model
    def _content_endings(self):
        return super()._content_endings() | {"sms": "txt"}

    def _build_sms(self):
        """Write the message and keep its exact bytes.

        One that is longer than the company lets it be leaves by the next channel.
        """
        self.ensure_one()
        text = self.notice_id._render_sms(self)
        length = message_length.measure(text)
        most = self.company_id.ar_sms_maximum_parts
        if length.parts > most:
            self._note_refused(
                "too_long",
                self.env._(
                    "The text message would have %(parts)s parts, and %(most)s are "
                    "allowed: shorten the words of the level, or allow more parts in "
                    "the settings.",
                    parts=length.parts,
                    most=most,
                ),
            )
            return
        self._keep_words(text, self.company_id.ar_sms_sender)
        self.sms_parts = length.parts
