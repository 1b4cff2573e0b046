from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_exception_amount = fields.Monetary(
        related="company_id.ar_exception_amount",
        readonly=False,
        currency_field="currency_id",
    )
    ar_exception_first = fields.Boolean(
        related="company_id.ar_exception_first", readonly=False
    )
    ar_letter_cost = fields.Monetary(
        related="company_id.ar_letter_cost",
        readonly=False,
        currency_field="currency_id",
    )
    ar_email_cost = fields.Monetary(
        related="company_id.ar_email_cost",
        readonly=False,
        currency_field="currency_id",
    )
    ar_person_cost = fields.Monetary(
        related="company_id.ar_person_cost",
        readonly=False,
        currency_field="currency_id",
    )
    ar_exception_category_ids = fields.Many2many(
        related="company_id.ar_exception_category_ids", readonly=False
    )
