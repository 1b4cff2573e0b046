from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.ar_dunning.models.template import PLACEHOLDERS
from odoo.addons.ar_dunning.rules import placeholders

from ..rules import message_length

SMS_PLACEHOLDERS = (*PLACEHOLDERS, "link")


class DunningTemplate(models.Model):
    """The words of a text message, beside those of e-mail and letter."""

    _inherit = "ar.dunning.template"

    sms_text = fields.Text(
        string="SMS",
        translate=True,
        help="You may use {link} (the payment page), and {debtor}, {creditor}, "
        "{total}, {count}, {oldest_due_date}, {date}, {phone} and "
        "{email}. Empty: the words of this suite. Claims of a sensitive type always "
        "get neutral words.",
    )
    sms_length = fields.Char(string="Length", compute="_compute_sms_length")

    @api.model
    def _text_fields(self):
        return [*super()._text_fields(), "sms_text"]

    @api.depends("sms_text")
    @api.depends_context("lang")
    def _compute_sms_length(self):
        for template in self:
            template.sms_length = self._tell_length(
                placeholders.fill(template.sms_text or "", self._sms_example())
            )

    @api.model
    def _sms_example(self):
        """Return values as long as real ones, to count a message while it is typed."""
        return {
            "debtor": self.env._("Firstname Lastname"),
            "creditor": self.env.company.name,
            "total": "1 234,56 EUR",
            "count": "2",
            "oldest_due_date": "31/12/2026",
            "date": "31/12/2026",
            "phone": self.env.company.phone or "+32 9 000 00 00",
            "email": self.env.company.email or "",
            "link": self.env.company.get_base_url() + "/ar/pay/" + "x" * 26,
        }

    @api.model
    def _tell_length(self, text):
        """Say how long a message is, and what it costs in parts."""
        if not text:
            return ""
        length = message_length.measure(message_length.in_plain_letters(text))
        words = self.env._(
            "%(characters)s characters, %(parts)s part(s); room for %(left)s more",
            characters=length.units,
            parts=length.parts,
            left=length.left,
        )
        if length.encoding == message_length.UCS_2:
            words += " – " + self.env._(
                "it has signs that leave less room: emoji, or letters that telephones "
                "do not know"
            )
        return words

    @api.constrains("sms_text", "kind")
    def _check_sms_text(self):
        for template in self.filtered("sms_text"):
            problems = placeholders.check(template.sms_text, SMS_PLACEHOLDERS)
            if problems:
                raise ValidationError(
                    self.env._(
                        "The SMS of “%(template)s” has a placeholder that nobody can "
                        "fill in: %(problems)s. Known are: %(known)s.",
                        template=template.name,
                        problems=", ".join(problem.fragment for problem in problems),
                        known=", ".join(f"{{{known}}}" for known in SMS_PLACEHOLDERS),
                    )
                )
            if template.kind == "notice" and "{link}" not in template.sms_text:
                raise ValidationError(
                    self.env._(
                        "The SMS of “%s” lacks {link}: the debtor could not see what "
                        "it is about, nor pay.",
                        template.name,
                    )
                )
