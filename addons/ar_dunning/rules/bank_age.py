"""How old bank data may be before nobody is reminded on them."""

from datetime import date, timedelta

SATURDAY = 5


def last_fresh_day(on: date, working_days: int) -> date:
    """Return the oldest day of bank data that are fresh enough on a day.

    Data of a bank that books on working days are never younger than the last of them,
    so Saturdays and Sundays do not count; public holidays do.

    >>> last_fresh_day(date(2026, 3, 9), 1)  # a Monday: Friday's data are fresh
    datetime.date(2026, 3, 6)

    :param on: the day on which somebody would be reminded
    :param working_days: working days, from 0, that may lie between
    :raises ValueError: if the number is negative
    """
    if working_days < 0:
        raise ValueError("working_days is negative")
    day = on
    while working_days:
        day -= timedelta(days=1)
        if day.weekday() < SATURDAY:
            working_days -= 1
    return day
