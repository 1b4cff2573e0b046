from odoo import models
from odoo.tools import format_date

from ..rules import reply_phrases as phrases
from ..rules.plain_text import render
from ..rules.reply_reading import is_automatic, read_reply

_NOTE_LENGTH = 300


class NoticeReply(models.Model):
    """An answer by e-mail stays with its notice and reaches the debtor's collector."""

    _inherit = "ar.dunning.notice"

    def message_update(self, msg_dict, update_vals=None):
        """Note on the work list of the collector that the debtor answered.

        What a program answered is kept in the history and is nobody's work.
        """
        automatic = msg_dict.pop("ar_automatic", False)
        result = super().message_update(msg_dict, update_vals)
        # The mail gateway may be anybody; the item stays in the notice's group.
        # Mail comes in for everybody.
        notices_sudo = self.sudo()
        text = render(msg_dict.get("body") or "")
        self.env["ar.work.item"].sudo()._raise_items(
            [
                notice._prepare_reply_vals(text)
                for notice in notices_sudo
                if not automatic and not notice._is_automatic(msg_dict, text)
            ]
        )
        return result

    def _keep_unreadable(self, content):
        """Keep an answer that cannot be read, and let a person look at it.

        :param content: the bytes of the mail
        """
        self.ensure_one()
        text = self.env._("An answer could not be read; it is attached as it came.")
        self.message_post(body=text, attachments=[("answer.eml", content)])
        self.env["ar.work.item"]._raise_items([self._prepare_reply_vals(text)])

    def _is_automatic(self, msg_dict, text):
        """Whether no person wrote an answer, by its subject or its words."""
        if is_automatic({}, msg_dict.get("subject") or ""):
            return True
        reading = read_reply(text, self.company_id._ar_today())
        return bool(reading and reading.kind == phrases.AUTOMATIC)

    def _prepare_reply_vals(self, text):
        self.ensure_one()
        reading = read_reply(text, self.company_id._ar_today())
        known = (
            self.env["ar.work.item"]._fields["reply_suggestion"].get_values(self.env)
        )
        accepted = reading and reading.kind in known
        return {
            "kind": "reply",
            "company_id": self.company_id.id,
            "access_group_id": self.access_group_id.id,
            "debtor_id": self.debtor_id.id,
            "notice_id": self.id,
            "amount": self.amount_total,
            "currency_id": self.currency_id.id,
            "user_id": self.debtor_id.user_id.id,
            "points": 75,
            "due_on": self.company_id._ar_today(),
            "note": self._reply_note(text, reading),
            "reply_suggestion": reading.kind if accepted else False,
            "reply_sentence": reading.sentence if accepted else False,
            "reply_day": reading.day if accepted else False,
            "dedup_key": f"reply/{self.id}",
        }

    def _reply_note(self, text, reading):
        """Return what an answer seems to say, its sentence quoted, and its beginning.

        In the language of who does the work, else of the company.
        """
        worker = self.debtor_id.user_id.partner_id or self.company_id.partner_id
        env = self.with_context(lang=worker.lang or self.env.lang).env
        lines = [text[:_NOTE_LENGTH]]
        if reading:
            lines = [
                env._(
                    "%(suggestion)s: “%(sentence)s”",
                    suggestion=self._reply_suggestion(env, reading),
                    sentence=reading.sentence,
                ),
                "",
                *lines,
            ]
        return "\n".join(lines)

    def _reply_suggestion(self, env, reading):
        if reading.kind == phrases.PROMISE and reading.day:
            day = format_date(env, reading.day)
            return env._("Seems to promise payment by %s", day)
        return {
            phrases.PROMISE: env._("Seems to promise payment"),
            phrases.PAID: env._("Seems to have paid"),
            phrases.DISPUTE: env._("Seems to object"),
            phrases.PLAN: env._("Seems to ask for a payment plan"),
            phrases.COPY: env._("Seems to ask for a copy"),
            phrases.MOVED: env._("Seems to have moved"),
            phrases.WRONG_PERSON: env._("Seems to be another person"),
        }[reading.kind]
