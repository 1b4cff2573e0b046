"""Calendars of days: which are working days, and counting in them.

A calendar is a run of consecutive days. Each carries a running index: the number of
working days from the first day of the calendar up to and including it. With the index
a period in working days is a look-up instead of a walk, in Python and in SQL alike:
the n-th working day after a day is the working day whose index is n higher.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from .periods import Period

SATURDAY = 5  # date.weekday()
SUNDAY = 6
WEEKEND = frozenset({SATURDAY, SUNDAY})
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a calendar, and why it is not a working day.

    ``source`` is ``library`` (a public holiday), ``closure``, ``weekend``, or None for
    a working day; ``name`` says which holiday or closure.
    """

    date: date
    is_working: bool
    source: str | None = None
    name: str | None = None


def list_days(
    first: date,
    last: date,
    closed_weekdays: Collection[int] = WEEKEND,
    holidays: Mapping[date, str] | None = None,
    closures: Iterable[tuple[Period, str]] = (),
) -> list[Day]:
    """Return the days from ``first`` to ``last``, both included.

    A day that is free for several reasons names the first of: public holiday, closure,
    weekend. ``closed_weekdays`` counts as ``date.weekday()`` does: Monday is 0.
    """
    named = holidays or {}
    closed = list(closures)
    days = []
    day = first
    while day <= last:
        days.append(_describe(day, closed_weekdays, named, closed))
        day += ONE_DAY
    return days


def _describe(
    day: date,
    closed_weekdays: Collection[int],
    holidays: Mapping[date, str],
    closures: list[tuple[Period, str]],
) -> Day:
    if day in holidays:
        return Day(day, False, "library", holidays[day])
    for period, name in closures:
        if period.first <= day and (period.last is None or day <= period.last):
            return Day(day, False, "closure", name)
    if day.weekday() in closed_weekdays:
        return Day(day, False, "weekend")
    return Day(day, True)


class WorkingDays:
    """Counts in the working days of consecutive days.

    ``flags`` says for ``first`` and each day after it whether it is a working day.
    Days outside raise LookupError: nothing is known about them.
    """

    def __init__(self, first: date, flags: Iterable[bool]) -> None:
        self.first = first
        self._index: list[int] = []
        count = 0
        for is_working in flags:
            count += is_working
            self._index.append(count)

    @property
    def last(self) -> date:
        """Return the last day that is known."""
        return self.first + timedelta(days=len(self._index) - 1)

    def index(self, day: date) -> int:
        """Return the number of working days up to and including ``day``."""
        place = (day - self.first).days
        if not 0 <= place < len(self._index):
            raise LookupError(f"{day} lies outside the calendar")
        return self._index[place]

    def at(self, index: int) -> date:
        """Return the working day with this running index."""
        if index < 1 or not self._index or index > self._index[-1]:
            raise LookupError(f"working day {index} lies outside the calendar")
        return self.first + timedelta(days=bisect_left(self._index, index))

    def is_working(self, day: date) -> bool:
        """Whether ``day`` is a working day."""
        place = (day - self.first).days
        before = self._index[place - 1] if place else 0
        return self.index(day) > before

    def next_working(self, day: date) -> date:
        """Return the first working day on or after ``day``."""
        return day if self.is_working(day) else self.at(self.index(day) + 1)

    def add(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day``, before it if negative.

        ``day`` itself is never counted; zero gives ``day``, working or not.

        >>> week = WorkingDays(date(2026, 3, 2), [True] * 5 + [False] * 2)
        >>> week.add(date(2026, 3, 2), 3)
        datetime.date(2026, 3, 5)
        >>> week.add(date(2026, 3, 7), -1)
        datetime.date(2026, 3, 6)
        """
        if count == 0:
            return day
        if count > 0:
            return self.at(self.index(day) + count)
        return self.at(self.index(day) - self.is_working(day) + count + 1)
