from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import UserError

# Written by activation alone.
_TRANSITION = {"state", "activated_on", "activated_by_id"}


class DunningProcedureVersion(models.Model):
    """Text of a procedure: draft, then active, then retired; immutable once used."""

    _name = "ar.dunning.procedure.version"
    _description = "Procedure version"
    _order = "procedure_id, number"

    procedure_id = fields.Many2one(
        "ar.dunning.procedure", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="procedure_id.company_id")
    number = fields.Integer(required=True, default=1)
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("retired", "Retired")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    activated_on = fields.Date(string="Activated on", readonly=True, copy=False)
    activated_by_id = fields.Many2one(
        "res.users", string="Activated by", readonly=True, copy=False
    )
    note = fields.Text(help="What changed compared with the previous version, and why.")
    level_ids = fields.One2many("ar.dunning.level", "version_id", copy=True)

    _number_unique = models.Constraint(
        "UNIQUE (procedure_id, number)", "A procedure has each version number once."
    )
    _one_active = models.UniqueIndex(
        "(procedure_id) WHERE state = 'active'",
        "A procedure has one active version at a time.",
    )

    @api.depends("procedure_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(procedure)s, version %(number)s",
                procedure=version.procedure_id.name or "",
                number=version.number,
            )

    def action_activate(self):
        """Check the draft, retire the version in force and take its place.

        Claims whose last level exists in the new version (same level key) go on
        under it; the others stay on the version they run on.
        """
        self._check_manager()
        # Nobody writes the state but this transition; the right was checked above.
        for version in self.sudo():
            version._check_levels()
            previous = version.procedure_id.active_version_id
            previous.write({"state": "retired"})
            previous.flush_recordset()
            version.write(
                {
                    "state": "active",
                    "activated_on": fields.Date.context_today(self),
                    "activated_by_id": self.env.uid,
                }
            )
            self.env["ar.claim"]._move_to_version(version)

    def action_new_version(self):
        return self.procedure_id.action_new_version()

    def action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group("ar_dunning.group_manager"):
            raise UserError(
                self.env._("Only a receivables manager may activate a procedure.")
            )

    def _check_levels(self):
        """Raise a clear error when the ladder cannot work."""
        self.ensure_one()
        levels = self.level_ids.sorted("sequence")
        if self.state != "draft":
            raise UserError(self.env._("Only a draft version can be activated."))
        if not levels:
            raise UserError(
                self.env._("Add at least one level before you activate the version.")
            )
        for before, after in pairwise(levels):
            if after.offset_days < before.offset_days:
                raise UserError(
                    self.env._(
                        "Level “%(after)s” would come before “%(before)s”: its number "
                        "of days must be at least %(days)s.",
                        after=after.name,
                        before=before.name,
                        days=before.offset_days,
                    )
                )
        for level in levels.filtered(lambda level: level.kind == "notice"):
            if not level.template_id:
                raise UserError(
                    self.env._("Level “%(level)s” has no text.", level=level.name)
                )
            if not level.channel_ids:
                raise UserError(
                    self.env._("Level “%(level)s” has no channel.", level=level.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        if not self.env.su:
            versions._check_draft()
        return versions

    def write(self, vals):
        if set(vals) - {"note", *_TRANSITION}:
            self._check_draft()
        if _TRANSITION & vals.keys() and not self.env.su:
            raise UserError(
                self.env._("A version changes its state only when it is activated.")
            )
        return super().write(vals)

    def _check_draft(self):
        if any(version.state != "draft" for version in self):
            raise UserError(
                self.env._(
                    "A version that has been active does not change any more, so that "
                    "every notice can be explained by the rules of its day. Create a "
                    "new version instead."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_draft()
