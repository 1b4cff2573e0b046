import base64

from odoo import models

from ..rules.message_view import html_of


class Delivery(models.Model):
    _inherit = "ar.delivery"

    def _portal_document(self):
        """Return (content type, bytes) of what was sent, to be shown in a browser."""
        self.ensure_one()
        content = base64.b64decode(self.content)
        if self.channel == "letter":
            return "application/pdf", content
        if self.channel == "email":
            return "text/html; charset=utf-8", html_of(content).encode()
        return "text/plain; charset=utf-8", content

    def _portal_channel(self):
        """Return by which channel it came, in the reader's language."""
        self.ensure_one()
        return dict(self.env["ar.channel"]._names()).get(self.channel, "")

    def _portal_title(self):
        """Return the subject, in the language in which the message was sent."""
        self.ensure_one()
        return self.notice_id._render_subject()
