from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_enabled = fields.Boolean(related="company_id.ar_enabled", readonly=False)
    ar_four_eyes_amount = fields.Monetary(
        related="company_id.ar_four_eyes_amount",
        readonly=False,
        currency_field="currency_id",
    )
    ar_thank_you = fields.Boolean(related="company_id.ar_thank_you", readonly=False)
    ar_thank_you_template_id = fields.Many2one(
        related="company_id.ar_thank_you_template_id", readonly=False
    )
    ar_sender_email = fields.Char(related="company_id.ar_sender_email", readonly=False)
    ar_attach_invoices = fields.Boolean(
        related="company_id.ar_attach_invoices", readonly=False
    )
    ar_attach_megabytes = fields.Float(
        related="company_id.ar_attach_megabytes", readonly=False
    )
    ar_reply_to = fields.Char(related="company_id.ar_reply_to", readonly=False)
    ar_neutral_name = fields.Char(related="company_id.ar_neutral_name", readonly=False)
    ar_bank_account_id = fields.Many2one(
        related="company_id.ar_bank_account_id", readonly=False
    )
    ar_sandbox = fields.Boolean(related="company_id.ar_sandbox")
    ar_sandbox_email = fields.Char(
        related="company_id.ar_sandbox_email", readonly=False
    )
    ar_contact_maximum = fields.Integer(
        related="company_id.ar_contact_maximum", readonly=False
    )
    ar_contact_period_days = fields.Integer(
        related="company_id.ar_contact_period_days", readonly=False
    )
    ar_contact_scope = fields.Selection(
        related="company_id.ar_contact_scope", readonly=False
    )
    ar_fuse_factor = fields.Float(related="company_id.ar_fuse_factor", readonly=False)
    ar_fuse_maximum = fields.Integer(
        related="company_id.ar_fuse_maximum", readonly=False
    )
    ar_bank_account_missing = fields.Boolean(compute="_compute_ar_bank_account_missing")

    @api.depends("company_id", "ar_bank_account_id")
    def _compute_ar_bank_account_missing(self):
        for settings in self:
            settings.ar_bank_account_missing = (
                not settings.ar_bank_account_id
                and not settings.company_id._ar_bank_account()
            )

    def action_ar_go_live(self):
        """End the test phase of the company, and stay on this page."""
        return self._ar_switch_sandbox("action_ar_go_live")

    def action_ar_test_phase(self):
        return self._ar_switch_sandbox("action_ar_test_phase")

    def _ar_switch_sandbox(self, action):
        self.ensure_one()
        # Each of the two checks the right of the user.
        getattr(self.company_id, action)()
        return {"type": "ir.actions.client", "tag": "reload"}
