from odoo import api, fields, models

from .contact_role import CONTACT_ROLES


class DunningLevelCopy(models.Model):
    """A role whose people get a copy of what a level sends."""

    _name = "ar.dunning.level.copy"
    _inherit = ["ar.config.tracked"]
    _description = "Copy of a level"
    _order = "level_id, id"
    _rec_name = "role"

    level_id = fields.Many2one("ar.dunning.level", required=True, ondelete="cascade")
    role = fields.Selection(CONTACT_ROLES, required=True)

    _role_unique = models.Constraint(
        "UNIQUE (level_id, role)", "A level names each role once."
    )

    @api.depends("role")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["role"]._description_selection(self.env))
        for copied in self:
            copied.display_name = labels.get(copied.role, "")

    def _config_name(self):
        return f"{self.level_id._config_name()}, {self.display_name}"

    def _config_company(self):
        return self.level_id.version_id.company_id

    @api.model_create_multi
    def create(self, vals_list):
        copies = super().create(vals_list)
        copies.level_id.version_id._check_draft()
        return copies

    def write(self, vals):
        self.level_id.version_id._check_draft()
        result = super().write(vals)
        if "level_id" in vals:
            self.level_id.version_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self.level_id.version_id._check_draft()
