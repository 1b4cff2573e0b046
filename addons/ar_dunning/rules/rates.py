"""Rates of interest in force: which one on a day, and where a period meets a new one.

Rates are data of a country, of a kind of debtor and of a time. What is not known is an
error here, never the last rate that happens to be known.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from .money import exact
from .months import ONE_DAY


class MissingRateError(ValueError):
    """No rate is in force on ``day``.

    An old rate is never taken for a new one: what the law says from then on is not
    known until somebody enters it.
    """

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day

    def __str__(self) -> str:
        return f"no rate of interest is known for {self.day}"


@dataclass(frozen=True, slots=True)
class Rate:
    """A yearly rate, in force from ``first`` to ``last``, both included.

    ``percentage`` 10.5 is 10.5 % a year. Without ``last`` the rate holds until the next
    one. ``key`` says where it comes from, for whoever has to prove it. Raises
    ValueError for a percentage that is not finite or below zero, or a last day before
    the first.
    """

    first: date
    percentage: Decimal
    last: date | None = None
    key: str = ""

    def __post_init__(self) -> None:
        if exact(self.percentage) < 0:
            raise ValueError(f"the rate from {self.first} lies below zero")
        if self.last is not None and self.last < self.first:
            raise ValueError(f"the rate from {self.first} ends before it begins")


class RateSeries:
    """The rates of one kind in order of time; between them may be holes.

    Raises ValueError when two rates begin on the same day, or one begins before the
    last day of the one before it.
    """

    def __init__(self, rows: Iterable[Rate]) -> None:
        self.rows = tuple(sorted(rows, key=lambda row: row.first))
        for row, following in pairwise(self.rows):
            if following.first == row.first:
                raise ValueError(f"two rates begin on {row.first}")
            if row.last is not None and following.first <= row.last:
                raise ValueError(
                    f"the rate from {following.first} overlaps the one from {row.first}"
                )
        self._begins = [row.first for row in self.rows]

    def on(self, day: date) -> Rate:
        """Return the rate in force on a day; MissingRateError when there is none."""
        place = bisect_right(self._begins, day) - 1
        if place < 0:
            raise MissingRateError(day)
        row = self.rows[place]
        if row.last is not None and row.last < day:
            raise MissingRateError(day)
        return row

    def pieces(self, after: date, last: date) -> tuple[tuple[date, date, Rate], ...]:
        """Return the days after ``after`` up to ``last``, cut where the rate changes.

        Each piece is its first day, its last day and the rate of all its days. Nothing
        when ``last`` is not after ``after``. Raises MissingRateError for the first day
        without a rate.
        """
        pieces = []
        while after < last:
            first = after + ONE_DAY
            rate = self.on(first)
            after = min(last, self._last_day(first))
            pieces.append((first, after, rate))
        return tuple(pieces)

    def _last_day(self, day: date) -> date:
        """Return the last day of the rate that is in force on a day."""
        place = bisect_right(self._begins, day)
        row = self.rows[place - 1]
        if row.last is not None:
            return row.last
        if place < len(self.rows):
            return self._begins[place] - ONE_DAY
        return date.max
