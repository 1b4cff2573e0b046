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
    "phone",
    "email",
)
TEXT_FIELDS = ("subject", "heading", "opening", "closing")


class DunningTemplate(models.Model):
    """Words of a notice, written by a business user; tables and totals are blocks."""

    _name = "ar.dunning.template"
    _description = "Notice text"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("notice", "Notice"), ("thank_you", "Thank-you")],
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
        "{phone} and {email}.",
    )
    heading = fields.Char(required=True, translate=True)
    opening = fields.Html(
        required=True, translate=True, help="Stands above the table of claims."
    )
    closing = fields.Html(translate=True, help="Stands below the payment instructions.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

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

    def _freeze(self, lang):
        """Return the immutable text of this template in one language as of now.

        A notice points at it, so later edits never change what it said.
        """
        self.ensure_one()
        template = self.with_context(lang=lang)
        values = {name: template[name] or "" for name in TEXT_FIELDS}
        digest = hashlib.sha256(
            "\x00".join(str(values[name]) for name in TEXT_FIELDS).encode()
        ).hexdigest()
        # Texts are evidence without personal data; collectors may not write them.
        texts_sudo = self.env["ar.dunning.template.text"].sudo()
        key = {"template_id": self.id, "lang": lang, "digest": digest}
        found = texts_sudo.search(
            [(name, "=", value) for name, value in key.items()], limit=1
        )
        return found or texts_sudo.create({**key, **values})
