"""Prescription: until when a claim can be enforced.

The dates are warnings for a creditor. Where ways of counting differ by a day, the
earlier day is taken; terms and what interrupts or suspends them are arguments.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .levels import clock_date
from .months import ONE_DAY, same_day_later
from .periods import Period


@dataclass(frozen=True, slots=True)
class PrescriptionRule:
    """The term of a kind of claim: years and months, together above zero.

    With ``from_end_of_year`` it runs from the end of the year in which the claim became
    due (Germany, BGB § 199). Raises ValueError for a term of zero or less.
    """

    years: int
    months: int = 0
    from_end_of_year: bool = False

    def __post_init__(self) -> None:
        _term(self.years, self.months)


@dataclass(frozen=True, slots=True)
class Interruption:
    """An act on a day that lets a new term begin on the next.

    Without ``years`` and ``months`` it is the whole term of the rule. With them it is
    a term of its own, which never shortens the one that runs (Belgium: a lawyer's
    formal notice gives a year at least). Raises ValueError for a term of zero or less.
    """

    on: date
    years: int | None = None
    months: int | None = None

    def __post_init__(self) -> None:
        self.own_term()

    def own_term(self) -> int | None:
        """Return its own term in months; None when it is that of the rule."""
        if self.years is None and self.months is None:
            return None
        return _term(self.years or 0, self.months or 0)


@dataclass(frozen=True, slots=True)
class Prescription:
    """Until when a claim can be enforced or interrupted.

    ``last_safe_day`` is the last day, inclusive, and ``prescribed_from`` the day after.
    Both are None while a suspension without an end keeps the term from running out.
    ``interruptions_counted`` are those that came in time: not before the term began,
    and not after it had run out.
    """

    last_safe_day: date | None
    prescribed_from: date | None
    interruptions_counted: tuple[Interruption, ...]


def prescription(
    starts_on: date,
    rule: PrescriptionRule,
    interruptions: Iterable[Interruption] = (),
    suspensions: Iterable[Period] = (),
) -> Prescription:
    """Return until when a claim can be enforced.

    ``starts_on`` is the first day of the term, inclusive: the day after the claim
    became due. A term ends on the day with the same number as the day before it
    began. Days of a suspension do not count, in the first term or in a new one; days
    named by several suspensions are given back once.

    Raises ValueError when the term leaves the years 1 to 9999.
    """
    suspended = list(suspensions)
    term = _term(rule.years, rule.months)
    before = starts_on - ONE_DAY
    if rule.from_end_of_year:
        before = date(before.year, 12, 31)
    last = _last_day(before, term, suspended)
    counted = []
    for interruption in sorted(interruptions, key=lambda act: act.on):
        if not before < interruption.on <= last:
            continue
        counted.append(interruption)
        months = interruption.own_term() or term
        last = max(last, _last_day(interruption.on, months, suspended))
    if last == date.max:
        return Prescription(None, None, tuple(counted))
    return Prescription(last, last + ONE_DAY, tuple(counted))


def _term(years: int, months: int) -> int:
    """Return a term in months; ValueError unless it is above zero."""
    if min(years, months) < 0 or not (years or months):
        raise ValueError("a term of prescription lasts a month at least")
    return 12 * years + months


def _last_day(before: date, months: int, suspended: list[Period]) -> date:
    """Return the last day of a term that begins after ``before``; date.max: never."""
    term = same_day_later(before, months) - before
    return clock_date(before, term.days, suspended) or date.max
