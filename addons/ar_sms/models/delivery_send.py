import base64

from odoo import api, fields, models

from odoo.addons.ar_dunning.models.delivery_hand_over import RETRY_AFTER
from odoo.addons.ar_dunning.models.in_turn import in_turn

from ..rules.gateway_answer import ABOUT_US, LATER, REFUSED, TAKEN
from .delivery import UNKNOWN_FATE

TEXTS_PER_BATCH = 50


class DeliverySend(models.Model):
    """Hands text messages over: resumable, and never one of unknown fate again.

    As with e-mails, a batch is prepared and committed first; then of each message is
    committed that its dialogue begins, and what the gateway said. A gateway has no
    Message-ID that would tell a repetition: what a process left behind when it died,
    and what got no answer, may have arrived. A person decides about it.
    """

    _inherit = "ar.delivery"

    @api.model
    def _send_texts(self, company, on, report=None):
        """Send the text messages that are ready, unless another worker is at it.

        :param on: date on which the notices take effect: today for the company
        :param report: called with the number of messages of each batch handed over
        """
        if not company._ar_texts_now():
            return
        with company._ar_session_lock("texts") as mine:
            if not mine:
                return
            # With fresh eyes: our snapshot lacks the payment of a second ago.
            self._checkpoint()
            in_turn(self.env, self._leave_to_people, company)
            self._checkpoint()
            while batch := self._prepare_texts(company, on):
                handed, goes_on = batch._hand_over_texts(company, on)
                if report:
                    report(handed)
                if not goes_on or not self._checkpoint():
                    return

    @api.model
    def _leave_to_people(self, company):
        """What a process had begun and never ended: nobody knows whether it left."""
        begun = self.search(
            [
                ("company_id", "=", company.id),
                ("channel", "=", "sms"),
                ("state", "=", "handing_over"),
            ]
        )
        for delivery in begun:
            delivery._note_unknown_fate(
                self.env._("The sending was interrupted before the gateway answered.")
            )

    @api.model
    def _next_texts(self, company):
        return self.search(
            [
                ("company_id", "=", company.id),
                ("channel", "=", "sms"),
                ("state", "=", "ready"),
                ("ready_on", "<=", fields.Datetime.now()),
            ],
            order="id",
            limit=TEXTS_PER_BATCH,
        )

    @api.model
    def _prepare_texts(self, company, on):
        """Build the next messages and commit them; those that must not go are left."""
        while company._ar_texts_now() and self._next_texts(company):
            batch = in_turn(self.env, self._prepare_text_batch, company, on)
            self._checkpoint()
            if batch:
                return batch
        return self.browse()

    @api.model
    def _prepare_text_batch(self, company, on):
        batch = self._next_texts(company)
        if not batch:
            return batch
        batch = batch._withdraw_changed(company, on)
        batch = batch._fail_unwanted(company)
        built = batch._build_each("_build_sms")
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
            if not company.ar_sms_gateway_id:
                code, words = (
                    "no_gateway",
                    self.env._(
                        "The company has no SMS gateway: choose one in the settings."
                    ),
                )
            elif delivery.address in listed:
                code, words = (
                    "blacklisted",
                    self.env._(
                        "%s does not want text messages: the number is blacklisted.",
                        delivery.address,
                    ),
                )
            else:
                continue
            delivery.write({"state": "failed", "error_code": code, "error_text": words})
            delivery._fall_back("delivery_failed")
            failed |= delivery
        return self - failed

    def _hand_over_texts(self, company, on):
        """Hand over prepared messages one by one, committing each answer.

        :return: (number handed over, whether there is a point in going on)
        """
        handed = 0
        for one in self:
            delivery = one.with_prefetch()
            if not company._ar_texts_now():
                return handed, False
            if not delivery._begin_dialogue():
                continue
            if delivery.notice_id.sandbox:
                # Nobody gets it: the test goes on as if it had left.
                delivery._keep_answer(delivery._note_text_taken, None, None, on)
                self._checkpoint()
                continue
            gateway = company.ar_sms_gateway_id
            answer = gateway._send(
                company,
                delivery.address,
                delivery._text(),
                delivery.message_key,
            )
            if answer.fate == TAKEN:
                handed += 1
            delivery._keep_answer(delivery._note_answer, gateway, answer, on)
            self._checkpoint()
            if answer.fate in (ABOUT_US, LATER):
                return handed, False
        return handed, True

    def _text(self):
        """Return the words that were built for this delivery."""
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).content).decode()

    def _note_answer(self, gateway, answer, on):
        """Keep what the gateway said of this message."""
        self.ensure_one()
        if answer.fate == TAKEN:
            gateway._note_trouble(None)
            self._note_text_taken(gateway, answer.provider_reference, on)
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
            self.write(
                {
                    "state": "failed",
                    "sms_gateway_id": gateway.id,
                    "error_code": answer.code,
                    "error_text": answer.text,
                }
            )
            self._fall_back("delivery_failed")
        else:
            self.sms_gateway_id = gateway
            self._note_unknown_fate(answer.text)

    def _note_text_taken(self, gateway, provider_reference, on):
        self.write(
            {
                "state": "sent",
                "sent_on": fields.Datetime.now(),
                "effective_on": on,
                "sms_gateway_id": gateway and gateway.id,
                "provider_reference": provider_reference,
                "error_code": False,
                "error_text": False,
            }
        )
        self.flush_recordset()
        self._refresh_effective(self.notice_id.ids)
        self.env.invalidate_all()

    def _note_unknown_fate(self, why):
        """A person decides: nothing goes twice, and nothing is silently lost."""
        self.ensure_one()
        self.write(
            {
                "state": "failed",
                "error_code": UNKNOWN_FATE,
                "error_text": self.env._(
                    "It may have arrived, nobody knows: %s Send it again only if the "
                    "gateway does not list it.",
                    why,
                ),
            }
        )
        self._raise_trouble("delivery_failed")
