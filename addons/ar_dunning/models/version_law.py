from odoo import api, fields, models
from odoo.exceptions import UserError

from .level_fields import LEVEL_FIELDS

# Values that the words of findings may name, where a finding has none of its own.
_NO_VALUES = {"days": 0, "channels": "", "policy": "", "content": "", "block": ""}


class VersionLaw(models.Model):
    """What a version has against the law, in words: rule, article, level, remedy."""

    _inherit = "ar.dunning.procedure.version"

    law_findings = fields.Html(
        string="Law", compute="_compute_law_findings", sanitize=False
    )

    @api.depends(
        "procedure_id.debtor_class",
        "procedure_id.nature",
        "procedure_id.company_id",
        "level_ids.level_key",
        "level_ids.sequence",
        "level_ids.channel_ids.channel",
        "level_ids.template_id",
        *(f"level_ids.{name}" for name in LEVEL_FIELDS),
    )
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_law_findings(self):
        for version in self:
            version.law_findings = self._render_findings(version._law_findings())

    @api.model
    def _render_findings(self, findings):
        """Return findings as a table, for people."""
        return self.env["ir.qweb"]._render(
            "ar_dunning.law_findings", {"findings": findings}
        )

    def _law_findings(self):
        """Return what is not in line with the law, errors first, in words.

        :return: list of dicts code, is_error, level (name; empty: all of them), law,
            article, rule (what is wrong) and remedy (what to do)
        """
        return [
            words
            for version in self
            for words in map(version._say_finding, version._lint())
        ]

    def _check_law(self):
        """Raise one error that lists all that is against the law."""
        self.ensure_one()
        errors = [one for one in self._law_findings() if one["is_error"]]
        if errors:
            lines = "\n".join(f"• {self._finding_sentence(one)}" for one in errors)
            raise UserError(
                self.env._(
                    "%(version)s is not in line with the law and cannot come into "
                    "force:\n%(lines)s",
                    version=self.display_name,
                    lines=lines,
                )
            )

    def _finding_sentence(self, words):
        """Return a finding as one line: level, rule, law and remedy."""
        law = ", ".join(filter(None, (words["law"], words["article"])))
        values = {**words, "law": law or self.env._("no law is known")}
        if not words["level"]:
            return self.env._("%(rule)s (%(law)s) %(remedy)s", **values)
        return self.env._("Level “%(level)s”: %(rule)s (%(law)s) %(remedy)s", **values)

    def _say_finding(self, finding):
        """Return a rules.lint.Finding in words, see _law_findings."""
        self.ensure_one()
        values = {**_NO_VALUES, **dict(finding.values)}
        channel = self.env["ar.law.wait.row"]._fields["channel"]
        names = dict(channel._description_selection(self.env))
        values["channels"] = ", ".join(
            names.get(way, way) for way in values["channels"].split(", ")
        )
        rule, remedy = getattr(self, f"_say_{finding.code}")(values)
        level = self.level_ids.filtered(
            lambda one: one.level_key and one.level_key == finding.level_key
        )
        return {
            "code": finding.code,
            "is_error": finding.is_error,
            "level": level[:1].name or "",
            "law": ", ".join(dict.fromkeys(law.name for law in finding.laws)),
            "article": "; ".join(
                dict.fromkeys(law.article for law in finding.laws if law.article)
            ),
            "rule": rule,
            "remedy": remedy,
        }
