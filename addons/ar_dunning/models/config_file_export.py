from odoo import api, models

from ..tools import yaml_file
from .config_file import FORMAT, LEVEL_NAMES
from .level_fields import LEVEL_LISTS


class ConfigExport(models.AbstractModel):
    """Writes procedures, their texts and segments as a file."""

    _inherit = "ar.config.file"

    @api.model
    def _export(self, procedures, segments=None):
        """Return the text of procedures, the texts they use, and segments."""
        versions = [procedure._text_version() for procedure in procedures]
        templates = self.env["ar.dunning.template"].union(
            *(version.level_ids.template_id for version in versions)
        )
        sections = [("format", FORMAT, [])]
        if templates:
            said = [
                self._text_of(template, self._sections()["templates"][1])
                | {"code": template._text_code()}
                for template in templates.sorted(lambda one: one._text_code())
            ]
            said = [{"code": one["code"], **one} for one in said]
            sections.append(("templates", said, self._comment_templates()))
        said = [
            self._export_procedure(procedure, version)
            for procedure, version in sorted(
                zip(procedures, versions, strict=True), key=lambda pair: pair[0].code
            )
        ]
        if said:
            sections.append(("procedures", said, self._comment_procedures()))
        if segments:
            said = [self._export_segment(segment) for segment in segments]
            sections.append(("segments", said, self._comment_segments()))
        return yaml_file.write(
            ["Receivables: procedures, texts and segments."], sections
        )

    def _export_procedure(self, procedure, version):
        said = self._text_of(procedure, self._sections()["procedures"][1])
        return {**said, **self._export_version(version)}

    def _export_version(self, version):
        """Return note and levels of a version; an empty version has no levels."""
        levels = [
            {
                **self._text_of(level, LEVEL_NAMES),
                **{
                    key: level[name].sorted().mapped(part)
                    for key, (name, part) in LEVEL_LISTS.items()
                },
            }
            for level in version.level_ids.sorted("sequence")
        ]
        said = {
            "note": version.note or "",
            "levels": [
                {key: value for key, value in level.items() if value != []}
                for level in levels
            ],
        }
        return {key: value for key, value in said.items() if value}

    def _export_segment(self, segment):
        said = self._text_of(segment, self._sections()["segments"][1])
        return self._with_portable_domain(said)

    def _with_portable_domain(self, said):
        domain = self._portable_domain(said.get("domain") or "[]")
        rest = {key: value for key, value in said.items() if key != "domain"}
        return {**rest, "domain": domain} if domain != "[]" else rest

    def _comment_templates(self):
        return [
            "Texts of notices. Placeholders: {debtor}, {creditor}, {total}, {count},",
            "{oldest_due_date}, {phone}, {email}.",
        ]

    def _comment_procedures(self):
        return [
            "What is not said is as in a new level: calendar days, mandatory, no",
            "minimum, after approval. offset_days counts from the due date; negative",
            "is before it. Keys stay the same in later versions.",
        ]

    def _comment_segments(self):
        return ["In order of rank: a claim follows the first segment that it matches."]
