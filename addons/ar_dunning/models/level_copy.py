from odoo import fields, models

from .contact_role import CONTACT_ROLES


class DunningLevelCopy(models.Model):
    """A role whose people get a copy of what a level sends."""

    _name = "ar.dunning.level.copy"
    _inherit = ["ar.dunning.level.part"]
    _description = "Copy of a level"
    _order = "level_id, id"
    _rec_name = "role"

    role = fields.Selection(CONTACT_ROLES, required=True)

    _role_unique = models.Constraint(
        "UNIQUE (level_id, role)", "A level names each role once."
    )
