from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_link_on_notices = fields.Boolean(
        related="company_id.ar_link_on_notices", readonly=False
    )
    ar_link_qr = fields.Boolean(related="company_id.ar_link_qr", readonly=False)
    ar_link_validity_days = fields.Integer(
        related="company_id.ar_link_validity_days", readonly=False
    )
