"""Day count conventions: what part of a year a number of days is.

In each convention a day has a position on an axis of years, and a period is the
distance between two positions. So a period that is split, at a change of rate or at a
payment, adds up to the whole whatever the convention.
"""

from calendar import isleap
from datetime import date
from fractions import Fraction

# Positions are whole numbers of these parts of a year, so that sums of them are exact.
UNITS_PER_YEAR = {"act/act": 365 * 366, "act/365": 365, "act/360": 360, "30/360": 360}

CONVENTIONS = tuple(UNITS_PER_YEAR)


def check_convention(convention: str) -> None:
    """Raise ValueError for a convention that is not in ``CONVENTIONS``."""
    if convention not in UNITS_PER_YEAR:
        raise ValueError(f"the day count convention {convention!r} is not known")


def position(day: date, convention: str) -> int:
    """Return the position of the end of a day, in ``UNITS_PER_YEAR`` of the convention.

    Only differences of positions mean something. Raises ValueError for a convention
    that is not known.
    """
    check_convention(convention)
    if convention == "act/act":
        day_of_year = day.timetuple().tm_yday
        return 365 * 366 * day.year + day_of_year * (365 if isleap(day.year) else 366)
    if convention == "30/360":
        return 360 * day.year + 30 * day.month + min(day.day, 30)
    return day.toordinal()


def year_fraction(after: date, last: date, convention: str = "act/act") -> Fraction:
    """Return the years from the day after ``after`` up to and including ``last``.

    Zero when ``last`` is not after ``after``.

    - ``act/act``: a day is 1/366 of a year in a leap year, else 1/365. A calendar year
      is exactly one year.
    - ``act/365``, ``act/360``: a day is 1/365 or 1/360 of a year in every year.
    - ``30/360``: each month has 30 days, as in 30E/360; the 31st weighs nothing, the
      last day of February closes no month (28 February to 1 March is three days).

    Raises ValueError for a convention that is not known.

    >>> year_fraction(date(2025, 12, 31), date(2026, 12, 31))
    Fraction(1, 1)
    """
    check_convention(convention)
    if last <= after:
        return Fraction(0)
    distance = position(last, convention) - position(after, convention)
    return Fraction(distance, UNITS_PER_YEAR[convention])
