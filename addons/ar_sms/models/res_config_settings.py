from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_sms_gateway_id = fields.Many2one(
        related="company_id.ar_sms_gateway_id", readonly=False
    )
    ar_sms_sender = fields.Char(related="company_id.ar_sms_sender", readonly=False)
    ar_sms_from = fields.Float(related="company_id.ar_sms_from", readonly=False)
    ar_sms_to = fields.Float(related="company_id.ar_sms_to", readonly=False)
    ar_sms_maximum_parts = fields.Integer(
        related="company_id.ar_sms_maximum_parts", readonly=False
    )
    ar_sms_cost = fields.Monetary(related="company_id.ar_sms_cost", readonly=False)
