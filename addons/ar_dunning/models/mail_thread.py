from odoo import api, models
from odoo.tools.mail import unfold_references

from ..rules.delivery_report import FAILED, read_report
from ..rules.reply_reading import is_automatic

_AUTOMATIC = (
    *("auto-submitted", "precedence"),
    *("x-autoreply", "x-autorespond", "x-autoresponder"),
)


class MailThread(models.AbstractModel):
    """Mail about what we sent: the delivery that it answers is found by Message-ID."""

    _inherit = "mail.thread"

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """Tell notices, which get only the parsed mail, what its headers say."""
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        if [route[0] for route in routes] == ["ar.dunning.notice"]:
            headers = {name: str(message[name] or "") for name in _AUTOMATIC}
            headers = {name: value for name, value in headers.items() if value}
            # `message_update` of the notice takes it out again.
            message_dict["ar_automatic"] = is_automatic(headers)
        return routes

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Fail the delivery that came back: that one, whoever else got the notice.

        Odoo takes every report for a failure, and needs the address in it. Of our
        deliveries only a failure counts; what else is reported stays in the history.
        """
        delivery_sudo = self._delivery_reported_on(message_dict)
        if not delivery_sudo:
            return super()._routing_handle_bounce(email_message, message_dict)
        failed = read_report(email_message) == FAILED
        delivery_sudo._note_report(message_dict, failed)
        if failed:
            return super()._routing_handle_bounce(email_message, message_dict)
        return None

    @api.model
    def _delivery_reported_on(self, message_dict):
        """Return the delivery by e-mail whose message a report answers, if any."""
        keys = message_dict.get("bounced_msg_ids") or unfold_references(
            f"{message_dict['in_reply_to']} {message_dict['references']}"
        )
        # The gateway may be anybody; a Message-ID is known to who got the message.
        deliveries_sudo = self.env["ar.delivery"].sudo()
        return deliveries_sudo.search(
            [("message_key", "in", [key.strip() for key in keys])],
            order="id desc",
            limit=1,
        )
