from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_health_patience_days = fields.Integer(
        related="company_id.ar_health_patience_days", readonly=False
    )
    ar_health_bank_days = fields.Integer(
        related="company_id.ar_health_bank_days", readonly=False
    )
    ar_health_silent_days = fields.Integer(
        related="company_id.ar_health_silent_days", readonly=False
    )
    ar_health_user_id = fields.Many2one(
        related="company_id.ar_health_user_id",
        readonly=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
