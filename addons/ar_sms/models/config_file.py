from odoo import models


class ConfigFile(models.AbstractModel):
    """The words of text messages travel with the other texts."""

    _inherit = "ar.config.file"

    def _sections(self):
        sections = super()._sections()
        model, names, needed, key = sections["templates"]
        return sections | {"templates": (model, (*names, "sms_text"), needed, key)}
