"""Examples of the law in a file: reading them, and how an answer differs.

A row has the columns id, rule, inputs, expected and source; inputs and expected are
JSON objects. Amounts are compared as numbers (20 is 20.00), everything else as it is
written; the order of keys says nothing.
"""

import csv
import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

COLUMNS = ("id", "rule", "inputs", "expected", "source")
_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")


class RowError(Exception):
    """A row, or a file, that cannot be read: a sentence that says why."""


@dataclass(frozen=True)
class LawRow:
    """One row of a file, as texts."""

    id: str
    rule: str
    inputs: str
    expected: str
    source: str = ""


def read(text):
    """Return the rows of a file; RowError when it is not such a file."""
    lines = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        names = [name.strip() for name in lines.fieldnames or ()]
        if twice := _twice(name for name in names if name):
            raise RowError(f"there are two columns {twice}")
        missing = [name for name in COLUMNS[:4] if name not in names]
        if missing:
            raise RowError(f"there is no column {missing[0]}")
        lines.fieldnames = names
        rows = [_row(line, lines.line_num) for line in lines if any(line.values())]
    except csv.Error as error:
        raise RowError(f"line {lines.line_num}: {error}") from error
    if not rows:
        raise RowError("there is no row below the names of the columns")
    return rows


def _twice(names):
    """Return the first of the names that comes again; None: each comes once."""
    seen = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _row(line, number):
    said = {name: (line.get(name) or "").strip() for name in COLUMNS}
    return LawRow(**{**said, "id": said["id"] or f"line {number}"})


def read_object(name, text):
    """Return the JSON object in a cell, its numbers exact; RowError otherwise."""
    try:
        value = json.loads(
            text,
            parse_float=Decimal,
            parse_constant=_refuse,
            object_pairs_hook=_object,
        )
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise RowError(f"{name} cannot be read as JSON: {error}") from error
    if not isinstance(value, dict):
        raise RowError(f"{name} is no JSON object")
    return value


def _object(pairs):
    if twice := _twice(name for name, _value in pairs):
        raise ValueError(f"it says {twice} twice")
    return dict(pairs)


def _refuse(constant):
    raise ValueError(f"{constant} is no number")


def differences(expected, answer):
    """Return [(key, expected, answer)] where they differ.

    Keys of the answer that nobody expects are no difference.
    """
    return [
        (key, value, answer.get(key, "no such key"))
        for key, value in expected.items()
        if key not in answer or not _equal(value, answer[key])
    ]


def _equal(expected, got):
    if isinstance(got, list):
        return (
            isinstance(expected, list)
            and len(expected) == len(got)
            and all(map(_equal, expected, got))
        )
    if isinstance(got, bool) or isinstance(expected, bool):
        return str(expected).lower() == str(got).lower()
    if got is None or expected is None:
        return got is expected
    if isinstance(got, str) and not _AMOUNT.fullmatch(got):
        return str(expected) == got
    try:
        return Decimal(str(expected)) == Decimal(str(got))
    except InvalidOperation:
        return False
