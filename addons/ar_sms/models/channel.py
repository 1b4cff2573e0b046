from odoo import api, models


class Channel(models.AbstractModel):
    _inherit = "ar.channel"

    @api.model
    def _names(self):
        names = super()._names()
        place = [code for code, _name in names].index("letter")
        return [*names[:place], ("sms", self.env._("SMS")), *names[place:]]
