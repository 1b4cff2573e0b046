from odoo import api, fields, models


class DunningLevelPart(models.AbstractModel):
    """What a level is made of: it changes only while its version is a draft.

    Models that inherit it are named by the choice in their `_rec_name`.
    """

    _name = "ar.dunning.level.part"
    _inherit = ["ar.config.tracked"]
    _description = "Part of a level"

    level_id = fields.Many2one("ar.dunning.level", required=True, ondelete="cascade")

    @api.depends(lambda self: (self._rec_name,) if self._rec_name else ())
    @api.depends_context("lang")
    def _compute_display_name(self):
        choice = self._fields[self._rec_name]
        labels = dict(choice._description_selection(self.env))
        for part in self:
            part.display_name = labels.get(part[self._rec_name], "")

    def _config_name(self):
        return f"{self.level_id._config_name()}, {self.display_name}"

    def _config_company(self):
        return self.level_id.version_id.company_id

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.level_id.version_id._check_draft()
        return parts

    def write(self, vals):
        self.level_id.version_id._check_draft()
        result = super().write(vals)
        if "level_id" in vals:
            self.level_id.version_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self.level_id.version_id._check_draft()
