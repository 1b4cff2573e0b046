from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

# A closed case can be read by the party for a year: time to end its own accounts.
READABLE_AFTER_CLOSING = timedelta(days=365)
LONGEST_MESSAGE = 5000
LONGEST_REFERENCE = 100


class LegalCaseParty(models.Model):
    """What the bailiff or lawyer reads and writes through the portal.

    Portal users have no access rights on cases: the pages ask `_of_party` for the ones
    they may see and call the methods here. None of them changes an amount or a stage.
    """

    _inherit = "ar.legal.case"

    @api.model
    def _of_party(self, user, on):
        """Return the domain of the cases that a portal user may read.

        Only those handed to the user's own office; companies and access groups do not
        count, because a person decided to hand the case to this very party.

        :param on: the day of reading
        """
        if not user._is_portal():
            return Domain.FALSE
        office = user.commercial_partner_id
        return (
            Domain("party_commercial_id", "=", office.id)
            & Domain("party_role", "!=", "internal")
            & (
                Domain("state", "=", "open")
                | Domain("closed_on", ">=", on - READABLE_AFTER_CLOSING)
            )
        )

    def _party_write(self, author, text):
        """Put a message of the party on the case and on the work list.

        :param author: res.users of the portal
        :param text: plain text
        """
        text = self._party_text(text)
        self._check_party_may_write()
        self.message_post(
            body=plaintext2html(text),
            author_id=author.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self._note_party("message", author, text=text)

    def _party_set_reference(self, author, reference):
        """Take over the party's own number of the case."""
        self._check_party_may_write()
        reference = " ".join((reference or "").split())
        if not reference or len(reference) > LONGEST_REFERENCE:
            raise UserError(
                self.env._(
                    "Enter your reference: at most %s characters.", LONGEST_REFERENCE
                )
            )
        self.party_reference = reference

    def _party_propose(self, author, stage_id, text):
        """Note which stage the party says the case is in; a person takes it over.

        :param stage_id: id, as the form of the page sent it
        """
        self._check_party_may_write()
        stage = self.track_id.stage_ids.filtered(lambda stage: stage.id == stage_id)
        if not stage or stage == self.stage_id:
            raise UserError(self.env._("Choose another stage than the present one."))
        note = self._party_text(text) if (text or "").strip() else ""
        self.write({"proposed_stage_id": stage.id, "proposed_note": note})
        self._note_party("proposal", author, stage_id=stage.id, text=note)

    @api.model
    def _party_text(self, text):
        text = (text or "").strip()
        if not text or len(text) > LONGEST_MESSAGE:
            raise UserError(
                self.env._(
                    "Write your message: at most %s characters.", LONGEST_MESSAGE
                )
            )
        return text

    def _check_party_may_write(self):
        if self.state == "closed":
            raise UserError(self.env._("This case is closed: please answer by e-mail."))

    def _note_party(self, kind, author, **values):
        today = self.company_id._ar_today()
        event = self._prepare_event(kind, today, **values)
        self.env["ar.legal.event"].create({**event, "user_id": author.id})
        self.env["ar.work.item"]._raise_items(
            [
                {
                    "kind": "legal_message",
                    "company_id": self.company_id.id,
                    "access_group_id": self.access_group_id.id,
                    "debtor_id": self.debtor_id.id,
                    "legal_case_id": self.id,
                    "user_id": self.user_id.id,
                    "points": 75,
                    "due_on": today,
                    "dedup_key": f"legal_message/{self.id}",
                }
            ]
        )

    def _party_messages(self):
        """Return the messages between us and the party, newest first.

        Those that the party's people wrote, and those that were sent to them: notes
        and talk among colleagues stay in the house.
        """
        self.ensure_one()
        office = self.party_commercial_id
        messages = self.message_ids.filtered(
            lambda message: (
                message.message_type in ("comment", "email", "email_outgoing")
                and not message.subtype_id.internal
                and not message.is_internal
            )
        )
        return messages.filtered(
            lambda message: (
                message.author_id.commercial_partner_id == office
                or office in message.partner_ids.commercial_partner_id
            )
        )

    # -- answers of ours --------------------------------------------------------

    def action_accept_proposal(self):
        """Bring the case to the stage that the party proposed."""
        self.ensure_one()
        self.check_access("write")
        if not self.proposed_stage_id:
            raise UserError(
                self.env._("There is no proposal any more: reload the page.")
            )
        self.stage_id = self.proposed_stage_id

    def action_decline_proposal(self):
        """Leave the case where it is; the proposal stays on the timeline."""
        self.ensure_one()
        self.check_access("write")
        if not self.proposed_stage_id:
            raise UserError(
                self.env._("There is no proposal any more: reload the page.")
            )
        today = self.company_id._ar_today()
        event = self._prepare_event(
            "declined", today, stage_id=self.proposed_stage_id.id
        )
        # What the party proposed is read-only for people; access was checked above.
        self.sudo().write({"proposed_stage_id": False, "proposed_note": False})
        self.env["ar.legal.event"].sudo().create(event)
