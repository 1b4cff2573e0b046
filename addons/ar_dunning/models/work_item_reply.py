from odoo import fields, models
from odoo.exceptions import UserError

from ..rules import reply_phrases as phrases

# What an answer seems to say, and the outcome that a person records for it.
OUTCOMES = {
    phrases.PROMISE: "promise",
    phrases.PAID: "paid_already",
    phrases.DISPUTE: "dispute",
    phrases.PLAN: "plan_asked",
    phrases.MOVED: "moved",
    phrases.WRONG_PERSON: "wrong_person",
}


class WorkItemReply(models.Model):
    """An answer by e-mail whose suggestion a person accepts with one click."""

    _inherit = "ar.work.item"

    reply_suggestion = fields.Selection(
        [
            (phrases.PROMISE, "Promises to pay"),
            (phrases.PAID, "Has paid already"),
            (phrases.DISPUTE, "Objects"),
            (phrases.PLAN, "Asks for a plan"),
            (phrases.MOVED, "Has moved"),
            (phrases.WRONG_PERSON, "Is another person"),
        ],
        string="Seems to say",
        readonly=True,
        help="Read from the answer by fixed phrases; nothing follows before somebody "
        "accepts it.",
    )
    reply_sentence = fields.Text(
        string="In these words", readonly=True, help="The sentence that says so."
    )
    reply_day = fields.Date(string="Day named", readonly=True)

    def _is_done_by_contact(self):
        """Whoever records what an answer says has dealt with it."""
        return super()._is_done_by_contact() or bool(self.reply_suggestion)

    def action_accept_reply(self):
        """Record what the answer seems to say; where a day is missing, ask for it."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "open" or not self.reply_suggestion:
            raise UserError(self.env._("There is no suggestion to accept any more."))
        outcome = self._reply_outcome()
        until = self._reply_until(outcome)
        if outcome.date_need == "required" and not until:
            return self._action_ask_day(outcome)
        self.env["ar.contact"]._record(
            self.debtor_id,
            outcome,
            self._reply_claims(),
            self,
            date_until=until,
            note=self.reply_sentence,
            medium="email",
        )
        return None

    def _reply_outcome(self):
        code = OUTCOMES[self.reply_suggestion]
        outcomes = self.env["ar.contact.outcome"].search(
            [
                ("code", "=", code),
                ("company_id", "in", (False, *self.company_id.parent_ids.ids)),
            ]
        )
        # That of a company goes before the one that all share.
        outcome = outcomes.sorted(lambda outcome: not outcome.company_id)[:1]
        if not outcome:
            raise UserError(
                self.env._(
                    "No outcome has the code “%s”: make one, or record the contact by "
                    "hand.",
                    code,
                )
            )
        return outcome

    def _reply_until(self, outcome):
        """Return the day to record; False when a person has to choose it."""
        if outcome.date_need == "none":
            return False
        today = self.company_id._ar_today()
        if self.reply_suggestion != phrases.PROMISE and outcome.date_days:
            return fields.Date.add(today, days=outcome.date_days)
        day, limit = self.reply_day, outcome.date_maximum_days
        known = day and day >= today and (not limit or (day - today).days <= limit)
        return day if known else False

    def _reply_claims(self):
        """Return the open claims that the notice asked for; none: all of the debtor."""
        asked = self.notice_id.line_ids.filtered(
            lambda line: line.role != "information"
        ).claim_id
        return asked.filtered(
            lambda claim: claim.state == "open" and claim.debtor_id == self.debtor_id
        )

    def _action_ask_day(self, outcome):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_contact_entry_action"
        )
        action["context"] = {
            "default_debtor_id": self.debtor_id.id,
            "default_work_item_id": self.id,
            "default_outcome_id": outcome.id,
            "default_claim_ids": self._reply_claims().ids,
            "default_medium": "email",
            "default_note": self.reply_sentence,
        }
        return action
