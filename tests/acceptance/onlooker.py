"""What an employee can learn over RPC, asked in every way there is; runs inside Odoo.

Two worlds are the same but for what is secret. Whoever may not know of it must get the
same answers in both. Ids, moments and random values differ by nature and are left out;
records are told by their names.
"""

import json
import re

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw

import asked

# Models of Odoo in which something of ours could show, beside what points to _LEDGER.
_CORE = (
    "account.invoice.report",
    "account.journal",
    "ir.attachment",
    "mail.activity",
    "mail.followers",
    "mail.message",
    "mail.notification",
    "res.partner",
    "res.users",
)
_LEDGER = {
    "account.bank.statement.line",
    "account.full.reconcile",
    "account.move",
    "account.move.line",
    "account.partial.reconcile",
    "account.payment",
    "payment.transaction",
}
# Totals that Odoo computes for accountants.
_TOTALS = {"credit", "debit", "days_sales_outstanding", "total_invoiced"}
_UNSPOKEN_TYPES = {"binary", "datetime", "properties", "reference"}
# Random, or counted on by what is secret too.
_UNSPOKEN = {
    "access_token",
    "access_url",
    "access_warning",
    "content_digest",
    "customer_rank",
    "dedup_key",
    "digest",
    "id",
    "import_file",
    "lines_digest",
    "matching_number",
    "message_id",
    "message_key",
    "nonce",
    "number",
    "reference",
    "reference_key",
    "res_id",
    "sequence_number",
    "signup_url",
    "size",
    "token",
    "url",
    "website_message_ids",
}
# Numbers in names, counted on by what is secret too: of runs, cases, links, records.
_NUMBERS = re.compile(
    r"\d{5,}|\+\+\+[\d/]+\+\+\+|(?<=notice-)\d+|(?<=\.line,)\d+"
    r"|(?<=\.reconcile,)\d+|(?<=statement/)\d+|(?<=/pay/)[\w-]+"
)


def view(env, login, words):
    """Return all that a user learns: {question: answer}, ready to be compared.

    :param words: what is searched for wherever texts are
    """
    env.invalidate_all()
    user = env["res.users"].search([("login", "=", login)])
    env = env(user=user, context={"allowed_company_ids": user.company_ids.ids})
    answers = {}
    # It is told to those alone who may see all of an account.
    names = set(env.registry) - {"ar.ledger.identity"}
    for name in sorted(names):
        model = env[name]
        if name.startswith("ar.") and model._abstract:
            answers |= asked.answers(model, [])
        if not _is_asked(model) or not model.has_access("read"):
            continue
        with env.cr.savepoint():
            answers |= _ask(model, words)
    return _without_numbers(answers)


def _without_numbers(told):
    if isinstance(told, dict):
        return {question: _without_numbers(answer) for question, answer in told.items()}
    if isinstance(told, list):
        return sorted(_without_numbers(part) for part in told)
    return _NUMBERS.sub("#", told) if isinstance(told, str) else told


def _is_asked(model):
    if model._abstract or model._transient:
        return False
    if model._name.startswith("ar.") or model._name in _CORE:
        return True
    return model._name in _LEDGER or any(
        field.store and field.comodel_name in _LEDGER
        for field in model._fields.values()
        if field.relational
    )


def _ask(model, words):
    name = model._name
    fields = call_kw(model, "fields_get", [], {"attributes": ["type", "relation"]})
    spoken = [
        field
        for field, about in fields.items()
        if about["type"] not in _UNSPOKEN_TYPES
        and field not in _UNSPOKEN
        and not (name == "ar.dunning.run" and field in ("name", "display_name"))
        # Odoo computes some figures for accountants alone, and refuses the others.
        and (
            model._fields[field].store
            or name.startswith("ar.")
            or field.startswith("ar_")
            or (field in _TOTALS and "credit" in fields)
        )
        # Odoo refuses the whole answer when one list cannot be read.
        and (not about.get("relation") or _is_readable(model, about["relation"]))
    ]
    answers = {f"{name}: count": call_kw(model, "search_count", [[]], {})}
    rows = call_kw(model, "search_read", [[]], {"fields": spoken})
    told = sorted((_plain(model, row, fields), row["id"]) for row in rows)
    answers[f"{name}: rows"] = [row for row, _id in told]
    names = call_kw(model, "name_search", [], {"name": "", "limit": 5000})
    if name != "ar.dunning.run":
        answers[f"{name}: names"] = sorted(str(label) for _id, label in names)
    answers |= _exported(model, rows, spoken, fields)
    ids = [record_id for _row, record_id in told]
    answers |= asked.answers(model, ids) | asked.windows(model, ids)
    answers |= _grouped(model, fields, spoken) | _probed(model, fields)
    return answers | _searched(model, fields, words)


def _exported(model, rows, spoken, fields):
    texts = [field for field in spoken if fields[field]["type"] in ("char", "text")]
    ids = [row["id"] for row in rows]
    try:
        exported = call_kw(model, "export_data", [ids, texts[:20]], {})["datas"]
    except AccessError:
        return {}  # messages are exported by administrators alone
    return {f"{model._name}: export": sorted(map(str, exported))}


def _is_readable(model, name):
    return model.env[name].has_access("read")


def _plain(model, row, fields):
    """A row as text: relations by name, lists by how many they are."""
    told = {}
    for field, value in row.items():
        kind = fields[field]["type"] if field in fields else "id"
        if kind == "many2one":
            value = value and value[1]
            if fields[field]["relation"] == "ar.dunning.run":
                value = bool(value)
        elif kind in ("one2many", "many2many"):
            value = len(value)
        elif kind in ("html", "json"):
            value = asked.spoken(value)
        if field != "id":
            told[field] = value
    return json.dumps(told, sort_keys=True, default=str)


def _grouped(model, fields, spoken):
    """Counts and sums by every field that can be grouped by."""
    sums = [
        f"{field}:sum"
        for field in spoken
        if fields[field]["type"] in ("integer", "float", "monetary")
        and model._fields[field].aggregator == "sum"
        and (model._fields[field].store or model._fields[field].related)
    ]
    answers = {}
    for field in spoken:
        if not model._fields[field]._description_groupable(model.env):
            continue
        by = f"{field}:month" if fields[field]["type"] == "date" else field
        try:
            with model.env.cr.savepoint():
                groups = call_kw(
                    model, "formatted_read_group", [[], [by], ["__count", *sums]], {}
                )
        except (UserError, ValueError, NotImplementedError):
            continue  # some sums are not to be had; the same in both worlds
        answers[f"{model._name}: by {field}"] = sorted(
            json.dumps([_key(group[by], fields[field]), *_figures(group, sums)])
            for group in groups
        )
    return answers


def _key(value, about):
    if about.get("relation") == "ar.dunning.run":
        return bool(value)
    if isinstance(value, float):
        # PostgreSQL groups both zeros as one and shows whichever it met first.
        value += 0.0
    name = value[1] if isinstance(value, (list, tuple)) and value else value
    return asked.spoken(str(name))


def _figures(group, sums):
    return [group["__count"], *(round(group[name] or 0, 2) for name in sums)]


def _probed(model, fields):
    """Records told by what hangs on them, even if that cannot be read."""
    answers = {}
    for field, about in fields.items():
        relation = about.get("relation") or ""
        searchable = model._fields[field]._description_searchable
        if not relation.startswith("ar.") or not searchable:
            continue
        for probe in ([(field, "!=", False)], [(f"{field}.id", ">", 0)]):
            with model.env.cr.savepoint():
                try:
                    answer = call_kw(model, "search_count", [probe], {})
                except UserError:
                    answer = "refused"
            answers[f"{model._name}: {probe}"] = answer
    return answers


# What people write to each other about a record.
_TALK = (
    "message_ids.body",
    "message_ids.subject",
    "message_ids.attachment_ids.name",
    "activity_ids.summary",
    "activity_ids.note",
)


def _searched(model, fields, words):
    """How many records are found by words in their texts, messages and activities."""
    places = [
        field
        for field, about in fields.items()
        if about["type"] in ("char", "text", "html")
        and model._fields[field]._description_searchable
    ]
    places += [place for place in _TALK if place.split(".", maxsplit=1)[0] in fields]
    answers = {}
    for place in places:
        for word in words:
            try:
                with model.env.cr.savepoint():
                    answer = call_kw(
                        model, "search_count", [[(place, "ilike", word)]], {}
                    )
            except (UserError, ValueError, NotImplementedError) as error:
                answer = type(error).__name__
            answers[f"{model._name}: {place} like {word}"] = answer
    return answers


def provoke(env, login, secrets, words):
    """Call every public method of ours on secret records; return what went wrong.

    :param secrets: {model: ids}
    :param words: texts that no answer may hold
    """
    user = env["res.users"].search([("login", "=", login)])
    own = env(user=user, context={"allowed_company_ids": user.company_ids.ids})
    wrong = []
    for name, ids in secrets.items():
        for method in _methods(own[name]):
            savepoint = env.cr.savepoint()
            try:
                answer = repr(call_kw(own[name], method, [ids], {}))
            except Exception as error:  # noqa: BLE001 - any refusal will do
                answer = str(error)
            savepoint.close(rollback=True)
            env.invalidate_all(flush=False)
            wrong += [
                f"{name}.{method}: {word}: {answer[:200]}"
                for word in words
                if word in answer
            ]
    return wrong


def _methods(model):
    """Public methods of our addons that need no argument, and reading itself."""
    found = {"read", "web_read", "export_data", "copy_data", "unlink", "get_metadata"}
    for name in dir(type(model)):
        if name.startswith("_"):
            continue
        method = getattr(type(model), name)
        module = getattr(method, "__module__", "") or ""
        if callable(method) and module.startswith("odoo.addons.ar_"):
            found.add(name)
    return sorted(found)
