from odoo import fields, models


class TemplateText(models.Model):
    _inherit = "ar.dunning.template.text"

    sms_text = fields.Text()
