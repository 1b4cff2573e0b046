"""Configuration as text: what a file may say, and how two texts differ.

A file is a mapping of sections; a section is a list of records or one record. Values
are plain: texts, numbers, yes and no, lists, and words in several languages.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from numbers import Integral, Real

TEXT = "text"
WORDS = "words"  # one text, or a mapping language -> text with the language en
INTEGER = "integer"
NUMBER = "number"
BOOLEAN = "boolean"
CHOICE = "choice"
TEXTS = "texts"
RECORD = "record"
RECORDS = "records"

UNKNOWN = "unknown"
MISSING = "missing"
WRONG_TYPE = "wrong_type"
NO_CHOICE = "no_choice"
NEGATIVE = "negative"
TWICE = "twice"
NO_ENGLISH = "no_english"

# Suggestions when no key looks like what was written.
_FEW = 3
_LARGEST_INTEGER = 2**31 - 1
Path = tuple  # of keys and places from the top of the file


@dataclass(frozen=True, slots=True)
class Field:
    """What one key may hold. ``choices`` also bounds the texts of a list."""

    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()
    record: "Record | None" = None


@dataclass(frozen=True, slots=True)
class Record:
    """The keys of one record; ``key`` names the one that tells records apart."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that cannot be used: where, why, and what would do.

    ``code`` is one of the constants above; ``value`` is what stands there, ``hint``
    what may stand there.
    """

    path: Path
    code: str
    value: str = ""
    hint: str = ""


def check(value: object, record: Record, path: Path = ()) -> Iterator[Problem]:
    """Yield everything in a record that cannot be used."""
    if not isinstance(value, Mapping):
        yield Problem(path, WRONG_TYPE, _short(value), RECORD)
        return
    for name in value:
        if name not in record.fields:
            yield Problem((*path, name), UNKNOWN, str(name), _nearest(name, record))
    for name, known in record.fields.items():
        if value.get(name) is not None:
            yield from _check_field(value[name], known, (*path, name))
        elif known.required:
            yield Problem(path, MISSING, "", name)


def _nearest(name: object, record: Record) -> str:
    """Return the key that somebody may have meant, or the few that are least unlike."""
    near = get_close_matches(str(name), record.fields, 1)
    return ", ".join(near or get_close_matches(str(name), record.fields, _FEW, 0))


def _check_field(value: object, known: Field, path: Path) -> Iterator[Problem]:
    if known.kind == RECORD:
        yield from check(value, known.record or Record(), path)
    elif known.kind == RECORDS:
        yield from _check_records(value, known.record or Record(), path)
    elif known.kind == TEXTS:
        yield from _check_texts(value, known, path)
    elif known.kind == WORDS:
        yield from _check_words(value, path)
    elif not _fits(value, known.kind):
        yield Problem(path, WRONG_TYPE, _short(value), known.kind)
    elif known.kind == CHOICE and value not in known.choices:
        yield Problem(path, NO_CHOICE, _short(value), ", ".join(known.choices))


def _fits(value: object, kind: str) -> bool:
    if kind == BOOLEAN:
        return isinstance(value, bool)
    if kind == INTEGER:
        return _is_number(value, Integral) and abs(value) <= _LARGEST_INTEGER
    if kind == NUMBER:
        return _is_number(value, Real) and abs(value) <= _LARGEST_INTEGER
    return isinstance(value, str)


def _is_number(value: object, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool) and value == value


def _check_records(value: object, record: Record, path: Path) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(path, WRONG_TYPE, _short(value), RECORDS)
        return
    seen = set()
    for place, each in enumerate(value):
        yield from check(each, record, (*path, place))
        name = key_of(each, record.key)
        if name and name in seen:
            yield Problem((*path, place), TWICE, name, record.key)
        seen.add(name)


def _check_texts(value: object, known: Field, path: Path) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(path, WRONG_TYPE, _short(value), TEXTS)
        return
    for place, each in enumerate(value):
        if not isinstance(each, str):
            yield Problem((*path, place), WRONG_TYPE, _short(each), TEXT)
        elif known.choices and each not in known.choices:
            yield Problem((*path, place), NO_CHOICE, each, ", ".join(known.choices))
        elif each in value[:place]:
            yield Problem((*path, place), TWICE, each)


def _check_words(value: object, path: Path) -> Iterator[Problem]:
    if isinstance(value, str):
        return
    if not isinstance(value, Mapping):
        yield Problem(path, WRONG_TYPE, _short(value), WORDS)
        return
    for lang, text in value.items():
        if not isinstance(text, str):
            yield Problem((*path, lang), WRONG_TYPE, _short(text), TEXT)
    if "en" not in value:
        yield Problem(path, NO_ENGLISH)


def key_of(value: object, key: str) -> str:
    """Return what tells a record apart: the text of its key, in English for words."""
    name = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(name, Mapping):
        name = name.get("en")
    return name if isinstance(name, str) else ""


def _is_record(value: object) -> bool:
    return isinstance(value, Mapping)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def flatten(value: object, path: Path = ()) -> dict[Path, str]:
    """Return every single value of a record with its path, as text.

    Records of a list are named by their first value, so that a change of one is not
    taken for a change of all that follow; the order of such a list is a value too.
    """
    if isinstance(value, Mapping):
        found: dict[Path, str] = {}
        for name, each in value.items():
            found |= flatten(each, (*path, name))
        return found
    if isinstance(value, list) and value and all(map(_is_record, value)):
        names = [key_of(each, next(iter(each), "")) for each in value]
        found = {(*path, "order"): ", ".join(names)}
        for name, each in zip(names, value, strict=True):
            found |= flatten(each, (*path, name))
        return found
    if isinstance(value, list):
        return {path: ", ".join(map(str, value))}
    if isinstance(value, bool):
        return {path: "yes" if value else "no"}
    return {path: "" if value is None else str(value)}


def differences(old: object, new: object) -> list[tuple[Path, str, str]]:
    """Return (path, old text, new text) for every value that differs.

    >>> differences({"a": 1, "b": [2]}, {"a": 1, "b": [3]})
    [(('b',), '2', '3')]
    """
    before, after = flatten(old), flatten(new)
    return [
        (path, before.get(path, ""), after.get(path, ""))
        for path in dict.fromkeys((*before, *after))
        if before.get(path, "") != after.get(path, "")
    ]
