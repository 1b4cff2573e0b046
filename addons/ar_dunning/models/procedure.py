from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningProcedure(models.Model):
    """Identity of a way of following up claims; its text lives in versions."""

    _name = "ar.dunning.procedure"
    _inherit = ["ar.config.tracked"]
    _description = "Dunning procedure"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", help="Leave empty to share this procedure among all companies."
    )
    debtor_class = fields.Selection(
        [
            ("consumer", "Consumers"),
            ("enterprise", "Enterprises"),
            ("any", "Anybody"),
        ],
        string="Debtor class",
        required=True,
        default="any",
        help="For whom this procedure is written. Information for the reader: which "
        "claims get it is decided by the segments.",
    )
    combine = fields.Selection(
        [
            ("highest_level", "One notice, under the highest level"),
            ("per_level", "One notice per level"),
            ("per_claim", "One notice per claim"),
        ],
        required=True,
        default="highest_level",
        help="How several due claims of one debtor are put together. Each claim keeps "
        "its own level in any case.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    version_ids = fields.One2many("ar.dunning.procedure.version", "procedure_id")
    active_version_id = fields.Many2one(
        "ar.dunning.procedure.version", compute="_compute_active_version_id"
    )
    draft_version_id = fields.Many2one(
        "ar.dunning.procedure.version", compute="_compute_active_version_id"
    )
    active_level_ids = fields.One2many(
        "ar.dunning.level",
        compute="_compute_active_version_id",
        string="Levels in force",
    )
    claim_count = fields.Integer(compute="_compute_claim_count")

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))",
        "Another procedure of this company already has this code.",
    )

    @api.depends("version_ids.state", "version_ids.level_ids")
    def _compute_active_version_id(self):
        for procedure in self:
            versions = procedure.version_ids
            procedure.active_version_id = versions.filtered(
                lambda version: version.state == "active"
            )[:1]
            procedure.active_level_ids = procedure.active_version_id.level_ids
            procedure.draft_version_id = versions.filtered(
                lambda version: version.state == "draft"
            )[-1:]

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_claim_count(self):
        counts = dict(
            self.env["ar.claim"]._read_group(
                [("procedure_id", "in", self.ids), ("state", "=", "open")],
                ["procedure_id"],
                ["__count"],
            )
        )
        for procedure in self:
            procedure.claim_count = counts.get(procedure, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # Existence only, over all companies and groups.
        if (
            self.env["ar.claim"]
            .sudo()
            .search_count([("procedure_id", "in", self.ids)], limit=1)
        ):
            raise UserError(
                self.env._("Claims follow this procedure: archive it instead.")
            )

    def action_new_version(self):
        """Open a draft that starts as a copy of the version in force."""
        self.ensure_one()
        version = self.draft_version_id or self._new_version()
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.dunning.procedure.version",
            "res_id": version.id,
            "view_mode": "form",
        }

    def copy_data(self, default=None):
        """A copy has a name and a code of its own."""
        values_list = super().copy_data(default)
        for procedure, values in zip(self, values_list, strict=True):
            if "name" not in (default or {}):
                values["name"] = self.env._("%s (copy)", procedure.name)
            if "code" not in (default or {}):
                values["code"] = procedure._free_code()
        return values_list

    def copy(self, default=None):
        """Copy the levels too: the version in force, as a draft."""
        copies = super().copy(default)
        for procedure, duplicate in zip(self, copies, strict=True):
            version = procedure._text_version()
            if version:
                version.copy({"procedure_id": duplicate.id, "number": 1})
        return copies

    def _free_code(self):
        taken = set(
            self.with_context(active_test=False)
            .search([("code", "=like", f"{self.code}_copy%")])
            .mapped("code")
        )
        code, number = f"{self.code}_copy", 2
        while code in taken:
            code, number = f"{self.code}_copy{number}", number + 1
        return code

    def action_export(self):
        """Offer these procedures, with the texts that they use, as one file."""
        export = self.env["ar.config.export"].create(
            {"procedure_ids": [fields.Command.set(self.ids)]}
        )
        return export._action_open()

    def _text_version(self):
        """Return the version that an export shows: in force, else the latest."""
        self.ensure_one()
        return self.active_version_id or self.version_ids.sorted("number")[-1:]

    def _new_version(self):
        """Return a new draft version, copied from the latest one if there is one."""
        self.ensure_one()
        latest = self.version_ids.sorted("number")[-1:]
        if latest:
            return latest.copy({"number": latest.number + 1})
        return self.env["ar.dunning.procedure.version"].create(
            {"procedure_id": self.id, "number": 1}
        )

    def action_open_claims(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_claim_action"
        )
        action["domain"] = [("procedure_id", "in", self.ids)]
        action["context"] = {"search_default_open": 1}
        return action
