import json
import pathlib
from dataclasses import replace

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import file_path

from ..rules import law_pack as rule
from ..rules.law_rows import plain
from ..rules.procedure_text import differences
from ..tools import yaml_file


class LawPackLoad(models.Model):
    """Loading a pack: what is new comes, what changed is told, what is used stays."""

    _inherit = "ar.law.pack"

    @api.model
    def _load_addon(self, addon):
        """Load the files `law/*.yaml` of an addon: at its installation and upgrade."""
        for terms in self._read_addon(addon):
            self._load(terms)

    @api.model
    def _unload_addon(self, addon):
        """Archive the regimes that an addon brought: at its uninstallation.

        Law that nobody maintains charges nothing new. What is announced or claimed
        already goes on by the rows that it rests on: they stay.
        """
        codes = [terms.code for terms in self._read_addon(addon)]
        self.search([("code", "in", codes)]).regime_ids.active = False

    @api.model
    def _read_addon(self, addon):
        """Return the law_terms.Packs in the files `law/*.yaml` of an addon."""
        folder = pathlib.Path(file_path(f"{addon}/law"))
        return [
            rule.read(yaml_file.read(path.read_text("utf-8")).data)
            for path in sorted(folder.glob("*.yaml"))
        ]

    @api.model
    def _load(self, terms):
        """Bring the rows in line with what a file says.

        A row that changed is rewritten as long as no amount rests on it; otherwise a
        new one takes its place and the old one stays, archived. A row that the file
        does not say any more is archived. What happened is kept as ar.law.change, but
        for the first time, when everything is new.

        :param terms: law_terms.Pack
        """
        pack = self.search([("code", "=", terms.code)])
        values = {
            "country_id": self.env["res.country"]
            .search([("code", "=", terms.country)])
            .id,
            "version": terms.version,
            "loaded_on": fields.Date.context_today(self),
        }
        if pack:
            pack.write(values)
        else:
            pack = self.create({"code": terms.code, **values})
        Loading(pack).load(terms)
        return pack


class Loading:
    """One reading of a file into the database."""

    def __init__(self, pack):
        self.pack = pack
        self.env = pack.env
        self.first_time = not pack.series_ids and not pack.regime_ids
        self.changes = []
        self.present = {}  # key of a row of the file -> its record
        self.known = {}  # model -> key of a row of the pack -> its record

    def load(self, terms):
        """Put every row of the file, then archive what it does not say any more."""
        for series in terms.series:
            self._load_series(series)
        for tariff in terms.tariffs:
            self._load_tariff(tariff)
        for wait in terms.waits:
            self._load_wait(wait)
        for regime in terms.regimes:
            self._load_regime(regime)
        self._withdraw()
        if not self.first_time:
            self.env["ar.law.change"].create(self.changes)

    def _load_series(self, series):
        record = self._put(
            "ar.law.series",
            f"series/{series.code}",
            replace(series, rows=()),
            {
                "code": series.code,
                "compounding": series.compounding,
                "day_count": series.day_count,
                "published": series.published,
                "margin": series.margin,
                "round_up_to": series.round_up_to,
            },
        )
        for row in series.rows:
            self._put(
                "ar.law.rate",
                f"series/{series.code}/{row.span.first}",
                row,
                {
                    "series_id": record.id,
                    "percentage": row.percentage,
                    "reference": row.reference,
                },
            )

    def _load_tariff(self, tariff):
        currencies = self.env["res.currency"].with_context(active_test=False)
        record = self._put(
            "ar.law.tariff",
            f"tariff/{tariff.code}",
            replace(tariff, rows=()),
            {
                "code": tariff.code,
                "kind": tariff.kind,
                "currency_id": currencies.search([("name", "=", tariff.currency)]).id,
            },
        )
        for row in tariff.rows:
            self._put(
                "ar.law.tariff.row",
                f"tariff/{tariff.code}/{row.span.first}",
                row,
                {
                    "tariff_id": record.id,
                    "minimum": row.minimum,
                    "maximum": row.maximum,
                    "vat": row.vat,
                    "free_per_year": row.free_per_year,
                    "postage": row.postage,
                    "bracket_ids": _anew(
                        {
                            "above": bracket.above,
                            "base": bracket.base,
                            "percentage": bracket.percentage,
                        }
                        for bracket in row.brackets
                    ),
                },
            )

    def _load_wait(self, wait):
        record = self._put(
            "ar.law.wait",
            f"wait/{wait.code}",
            replace(wait, rows=()),
            {"code": wait.code},
        )
        for row in wait.rows:
            self._put(
                "ar.law.wait.row",
                f"wait/{wait.code}/{row.channel}/{row.span.first}",
                row,
                {
                    "wait_id": record.id,
                    "channel": row.channel,
                    "convention": row.convention,
                    "nth": row.offset,
                    "days": row.days,
                    "months": row.months,
                    "extend": row.extend,
                },
            )

    def _load_regime(self, regime):
        interest, prescription = regime.interest, regime.prescription
        self._put(
            "ar.law.regime",
            f"regime/{regime.code}/{regime.span.first}",
            regime,
            {
                "code": regime.code,
                "contract_from": _bound(regime.contract.first),
                "contract_until": regime.contract.last,
                "scope_ids": _anew(
                    {"nature": nature, "debtor_class": debtor_class}
                    for nature in regime.natures
                    for debtor_class in regime.debtor_classes
                ),
                "wait_id": self._id("wait", regime.wait),
                "first_free": regime.first_free,
                "notice_channels": ",".join(regime.notice_channels),
                "series_id": interest and self._id("series", interest.series),
                "interest_starts": interest and interest.starts,
                "interest_clause": bool(interest and interest.clause),
                "otherwise_id": interest and self._id("series", interest.otherwise),
                "interest_option": (interest and interest.option) or False,
                "cost_ids": _anew(
                    {
                        "tariff_id": self._id("tariff", cost.tariff),
                        "starts": cost.starts,
                        "clause": cost.clause,
                        "grouping": cost.grouping,
                        "regular_supply": cost.regular_supply,
                        "includes_id": self._id("tariff", cost.includes),
                    }
                    for cost in regime.costs
                ),
                "imputation": ",".join(regime.imputation),
                "prescription_years": prescription and prescription.years,
                "prescription_months": prescription and prescription.months,
                "prescription_from_end_of_year": bool(
                    prescription and prescription.from_end_of_year
                ),
                **self._prescription_basis(prescription),
                "registered_wait_id": self._id("wait", regime.registered),
                "quiet_from": regime.quiet_from,
                "quiet_to": regime.quiet_to,
                "checklist": regime.checklist or False,
                "content_ids": _anew(
                    {
                        "code": content.code,
                        "block": content.block,
                        "on": content.on,
                        "words": {
                            "name": content.name,
                            "article": content.basis.article,
                        },
                        **self._basis(content.basis),
                    }
                    for content in regime.contents
                ),
            },
        )

    def _prescription_basis(self, prescription):
        """Return where a prescription comes from, as a regime keeps it."""
        if not prescription:
            return dict.fromkeys(
                ("prescription_source", "prescription_verified_by", "prescription_note")
            )
        basis = self._basis(prescription.basis)
        return {f"prescription_{name}": value for name, value in basis.items()}

    def _basis(self, basis):
        return {
            "source": basis.source,
            "verified_by": basis.verified_by,
            "note": basis.note,
        }

    def _id(self, kind, code):
        return code and self.present[f"{kind}/{code}"].id

    def _known(self, model):
        """Return {key: record} of the rows of the pack that were in force before."""
        if model not in self.known:
            rows = self.env[model].search([("pack_id", "=", self.pack.id)])
            self.known[model] = {row.pack_key: row for row in rows}
        return self.known[model]

    def _put(self, model, key, row, values):
        """Make or change the row with this key; return it."""
        said = plain(row)
        values = {**values, **self._common(row), "said": said, "pack_key": key}
        before = self._known(model).get(key)
        if not before:
            record = self._create(model, values, "new", {}, said)
        elif before.said == said:
            record = before
        elif before.used_on and model in self.pack._row_models():
            values = _with_verdicts(before, values)
            before.write({"active": False, "replaced_in": self.pack.version})
            record = self._create(model, values, "replaced", before.said, said)
        else:
            self._note(key, "changed", before.said, said)
            before.write(_with_verdicts(before, values))
            record = before
        self.present[key] = record
        return record

    def _create(self, model, values, kind, old, new):
        self._note(values["pack_key"], kind, old, new)
        return self.env[model].create({**values, "pack_id": self.pack.id})

    def _common(self, row):
        """Return what every row says: its names, days and where it comes from."""
        words = {"name": getattr(row, "name", {})}
        values = {"words": words}
        if basis := getattr(row, "basis", None):
            words["article"] = basis.article
            values |= self._basis(basis)
        if prescription := getattr(row, "prescription", None):
            words["prescription"] = prescription.basis.article
        if span := getattr(row, "span", None):
            values |= {"valid_from": span.first, "valid_until": span.last}
        return values

    def _withdraw(self):
        """Archive what the file does not say any more."""
        for model in (*self.pack._row_models(), *IDENTITIES):
            for key, row in self._known(model).items():
                if key not in self.present:
                    self._note(key, "withdrawn", row.said, {})
                    row.write({"active": False, "replaced_in": self.pack.version})

    def _note(self, key, kind, old, new):
        self.changes.append(
            {
                "pack_id": self.pack.id,
                "version": self.pack.version,
                "date": self.pack.loaded_on,
                "pack_key": key,
                "kind": kind,
                "difference": "\n".join(
                    f"{' > '.join(path)}: {before or '–'} → {after or '–'}"
                    for path, before, after in differences(old or {}, new)
                ),
            }
        )


# What rows of several days belong to.
IDENTITIES = ("ar.law.series", "ar.law.tariff", "ar.law.wait")


def _anew(rows):
    """Return the commands that put these rows in the place of all there were."""
    return [Command.clear(), *(Command.create(row) for row in rows)]


def _with_verdicts(before, values):
    """Return the values of a regime with what people said of what has not changed.

    Its contents are made anew; somebody who has compared one of them, or the
    prescription, with the law need not do so again as long as it says the same.

    :param before: the row as it was
    """
    if "content_ids" not in values:
        return values
    old = before.said or {}
    if old.get("prescription") == values["said"]["prescription"]:
        by = before.prescription_verified_by
        values = {**values, "prescription_verified_by": by}
    told = {
        one["code"]: one["basis"]["verified_by"] for one in old.get("contents") or ()
    }
    people = {
        _what_it_says(one): one.verified_by
        for one in before.content_ids
        if one.verified_by and one.verified_by != told.get(one.code)
    }
    commands = [
        Command.create({**new, "verified_by": by})
        if new and (by := people.get(_what_it_says(new)))
        else (command, each, new)
        for command, each, new in values["content_ids"]
    ]
    return {**values, "content_ids": commands}


def _what_it_says(content):
    """Return what is compared with the law of a required content, or its values."""
    return json.dumps(
        [content[name] for name in ("code", "block", "on", "words")],
        sort_keys=True,
    )


def _bound(first):
    """Return the first day of contracts; none for those of any age."""
    return first if first > rule.FIRST_DAY else False
