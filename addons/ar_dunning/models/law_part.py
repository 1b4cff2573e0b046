from odoo import api, models

# What a person may say of a part whatever its row.
_REMARKS = {"verified_by"}


class LawPart(models.AbstractModel):
    """What a row of law is made of: it changes only as long as its row may.

    A part of a row of a pack, or of one that an amount rests on, is law as much as the
    row itself; what a person changes is written down like a change of the row.
    """

    _name = "ar.law.part"
    _inherit = ["ar.config.tracked"]
    _description = "Part of a row of law"

    _part_of = None  # the field that names the row

    def _row(self):
        return self[self._part_of]

    def _config_name(self):
        return f"{self._row()._config_name()}, {self.display_name}"

    def _config_company(self):
        return self._row().company_id

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._row()._check_changes()
        return parts

    def write(self, vals):
        if vals.keys() - _REMARKS:
            self._row()._check_changes()
        result = super().write(vals)
        if self._part_of in vals:
            self._row()._check_changes()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_law(self):
        self._row()._check_changes()
