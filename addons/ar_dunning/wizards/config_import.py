import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.yaml_file import LARGEST

ACTIONS = [
    ("create", "New"),
    ("update", "Changes"),
    ("draft", "New draft version"),
    ("activate", "Put in force"),
    ("same", "Nothing to do"),
]
_MOST_BYTES = 4 * LARGEST


class ConfigExport(models.TransientModel):
    """Procedures, the texts they use, and segments as one file."""

    _name = "ar.config.export"
    _description = "Export of procedures"

    procedure_ids = fields.Many2many("ar.dunning.procedure", required=True)
    with_segments = fields.Boolean(
        string="With segments",
        help="Also the segments of this company that give these procedures.",
    )
    file = fields.Binary(compute="_compute_file")
    file_name = fields.Char(compute="_compute_file")

    @api.depends("procedure_ids", "with_segments")
    def _compute_file(self):
        for export in self:
            segments = self.env["ar.dunning.segment"]
            if export.with_segments:
                segments = segments.search(
                    [
                        ("company_id", "=", self.env.company.id),
                        ("procedure_id", "in", export.procedure_ids.ids),
                    ]
                )
            text = self.env["ar.config.file"]._export(export.procedure_ids, segments)
            export.file = base64.b64encode(text.encode())
            codes = export.procedure_ids.mapped("code")
            export.file_name = f"{codes[0] if len(codes) == 1 else 'procedures'}.yaml"

    def _action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Export"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class ConfigImport(models.TransientModel):
    """Read a file, show what it changes, and carry it out."""

    _name = "ar.config.import"
    _description = "Import of procedures"

    file = fields.Binary(help="A YAML file made by the export.")
    file_name = fields.Char()
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        help="Whose segments they are.",
    )
    shared = fields.Boolean(
        string="For all companies",
        default=True,
        help="New procedures and texts are shared by all companies; otherwise they "
        "belong to this company.",
    )
    put_in_force = fields.Boolean(
        string="Put in force what the file says so of",
        help="Versions of procedures with “in_force: true” replace the version in "
        "force at once; otherwise all new versions are drafts.",
    )
    previewed = fields.Boolean(readonly=True)
    line_ids = fields.One2many("ar.config.import.line", "import_id", readonly=True)
    work_count = fields.Integer(readonly=True)
    law_findings = fields.Html(
        readonly=True, sanitize=False, help="What its levels have against the law."
    )

    def action_preview(self):
        """Show what the file would change; nothing is kept."""
        self.ensure_one()
        files = self.env["ar.config.file"]
        found = files._read(self._text())
        steps = files._plan_file(found, self.company_id, self._owner())
        findings = files._try_file(
            found, self.company_id, self._owner(), self.put_in_force
        )
        versions = self.env["ar.dunning.procedure.version"]
        lines = [fields.Command.clear()]
        for step in steps:
            lines += [fields.Command.create(row) for row in self._prepare_rows(step)]
        self.write(
            {
                "line_ids": lines,
                "previewed": True,
                "work_count": sum(step.action != "same" for step in steps),
                "law_findings": findings and versions._render_findings(findings),
            }
        )
        return self._action_open()

    def _prepare_rows(self, step):
        row = {"section": step.section, "key": step.key, "action": step.action}
        if step.action in ("create", "same") or not step.changes:
            return [row]
        return [
            {
                **row,
                "place": " › ".join(map(str, path)),
                "old_value": old,
                "new_value": new,
            }
            for path, old, new in step.changes
        ]

    def action_apply(self):
        """Carry the file out."""
        self.ensure_one()
        files = self.env["ar.config.file"]
        found = files._read(self._text())
        files._apply_file(found, self.company_id, self._owner(), self.put_in_force)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The file has been imported."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _owner(self):
        """Return whose procedures and texts they are; empty: shared."""
        return self.company_id.browse() if self.shared else self.company_id

    def _text(self):
        if not self.env.user.has_group("ar_dunning.group_manager"):
            raise UserError(
                self.env._("Only a receivables manager may import configuration.")
            )
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        content = base64.b64decode(self.file)
        if len(content) > _MOST_BYTES:
            raise UserError(
                self.env._(
                    "The file is too large: %s MB at most.", _MOST_BYTES // 10**6
                )
            )
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UserError(
                self.env._("This is not a text file in UTF-8: save it as such.")
            ) from error

    def _action_open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class ConfigImportLine(models.TransientModel):
    """One thing that a file would change."""

    _name = "ar.config.import.line"
    _description = "Change by an import"

    import_id = fields.Many2one("ar.config.import", ondelete="cascade")
    section = fields.Char(string="Part")
    key = fields.Char(string="Record")
    action = fields.Selection(ACTIONS)
    place = fields.Char(string="What")
    old_value = fields.Text(string="Now")
    new_value = fields.Text(string="In the file")
