from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

NO_PHASE = "none"


class ClaimPhase(models.Model):
    """The phase a claim is in, with a name for claims that have had no level yet.

    Not stored, yet a claim can be grouped by it: the value comes through the join
    with the level reached.
    """

    _inherit = "ar.claim"

    @api.model
    def _select_phase(self):
        phases = self.env["ar.dunning.level"]._fields["phase"]
        return [
            (NO_PHASE, self.env._("Not reminded yet")),
            *phases._description_selection(self.env),
        ]

    @api.depends("level_id.phase")
    def _compute_phase(self):
        for claim in self:
            claim.phase = claim.level_id.phase or NO_PHASE

    def _search_phase(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = Domain("level_id.phase", "in", [name for name in value if name])
        return found | Domain("level_id", "=", False) if NO_PHASE in value else found

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "phase":
            return super()._field_to_sql(alias, field_expr, query)
        # Levels are no secret among those who read claims: no access rule to apply.
        level = query.left_join(alias, "level_id", "ar_dunning_level", "id", "phase")
        return SQL(
            "COALESCE(%s, %s)", SQL.identifier(level, "phase"), SQL("%s", NO_PHASE)
        )

    @api.model
    def _order_phases(self, values, domain):
        """Columns of a board in the order of the phases; those without claims too."""
        return [name for name, _label in self._select_phase()]
