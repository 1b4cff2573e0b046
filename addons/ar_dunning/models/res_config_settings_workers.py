from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_worker_count = fields.Integer(
        string="Workers",
        compute="_compute_ar_worker_count",
        inverse="_inverse_ar_worker_count",
        groups="base.group_system",
        help="Scheduled actions that share dispatching, printing and sending, from 1 "
        "to 16. They work side by side as far as the server has threads for scheduled "
        "actions (max_cron_threads), or other servers take some.",
    )

    @api.depends("company_id")
    def _compute_ar_worker_count(self):
        self.ar_worker_count = self.env["ar.cycle"]._worker_count()

    def _inverse_ar_worker_count(self):
        cycles = self.env["ar.cycle"]
        for settings in self:
            # Saving all settings alike must not touch scheduled actions.
            if settings.ar_worker_count != cycles._worker_count():
                cycles._set_worker_count(settings.ar_worker_count)
