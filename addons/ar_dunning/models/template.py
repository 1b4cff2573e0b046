import hashlib

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import html2plaintext

from ..rules import placeholders

PLACEHOLDERS = (
    "debtor",
    "creditor",
    "total",
    "count",
    "oldest_due_date",
    "date",
    "phone",
    "email",
)
TEXT_FIELDS = ("subject", "heading", "opening", "closing")


class DunningTemplate(models.Model):
    """Words of a notice, written by a business user; tables and totals are blocks."""

    _name = "ar.dunning.template"
    _inherit = ["ar.config.tracked"]
    _description = "Notice text"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        copy=False,
        help="Stable name for exports and imports, e.g. first_reminder; empty: made "
        "from the English name.",
    )
    kind = fields.Selection(
        [
            ("notice", "Notice"),
            ("thank_you", "Thank-you"),
            ("correction", "Correction"),
            ("statement", "Statement of account"),
        ],
        required=True,
        default="notice",
    )
    company_id = fields.Many2one(
        "res.company", help="Leave empty to share this text among all companies."
    )
    subject = fields.Char(
        required=True,
        translate=True,
        help="You may use {debtor}, {creditor}, {total}, {count}, {oldest_due_date}, "
        "{date}, {phone} and {email}. The date is that of the message; in a "
        "correction, that of the message taken back.",
    )
    heading = fields.Char(required=True, translate=True)
    opening = fields.Html(
        required=True, translate=True, help="Stands above the table of claims."
    )
    closing = fields.Html(translate=True, help="Stands below the payment instructions.")
    said_dispute = fields.Boolean(
        string="How to dispute",
        help="The words say how somebody who does not agree tells you so.",
    )
    said_plan = fields.Boolean(
        string="Paying in parts",
        help="The words offer a payment plan, and say how to ask for it.",
    )
    said_debt_help = fields.Boolean(
        string="Help with debts",
        help="The words say where somebody with too many debts finds help.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL",
        "Another text of this company already has this code.",
    )

    def _text_code(self):
        """Return the name of this text in files."""
        self.ensure_one()
        if self.code:
            return self.code
        return self.env["ar.config.text"]._slug(self.with_context(lang="en_US").name)

    @api.constrains(*TEXT_FIELDS)
    def _check_placeholders(self):
        for template in self:
            for name in TEXT_FIELDS:
                text = template[name] or ""
                if name in ("opening", "closing"):
                    text = html2plaintext(text)
                problems = placeholders.check(text, PLACEHOLDERS)
                if problems:
                    raise ValidationError(
                        self.env._(
                            "The text “%(template)s” has a placeholder that nobody can "
                            "fill in: %(problems)s. Known are: %(known)s.",
                            template=template.name,
                            problems=", ".join(
                                problem.fragment for problem in problems
                            ),
                            known=", ".join(f"{{{known}}}" for known in PLACEHOLDERS),
                        )
                    )

    @api.model
    def _text_fields(self):
        """Return the names of the fields that hold words to a debtor. Extensible."""
        return [*TEXT_FIELDS]

    def _freeze(self, lang):
        """Return the immutable text of this template in one language as of now.

        A notice points at it, so later edits never change what it said.
        """
        self.ensure_one()
        template = self.with_context(lang=lang)
        values = {name: template[name] or "" for name in self._text_fields()}
        digest = hashlib.sha256(
            "\x00".join(str(text) for text in values.values()).encode()
        ).hexdigest()
        # Texts are evidence without personal data; collectors may not write them.
        texts_sudo = self.env["ar.dunning.template.text"].sudo()
        key = {"template_id": self.id, "lang": lang, "digest": digest}
        found = texts_sudo.search(
            [(name, "=", value) for name, value in key.items()], limit=1
        )
        return found or texts_sudo.create({**key, **values})
