from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_legal_calendar_id = fields.Many2one(
        related="company_id.ar_legal_calendar_id", readonly=False
    )
    ar_sending_calendar_id = fields.Many2one(
        related="company_id.ar_sending_calendar_id", readonly=False
    )

    def action_ar_make_sending_calendar(self):
        """Make a calendar of working days for this company, and open it."""
        self.ensure_one()
        self.company_id._ar_make_sending_calendar()
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.calendar",
            "res_id": self.company_id.ar_sending_calendar_id.id,
            "view_mode": "form",
        }
