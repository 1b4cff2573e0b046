"""Working days: the running index against a walk from day to day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.calendar import WEEKEND, Day, WorkingDays, list_days
from ar_dunning.rules.periods import Period

ONE_DAY = timedelta(days=1)
FIRST = date(2026, 1, 1)
FLAGS = st.lists(st.booleans(), min_size=30, max_size=120)


def walk(first, flags, day, count):
    """Go from day to day; None when the calendar ends before the day is found."""
    if not count:
        return day
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        place = (day - first).days
        if not 0 <= place < len(flags):
            return None
        left -= flags[place]
    return day


@given(FLAGS, st.integers(0, 29), st.integers(-25, 25))
def test_adding_working_days_is_a_walk(flags, start, count):
    calendar = WorkingDays(FIRST, flags)
    day = FIRST + timedelta(days=start)
    expected = walk(FIRST, flags, day, count)
    if expected is None:
        with pytest.raises(LookupError):
            calendar.add(day, count)
    else:
        assert calendar.add(day, count) == expected


@given(FLAGS, st.integers(0, 29), st.integers(1, 10), st.integers(1, 10))
def test_days_can_be_added_in_two_steps(flags, start, one, two):
    flags += [True] * 20
    calendar = WorkingDays(FIRST, flags)
    day = FIRST + timedelta(days=start)
    assert calendar.add(calendar.add(day, one), two) == calendar.add(day, one + two)


@given(FLAGS, st.integers(0, 29))
def test_next_working_day_is_the_first_from_the_day_on(flags, start):
    flags += [True]
    calendar = WorkingDays(FIRST, flags)
    day = FIRST + timedelta(days=start)
    found = calendar.next_working(day)
    assert found >= day
    assert calendar.is_working(found)
    assert not any(
        calendar.is_working(day + timedelta(days=n)) for n in range((found - day).days)
    )


def test_nothing_is_known_outside_the_calendar():
    calendar = WorkingDays(FIRST, [True, False])
    for day in (FIRST - ONE_DAY, FIRST + timedelta(days=2)):
        with pytest.raises(LookupError, match="outside the calendar"):
            calendar.index(day)
    with pytest.raises(LookupError):
        WorkingDays(FIRST, []).at(1)


def test_a_day_names_its_strongest_reason():
    christmas = date(2026, 12, 25)
    closure = Period(date(2026, 12, 24), date(2027, 1, 3))
    days = list_days(
        date(2026, 12, 23),
        date(2026, 12, 27),
        WEEKEND,
        {christmas: "Christmas"},
        [(closure, "Closed")],
    )
    assert days == [
        Day(date(2026, 12, 23), True),
        Day(date(2026, 12, 24), False, "closure", "Closed"),
        Day(christmas, False, "library", "Christmas"),
        Day(date(2026, 12, 26), False, "closure", "Closed"),
        Day(date(2026, 12, 27), False, "closure", "Closed"),
    ]


def test_the_weekend_is_what_the_calendar_says():
    [saturday] = list_days(date(2026, 3, 7), date(2026, 3, 7), {6})
    assert saturday.is_working


# Monday 2 March to Sunday 8 March 2026, and the Monday after it.
WEEK = WorkingDays(date(2026, 3, 2), [True] * 5 + [False] * 2 + [True])


@pytest.mark.parametrize(
    ("day", "next_day"),
    [
        pytest.param(date(2026, 3, 2), date(2026, 3, 2), id="first day"),
        pytest.param(date(2026, 3, 6), date(2026, 3, 6), id="Friday"),
        pytest.param(date(2026, 3, 7), date(2026, 3, 9), id="Saturday"),
        pytest.param(date(2026, 3, 8), date(2026, 3, 9), id="Sunday"),
    ],
)
def test_what_comes_on_a_weekend_waits_for_monday(day, next_day):
    assert WEEK.next_working(day) == next_day


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        pytest.param(date(2026, 3, 7), 0, date(2026, 3, 7), id="none from a Saturday"),
        pytest.param(date(2026, 3, 6), 1, date(2026, 3, 9), id="over the weekend"),
        pytest.param(date(2026, 3, 7), 1, date(2026, 3, 9), id="from a Saturday"),
        pytest.param(date(2026, 3, 9), -1, date(2026, 3, 6), id="back over it"),
        pytest.param(date(2026, 3, 8), -1, date(2026, 3, 6), id="back from Sunday"),
        pytest.param(date(2026, 3, 4), -2, date(2026, 3, 2), id="to the first day"),
    ],
)
def test_working_days_over_a_weekend(day, count, expected):
    assert WEEK.add(day, count) == expected


@pytest.mark.parametrize(
    ("day", "source"),
    [
        pytest.param(date(2026, 3, 3), None, id="the day before"),
        pytest.param(date(2026, 3, 4), "closure", id="first day"),
        pytest.param(date(2026, 3, 5), "closure", id="last day"),
        pytest.param(date(2026, 3, 6), None, id="the day after"),
        pytest.param(date(2026, 3, 7), "weekend", id="Saturday"),
        pytest.param(date(2026, 3, 10), "closure", id="without an end"),
    ],
)
def test_a_closure_has_both_its_days(day, source):
    closures = [
        (Period(date(2026, 3, 4), date(2026, 3, 5)), "Inventory"),
        (Period(date(2026, 3, 9), None), "Moved"),
    ]
    [found] = list_days(day, day, closures=closures)
    assert found.source == source


def test_the_index_counts_working_days_from_the_first_day():
    assert WEEK.index(date(2026, 3, 2)) == 1
    assert WEEK.index(date(2026, 3, 8)) == 5
    assert WEEK.last == date(2026, 3, 9)
