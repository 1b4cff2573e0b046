import ast
import json
import re
from datetime import date

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, html_sanitize

from ..rules import procedure_text as rule

# How a field is called in a file, where its own name would not be read easily.
NAMES = {
    "access_group_id": "visible_to",
    "channel_ids": "channels",
    "claim_type_id": "claim_type",
    "country_id": "country",
    "hold_reason_id": "hold_reason",
    "level_key": "key",
    "procedure_id": "procedure",
    "sequence": "rank",
    "template_id": "template",
}
_KINDS = {
    "boolean": rule.BOOLEAN,
    "integer": rule.INTEGER,
    "float": rule.NUMBER,
    "monetary": rule.NUMBER,
    "selection": rule.CHOICE,
}
# What a record is called in a condition, instead of its id in this database.
_STABLE_NAMES = ("code", "name")


class ConfigText(models.AbstractModel):
    """Turns records of configuration into plain values and back.

    Values that are those of a new record are left out, words are kept in all
    installed languages, and records are named by their code.
    """

    _name = "ar.config.text"
    _description = "Configuration as text"

    @api.model
    def _text_record(self, model, names, required, key, **more):
        """Return the rules.Record of what a file may say about a record.

        :param names: fields of the model; :param required: those that must be given
        :param more: further keys with their rules.Field
        """
        fields = {
            NAMES.get(name, name): self._text_field(model, name, name in required)
            for name in names
        }
        return rule.Record({**fields, **more}, NAMES.get(key, key))

    @api.model
    def _text_field(self, model, name, required):
        known = self.env[model]._fields[name]
        if known.translate:
            return rule.Field(rule.WORDS, required)
        choices = ()
        if known.type == "selection":
            choices = tuple(known.get_values(self.env))
        return rule.Field(_KINDS.get(known.type, rule.TEXT), required, choices)

    @api.model
    def _text_of(self, record, names):
        """Return {key: plain value} of the fields that differ from a new record."""
        usual = self._usual_values(record._name, names)
        values = {NAMES.get(name, name): self._plain(record, name) for name in names}
        return {key: value for key, value in values.items() if value != usual.get(key)}

    @api.model
    def _usual_values(self, model, names):
        """Return {key: plain value} of what need not be said."""
        record = self.env[model].new(self.env[model].default_get(list(names)))
        usual = {}
        for name in names:
            known = record._fields[name]
            if known.type in ("boolean", "integer", "float", "selection"):
                usual[NAMES.get(name, name)] = self._plain(record, name)
            else:
                usual[NAMES.get(name, name)] = ""
        return usual

    def _plain(self, record, name):
        known, value = record._fields[name], record[name]
        if known.type == "many2one":
            return self._code_of(value)
        if known.translate:
            return self._words_of(record, name)
        if known.type in ("float", "monetary"):
            return int(value) if value == int(value) else value
        if known.type in ("boolean", "integer"):
            return value
        if isinstance(value, date):
            return value.isoformat()
        return value or ""

    @api.model
    def _languages(self):
        """Return {short code: codes of the installed languages}, English first."""
        languages = {"en": ["en_US"]}
        for code, _name in sorted(self.env["res.lang"].get_installed()):
            if code != "en_US":
                languages.setdefault(code.split("_")[0], []).append(code)
        return languages

    def _words_of(self, record, name):
        """Return the text of a translated field: one text, or by language."""
        record.flush_recordset([name])
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM %s WHERE id = %s",
                SQL.identifier(name),
                SQL.identifier(record._table),
                record.id or None,
            )
        )
        stored = (rows and rows[0][0]) or {}
        words = {}
        for short, codes in self._languages().items():
            spoken = next((stored[code] for code in codes if stored.get(code)), "")
            if spoken:
                words[short] = str(spoken)
        return words.get("en", "") if set(words) <= {"en"} else words

    @api.model
    def _code_of(self, record):
        """Return how a file names a record."""
        if not record:
            return ""
        if record._name == "ar.dunning.template":
            return record._text_code()
        if "code" in record._fields:
            return record.code
        external = record.get_external_id().get(record.id)
        return external or record.with_context(lang="en_US").display_name

    @api.model
    def _find(self, model, code, company):
        """Return the record that a file names: the company's own, else a shared one."""
        if not code:
            return self.env[model]
        if model == "res.groups":
            found = (
                self.env.ref(code, raise_if_not_found=False) if "." in code else None
            )
            if found is not None and found._name == model:
                return found
            return self.env[model].search([("name", "=", code)], limit=1)
        companies = [False, company.id] if company else [False]
        records = self.env[model].search([("company_id", "in", companies)])
        if model == "ar.dunning.template":
            named = records.filtered(lambda one: one._text_code() == code)
        else:
            named = records.filtered(lambda one: one.code == code)
        return named.sorted(lambda one: not one.company_id)[:1]

    @api.model
    def _normal(self, model, names, said):
        """Return what a file says in the shape that _text_of gives."""
        usual = self._usual_values(model, names)
        values = {}
        for name in names:
            key = NAMES.get(name, name)
            value = said.get(key)
            if value is None:
                continue
            known = self.env[model]._fields[name]
            if known.translate:
                value = self._normal_words(known, value)
            elif known.type in ("float", "monetary"):
                value = int(value) if value == int(value) else value
            elif known.comodel_name == "res.groups":
                # A group goes by its name or by its external id.
                found = self._find(known.comodel_name, value, None)
                value = self._code_of(found) if found else value
            if value != usual.get(key):
                values[key] = value
        return values

    def _normal_words(self, known, value):
        words = {"en": value} if isinstance(value, str) else value
        spoken = {
            short: words[short] for short in self._languages() if words.get(short)
        }
        if known.type == "html":
            spoken = {short: self._clean(text) for short, text in spoken.items()}
        return spoken.get("en", "") if set(spoken) <= {"en"} else spoken

    @api.model
    def _clean(self, text):
        return str(html_sanitize(text, sanitize_attributes=True))

    @api.model
    def _values(self, model, names, said, company):
        """Return the values to create or write a record, in the source language."""
        usual = self.env[model].default_get(list(names))
        values = {}
        for name in names:
            known = self.env[model]._fields[name]
            value = said.get(NAMES.get(name, name))
            if value is None:
                values[name] = usual.get(name, False)
            elif known.type == "many2one":
                values[name] = self._find(known.comodel_name, value, company).id
            elif known.translate and isinstance(value, dict):
                values[name] = value.get("en")
            else:
                values[name] = value
        return values

    @api.model
    def _write_words(self, record, names, said):
        """Write the translated fields of a record in all installed languages."""
        for name in names:
            if not record._fields[name].translate:
                continue
            value = said.get(NAMES.get(name, name))
            words = value if isinstance(value, dict) else {}
            spoken = {
                code: words.get(short)
                for short, codes in self._languages().items()
                for code in codes
                if code != "en_US"
            }
            if callable(record._fields[name].translate):
                self._write_whole_texts(record, name, spoken)
                continue
            for code, text in spoken.items():
                if text:
                    record.with_context(lang=code)[name] = text
                else:
                    record.update_field_translations(name, {code: False})

    def _write_whole_texts(self, record, name, spoken):
        """Write a text of paragraphs in each language as the file says it.

        The ORM takes what is written in one language for a new text of all of them, as
        soon as its sentences differ; a file says every language in full.
        """
        spoken = {code: self._clean(text) for code, text in spoken.items() if text}
        record.flush_recordset([name])
        by_language = [record.with_context(lang=code) for code in ("en_US", *spoken)]
        before = [one._config_words([name]) for one in by_language]
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(name)s = jsonb_build_object("
                "'en_US', %(name)s->'en_US') || %(spoken)s::jsonb WHERE id = %(id)s",
                table=SQL.identifier(record._table),
                name=SQL.identifier(name),
                spoken=json.dumps(spoken),
                id=record.id,
            )
        )
        record.invalidate_recordset([name])
        for one, old in zip(by_language, before, strict=True):
            one._validate_fields([name])
            one._log_config("changed", [old], [name])

    @api.model
    def _portable_domain(self, text):
        """Return a condition whose ids are replaced by codes or names.

        What is not a plain list of conditions is returned as it is.
        """
        try:
            items = ast.literal_eval(text or "[]")
            Domain(items).validate(self.env["ar.claim"])
        except (ValueError, SyntaxError, TypeError):
            return text
        return repr([self._portable_condition(item) for item in items])

    def _portable_condition(self, item):
        if isinstance(item, str) or not isinstance(item[0], str):
            return item
        path, operator, value = item
        several = isinstance(value, (list, tuple))
        ids = list(value) if several else [value]
        if not ids or not all(type(one) is int for one in ids):
            return tuple(item)
        model = self.env["ar.claim"]
        for name in path.split("."):
            known = model._fields.get(name)
            if not known or not known.relational:
                return tuple(item)
            model = self.env[known.comodel_name]
        stable = next((name for name in _STABLE_NAMES if name in model._fields), "")
        if not stable or operator not in ("=", "!=", "in", "not in"):
            return tuple(item)
        named = model.browse(ids).with_context(lang="en_US").mapped(stable)
        return (f"{path}.{stable}", operator, named if several else named[0])

    @api.model
    def _slug(self, text):
        return re.sub(r"[^a-z0-9]+", "_", (text or "").lower()).strip("_")
