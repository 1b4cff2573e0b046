from datetime import date

from odoo import api, models
from odoo.exceptions import UserError

from ..rules import procedure_text as rule
from .calendar import WEEKDAYS
from .config_file import CREATE, SAME, UPDATE
from .config_text import NAMES

# section: (model, fields, fields that a new record needs, field that tells them apart)
SECTIONS = {
    "calendars": (
        "ar.calendar",
        (
            "name",
            "kind",
            "country_id",
            "subdivision",
            "saturday_is_working",
            *WEEKDAYS,
            "window_from",
            "window_to",
        ),
        ("name",),
        "name",
    ),
    "capacities": ("ar.capacity", ("channel", "per_day"), ("channel",), "channel"),
    "return_reasons": (
        "ar.return.reason",
        ("code", "name", "action", "days", "blocks_debit"),
        ("code",),
        "code",
    ),
    "outcomes": (
        "ar.contact.outcome",
        (
            "code",
            "name",
            "sequence",
            "active",
            "icon",
            "hotkey",
            "reached",
            "date_need",
            "date_days",
            "date_maximum_days",
            "asks_amount",
            "note_required",
            "hold_reason_id",
            "hold_scope",
            "hold_days",
            "grace_days",
            "follow_up",
            "follow_up_kind",
            "closes_task",
            "retry_days",
        ),
        ("code",),
        "code",
    ),
    "work_rules": (
        "ar.work.rule",
        (
            "name",
            "points",
            "sequence",
            "active",
            "kind",
            "amount_from",
            "days_overdue_from",
            "risk_from",
            "debtor_class",
            "domain",
        ),
        ("name",),
        "name",
    ),
    "teams": (
        "ar.team",
        ("name", "sequence", "takes_debtors", "domain", "distribute"),
        ("name",),
        "name",
    ),
}
# A row of the company takes the place of the shared one; of others there would be two.
_REPLACING = ("calendars", "return_reasons")


class EntityWork(models.AbstractModel):
    """How an entity works, in its file: days, capacity, reasons, outcomes, teams.

    What is not mentioned of a record stays as it is.
    """

    _inherit = "ar.config.file"

    @api.model
    def _work_schema(self):
        """Return {section: rules.Field} of the parts of a file that are made here."""
        closure = rule.Record(
            {
                "name": rule.Field(rule.TEXT, required=True),
                "from": rule.Field(rule.TEXT, required=True),
                "to": rule.Field(rule.TEXT, required=True),
            },
            "name",
        )
        more = {
            "calendars": {
                "in_use": rule.Field(rule.BOOLEAN),
                "closures": rule.Field(rule.RECORDS, record=closure),
            },
            "teams": {
                "leader": rule.Field(rule.TEXT),
                "members": rule.Field(rule.TEXTS),
            },
        }
        return {
            section: rule.Field(
                rule.RECORDS,
                record=self._text_record(*spec, **more.get(section, {})),
            )
            for section, spec in SECTIONS.items()
        }

    def _plan_calendars(self, said, company):
        step = self._plan_work("calendars", said, company)
        calendar = step.record
        if "closures" in said:
            now = self._closures_of(calendar)
            wanted = [self._closure_words(one) for one in said["closures"]]
            # Closures are added; what was entered by hand stays.
            missing = [one for one in wanted if one not in now]
            self._change(step, "closures", now, now + missing)
            if missing and calendar and not calendar.company_id:
                # The free days of one company are not those of all.
                step.action, step.record = CREATE, calendar.browse()
        if said.get("in_use"):
            used = company[self._calendar_field(said, calendar)]
            if not calendar or used != calendar:
                step.changes.append((("in_use",), used.name or "", said["name"]))
                step.action = step.action if step.action == CREATE else UPDATE
        return step

    def _check_closures(self, data):
        """Yield the days of closures that are not written as 2027-12-24."""
        for place, calendar in enumerate(data.get("calendars") or ()):
            for number, closure in enumerate(calendar.get("closures") or ()):
                for name in ("from", "to"):
                    if not self._is_day(closure[name]):
                        path = ("calendars", place, "closures", number, name)
                        yield rule.Problem(
                            path, rule.NO_CHOICE, closure[name], "2027-12-24"
                        )

    def _is_day(self, text):
        try:
            return date.fromisoformat(text).isoformat() == text
        except ValueError:
            return False

    def _closures_of(self, calendar):
        return [
            f"{one.name} {one.date_from} – {one.date_to}"
            for one in calendar.closure_ids
        ]

    def _closure_words(self, said):
        return f"{said['name']} {said['from']} – {said['to']}"

    def _calendar_field(self, said, calendar):
        kind = said.get("kind") or calendar.kind or "sending"
        return f"ar_{kind}_calendar_id"

    def _apply_calendars(self, step):
        said, company = step.said, step.owner
        if step.record and not step.record.company_id:
            # Only chosen: what all companies share is not written.
            calendar = step.record
        else:
            calendar = self._apply_work("calendars", step)
        if "closures" in said and calendar.company_id:
            known = set(self._closures_of(calendar))
            calendar.closure_ids = [
                (
                    0,
                    0,
                    {
                        "name": one["name"],
                        "date_from": one["from"],
                        "date_to": one["to"],
                    },
                )
                for one in said["closures"]
                if self._closure_words(one) not in known
            ]
        if said.get("in_use"):
            company[self._calendar_field(said, calendar)] = calendar

    def _plan_capacities(self, said, company):
        return self._plan_work("capacities", said, company)

    def _apply_capacities(self, step):
        self._apply_work("capacities", step)

    def _plan_return_reasons(self, said, company):
        return self._plan_work("return_reasons", said, company)

    def _apply_return_reasons(self, step):
        self._apply_work("return_reasons", step)

    def _plan_outcomes(self, said, company):
        return self._plan_work("outcomes", said, company)

    def _apply_outcomes(self, step):
        self._apply_work("outcomes", step)

    def _plan_work_rules(self, said, company):
        return self._plan_work("work_rules", said, company)

    def _apply_work_rules(self, step):
        self._apply_work("work_rules", step)

    def _plan_teams(self, said, company):
        step = self._plan_work("teams", said, company)
        team = step.record
        if "leader" in said:
            self._change(step, "leader", [team.leader_id.login or ""], [said["leader"]])
        if "members" in said:
            now = sorted(team.member_ids.mapped("login"))
            self._change(step, "members", now, sorted(said["members"]))
        return step

    def _apply_teams(self, step):
        said = step.said
        team = self._apply_work("teams", step)
        if "leader" in said:
            team.leader_id = self._user(said["leader"])
        if "members" in said:
            team.member_ids = self.env["res.users"].union(
                *(self._user(login) for login in said["members"])
            )

    def _user(self, login):
        found = self.env["res.users"].search([("login", "=", login)])
        if login and not found:
            raise UserError(
                self.env._("Nobody logs in as “%s”: add the part “users”.", login)
            )
        return found

    def _change(self, step, name, before, after):
        """Note that a list of a record says something else in the file."""
        if set(before) == set(after):
            return
        step.changes.append(((name,), ", ".join(before), ", ".join(after)))
        if step.action == SAME:
            step.action = UPDATE

    # -- any section ----------------------------------------------------------------

    def _plan_work(self, section, said, company):
        """Compare what a file mentions of a record with the record."""
        model, names, _required, key = SECTIONS[section]
        code = rule.key_of(said, key)
        record = self._find_work(model, key, code, company)
        mentioned = {
            name: self._normal_value(model, name, said[NAMES.get(name, name)])
            for name in names
            if self._is_mentioned(said, name, key if record else None)
        }
        current = {name: self._plain(record, name) for name in names} if record else {}
        step = self._step(section, code, mentioned, record, current or mentioned)
        step.said = said
        if step.action == UPDATE and not record.company_id:
            if section not in _REPLACING:
                raise UserError(
                    self.env._(
                        "“%s” is shared by all companies: change it there, or give "
                        "yours another name.",
                        code,
                    )
                )
            step.action, step.record = CREATE, record.browse()
        return step

    def _is_mentioned(self, said, name, known_by):
        """Whether a file says what a field shall be.

        :param known_by: field by which the record was found, None if it is new: a
            plain name only finds the record, translations of it stay
        """
        value = said.get(NAMES.get(name, name))
        return value is not None and not (name == known_by and isinstance(value, str))

    def _find_work(self, model, key, code, company):
        """Return the company's own record, else a shared one; archived ones too."""
        records = self.env[model].with_context(lang="en_US", active_test=False)
        found = records.search(
            [(key, "=", code), ("company_id", "in", [company.id, False])]
            if "company_id" in records._fields
            else [(key, "=", code)]
        )
        return found.sorted(lambda one: not one.company_id)[:1].with_env(self.env)

    def _normal_value(self, model, name, value):
        known = self.env[model]._fields[name]
        if known.translate:
            return self._normal_words(known, value)
        if known.type in ("float", "monetary"):
            return self._number(float(value))
        return value

    def _apply_work(self, section, step):
        """Make or change the record of a step; return it."""
        model, names, _required, key = SECTIONS[section]
        said = step.said
        known_by = key if step.record else None
        mentioned = [name for name in names if self._is_mentioned(said, name, known_by)]
        values = {
            name: self._value(model, name, said[NAMES.get(name, name)], step.owner)
            for name in mentioned
        }
        english = self.with_context(lang="en_US").env[model]
        if step.record:
            step.record.with_env(english.env).write(values)
            record = step.record
        else:
            template = self._find_work(model, key, step.key, step.owner)
            usual = self._values_of(template, names) if template else {}
            values = {**usual, **values, "company_id": step.owner.id}
            values.setdefault("name", step.key)
            values = {
                name: value for name, value in values.items() if name in english._fields
            }
            record = english.create(values).with_env(self.env)
        self._write_words(record, mentioned, said)
        return record

    def _values_of(self, record, names):
        """Return what a copy of a shared record begins with."""
        english = record.with_context(lang="en_US")
        return {
            name: english[name].id
            if english._fields[name].relational
            else english[name]
            for name in names
        }

    def _value(self, model, name, value, company):
        """Return what is written into a field for a value of a file."""
        known = self.env[model]._fields[name]
        if known.translate and isinstance(value, dict):
            return value.get("en")
        if known.type != "many2one":
            return value
        if known.comodel_name == "res.country":
            found = self._find_country(value)
        else:
            found = self._find(known.comodel_name, value, company)
        if value and not found:
            raise UserError(self.env._("“%s” does not exist.", value))
        return found.id
