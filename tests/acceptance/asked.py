"""Answers of public methods, told without what differs by nature; runs inside Odoo."""

import inspect
import json
import re
from datetime import date, datetime
from unittest.mock import patch

from odoo.models import BaseModel
from odoo.service.model import call_kw
from odoo.sql_db import Cursor

# Records each method is asked about when it takes one alone.
_ONE_BY_ONE = 4
# They change, and are asked with what they need elsewhere; or bring random files.
_NOT_ASKED = {"copy_data", "create", "unlink", "write"}
# Of a page: what leads to records, the moment, pictures (a code of an address).
_BY_NATURE = re.compile(
    # The code by which a message is checked begins with its number.
    r"\b[0-9a-z]{1,7}(?:-[0-9a-z]{4}){2}(?=</strong>)|"
    r"(?<=/pay/)[\w-]+|(?<=token=)[\w-]+|(?<=;base64,)[\w+/=]+"
    r"|NewId_\w+|\[[\d, ]+\]|(?<=[/=#])\d+|(?<=id=\")\d+|(?<=[a-z]-)\d+"
    r"|\d{1,2}:\d\d(:\d\d(\.\d+)?)?"
)


class NotForReadersError(Exception):
    """The method commits: not a question."""


def methods(model):
    """Names of our public methods that need nothing but the records themselves."""
    return [
        name
        for name in sorted(dir(type(model)))
        if not name.startswith("_")
        and name not in _NOT_ASKED
        and _is_ours(getattr(type(model), name))
    ]


def _is_ours(method):
    if not inspect.isfunction(method):
        return False
    module = getattr(method, "__module__", None) or ""
    if not module.startswith("odoo.addons.ar_"):
        return False
    _self, *needed = inspect.signature(method).parameters.values()
    return all(
        one.default is not one.empty
        or one.kind in (one.VAR_KEYWORD, one.VAR_POSITIONAL)
        for one in needed
    )


def answers(model, ids):
    """Ask every method about these records; {question: what it says}.

    Nothing of what they do remains, and none may commit.

    :param ids: in an order that is the same in both worlds
    """
    found = {}
    for name in methods(model):
        question = f"{model._name}.{name}"
        if getattr(getattr(type(model), name), "_api_model", False):
            found[question] = _say(model, name, [])
            continue
        together = _say(model, name, [list(ids)])
        found[question] = together
        if "singleton" in str(together):
            found[question] = [_say(model, name, [[one]]) for one in ids[:_ONE_BY_ONE]]
    return found


def windows(model, ids):
    """Open our windows that lists of this model offer, on these records and on each.

    :return: {question: what stands in the window}
    """
    # Which windows there are is no secret; each is opened as the user.
    actions_sudo = model.env["ir.actions.act_window"].sudo()
    names = actions_sudo.search(
        [
            ("binding_model_id.model", "=", model._name),
            ("res_model", "=like", "ar.%"),
        ]
    ).mapped("res_model")
    found = {}
    for name in sorted({*names}):
        window = model.env[name]
        if window._transient and window.has_access("read"):
            chosen = [list(ids), *([one] for one in ids[:_ONE_BY_ONE])]
            found[f"{model._name} > {name}"] = [
                _open(window, model._name, these) for these in chosen if these
            ]
    return found


def _open(window, name, ids):
    window = window.with_context(active_model=name, active_ids=ids, active_id=ids[0])
    return _say(window, "onchange", [[], {}, [], _shown(window)])


def _shown(window):
    """All fields of a window, those of its rows, and names of other records."""
    shown = {}
    for name, about in window.fields_get(attributes=["type", "relation"]).items():
        if about["type"] == "one2many":
            shown[name] = {"fields": _shown_of_row(window.env[about["relation"]])}
        elif about.get("relation"):
            shown[name] = {"fields": {"display_name": {}}}
        else:
            shown[name] = {}
    return shown


def _shown_of_row(row):
    if not row.has_access("read"):
        return {"display_name": {}}
    return {
        name: {"fields": {"display_name": {}}} if about.get("relation") else {}
        for name, about in row.fields_get(attributes=["type", "relation"]).items()
    }


def _say(model, name, arguments):
    """Return what the method answers or why it refuses, as text."""
    env = model.env
    named = {"context": dict(env.context)}
    savepoint = env.cr.savepoint()
    try:
        with patch.object(Cursor, "commit", _refuse_commit):
            return json.dumps(spoken(call_kw(model, name, arguments, named)))
    except Exception as error:  # noqa: BLE001 - how it refuses is compared too
        return f"{type(error).__name__}: {spoken(str(error))}"
    finally:
        savepoint.close(rollback=True)
        env.invalidate_all(flush=False)
        env.cr.precommit.clear()
        env.cr.postcommit.clear()


def _refuse_commit(_cursor):
    raise NotForReadersError


def spoken(value):
    """Return a nested value without ids and moments: lists of ids as their number."""
    if isinstance(value, BaseModel):
        return value.mapped("display_name")
    if isinstance(value, dict):
        return _spoken_dict(value)
    if isinstance(value, (list, tuple, set)):
        return _spoken_list(value)
    if isinstance(value, datetime):
        return "#"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return "bytes"
    return _BY_NATURE.sub("#", str(value)) if isinstance(value, str) else value


def _spoken_dict(value):
    told = {}
    for key, part in value.items():
        if str(key).isdigit():
            told.setdefault("by id", []).append(spoken(part))
        elif key == "id" or str(key).endswith("_id"):
            # Of a relation as it is read, the name.
            told[key] = part[1] if isinstance(part, (list, tuple)) else bool(part)
        else:
            told[str(key)] = spoken(part)
    return told


def _spoken_list(value):
    parts = list(value)
    if parts and all(type(part) is int for part in parts):
        return f"{len(parts)} numbers"
    if len(parts) == 3 and isinstance(parts[2], dict):
        return spoken(parts[2])  # a command on a list, with what it shows
    # A term of a domain on an id.
    if len(parts) == 3 and str(parts[0]).endswith("id") and type(parts[2]) is int:
        parts[2] = "#"
    told = [spoken(part) for part in parts]
    # Rows come in the order of their ids.
    rows = bool(told) and all(isinstance(part, dict) for part in told)
    return sorted(told, key=json.dumps) if rows else told
