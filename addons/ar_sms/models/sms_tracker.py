from odoo import fields, models

from odoo.addons.ar_gateway.rules.gateway_message import Report


class SmsTracker(models.Model):
    """Reports of Odoo's providers reach the delivery that the message belongs to."""

    _inherit = "sms.tracker"

    ar_reference = fields.Char(string="Delivery of a notice", index="btree_not_null")

    def _action_update_from_sms_state(
        self, sms_state, failure_type=False, failure_reason=False
    ):
        result = super()._action_update_from_sms_state(
            sms_state, failure_type=failure_type, failure_reason=failure_reason
        )
        if sms_state == "sent":
            self._ar_tell("delivered")
        elif sms_state == "error":
            self._ar_tell("failed", failure_reason or failure_type)
        return result

    def _action_update_from_provider_error(self, provider_error):
        result = super()._action_update_from_provider_error(provider_error)
        self._ar_tell("failed", provider_error)
        return result

    def _ar_tell(self, meaning, reason=None):
        # The answer to the request itself comes this way too: who sent it, reads it.
        if self.env.context.get("sms_skip_msg_notification"):
            return
        for tracker in self.filtered("ar_reference"):
            self.env["ar.delivery"]._note_reports(
                [("channel", "=", "sms")],
                [Report(tracker.ar_reference, meaning, reason)],
            )
