import base64
import hashlib
import secrets

from odoo import api, fields, models

from ..rules import message_length
from ..rules.gateway_message import DELIVERED, FAILED

UNKNOWN_FATE = "unknown_fate"


class Delivery(models.Model):
    """A text message as a delivery: its words, its parts, what the gateway reports."""

    _inherit = "ar.delivery"

    sms_gateway_id = fields.Many2one(
        "ar.sms.gateway", string="Gateway", ondelete="restrict", readonly=True
    )
    sms_parts = fields.Integer(string="Parts", readonly=True)
    provider_reference = fields.Char(
        string="Number at the provider", readonly=True, index="btree_not_null"
    )
    delivered_on = fields.Datetime(
        string="Delivered on",
        readonly=True,
        help="When the provider reported that it arrived.",
    )

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
            self.write(
                {
                    "state": "failed",
                    "error_code": "too_long",
                    "error_text": self.env._(
                        "The text message would have %(parts)s parts, and %(most)s are "
                        "allowed: shorten the words of the level, or allow more parts "
                        "in the settings.",
                        parts=length.parts,
                        most=most,
                    ),
                }
            )
            self._fall_back("delivery_failed")
            return
        content = text.encode()
        self.write(
            {
                "content": base64.b64encode(content),
                "content_digest": hashlib.sha256(content).hexdigest(),
                "message_key": self.message_key or secrets.token_hex(12),
                "sms_parts": length.parts,
                "sender": self.company_id.ar_sms_sender,
            }
        )

    @api.model
    def _note_report(self, domain, meaning, reason=None):
        """Note that a message arrived, or never will. Repeated reports change nothing.

        :param domain: finds the delivery
        :param meaning: a word of `rules.gateway_message`
        """
        # Providers report; who they are was checked before.
        delivery = self.sudo().search(
            [("channel", "=", "sms"), ("notice_id.sandbox", "=", False), *domain],
            limit=1,
        )
        if not delivery:
            return
        delivery.lock_for_update()
        if meaning == DELIVERED:
            delivery._note_arrived()
        elif meaning == FAILED and delivery.state == "sent":
            if not delivery.delivered_on:
                delivery._mark_bounced(reason)
        elif meaning == FAILED and delivery._is_of_unknown_fate():
            delivery.write({"error_code": "refused", "error_text": reason})
            delivery._fall_back("delivery_failed")

    def _note_arrived(self):
        self.ensure_one()
        # Reports may come before we have noted the answer.
        if self.state in ("sent", "handing_over"):
            if not self.delivered_on:
                self.delivered_on = fields.Datetime.now()
        elif self._is_of_unknown_fate() and not self._is_sent_otherwise():
            # It had left after all.
            self.write(
                {
                    "state": "sent",
                    "sent_on": self.handed_over_on,
                    "delivered_on": fields.Datetime.now(),
                    "effective_on": self.company_id._ar_today(),
                    "error_code": False,
                    "error_text": False,
                }
            )
            self.flush_recordset()
            self._refresh_effective(self.notice_id.ids)
            self.env.invalidate_all()

    def _is_of_unknown_fate(self):
        self.ensure_one()
        return self.state == "failed" and self.error_code == UNKNOWN_FATE

    def _is_sent_otherwise(self):
        """Whether a person sent this message again meanwhile."""
        self.ensure_one()
        return bool(
            self.search_count(
                [
                    ("notice_id", "=", self.notice_id.id),
                    ("channel", "=", "sms"),
                    ("copy", "=", self.copy),
                    ("id", "!=", self.id),
                    ("state", "in", ("ready", "handing_over", "sent")),
                ],
                limit=1,
            )
        )
