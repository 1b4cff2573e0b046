"""What a case of the law asks: plain values, each read as what a rule needs.

Amounts are decimals with two places at most, days are written 2026-01-31. Values come
as texts or as the numbers and truth values of JSON.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

FIRST_YEAR, LAST_YEAR = 1900, 2199
LARGEST = Decimal("1E15")

_REQUIRED = object()
_FIGURE = re.compile(r"-?[0-9]{1,16}(?:\.([0-9]{1,8}))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_LONGEST = 60


class CaseError(ValueError):
    """A case that cannot be counted: what is missing or wrong, in one sentence."""


class Inputs:
    """The inputs of one case; what no rule has read is refused at the end.

    A key that is absent or null takes the default, and is an error without one.
    """

    def __init__(self, said: object, name: str = "inputs") -> None:
        if not isinstance(said, Mapping):
            raise CaseError(f"{name}: an object with keys is expected")
        self._said = said
        self._name = name
        self._read: set[str] = set()
        self._inner: list[Inputs] = []

    def refuse_rest(self) -> None:
        """Raise CaseError for a key that the rule does not know: a slip of the pen."""
        rest = sorted(str(key) for key in self._said if key not in self._read)
        if rest:
            known = ", ".join(sorted(self._read))
            raise CaseError(f"{rest[0]}: no such key in {self._name}, only {known}")
        for inner in self._inner:
            inner.refuse_rest()

    def amount(self, key: str, default: Any = _REQUIRED) -> Decimal:
        """Return an amount in euro, e.g. "100.00"."""
        return self._figure(key, 'an amount such as "100.00"', 2, default)

    def number(self, key: str, default: Any = _REQUIRED) -> Decimal:
        """Return a figure such as a percentage, e.g. "2.15"."""
        return self._figure(key, 'a number such as "2.15"', 8, default)

    def whole(self, key: str, least: int, most: int) -> int:
        """Return a whole number between two, both included."""
        expected = f"a whole number from {least} to {most}"
        value = self._get(key, expected, _REQUIRED)
        figure = _read_figure(value, 0)
        if figure is None or not least <= figure <= most:
            raise _wrong(key, expected, value)
        return int(figure)

    def day(self, key: str, default: Any = _REQUIRED) -> date:
        """Return a day of the years 1900 to 2199."""
        expected = f"a day such as 2026-01-31, from {FIRST_YEAR} to {LAST_YEAR},"
        value = self._get(key, expected, default)
        if value is default:
            return value
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise _wrong(key, expected, value)
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise _wrong(key, expected, value) from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise _wrong(key, expected, value)
        return day

    def flag(self, key: str, default: Any = _REQUIRED) -> bool:
        """Return yes or no."""
        value = self._get(key, "true or false", default)
        if value is default:
            return value
        flag = _FLAGS.get(str(value).strip().lower())
        if flag is None:
            raise _wrong(key, "true or false", value)
        return flag

    def text(self, key: str, default: Any = _REQUIRED) -> str:
        """Return a text; digits may come as a number."""
        value = self._get(key, "a text", default)
        if value is default:
            return value
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise _wrong(key, "a text", value)
        return str(value)

    def choice(self, key: str, choices: Iterable[str], default: Any = _REQUIRED) -> str:
        """Return one of a few words."""
        choices = tuple(choices)
        expected = f"one of {', '.join(choices)}"
        value = self._get(key, expected, default)
        if value is not default and value not in choices:
            raise _wrong(key, expected, value)
        return value

    def amounts(self, key: str) -> list[Decimal]:
        """Return a list of amounts; a single one is a list of one."""
        expected = 'a list of amounts such as ["100.00"]'
        value = self._get(key, expected, _REQUIRED)
        values = value if isinstance(value, list) else [value]
        figures = [_read_figure(each, 2) for each in values]
        if not figures or None in figures:
            raise _wrong(key, expected, value)
        return figures

    def words(self, key: str, choices: Iterable[str], default: Any) -> tuple[str, ...]:
        """Return words out of a few, each at most once, in the order given."""
        choices = tuple(choices)
        expected = f"a list of {', '.join(choices)}, each once at most,"
        value = self._get(key, expected, default)
        if value is default:
            return value
        if not isinstance(value, list) or any(value.count(word) > 1 for word in value):
            raise _wrong(key, expected, value)
        if any(word not in choices for word in value):
            raise _wrong(key, expected, value)
        return tuple(value)

    def records(self, key: str) -> list["Inputs"]:
        """Return a list of objects, none when the key is absent."""
        value = self._get(key, "a list of objects", ())
        if not isinstance(value, list | tuple):
            raise _wrong(key, "a list of objects", value)
        self._inner += [
            Inputs(each, f"{key} {place}") for place, each in enumerate(value, 1)
        ]
        return self._inner[-len(value) :] if value else []

    def _figure(self, key: str, expected: str, places: int, default: Any) -> Decimal:
        value = self._get(key, expected, default)
        if value is default:
            return value
        figure = _read_figure(value, places)
        if figure is None:
            raise _wrong(key, expected, value)
        return figure

    def _get(self, key: str, expected: str, default: Any) -> Any:
        self._read.add(key)
        value = self._said.get(key)
        if value is not None:
            return value
        if default is _REQUIRED:
            raise CaseError(f"{key} is missing: {expected} is expected")
        return default


def _read_figure(value: object, places: int) -> Decimal | None:
    """Return a finite figure with so many decimals at most, None for anything else."""
    written = _plain(value) if isinstance(value, Decimal) else str(value).strip()
    form = _FIGURE.fullmatch(written)
    if not form or len((form[1] or "").rstrip("0")) > places:
        return None
    figure = Decimal(written)
    return figure if abs(figure) <= LARGEST else None


def _plain(figure: Decimal) -> str:
    """Return a decimal without an exponent, where that is no way to fill a memory."""
    return f"{figure:f}" if abs(figure.adjusted()) < 30 else str(figure)


def _wrong(key: str, expected: str, value: object) -> CaseError:
    text = str(value)
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return CaseError(f"{key}: {expected} is expected, not {short}")
