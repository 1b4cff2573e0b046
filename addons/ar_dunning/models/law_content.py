from odoo import api, fields, models


class LawContent(models.Model):
    """Something that a notice has to say under a regime."""

    _name = "ar.law.content"
    _inherit = ["ar.law.part", "ar.law.verified"]
    _description = "Required content"
    _order = "regime_id, id"
    _part_of = "regime_id"

    regime_id = fields.Many2one(
        "ar.law.regime", required=True, ondelete="cascade", index=True
    )
    code = fields.Char(required=True)
    words = fields.Json(help="Names in several languages.")
    name = fields.Char(compute="_compute_words")
    article = fields.Char(compute="_compute_words")
    block = fields.Char(
        required=True, help="The part of a notice, or the words, that say it."
    )
    on = fields.Selection(
        [
            ("first", "The first notice"),
            ("announcing", "A notice that announces costs"),
            ("every", "Every notice"),
            ("handover", "The last notice before a handover"),
        ],
        string="Where",
        required=True,
    )

    _once = models.Constraint("UNIQUE (regime_id, code)", "This is required already.")

    @api.depends("words")
    @api.depends_context("lang")
    def _compute_words(self):
        lang = (self.env.lang or "en")[:2]
        for content in self:
            words = content.words or {}
            for name in ("name", "article"):
                said = words.get(name) or {}
                content[name] = said.get(lang) or said.get("en") or content.code

    @api.depends("name")
    def _compute_display_name(self):
        for content in self:
            content.display_name = content.name
