"""Interest for late payment: segment by segment as proof, and by look-up for many.

Interest runs from the day after the due date; the day of payment still bears interest.
Everything is exact until the sum of all segments is rounded, half up, once.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from math import lcm
from operator import mul

from .day_count import UNITS_PER_YEAR, check_convention, position, year_fraction
from .money import exact, round_half_up
from .months import ONE_DAY, last_day_of_term
from .periods import Period, merge_periods
from .rates import Rate, RateSeries

COMPOUNDING = ("simple", "yearly")


@dataclass(frozen=True, slots=True)
class Reduction:
    """A part of the principal that was paid, or given up, on a day.

    That day still bears interest on it. Raises ValueError for an amount that is not
    finite and above zero.
    """

    on: date
    amount: Decimal

    def __post_init__(self) -> None:
        if exact(self.amount) <= 0:
            raise ValueError("what reduces a principal is an amount above zero")


@dataclass(frozen=True, slots=True)
class Segment:
    """Days, both ends included, with one rate and one base.

    ``days`` are calendar days, ``years`` what they are in the day count convention;
    ``interest`` is base times rate times years. Fractions are exact.
    """

    first: date
    last: date
    days: int
    base: Fraction
    rate: Rate
    years: Fraction
    interest: Fraction


@dataclass(frozen=True, slots=True)
class Accrual:
    """Interest with the segments that prove it; ``amount`` is ``exact`` in cents."""

    segments: tuple[Segment, ...]
    exact: Fraction
    amount: Decimal


def accrue(
    principal: Decimal,
    due_on: date,
    last: date,
    series: RateSeries,
    convention: str = "act/act",
    compounding: str = "simple",
    reductions: Iterable[Reduction] = (),
    frozen: Iterable[Period] = (),
) -> Accrual:
    """Return the interest on a principal from the day after ``due_on`` up to ``last``.

    ``last``, the day of payment or of the calculation, is included. Frozen days bear no
    interest and have no segment, nor have days on which nothing was left to bear any;
    for neither a rate needs to be known. Nothing runs before the due date or on a
    principal of zero or less.

    ``compounding`` says what becomes of interest that is not paid:

    - ``simple``: it bears none itself (Belgium, France, Germany, § 289 BGB);
    - ``yearly``: at the end of each year of interest, that of the year is added to the
      base (Netherlands, art. 6:119(2) BW). The year begins with the first day of
      interest, and frozen days do not lengthen it. One from 29 February ends on
      28 February, so that interest is never added early.

    Reductions up to the due date lower the principal from the start, later ones the
    base from the next day on; with yearly compounding they lower it whatever it is made
    of, on the last day of a year before its interest is added. The base never falls
    below zero: what is paid beyond it is not kept for interest of later years.

    Raises ValueError for a convention or a compounding that is not known or an amount
    that is not finite, and MissingRateError for a day of interest without a rate.
    """
    check_convention(convention)
    if compounding not in COMPOUNDING:
        raise ValueError(f"the compounding {compounding!r} is not known")
    paid = _paid_by_day(reductions, due_on)
    year_ends = set(_year_ends(due_on, last)) if compounding == "yearly" else set()
    frozen = merge_periods(frozen)
    base = exact(principal) - paid.get(due_on, 0)
    segments: list[Segment] = []
    compounded = 0  # number of segments whose interest is in the base
    after = due_on
    cuts = {*paid, *year_ends, *_edges(frozen, due_on)}
    for end in sorted({last, *(cut for cut in cuts if due_on < cut < last)}):
        if base > 0 and not _holds_day(frozen, end):
            segments += _segments(after, end, series, base, convention)
        base = max(base - paid.get(end, 0), Fraction(0))
        if end in year_ends:
            base += sum(segment.interest for segment in segments[compounded:])
            compounded = len(segments)
        after = end
    total = sum((segment.interest for segment in segments), Fraction(0))
    return Accrual(tuple(segments), total, round_half_up(total))


def _paid_by_day(reductions: Iterable[Reduction], due_on: date) -> dict[date, Fraction]:
    """Return what is paid by day; what came before the due date, on that date."""
    paid: dict[date, Fraction] = {}
    for reduction in reductions:
        day = max(reduction.on, due_on)
        paid[day] = paid.get(day, Fraction(0)) + exact(reduction.amount)
    return paid


def _year_ends(due_on: date, last: date) -> Iterator[date]:
    """Give the last day of each year of interest that ends up to ``last``."""
    first = due_on + ONE_DAY
    months = 12
    while (end := last_day_of_term(first, months)) <= last:
        yield end
        months += 12


def _edges(frozen: Iterable[Period], due_on: date) -> Iterator[date]:
    """Give the days after which a frozen period begins or ends."""
    for period in frozen:
        if period.first > due_on:
            yield period.first - ONE_DAY
        if period.last is not None:
            yield period.last


def _holds_day(periods: Iterable[Period], day: date) -> bool:
    return any(
        period.first <= day and (period.last is None or day <= period.last)
        for period in periods
    )


def _segments(
    after: date, last: date, series: RateSeries, base: Fraction, convention: str
) -> Iterator[Segment]:
    for first, end, rate in series.pieces(after, last):
        years = year_fraction(first - ONE_DAY, end, convention)
        interest = base * years * exact(rate.percentage) / 100
        days = (end - first).days + 1
        yield Segment(first, end, days, base, rate, years, interest)


class AccrualIndex:
    """Simple interest by look-up, for many claims against the same rates.

    A running sum of rate times time grows from day to day. The interest of a period is
    the principal times the difference of two sums, so it takes no walk over the rates,
    here or in SQL::

        principal * (running(last) - running(due_on)) / divisor

    The sums are whole numbers, hence exact. ``first`` and ``last`` are the first and
    the last day that may bear interest. Raises MissingRateError when one of them or a
    day between has no rate, and ValueError for no days at all or a convention that is
    not known.
    """

    def __init__(
        self, series: RateSeries, first: date, last: date, convention: str = "act/act"
    ) -> None:
        check_convention(convention)
        if last < first:
            raise ValueError("an index of interest needs a day at least")
        self.first = first
        self.last = last
        self._convention = convention
        pieces = series.pieces(first - ONE_DAY, last)
        percentages = [exact(rate.percentage) for _first, _last, rate in pieces]
        scale = lcm(*(percentage.denominator for percentage in percentages))
        self.divisor = 100 * scale * UNITS_PER_YEAR[convention]
        self._slopes = [int(scale * percentage) for percentage in percentages]
        self._begins = [
            position(begin - ONE_DAY, convention) for begin, _last, _rate in pieces
        ]
        lengths = [end - begin for begin, end in pairwise(self._begins)]
        self._sums = list(accumulate(map(mul, self._slopes, lengths), initial=0))

    def running(self, day: date) -> int:
        """Return the running sum up to and including a day.

        The day before ``first`` has a sum as well: zero. Raises ValueError for a day
        outside the index.
        """
        if not self.first - ONE_DAY <= day <= self.last:
            raise ValueError(f"{day} lies outside the index of interest")
        reached = position(day, self._convention)
        piece = bisect_right(self._begins, reached) - 1
        return self._sums[piece] + self._slopes[piece] * (reached - self._begins[piece])

    def interest(self, principal: Decimal, due_on: date, last: date) -> Fraction:
        """Return what accrue gives as ``exact`` with simple interest.

        Raises ValueError when a day of interest lies outside the index or the principal
        is not finite.
        """
        base = exact(principal)
        if base <= 0 or last <= due_on:
            return Fraction(0)
        weight = self.running(last) - self.running(due_on)
        return base * Fraction(weight, self.divisor)
