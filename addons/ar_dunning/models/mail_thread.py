import logging
import re
from xmlrpc.client import Binary

from psycopg2 import OperationalError

from odoo import api, models
from odoo.tools.mail import unfold_references

from ..rules.delivery_report import FAILED, read_report
from ..rules.reply_reading import is_automatic

_AUTOMATIC = (
    *("auto-submitted", "precedence"),
    *("x-autoreply", "x-autorespond", "x-autoresponder"),
)
# As `rules.message_key` makes them.
_OUR_KEY = re.compile(rb"<ar-[0-9a-f]{32}@[a-z0-9.-]{1,253}>")
_MAXIMUM_KEYS = 32

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    """Mail about what we sent: the delivery that it answers is found by Message-ID."""

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Lose no answer that is not written as mails should be.

        What Odoo cannot read is kept as it came on the notice that it answers.
        """
        content = _as_bytes(message)
        try:
            with self.env.cr.savepoint():
                return super().message_process(
                    model,
                    # No mail may hold it (RFC 5322), and no database takes it.
                    content.replace(b"\0", b""),
                    custom_values=custom_values,
                    save_original=save_original,
                    strip_attachments=strip_attachments,
                    thread_id=thread_id,
                )
        except OperationalError:
            raise
        except Exception as error:
            keys = _OUR_KEY.findall(content)[:_MAXIMUM_KEYS]
            delivery_sudo = self._delivery_of([key.decode("ascii") for key in keys])
            if not delivery_sudo:
                raise
            _logger.warning("An answer could not be read: %r", error)
            delivery_sudo.notice_id._keep_unreadable(content)
            return delivery_sudo.notice_id.id

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
        delivery_sudo._note_mail_report(message_dict, failed)
        if failed:
            return super()._routing_handle_bounce(email_message, message_dict)
        return None

    @api.model
    def _delivery_reported_on(self, message_dict):
        """Return the delivery by e-mail whose message a report answers, if any."""
        keys = message_dict.get("bounced_msg_ids") or unfold_references(
            f"{message_dict['in_reply_to']} {message_dict['references']}"
        )
        return self._delivery_of([key.strip() for key in keys])

    @api.model
    def _delivery_of(self, keys):
        # The gateway may be anybody; a Message-ID is known to who got the message.
        deliveries_sudo = self.env["ar.delivery"].sudo()
        return deliveries_sudo.search(
            [("message_key", "in", keys)], order="id desc", limit=1
        )


def _as_bytes(message):
    """Return a raw mail as bytes, in whatever form the gateway hands it over."""
    if isinstance(message, Binary):
        return bytes(message.data)
    return message.encode() if isinstance(message, str) else message
