from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_link_on_notices = fields.Boolean(
        related="company_id.ar_link_on_notices", readonly=False
    )
    ar_link_qr = fields.Boolean(related="company_id.ar_link_qr", readonly=False)
    ar_link_qr_opens = fields.Selection(
        related="company_id.ar_link_qr_opens", readonly=False
    )
    ar_link_validity_days = fields.Integer(
        related="company_id.ar_link_validity_days", readonly=False
    )
    ar_online_payment = fields.Boolean(
        related="company_id.ar_online_payment", readonly=False
    )
    ar_minimum_part = fields.Float(related="company_id.ar_minimum_part", readonly=False)
    ar_reservation_minutes = fields.Integer(
        related="company_id.ar_reservation_minutes", readonly=False
    )
    ar_provider_missing = fields.Boolean(compute="_compute_ar_provider_missing")

    @api.depends("company_id")
    def _compute_ar_provider_missing(self):
        for settings in self:
            settings.ar_provider_missing = not self.env[
                "payment.provider"
            ].search_count(
                [
                    *self.env["payment.provider"]._check_company_domain(
                        settings.company_id
                    ),
                    ("state", "!=", "disabled"),
                ],
                limit=1,
            )
