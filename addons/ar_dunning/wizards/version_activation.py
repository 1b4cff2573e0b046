from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.version_change import ADDED, CHANGED, KEY_MISSING, MOVES, REMOVED

CHANGES = [
    (ADDED, "Added"),
    (REMOVED, "Removed"),
    (CHANGED, "Changed"),
]


class VersionActivation(models.TransientModel):
    """Put a version in force: what it changes, from when on, and for which claims."""

    _name = "ar.version.activation"
    _description = "Put a version in force"

    version_id = fields.Many2one(
        "ar.dunning.procedure.version", required=True, readonly=True
    )
    previous_id = fields.Many2one(
        related="version_id.procedure_id.active_version_id", string="In force now"
    )
    effective_from = fields.Date(
        string="In force from",
        required=True,
        default=fields.Date.context_today,
        help="Today or earlier: at once. Later: the daily cycle of that day.",
    )
    change_ids = fields.One2many(
        "ar.version.change", "activation_id", string="What changes", readonly=True
    )
    law_findings = fields.Html(related="version_id.law_findings")
    line_ids = fields.One2many("ar.version.activation.line", "activation_id")
    running_count = fields.Integer(
        compute="_compute_running_count", string="Number of running claims"
    )

    @api.depends("line_ids.claim_count")
    def _compute_running_count(self):
        for activation in self:
            activation.running_count = sum(activation.line_ids.mapped("claim_count"))

    @api.model_create_multi
    def create(self, vals_list):
        activations = super().create(vals_list)
        for activation in activations:
            version = activation.version_id
            activation.change_ids = [
                fields.Command.create(change)
                for change in version._differences(activation.previous_id)
            ]
            activation.line_ids = [
                fields.Command.create(values) for values in activation._prepare_lines()
            ]
        return activations

    def _prepare_lines(self):
        """Count the running claims by the level that they have reached.

        Only claims that the reader may see are counted.
        """
        claims = self.env["ar.claim"]
        claims.flush_model()
        procedure = self.version_id.procedure_id
        visible = claims._search([("procedure_id", "=", procedure.id)])
        rows = self.env.execute_query(
            SQL(
                """SELECT level_key, COUNT(*),
                          COUNT(*) FILTER (WHERE outcome = %s),
                          COUNT(*) FILTER (WHERE outcome = 'locked'),
                          COUNT(*) FILTER (WHERE outcome = %s), MIN(missed)
                     FROM (%s) AS move
                    WHERE claim_id IN %s
                    GROUP BY level_key""",
                MOVES,
                KEY_MISSING,
                claims._sql_moves(self.version_id),
                visible.subselect(),
            )
        )
        versions = procedure.version_ids.sorted("number")
        names = {level.level_key: level.name for level in versions.level_ids}
        places = {level.level_key: level.sequence for level in versions.level_ids}
        return [
            {
                "level_key": key,
                "level_name": names.get(key, key) or self.env._("No level yet"),
                "claim_count": count,
                "moving_count": moving,
                "note": self._say_why(missing, locked, names.get(missed, missed)),
            }
            for key, count, moving, locked, missing, missed in sorted(
                rows, key=lambda row: places.get(row[0], 0)
            )
        ]

    def _say_why(self, missing, locked, missed):
        """Return why some of the claims of a level cannot move."""
        if missing:
            return self.env._("The new version does not have this level.")
        if missed:
            return self.env._(
                "They have not had the mandatory level “%s”, which the new version "
                "places before theirs.",
                missed,
            )
        if locked:
            return self.env._("%s of them are locked.", locked)
        return False

    def action_apply(self):
        """Put the version in force, or schedule it."""
        self.ensure_one()
        staying = self.line_ids.filtered("stay").mapped("level_key")
        self.version_id._activate_from(self.effective_from, staying)
        # The form behind the window is the version's own: it is read anew.
        return {"type": "ir.actions.act_window_close"}

    def _action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Put in force"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class VersionActivationLine(models.TransientModel):
    """Running claims that stand at one level, and what happens to them."""

    _name = "ar.version.activation.line"
    _description = "Running claims of one level"

    activation_id = fields.Many2one("ar.version.activation", ondelete="cascade")
    level_key = fields.Char(readonly=True)
    level_name = fields.Char(string="Level reached", readonly=True)
    claim_count = fields.Integer(string="Claims", readonly=True)
    moving_count = fields.Integer(
        string="Can go on under the new version", readonly=True
    )
    stay = fields.Boolean(
        help="The claims of this level finish the version they run on.",
    )
    note = fields.Char(string="Why not all", readonly=True)


class VersionComparison(models.TransientModel):
    """What is different between two versions."""

    _name = "ar.version.comparison"
    _description = "Comparison of two versions"

    version_id = fields.Many2one("ar.dunning.procedure.version", required=True)
    other_id = fields.Many2one(
        "ar.dunning.procedure.version",
        string="Compared with",
        help="Version of this or another procedure.",
    )
    change_ids = fields.One2many(
        "ar.version.change", "comparison_id", compute="_compute_change_ids", store=True
    )

    @api.depends("version_id", "other_id")
    def _compute_change_ids(self):
        for comparison in self:
            changes = comparison.version_id._differences(comparison.other_id)
            comparison.change_ids = [
                fields.Command.clear(),
                *(fields.Command.create(change) for change in changes),
            ]

    def _action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare versions"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class VersionChange(models.TransientModel):
    """One difference between two versions, in words."""

    _name = "ar.version.change"
    _description = "Difference between versions"

    activation_id = fields.Many2one("ar.version.activation", ondelete="cascade")
    comparison_id = fields.Many2one("ar.version.comparison", ondelete="cascade")
    kind = fields.Selection(CHANGES, readonly=True)
    level = fields.Char(readonly=True)
    field = fields.Char(string="What", readonly=True)
    old_value = fields.Char(string="Before", readonly=True)
    new_value = fields.Char(string="After", readonly=True)
