from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_small_amount = fields.Monetary(
        related="company_id.ar_small_amount",
        readonly=False,
        currency_field="currency_id",
    )
    ar_small_share = fields.Float(related="company_id.ar_small_share", readonly=False)
    ar_small_collector_amount = fields.Monetary(
        related="company_id.ar_small_collector_amount",
        readonly=False,
        currency_field="currency_id",
    )
    ar_small_days = fields.Integer(related="company_id.ar_small_days", readonly=False)
    ar_small_account_id = fields.Many2one(
        related="company_id.ar_small_account_id", readonly=False
    )
    ar_small_journal_id = fields.Many2one(
        related="company_id.ar_small_journal_id", readonly=False
    )
