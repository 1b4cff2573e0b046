"""Inclusive periods of days, and the days that they cover together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included.

    ``last`` is None while the end is not known (a hold until it is lifted). A period
    whose last day lies before its first one is empty: a hold lifted on the very day
    on which it began.
    """

    first: date
    last: date | None

    @property
    def is_empty(self) -> bool:
        """Whether the period holds no day at all."""
        return self.last is not None and self.last < self.first


def merge_periods(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return the same days as disjoint periods in order of time.

    Overlapping and adjoining periods become one, so that a day counts once however
    many periods name it. Empty periods disappear. Nothing follows a period with an
    open end.

    >>> merge_periods([
    ...     Period(date(2026, 3, 5), date(2026, 3, 9)),
    ...     Period(date(2026, 3, 1), date(2026, 3, 4)),
    ... ])
    (Period(first=datetime.date(2026, 3, 1), last=datetime.date(2026, 3, 9)),)
    """
    merged: list[Period] = []
    for period in sorted(
        (period for period in periods if not period.is_empty),
        key=lambda period: period.first,
    ):
        if merged and _touches(merged[-1], period):
            merged[-1] = Period(merged[-1].first, _later_end(merged[-1], period))
        else:
            merged.append(period)
    return tuple(merged)


def _touches(earlier: Period, later: Period) -> bool:
    """Whether no free day lies between two periods given in order of their start."""
    return earlier.last is None or (later.first - earlier.last).days <= 1


def _later_end(one: Period, other: Period) -> date | None:
    """Return the later last day of two periods; an open end is later than any day."""
    if one.last is None or other.last is None:
        return None
    return max(one.last, other.last)
