from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_stop_score = fields.Integer(related="company_id.ar_stop_score", readonly=False)
    ar_stop_days = fields.Integer(related="company_id.ar_stop_days", readonly=False)
