"""Second implementations that walk from day to day: slow, and simple to believe."""

from calendar import isleap
from datetime import date, timedelta
from fractions import Fraction

ONE_DAY = timedelta(days=1)


def day_weight(day: date, convention: str) -> Fraction:
    """Return the part of a year that one day is."""
    if convention == "act/act":
        return Fraction(1, 366 if isleap(day.year) else 365)
    if convention == "act/365":
        return Fraction(1, 365)
    if convention == "act/360":
        return Fraction(1, 360)
    if day.day == 31:
        return Fraction(0)
    if (day.month, day.day) == (3, 1):
        # March begins by filling February up to thirty days.
        return Fraction(2 if isleap(day.year) else 3, 360)
    return Fraction(1, 360)


def walk_years(after: date, last: date, convention: str) -> Fraction:
    """Return the years after one day up to another, day by day."""
    years = Fraction(0)
    while after < last:
        after += ONE_DAY
        years += day_weight(after, convention)
    return years


def holds_day(period, day: date) -> bool:
    """Whether a day lies in a period."""
    return period.first <= day and (period.last is None or day <= period.last)


def is_first_of_year(day: date, first: date) -> bool:
    """Whether a year of interest that began with ``first`` ended the day before."""
    begin = (first.month, first.day)
    if begin == (2, 29) and not isleap(day.year):
        begin = (3, 1)
    return day > first and (day.month, day.day) == begin


def walk_interest(
    principal, due_on, last, series, convention, compounding, reductions, frozen
) -> Fraction:
    """Return the interest of a claim, day by day."""
    base = Fraction(principal)
    for reduction in reductions:
        if reduction.on <= due_on:
            base -= Fraction(reduction.amount)
    base = max(base, Fraction(0))
    total = of_year = Fraction(0)
    day = due_on
    while day < last:
        day += ONE_DAY
        if compounding == "yearly" and is_first_of_year(day, due_on + ONE_DAY):
            base += of_year
            of_year = Fraction(0)
        if base and not any(holds_day(period, day) for period in frozen):
            rate = Fraction(series.on(day).percentage) / 100
            of_year += base * rate * day_weight(day, convention)
            total += base * rate * day_weight(day, convention)
        for reduction in reductions:
            if reduction.on == day:
                base = max(base - Fraction(reduction.amount), Fraction(0))
    return total
