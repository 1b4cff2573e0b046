from odoo import api, fields, models
from odoo.tools import html2plaintext

from ..rules import clarity
from .template import TEXT_FIELDS

# Which notices show what a text of a kind looks like.
_SHOWN_BY = {
    "notice": "dunning",
    "thank_you": "thank_you",
    "correction": "correction",
    "statement": "statement",
}


class TemplatePreview(models.Model):
    """Shows a text while it is written: on a real notice, and how it reads."""

    _inherit = "ar.dunning.template"

    preview_lang = fields.Selection(
        "_select_preview_lang",
        string="In",
        compute="_compute_preview_lang",
        readonly=False,
        help="Your own language shows what you are typing, the others what is saved.",
    )
    preview_notice_id = fields.Many2one(
        "ar.dunning.notice",
        string="As to",
        compute="_compute_preview_notice_id",
        readonly=False,
        domain="[('text_id', '!=', False), ('kind', '=', preview_kind)]",
        help="A notice of yours, whose claims, amounts and debtor are shown.",
    )
    preview_kind = fields.Char(compute="_compute_preview_kind")
    preview_size = fields.Selection(
        [("desktop", "Computer"), ("phone", "Telephone")],
        string="On a",
        compute="_compute_preview_size",
        readonly=False,
    )
    preview_subject = fields.Char(string="Subject shown", compute="_compute_preview")
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    review = fields.Html(compute="_compute_review", sanitize=False)

    @api.model
    def _select_preview_lang(self):
        return self.env["res.lang"].get_installed()

    @api.depends_context("lang")
    def _compute_preview_lang(self):
        for template in self:
            template.preview_lang = self.env.lang or "en_US"

    def _compute_preview_size(self):
        for template in self:
            template.preview_size = "desktop"

    @api.depends("kind")
    def _compute_preview_kind(self):
        for template in self:
            template.preview_kind = _SHOWN_BY.get(template.kind)

    @api.depends("kind")
    def _compute_preview_notice_id(self):
        """The newest notice with this text, else the newest of its kind."""
        notices = self.env["ar.dunning.notice"]
        for template in self:
            shown = [
                ("kind", "=", _SHOWN_BY.get(template.kind)),
                ("text_id", "!=", False),
            ]
            own = [("text_id.template_id", "=", template._origin.id), *shown]
            template.preview_notice_id = (
                template._origin and notices.search(own, limit=1)
            ) or notices.search(shown, limit=1)

    @api.depends(*TEXT_FIELDS, "preview_notice_id", "preview_lang", "preview_size")
    @api.depends_context("lang")
    def _compute_preview(self):
        for template in self:
            notice = template.preview_notice_id
            words = template._spoken(template.preview_lang)
            if not notice:
                template.preview_subject = words["subject"]
                template.preview = False
                continue
            subject, body = notice._render_with(
                words, template.preview_lang or self.env.lang
            )
            template.preview_subject = subject
            template.preview = self.env["ir.qweb"]._render(
                "ar_dunning.template_preview",
                {"body": body, "phone": template.preview_size == "phone"},
            )

    def _spoken(self, lang):
        """Return {field: text} in a language: as typed, or as saved in others."""
        self.ensure_one()
        source = self
        if lang and lang != (self.env.lang or "en_US") and self._origin:
            source = self._origin.with_context(lang=lang)
        return {name: source[name] or "" for name in TEXT_FIELDS}

    # -- how it reads -------------------------------------------------------------

    @api.depends(*TEXT_FIELDS, "kind")
    @api.depends_context("lang")
    def _compute_review(self):
        for template in self:
            template.review = self.env["ir.qweb"]._render(
                "ar_dunning.template_review",
                {"languages": template._review_languages()},
            )

    def _review_languages(self):
        """Return how the text reads in each installed language.

        :return: list of dicts: name, ease (in words, or empty), words, remarks
        """
        self.ensure_one()
        installed = self.env["res.lang"].get_installed()
        texts = {code: self._as_words(code) for code, _name in installed}
        apart = clarity.compare(texts)
        rows = []
        for code, name in installed:
            found = clarity.review(texts[code], self.kind == "notice")
            remarks = [*found.remarks]
            if code in apart:
                remarks.append(apart[code])
            rows.append(
                {
                    "name": name.partition(" / ")[2] or name,
                    "words": found.word_count,
                    "ease": self._tell_ease(found.ease),
                    "remarks": [self._tell_remark(one) for one in remarks],
                }
            )
        return rows

    def _as_words(self, lang):
        spoken = self._spoken(lang)
        return clarity.Words(
            lang[:2],
            spoken["subject"],
            spoken["heading"],
            html2plaintext(spoken["opening"]),
            html2plaintext(spoken["closing"]),
        )

    def _tell_ease(self, ease):
        if ease is None:
            return ""
        if ease >= 60:
            return self.env._("reads easily")
        if ease >= clarity.PLAIN_ENOUGH:
            return self.env._("reads rather easily")
        return self.env._("hard to read")

    def _tell_remark(self, remark):
        """Return what an editor would say, with what to do."""
        place = self._fields[remark.place]._description_string(self.env)
        detail = remark.detail
        sentences = {
            clarity.MISSING: self.env._("%s is empty.", place),
            clarity.NO_NAME: self.env._(
                "The debtor is not called by name: put {debtor} into the opening."
            ),
            clarity.LAW_FIRST: self.env._(
                "The opening quotes the law (“%s”): say first what to do, and put the "
                "law into the closing.",
                detail,
            ),
            clarity.LONG_OPENING: self.env._(
                "The opening has %(count)s words: what to pay, and how, slips off the "
                "first screen. At most %(most)s are better.",
                count=detail,
                most=clarity.OPENING_WORDS,
            ),
            clarity.LONG_SUBJECT: self.env._(
                "The subject has %(count)s letters; telephones show about %(most)s.",
                count=detail,
                most=clarity.SUBJECT_LENGTH,
            ),
            clarity.LOUD: self.env._(
                "“%s” shouts: it makes people angry, and mail programs suspicious.",
                detail,
            ),
            clarity.HARD: self.env._(
                "It is hard to read (%s of 100): shorter sentences and words help.",
                detail,
            ),
            clarity.LONG_SENTENCE: self.env._(
                "A sentence of more than %(most)s words: “%(beginning)s”",
                most=clarity.SENTENCE_WORDS,
                beginning=detail,
            ),
            clarity.HEAVY_WORD: self.env._(
                "“%s” is a word of lawyers and clerks: choose an everyday one.", detail
            ),
            clarity.OTHER_PLACEHOLDERS: self.env._(
                "Other languages also say %s: who reads this one does not learn it.",
                detail,
            ),
        }
        return sentences[remark.kind]
