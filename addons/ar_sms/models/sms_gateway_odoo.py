from uuid import uuid4

from odoo import models

from odoo.addons.ar_gateway.rules.gateway_answer import (
    ABOUT_US,
    REFUSED,
    TAKEN,
    UNKNOWN,
    Answer,
)

_TAKEN_STATES = ("process", "pending", "sent")
_ABOUT_US = (
    "sms_credit",
    "sms_acc",
    "twilio_authentication",
    "twilio_callback",
    "twilio_from_missing",
)
# Also what Odoo says when it got no answer at all.
_UNKNOWN = ("sms_server", "unknown")


class SmsGatewayOdoo(models.Model):
    """Hands messages to the provider that the company has chosen in Odoo."""

    _inherit = "ar.sms.gateway"

    def _send(self, company, number, text, reference, language=""):
        """Hand one message over; see `ar.gateway`.

        The record of Odoo begins as “processing”: its own queue, which would send it
        again after a crash, never takes it up.
        """
        if self.kind != "odoo":
            return super()._send(company, number, text, reference, language)
        # People send reminders, not messages of Odoo; this one is of a delivery.
        messages_sudo = self.env["sms.sms"].sudo().with_company(company)
        key = uuid4().hex
        message_sudo = messages_sudo.create(
            {"number": number, "body": text, "uuid": key, "state": "process"}
        )
        # For whoever sends: it only lets reports find the delivery by its reference.
        self.env["sms.tracker"].sudo().create(
            {"sms_uuid": key, "ar_reference": reference}
        )
        # The provider may report before we have its answer.
        self.env["ir.cron"]._commit_progress()
        for interface, part in message_sudo._split_by_api():
            part.with_context(sms_api=interface)._send(unlink_sent=False)
        if message_sudo.state in _TAKEN_STATES:
            return Answer(TAKEN, provider_reference=key)
        reason = message_sudo.failure_type or "unknown"
        words = dict(
            message_sudo._fields["failure_type"]._description_selection(self.env)
        ).get(reason, reason)
        if reason in _ABOUT_US:
            return Answer(ABOUT_US, reason, words)
        return Answer(UNKNOWN if reason in _UNKNOWN else REFUSED, reason, words)
