from odoo import api, fields, models

HISTORY_ONLY = "-"


class HistoryLevel(models.Model):
    """What a level of another program is here; a person chooses."""

    _name = "ar.history.level"
    _description = "Level of another program"
    _order = "old_level"
    _rec_name = "old_level"

    import_id = fields.Many2one(
        "ar.history.import", required=True, ondelete="cascade", index=True
    )
    old_level = fields.Char(string="There", required=True, readonly=True)
    row_count = fields.Integer(string="Rows", readonly=True)
    level_key = fields.Selection(
        "_select_level_key",
        string="Here",
        help="The level that a claim has then reached. History only: it is kept and "
        "shown, and the claim begins at its first level.",
    )

    _once = models.Constraint(
        "UNIQUE (import_id, old_level)", "This level is in the list already."
    )

    @api.model
    def _select_level_key(self):
        """Return the levels of the procedures in force, by their key."""
        levels = self.env["ar.dunning.level"].search(
            [("version_id.state", "=", "active"), ("kind", "=", "notice")]
        )
        names = {}
        for level in levels:
            names.setdefault(level.level_key, level.name)
        known = [(key, f"{name} ({key})") for key, name in names.items()]
        return [(HISTORY_ONLY, self.env._("History only")), *sorted(known)]

    @api.model
    def _guess(self, old_level, keys):
        """Return the key that an old level obviously means, else nothing.

        :param keys: {key: label} of _select_level_key
        """
        plain = old_level.strip().lower()
        for key, label in keys.items():
            if plain in (key, key.replace("_", " "), label.rpartition(" (")[0].lower()):
                return key
        return False
