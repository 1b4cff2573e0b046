from odoo import models

from ..rules import version_change
from .level_fields import LEVEL_FIELDS, LEVEL_LISTS


class VersionText(models.Model):
    """What a version says, in words, and how it differs from another."""

    _inherit = "ar.dunning.procedure.version"

    def _in_words(self, common=()):
        """Return {level key: {field: value in words}}, in the order of the levels.

        :param common: levels (keys) whose order among each other is told as well
        """
        self.ensure_one()
        levels = self.level_ids.sorted("sequence")
        places = [key for key in levels.mapped("level_key") if key in common]
        return {
            level.level_key: {
                "sequence": str(places.index(level.level_key) + 1)
                if level.level_key in common
                else "",
                **level._config_words(LEVEL_FIELDS),
                # The name alone, of a text that may belong to another company.
                "template_id": level.template_id.sudo().name or "",
                **{
                    name: ", ".join(level[name].sorted().mapped("display_name"))
                    for name, _part in LEVEL_LISTS.values()
                },
            }
            for level in levels
        }

    def _differences(self, other):
        """Return what is different in this version compared with an older one.

        :return: list of dicts level, field, old, new (words) and kind
        """
        names = {
            level.level_key: level.name for level in other.level_ids | self.level_ids
        }
        labels = self.env["ar.dunning.level"]._fields
        common = {*self.level_ids.mapped("level_key")} & {
            *other.level_ids.mapped("level_key")
        }
        old = other._in_words(common) if other else {}
        return [
            {
                "kind": change.kind,
                "level": names[change.key],
                "field": labels[change.field]._description_string(self.env)
                if change.field
                else False,
                "old_value": change.old,
                "new_value": change.new,
            }
            for change in version_change.compare(old, self._in_words(common))
        ]
