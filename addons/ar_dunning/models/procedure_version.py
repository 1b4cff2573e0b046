from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules.starting_level import Step

# Written by activation alone.
_TRANSITION = {
    "state",
    "effective_from",
    "staying_keys",
    "activated_on",
    "activated_by_id",
}


class DunningProcedureVersion(models.Model):
    """Text of a procedure: draft, then active, then retired; immutable once used."""

    _name = "ar.dunning.procedure.version"
    _inherit = ["ar.config.tracked"]
    _description = "Procedure version"
    _order = "procedure_id, number"
    _rec_names_search = ["procedure_id", "number"]

    procedure_id = fields.Many2one(
        "ar.dunning.procedure", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="procedure_id.company_id")
    number = fields.Integer(required=True, default=1)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("scheduled", "Scheduled"),
            ("active", "Active"),
            ("retired", "Retired"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    effective_from = fields.Date(
        string="In force from",
        readonly=True,
        copy=False,
        help="The daily cycle of that day puts the scheduled version in force.",
    )
    staying_keys = fields.Json(
        readonly=True,
        copy=False,
        help="Keys of the levels whose claims stay on the version that they run on; "
        "an empty text for claims that have had no level.",
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

    _one_scheduled = models.UniqueIndex(
        "(procedure_id) WHERE state = 'scheduled'",
        "Another version of this procedure is scheduled already: take it back first.",
    )
    _scheduled_complete = models.Constraint(
        "CHECK (state <> 'scheduled' OR effective_from IS NOT NULL)",
        "A scheduled version needs the day from which it is in force.",
    )

    @api.depends("procedure_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = version._name_of(
                version.procedure_id.name or "", version.number
            )

    @api.model
    def _name_of(self, procedure, number):
        return self.env._(
            "%(procedure)s, version %(number)s", procedure=procedure, number=number
        )

    @api.model
    def _search_display_name(self, operator, value):
        """Find versions by words of the procedure's name and by their number."""
        if operator != "ilike" or not isinstance(value, str):
            return super()._search_display_name(operator, value)
        words = value.replace(",", " ").split()
        if len(words) > 1:
            # The name of a version says “version” too, in the reader's language.
            said = self._name_of("", "").casefold().replace(",", " ").split()
            words = [
                word
                for word in words
                if not any(one.startswith(word.casefold()) for one in said)
            ]
        return Domain.AND(
            Domain("procedure_id.name", "ilike", word)
            | (Domain("number", "=", int(word)) if word.isdecimal() else Domain.FALSE)
            for word in words
        )

    def _start_steps(self):
        """Return the levels as rules/starting_level.py sees them; no handover."""
        return [
            Step(
                sequence=level.sequence,
                level_key=level.level_key,
                offset_days=level.offset_days,
                mandatory=level.mandatory,
                phase=level.phase,
            )
            for level in self.level_ids
            if level.kind == "notice"
        ]

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

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        if not self.env.su:
            versions._check_draft()
        return versions

    def write(self, vals):
        if set(vals) - {"note", "preview_due_on", "law_error_count", *_TRANSITION}:
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
