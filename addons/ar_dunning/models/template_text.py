from odoo import fields, models


class DunningTemplateText(models.Model):
    """What a template said in one language at some time; never changed."""

    _name = "ar.dunning.template.text"
    _description = "Frozen notice text"
    _order = "id desc"
    _rec_name = "subject"

    template_id = fields.Many2one(
        "ar.dunning.template", required=True, ondelete="restrict"
    )
    lang = fields.Char(required=True)
    digest = fields.Char(required=True, help="SHA-256 of the four texts.")
    subject = fields.Char(required=True)
    heading = fields.Char(required=True)
    opening = fields.Html(required=True)
    closing = fields.Html()

    _text_unique = models.Constraint(
        "UNIQUE (template_id, lang, digest)", "This text is already kept."
    )
