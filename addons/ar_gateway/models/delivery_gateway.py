import base64
import hashlib
import secrets

from odoo import api, fields, models

from odoo.addons.ar_dunning.models.delivery_hand_over import RETRY_AFTER
from odoo.addons.ar_dunning.models.in_turn import in_turn

from ..rules.gateway_answer import ABOUT_US, LATER, REFUSED, TAKEN, Answer

PER_BATCH = 50


class DeliveryGateway(models.Model):
    """Hands messages to a gateway: resumable, and never one of unknown fate again.

    As with e-mails, a batch is prepared and committed first; then of each message is
    committed that its dialogue begins, and what the gateway said. A gateway has no
    Message-ID that would tell a repetition: what a process left behind when it died,
    and what got no answer, may have arrived. A person decides about it.

    A channel that leaves this way brings the method ``_build_CHANNEL`` and the field
    ``CHANNEL_gateway_id`` (who took it).
    """

    _inherit = "ar.delivery"

    @api.model
    def _send_by_gateway(self, channel, company, on, report=None):
        """Send what is ready for a channel, unless another worker is at it.

        :param on: date on which the notices take effect: today for the company
        :param report: called with the number of messages of each batch handed over
        """
        if not company._ar_gateway_open(channel):
            return
        with company._ar_session_lock(f"gateway_{channel}") as mine:
            if not mine:
                return
            # With fresh eyes: our snapshot lacks the payment of a second ago.
            self._checkpoint()
            in_turn(self.env, self._leave_to_people, channel, company)
            self._checkpoint()
            while batch := self._prepare_for_gateway(channel, company, on):
                handed, goes_on = batch._hand_over_to_gateway(company, on)
                if report:
                    report(handed)
                if not goes_on or not self._checkpoint():
                    return

    @api.model
    def _leave_to_people(self, channel, company):
        """What a process had begun and never ended: nobody knows whether it left."""
        for delivery in self.search(self._interrupted(channel, company)):
            delivery._note_unknown_fate(
                self.env._("The sending was interrupted before the gateway answered.")
            )

    @api.model
    def _interrupted(self, channel, company):
        """Return the domain of what was begun and got no answer. Extensible."""
        return [
            ("company_id", "=", company.id),
            ("channel", "=", channel),
            ("state", "=", "handing_over"),
        ]

    @api.model
    def _next_for_gateway(self, channel, company):
        return self.search(
            [
                ("company_id", "=", company.id),
                ("channel", "=", channel),
                ("state", "=", "ready"),
                ("ready_on", "<=", fields.Datetime.now()),
            ],
            order="id",
            limit=PER_BATCH,
        )

    @api.model
    def _prepare_for_gateway(self, channel, company, on):
        """Build the next messages and commit them; those that must not go are left."""
        while company._ar_gateway_open(channel) and self._next_for_gateway(
            channel, company
        ):
            batch = in_turn(self.env, self._prepare_gateway_batch, channel, company, on)
            self._checkpoint()
            if batch:
                return batch
        return self.browse()

    @api.model
    def _prepare_gateway_batch(self, channel, company, on):
        batch = self._next_for_gateway(channel, company)
        if not batch:
            return batch
        batch = batch._withdraw_changed(company, on)
        batch = batch._fail_unwanted(company)
        built = batch._build_each(f"_build_{channel}")
        return built.filtered(lambda delivery: delivery.state == "ready")

    def _fail_unwanted(self, company):
        """Fail what has no gateway, or goes to a number on the list of refusals."""
        normal = self.filtered(lambda delivery: not delivery.notice_id.sandbox)
        # The list is of the whole installation; only membership is used.
        blacklist_sudo = self.env["phone.blacklist"].sudo()
        listed = set(
            blacklist_sudo.search([("number", "in", normal.mapped("address"))]).mapped(
                "number"
            )
        )
        failed = self.browse()
        for delivery in normal:
            if not company._ar_gateway(delivery.channel):
                delivery._note_refused(
                    "no_gateway",
                    self.env._(
                        "The company has no gateway for this channel: choose one in "
                        "the settings."
                    ),
                )
            elif delivery.address in listed:
                delivery._note_refused(
                    "blacklisted",
                    self.env._(
                        "%s does not want messages: the number is blacklisted.",
                        delivery.address,
                    ),
                )
            else:
                continue
            failed |= delivery
        return self - failed

    def _keep_words(self, text, sender):
        """Keep the exact words of a message, and what identifies it for ever."""
        content = text.encode()
        self.write(
            {
                "content": base64.b64encode(content),
                "content_digest": hashlib.sha256(content).hexdigest(),
                "message_key": self.message_key or secrets.token_hex(12),
                "sender": sender,
            }
        )

    def _words(self):
        """Return the words that were built for this delivery."""
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).content).decode()

    def _hand_over_to_gateway(self, company, on):
        """Hand over prepared messages one by one, committing each answer.

        :return: (number handed over, whether there is a point in going on)
        """
        handed = 0
        for one in self:
            delivery = one.with_prefetch()
            if not company._ar_gateway_open(delivery.channel):
                return handed, False
            if not delivery._begin_dialogue():
                continue
            if delivery.notice_id.sandbox:
                # Nobody gets it: the test goes on as if it had arrived.
                delivery._keep_answer(
                    delivery._note_effective, on, sent_on=fields.Datetime.now()
                )
                self._checkpoint()
                continue
            gateway = company._ar_gateway(delivery.channel)
            answer = delivery._give_to(gateway, company)
            if answer.fate == TAKEN:
                handed += 1
            delivery._keep_answer(delivery._note_answer, gateway, answer, on)
            self._checkpoint()
            if answer.fate in (ABOUT_US, LATER):
                return handed, False
        return handed, True

    def _give_to(self, gateway, company) -> Answer:
        """Give this message to the gateway. Extensible."""
        self.ensure_one()
        return gateway._send(
            company, self.address, self._words(), self.message_key, self.notice_id.lang
        )

    def _note_answer(self, gateway, answer, on):
        """Keep what the gateway said of this message."""
        self.ensure_one()
        if answer.fate == TAKEN:
            gateway._note_trouble(None)
            self._note_taken(gateway, answer, on)
        elif answer.fate in (ABOUT_US, LATER):
            # Certainly not taken: all of it waits, this one too.
            gateway._note_trouble(answer.text if answer.fate == ABOUT_US else None)
            self.write(
                {
                    "state": "ready",
                    "handed_over_on": False,
                    "ready_on": fields.Datetime.now() + RETRY_AFTER,
                    "error_code": answer.code,
                    "error_text": answer.text,
                }
            )
        elif answer.fate == REFUSED:
            self[f"{self.channel}_gateway_id"] = gateway
            self._note_refused(answer.code, answer.text)
        else:
            self[f"{self.channel}_gateway_id"] = gateway
            self._note_unknown_fate(answer.text)

    def _note_taken(self, gateway, answer, on):
        """The gateway took it, which is when a message takes effect. Extensible."""
        self._note_effective(
            on,
            sent_on=fields.Datetime.now(),
            provider_reference=answer.provider_reference,
            **{f"{self.channel}_gateway_id": gateway.id},
        )
