import base64
import hashlib

from odoo import fields, models

from ..rules import letter_code


class DeliveryLetter(models.Model):
    _inherit = "ar.delivery"

    def _letter_code(self):
        """Return the code that stands above the address, to be scanned."""
        self.ensure_one()
        return letter_code.write(self.id)

    def _mark_returned(self, reason):
        """Letters came back: they did not take effect, and leave by the next channel.

        :param reason: what the postal service marked, in words
        """
        for letter in self:
            letter._mark_bounced(
                self.env._("The letter came back: %s.", reason[:1].lower() + reason[1:])
            )

    def _build_letter(self, batch):
        """Make the PDF of this delivery and put it into the batch."""
        self.ensure_one()
        content = self.notice_id._render_letter(self)
        values = {
            "content": base64.b64encode(content),
            "content_digest": hashlib.sha256(content).hexdigest(),
            "state": "printed",
            "handed_over_on": fields.Datetime.now(),
            "print_batch_id": batch.id,
        }
        if self.notice_id.sandbox:
            # Nobody posts it: the test goes on as if it had left today.
            values |= {
                "state": "sent",
                "sent_on": fields.Datetime.now(),
                "effective_on": batch.date,
            }
        self.write(values)
