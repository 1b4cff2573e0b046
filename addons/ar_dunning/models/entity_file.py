from odoo import api, models
from odoo.exceptions import UserError

from ..rules import procedure_text as rule
from .config_file import CREATE, SAME, UPDATE, Step
from .roles import ROLES

# What a file calls a field of the company or its partner.
_IDENTITY = {
    "name": "name",
    "street": "street",
    "zip": "zip",
    "city": "city",
    "email": "email",
    "phone": "phone",
    "website": "website",
    "vat": "vat",
    "registry": "company_registry",
}
_SETTING_TYPES = {
    "boolean": rule.BOOLEAN,
    "integer": rule.INTEGER,
    "float": rule.NUMBER,
    "monetary": rule.NUMBER,
    "char": rule.TEXT,
    "selection": rule.CHOICE,
}
# Parts that come before the procedures, and after them.
_AROUND = (
    ("groups",),
    (
        "calendars",
        "capacities",
        "return_reasons",
        "outcomes",
        "work_rules",
        "journals",
        "costs",
        "users",
        "teams",
    ),
)
_OF_AN_ENTITY = _AROUND[1]
_TEXT = rule.Field(rule.TEXT)


class EntityFile(models.AbstractModel):
    """One entity as a file: company, settings, claim types, journals, people, work.

    What a file does not say stays as it is; nothing is ever deleted, and passwords are
    neither read nor written.
    """

    _inherit = "ar.config.file"

    @api.model
    def _schema(self):
        schema = super()._schema()
        entity = {
            **dict.fromkeys(_IDENTITY, _TEXT),
            **dict.fromkeys(("country", "language", "time_zone", "iban"), _TEXT),
            "name": rule.Field(rule.TEXT, required=True),
            "chart": _TEXT,
            "settings": rule.Field(
                rule.RECORD, record=rule.Record(self._setting_fields())
            ),
        }
        group = {"name": rule.Field(rule.TEXT, True), "comment": _TEXT}
        journal = {
            "code": rule.Field(rule.TEXT, True),
            "name": _TEXT,
            "type": rule.Field(rule.CHOICE, choices=("sale", "general", "bank")),
            "claim_type": _TEXT,
            "follow_up": rule.Field(rule.BOOLEAN),
            "staleness_days": rule.Field(rule.INTEGER),
        }
        user = {
            "login": rule.Field(rule.TEXT, True),
            "name": _TEXT,
            "language": _TEXT,
            "roles": rule.Field(rule.TEXTS, choices=tuple(ROLES)),
            "groups": rule.Field(rule.TEXTS),
            "invite": rule.Field(rule.BOOLEAN),
        }
        return rule.Record(
            {
                **schema.fields,
                "entity": rule.Field(rule.RECORD, record=rule.Record(entity)),
                "uses": rule.Field(rule.TEXTS),
                "groups": rule.Field(rule.RECORDS, record=rule.Record(group, "name")),
                "journals": rule.Field(
                    rule.RECORDS, record=rule.Record(journal, "code")
                ),
                "users": rule.Field(rule.RECORDS, record=rule.Record(user, "login")),
                **self._work_schema(),
            }
        )

    @api.model
    def _setting_fields(self):
        """Return {key: rules.Field}: every setting of a company that has a value."""
        return {
            name.removeprefix("ar_"): rule.Field(
                _SETTING_TYPES[known.type],
                choices=tuple(known.get_values(self.env))
                if known.type == "selection"
                else (),
            )
            for name, known in self.env["res.company"]._fields.items()
            if name.startswith("ar_") and known.store and known.type in _SETTING_TYPES
        }

    @api.model
    def _plan_file(self, found, company, owner):
        """Return all steps of a file: of its entity if it names one, then the rest.

        :param company, owner: see _plan; the entity of the file, when it names one,
            takes their place
        """
        said = found.data.get("entity")
        if not said:
            strange = [key for key in _OF_AN_ENTITY if found.data.get(key)]
            if strange:
                raise UserError(
                    self.env._(
                        "“%s” needs an entity: add the part “entity” with its name.",
                        strange[0],
                    )
                )
            return self._plan(found, company, owner)
        self._refuse(list(self._check_entity(found.data)), found.lines)
        company = self._find_entity(said)
        steps = [self._plan_entity(said, company)]
        before, after = _AROUND
        steps += self._plan_around(before, found, company)
        steps += self._plan(found, company, company)
        steps += self._plan_around(after, found, company)
        for step in steps:
            if step.section in ("entity", *before, *after):
                step.line = step.line or found.lines.get((step.section,), 0)
        return steps

    def _plan_around(self, sections, found, company):
        steps = []
        for section in sections:
            for place, said in enumerate(found.data.get(section) or ()):
                step = getattr(self, f"_plan_{section}")(said, company)
                step.owner = company
                step.line = found.lines.get((section, place), 0)
                steps.append(step)
        return steps

    @api.model
    def _apply_file(self, found, company, owner, activate=False):
        """Carry a file out; return how many records were made or changed."""
        said = found.data.get("entity")
        made = 0
        if said and not self._find_entity(said):
            # The rest is compared with what the new company has by itself.
            self._apply([self._plan_file(found, company, owner)[0]], activate)
            made = 1
        steps = self._plan_file(found, company, owner)
        self._apply(steps, activate)
        return made + sum(step.action != SAME for step in steps)

    def _check_entity(self, data):
        """Yield what the entity and its people name although nobody has it."""
        procedures = self.env["ar.dunning.procedure"]
        own = {one.get("code") for one in data.get("procedures") or ()}
        for place, code in enumerate(data.get("uses") or ()):
            if code not in own and not procedures.search([("code", "=", code)]):
                yield rule.Problem(("uses", place), "no_record", code)
        entity = data["entity"]
        country = entity.get("country")
        if country and not self._find_country(country):
            yield rule.Problem(("entity", "country"), "no_record", country, "BE, NL")
        types = {one.get("code") for one in data.get("claim_types") or ()}
        company = self._find_entity(entity)
        for place, journal in enumerate(data.get("journals") or ()):
            code = journal.get("claim_type")
            known = code in types or self._find("ar.claim.type", code, company)
            if code and not known:
                path = ("journals", place, "claim_type")
                yield rule.Problem(path, "no_record", code, ", ".join(types))
        yield from self._check_closures(data)
        groups = {one.get("name") for one in data.get("groups") or ()}
        for place, user in enumerate(data.get("users") or ()):
            for name in user.get("groups") or ():
                if name not in groups and not self._find("res.groups", name, company):
                    path = ("users", place, "groups")
                    yield rule.Problem(path, "no_record", name, ", ".join(groups))

    def _find_entity(self, said):
        companies = self.env["res.company"]
        return companies.search([("name", "=", said["name"])], limit=1)

    def _find_country(self, code):
        return self.env["res.country"].search([("code", "=", code.upper())], limit=1)

    def _language(self, short):
        """Return the code of an installed language."""
        codes = self._languages().get(short)
        if codes:
            return codes[0]
        known = [code for code, _name in self.env["res.lang"].get_installed()]
        if short in known:
            return short
        raise UserError(
            self.env._(
                "The language “%(language)s” is not installed. Installed: %(known)s.",
                language=short,
                known=", ".join(known),
            )
        )

    def _step(self, section, key, said, record, current):
        """Return the step that makes a record say what the file mentions of it."""
        mentioned = {name: value for name, value in said.items() if name in current}
        before = {name: current[name] for name in mentioned} if record else {}
        changes = rule.differences(before, mentioned)
        action = CREATE if not record else UPDATE if changes else SAME
        return Step(section, key, action, said, record, changes=changes)

    # The company

    def _plan_entity(self, said, company):
        partner = company.partner_id
        current = {key: company[name] or "" for key, name in _IDENTITY.items()}
        current |= {
            "country": company.country_id.code or "",
            "language": (partner.lang or "").split("_")[0],
            "time_zone": partner.tz or "",
            "iban": said.get("iban", "") if self._pays_to(company, said) else "",
        }
        values = {
            key: company[f"ar_{key}"] or ""
            if known.kind in (rule.TEXT, rule.CHOICE)
            else company[f"ar_{key}"]
            for key, known in self._setting_fields().items()
            if key in (said.get("settings") or {})
        }
        settings = {key: self._number(value) for key, value in values.items()}
        wanted = {
            key: self._number(value)
            for key, value in (said.get("settings") or {}).items()
        }
        return self._step(
            "entity",
            said["name"],
            {**said, "settings": wanted},
            company,
            {**current, "settings": settings},
        )

    def _number(self, value):
        whole = isinstance(value, float) and value == int(value)
        return int(value) if whole else value

    def _find_bank(self, company, iban):
        wanted = (iban or "").replace(" ", "")
        return company.partner_id.bank_ids.filtered(
            lambda bank: bank.sanitized_acc_number == wanted
        )[:1]

    def _pays_to(self, company, said):
        """Whether notices ask to pay to the account of the file already."""
        bank = self._find_bank(company, said.get("iban"))
        return bool(bank) and bank == company.ar_bank_account_id

    def _apply_entity(self, step):
        said, company = step.said, step.record
        values = {name: said[key] for key, name in _IDENTITY.items() if key in said}
        if said.get("country"):
            values["country_id"] = self._find_country(said["country"]).id
        if not company:
            company = self.env["res.company"].create(values)
            if said.get("chart"):
                charts = self.env["account.chart.template"]
                charts.try_loading(said["chart"], company, install_demo=False)
        else:
            company.write(values)
        person = (
            {"lang": self._language(said["language"])} if "language" in said else {}
        )
        if "time_zone" in said:
            person["tz"] = said["time_zone"]
        company.partner_id.write(person)
        settings = {
            f"ar_{key}": value for key, value in (said.get("settings") or {}).items()
        }
        iban = said.get("iban")
        if iban and not self._pays_to(company, said):
            bank = self._find_bank(company, iban) or self.env[
                "res.partner.bank"
            ].create(
                {
                    "acc_number": iban,
                    "partner_id": company.partner_id.id,
                    "company_id": company.id,
                }
            )
            settings["ar_bank_account_id"] = bank.id
        company.write(settings)

    def _apply_step(self, step, activate):
        own = getattr(self, f"_apply_{step.section}", None)
        return own(step) if own else super()._apply_step(step, activate)

    @api.model
    def _load(self, text, dry_run=False):
        """Read a file and carry it out, or only say what it would do.

        For setup/entity and other scripts.

        :return: list of dicts section, key, action, changes (path, old, new)
        """
        found = self._read(text)
        company = self.env.company
        steps = self._plan_file(found, company, company.browse())
        report = [
            {
                "section": step.section,
                "key": step.key,
                "action": step.action,
                "changes": [
                    (".".join(map(str, path)), old, new)
                    for path, old, new in step.changes
                ],
            }
            for step in steps
        ]
        if dry_run:
            self._try_file(found, company, company.browse(), activate=True)
        else:
            self._apply_file(found, company, company.browse(), activate=True)
        return report
