from odoo import fields, models
from odoo.exceptions import UserError


class LawChange(models.Model):
    """What an upgrade of a law pack changed in one row: the difference, kept."""

    _name = "ar.law.change"
    _description = "Change of the law pack"
    _order = "id desc"
    _rec_name = "pack_key"

    pack_id = fields.Many2one(
        "ar.law.pack", required=True, ondelete="cascade", readonly=True, index=True
    )
    version = fields.Char(required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    pack_key = fields.Char(string="Row", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("new", "New"),
            ("changed", "Changed"),
            ("replaced", "Replaced: the old row is in use"),
            ("withdrawn", "Withdrawn"),
        ],
        string="What happened",
        required=True,
        readonly=True,
    )
    difference = fields.Text(readonly=True)
    seen = fields.Boolean(
        help="Somebody has looked at it and knows what it means for us."
    )

    def write(self, vals):
        if not self.env.su and vals.keys() - {"seen"}:
            raise UserError(
                self.env._(
                    "What an upgrade changed stays as it was written down: mark it as "
                    "seen."
                )
            )
        return super().write(vals)

    def action_seen(self):
        self.write({"seen": True})
