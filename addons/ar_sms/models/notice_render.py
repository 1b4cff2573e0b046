from odoo import models

from odoo.addons.ar_dunning.rules import placeholders

from ..rules import message_length


class NoticeRender(models.Model):
    """Says a notice in a text message: who, how much, and where to see and pay it."""

    _inherit = "ar.dunning.notice"

    def _render_sms(self, delivery=None):
        """Return the text message of this notice, in its language.

        Claims of a sensitive type: nothing of amount, debt or kind of creditor, because
        a text message is read on a locked screen.
        """
        notice = self.with_context(lang=self.lang or self.env.lang)
        link = notice.payment_link_ids[:1]
        values = notice._placeholder_values(delivery) | {
            "link": link._url() if link else ""
        }
        if notice._is_sensitive():
            words = notice._neutral_words(values)
        else:
            words = notice.text_id.sms_text or notice._usual_words()
        text = " ".join(placeholders.fill(words, values).split())
        return message_length.in_plain_letters(text)

    def _neutral_words(self, values):
        if values["link"]:
            return self.env._("There is a message for you: {link}")
        if values["phone"]:
            return self.env._("There is a message for you. Please call {phone}.")
        return self.env._("There is a message for you. Please contact us.")

    def _usual_words(self):
        """Return what is said where the text has no words for an SMS."""
        if self.kind == "thank_you":
            return self.env._("{creditor}: we received your payment. Thank you.")
        if self.kind == "correction":
            return self.env._(
                "{creditor}: please ignore our message of {date}. We apologise for the "
                "mistake."
            )
        if not self.payment_link_ids:
            return self.env._(
                "{creditor}: {total} is still open. Questions? Call {phone}."
            )
        return self.env._("{creditor}: {total} is still open. See and pay: {link}")
