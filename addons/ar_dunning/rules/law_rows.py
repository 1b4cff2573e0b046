"""Rows of law as plain text, and which of several rows counts on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from .calendar import ONE_DAY
from .law_terms import Span

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Dated(Generic[Row]):
    """A row and the days on which it counts."""

    span: Span
    row: Row


def plain(value: object) -> object:
    """Return terms as texts, numbers, yes and no, lists and mappings.

    For comparison with what an earlier version of the file said, and to keep. Amounts
    and percentages lose zeros that say nothing: 8.0 is no change of 8.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return value


def override(
    rows: Iterable[Dated[Row]], own: Iterable[Dated[Row]]
) -> tuple[Dated[Row], ...]:
    """Return the rows by first day, with one's own in the place of those of the law.

    A row of the law counts on the days that no row of one's own covers. Own rows are
    taken as they are: that they do not overlap is for the caller to check.
    """
    mine = sorted(own, key=lambda dated: dated.span.first)
    left = [
        Dated(span, dated.row)
        for dated in rows
        for span in _without(dated.span, [each.span for each in mine])
    ]
    return tuple(sorted([*left, *mine], key=lambda dated: dated.span.first))


def known_through(spans: Iterable[Span], on: date) -> date | None:
    """Return the last day up to which something is known on every day from ``on``.

    The day before where nothing is known of that very day; None: the law sets no end.
    What is known again after a gap does not count: in the gap nothing is.
    """
    last = on - ONE_DAY
    for span in sorted(spans, key=lambda span: span.first):
        if span.last is not None and span.last <= last:
            continue
        if span.first > last + ONE_DAY:
            break
        if span.last is None:
            return None
        last = span.last
    return last


def _without(span: Span, taken: list[Span]) -> list[Span]:
    """Return what is left of a span outside others, given in order of their start."""
    left: list[Span] = []
    first = span.first
    for other in taken:
        if not Span(first, span.last).meets(other):
            continue
        if first < other.first:
            left.append(Span(first, other.first - ONE_DAY))
        if other.last is None or (span.last and other.last >= span.last):
            return left
        first = other.last + ONE_DAY
    return [*left, Span(first, span.last)]
