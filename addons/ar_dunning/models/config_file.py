from contextlib import closing
from dataclasses import dataclass, field

from psycopg2 import IntegrityError

from odoo import api, models
from odoo.exceptions import UserError

from ..rules import procedure_text as rule
from ..tools import yaml_file
from .level_fields import LEVEL_FIELDS, LEVEL_LISTS

FORMAT = 1
CREATE, UPDATE, DRAFT, ACTIVATE, SAME = "create", "update", "draft", "activate", "same"
# Sections in the order in which they are applied: later ones name earlier ones.
# section: (model, fields, required fields, field that tells records apart)
SECTIONS = {
    "claim_types": (
        "ar.claim.type",
        ("code", "name", "nature", "access_group_id", "sensitive"),
        ("code", "name"),
        "code",
    ),
    "templates": (
        "ar.dunning.template",
        (
            *("code", "name", "kind", "subject", "heading", "opening", "closing"),
            *("said_dispute", "said_plan", "said_debt_help"),
        ),
        ("code", "name", "subject", "heading", "opening"),
        "code",
    ),
    "procedures": (
        "ar.dunning.procedure",
        ("code", "name", "debtor_class", "nature", "combine"),
        ("code", "name"),
        "code",
    ),
    "segments": (
        "ar.dunning.segment",
        ("name", "sequence", "domain", "procedure_id", "reassign"),
        ("name", "procedure_id"),
        "name",
    ),
}
LEVEL_NAMES = ("level_key", *LEVEL_FIELDS, "template_id")


@dataclass
class Step:
    """One record of a file and what applying it does.

    ``changes`` are (path, old text, new text); ``line`` is where the record stands.
    """

    section: str
    key: str
    action: str
    said: dict
    record: models.BaseModel
    line: int = 0
    changes: list = field(default_factory=list)
    owner: models.BaseModel | None = None

    def is_shared(self):
        """Whether it is about a record that all companies share."""
        return bool(self.record) and not self.record.company_id


class ConfigFile(models.AbstractModel):
    """Configuration as one readable file: export, comparison, import."""

    _name = "ar.config.file"
    _inherit = ["ar.config.text"]
    _description = "Configuration file"

    @api.model
    def _schema(self):
        """Return the rules.Record of a whole file. For extension."""
        level = self._text_record(
            "ar.dunning.level",
            LEVEL_NAMES,
            ("level_key", "name"),
            "level_key",
            **{key: self._list_field(*spec) for key, spec in LEVEL_LISTS.items()},
        )
        more = {
            "procedures": {
                "note": rule.Field(rule.TEXT),
                "in_force": rule.Field(rule.BOOLEAN),
                "levels": rule.Field(rule.RECORDS, record=level),
            }
        }
        sections = {
            section: rule.Field(
                rule.RECORDS,
                record=self._text_record(*spec, **more.get(section, {})),
            )
            for section, spec in self._sections().items()
        }
        return rule.Record({"format": rule.Field(rule.INTEGER, True), **sections})

    @api.model
    def _sections(self):
        """Return the sections of a file; see `SECTIONS`. Extensible."""
        return SECTIONS

    @api.model
    def _read(self, text):
        """Return the YamlText of a file; raise an error that says what to mend."""
        try:
            found = yaml_file.read(text)
        except yaml_file.YamlError as error:
            raise UserError(self._yaml_sentence(error)) from error
        problems = list(rule.check(found.data, self._schema()))
        if not problems and found.data["format"] != FORMAT:
            problems = [
                rule.Problem(("format",), rule.NO_CHOICE, "", str(FORMAT)),
            ]
        self._refuse(problems, found.lines)
        return found

    def _refuse(self, problems, lines):
        if problems:
            raise UserError(
                "\n".join(self._problem_sentence(one, lines) for one in problems[:20])
            )

    @api.model
    def _plan(self, found, company, owner):
        """Return the steps that make the database say what the file says.

        :param found: YamlText of _read
        :param company: whose segments they are
        :param owner: whose procedures, texts and claim types they are; empty: shared
            by all companies. What is shared is never changed on behalf of one company:
            it gets its own.
        """
        self._refuse(list(self._check_references(found.data, company)), found.lines)
        steps = []
        for section in self._sections():
            for place, said in enumerate(found.data.get(section) or ()):
                scope = company if section == "segments" else owner
                step = self._plan_record(section, said, scope)
                if step.action != SAME and scope and step.is_shared():
                    step = self._plan_record(section, said, scope, create=True)
                step.owner = scope
                step.line = found.lines.get((section, place), 0)
                steps.append(step)
        return steps

    def _check_references(self, data, company):
        """Yield what a file names although neither file nor database has it."""
        models_by_key = {
            "template": ("templates", "ar.dunning.template"),
            "procedure": ("procedures", "ar.dunning.procedure"),
            "visible_to": ("groups", "res.groups"),
        }
        own = {
            section: {rule.key_of(one, spec[3]) for one in data.get(section) or ()}
            for section, spec in self._sections().items()
        }
        own["groups"] = {rule.key_of(one, "name") for one in data.get("groups") or ()}
        for path, record in self._records(data):
            for key, (section, model) in models_by_key.items():
                code = record.get(key)
                if not code or code in own[section]:
                    continue
                if not self._find(model, code, company):
                    known = sorted(own[section])
                    yield rule.Problem(
                        (*path, key), "no_record", code, ", ".join(known[:8])
                    )

    def _records(self, data):
        for section in self._sections():
            for place, record in enumerate(data.get(section) or ()):
                yield (section, place), record
                for number, level in enumerate(record.get("levels") or ()):
                    yield (section, place, "levels", number), level

    def _plan_record(self, section, said, company, create=False):
        model, names, _required, key = SECTIONS[section]
        code = rule.key_of(said, key)
        record = self._find_record(section, code, company)
        if create:
            record = record.browse()
        normal = self._normal(model, names, said)
        if section == "segments":
            normal = self._with_portable_domain(normal)
        existing = self._text_of(record, names) if record else {}
        if record and section == "templates":
            existing["code"] = record._text_code()
        if record and section == "segments":
            existing = self._with_portable_domain(existing)
        changes = rule.differences(existing, normal)
        action = CREATE if not record else UPDATE if changes else SAME
        step = Step(section, code, action, said, record, changes=changes)
        return self._plan_version(step) if section == "procedures" else step

    def _find_record(self, section, code, company):
        model = SECTIONS[section][0]
        if section != "segments":
            return self._find(model, code, company)
        domain = [("company_id", "=", company.id)]
        segments = self.env[model].with_context(lang="en_US").search(domain)
        return segments.filtered(lambda one: one.name == code)[:1].with_env(self.env)

    def _plan_version(self, step):
        """Compare what a file says about levels with the versions that there are."""
        normal = self._normal_version(step.said)
        if not normal.get("levels"):
            return step
        versions = step.record.version_ids.filtered(
            lambda version: version.state != "retired"
        )
        same = versions.filtered(lambda one: self._export_version(one) == normal)
        wanted = step.said.get("in_force")
        if same and (not wanted or "active" in same.mapped("state")):
            return step
        if same:
            step.action = ACTIVATE
            return step
        active = step.record._text_version() if step.record else False
        before = self._export_version(active) if active else {}
        step.changes += rule.differences(before, normal)
        step.action = CREATE if step.action == CREATE else DRAFT
        return step

    def _normal_version(self, said):
        levels = []
        for level in said.get("levels") or ():
            normal = self._normal("ar.dunning.level", LEVEL_NAMES, level)
            normal |= {key: level[key] for key in LEVEL_LISTS if level.get(key)}
            levels.append(normal)
        normal = {"note": said.get("note") or "", "levels": levels}
        return {key: value for key, value in normal.items() if value}

    @api.model
    def _apply(self, steps, activate=False):
        """Carry out the steps; everything or nothing.

        :param activate: whether a file may put versions in force (`in_force: true`);
            otherwise they become drafts
        """
        for step in steps:
            if step.action == SAME:
                continue
            try:
                with self.env.cr.savepoint():
                    self._apply_step(step, activate)
                    self.env.flush_all()
            except (UserError, IntegrityError) as error:
                raise UserError(
                    self.env._(
                        "Line %(line)s, %(section)s “%(key)s”: %(error)s",
                        line=step.line,
                        section=step.section,
                        key=step.key,
                        error=self._database_words(error),
                    )
                ) from error

    def _apply_step(self, step, activate):
        model, names, _required, _key = SECTIONS[step.section]
        company = step.owner
        values = self._values(model, names, step.said, company)
        record = step.record
        english = self.with_context(lang="en_US").env
        if not record:
            values["company_id"] = company.id
            record = english[model].create(values).with_env(self.env)
        elif step.action in (UPDATE, DRAFT):
            record.with_env(english).write(values)
        self._write_words(record, names, step.said)
        if step.section == "procedures":
            step.record = record
            self._apply_version(step, company, activate and step.said.get("in_force"))

    def _apply_version(self, step, company, in_force):
        procedure, normal = step.record, self._normal_version(step.said)
        levels = normal.get("levels")
        if not levels or step.action == UPDATE:
            return
        matching = procedure.version_ids.filtered(
            lambda one: one.state == "draft" and self._export_version(one) == normal
        )
        version = matching[:1] or self._create_version(procedure, step.said, company)
        if in_force:
            version.action_activate()

    def _prepare_list(self, name, part, words):
        """Return the commands that make the rows of a list of words."""
        ordered = "sequence" in self.env["ar.dunning.level"][name]._fields
        return [
            (0, 0, {part: word, **({"sequence": 10 * place} if ordered else {})})
            for place, word in enumerate(words or (), 1)
        ]

    def _list_field(self, name, part):
        rows = self.env["ar.dunning.level"][name]
        choices = tuple(rows._fields[part].get_values(self.env))
        return rule.Field(rule.TEXTS, choices=choices)

    def _create_version(self, procedure, said, company):
        numbers = procedure.version_ids.mapped("number")
        version = self.env["ar.dunning.procedure.version"].create(
            {
                "procedure_id": procedure.id,
                "number": max(numbers, default=0) + 1,
                "note": said.get("note") or False,
            }
        )
        english = self.with_context(lang="en_US").env["ar.dunning.level"]
        for place, level in enumerate(said["levels"], 1):
            record = english.create(
                {
                    **self._values("ar.dunning.level", LEVEL_NAMES, level, company),
                    "version_id": version.id,
                    "sequence": place,
                    **{
                        name: self._prepare_list(name, part, level.get(key))
                        for key, (name, part) in LEVEL_LISTS.items()
                    },
                }
            )
            self._write_words(record.with_env(self.env), LEVEL_NAMES, level)
        return version

    def _database_words(self, error):
        """Return what an error says to a person."""
        if isinstance(error, UserError):
            return error.args[0]
        constraint = error.diag.constraint_name or ""
        for model in self.env.registry.values():
            known = model._table_objects.get(constraint)
            if known:
                return known.get_error_message(self.env[model._name], error.diag)
        return str(error)

    @api.model
    def _try_file(self, found, company, owner, activate=False):
        """Carry a file out and take it back, so that every refusal shows.

        :return: what its versions have against the law, see version._law_findings
        """
        with closing(self.env.cr.savepoint()):
            self._apply_file(found, company, owner, activate)
            return self._law_findings(found, company, owner)

    @api.model
    def _law_findings(self, found, company, owner):
        """Return what the levels of a file have against the law, once it is applied."""
        findings = []
        for said in found.data.get("procedures") or ():
            if said.get("levels"):
                procedure = self._find("ar.dunning.procedure", said["code"], owner)
                versions = procedure.version_ids.sorted("number")
                findings += versions[-1:]._law_findings()
        return findings
