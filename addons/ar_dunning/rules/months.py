"""Terms in months and years, counted on the calendar.

Two rules are in use. They differ only where the months are of different lengths, and
there one of the two is the safe one:

- from the n-th to the day before the n-th (Belgium, Judicial Code, art. 54): never the
  shorter one, so for the time that a debtor is given;
- from a day to the day with the same number (Regulation 1182/71, art. 3; Germany,
  BGB § 188): never the longer one, so for the time that a creditor has.
"""

from calendar import monthrange
from datetime import date

from .calendar import ONE_DAY


def same_day_later(day: date, months: int) -> date:
    """Return the day with the same number ``months`` later.

    In a month without that day it is the last one.

    >>> same_day_later(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    month += 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def last_day_of_term(first: date, months: int) -> date:
    """Return the last day, inclusive, of a term that begins with ``first``.

    It is the day before the one with the same number ``months`` later. Where the month
    has no such day, the term ends with the month.

    >>> last_day_of_term(date(2026, 11, 5), 1), last_day_of_term(date(2026, 1, 31), 1)
    (datetime.date(2026, 12, 4), datetime.date(2026, 2, 28))
    """
    later = same_day_later(first, months)
    return later - ONE_DAY if later.day == first.day else later
