"""Terms in months: two ways to count, apart only where months differ in length."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.months import last_day_of_term, same_day_later

ONE_DAY = timedelta(days=1)
some_days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
days_of_each_month = some_days.map(lambda day: day.replace(day=min(day.day, 28)))
terms = st.integers(1, 150)


@pytest.mark.parametrize(
    ("day", "months", "same_day", "last_day"),
    [
        ("2026-11-05", 1, "2026-12-05", "2026-12-04"),
        ("2026-12-15", 1, "2027-01-15", "2027-01-14"),
        ("2026-01-01", 1, "2026-02-01", "2026-01-31"),
        ("2026-01-31", 1, "2026-02-28", "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29", "2024-02-29"),
        ("2026-03-31", 1, "2026-04-30", "2026-04-30"),
        ("2024-02-29", 12, "2025-02-28", "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29", "2028-02-28"),
        ("2024-03-01", 48, "2028-03-01", "2028-02-29"),
        ("2026-11-05", 0, "2026-11-05", "2026-11-04"),
        ("2026-12-05", 12, "2027-12-05", "2027-12-04"),
    ],
)
def test_examples(day, months, same_day, last_day):
    first = date.fromisoformat(day)
    assert same_day_later(first, months) == date.fromisoformat(same_day)
    assert last_day_of_term(first, months) == date.fromisoformat(last_day)


@given(some_days, terms)
def test_the_term_from_a_day_is_never_shorter_than_to_the_same_day(before, months):
    """The reason why one is for debtors and the other for creditors."""
    generous = last_day_of_term(before + ONE_DAY, months)
    strict = same_day_later(before, months)
    assert strict <= generous <= strict + timedelta(days=3)


@given(some_days, terms)
def test_the_month_is_the_right_one(day, months):
    later = same_day_later(day, months)
    assert 12 * later.year + later.month == 12 * day.year + day.month + months
    if later.day != day.day:
        assert later.day < day.day
        assert (later + ONE_DAY).day == 1


@given(days_of_each_month, st.integers(1, 60), st.integers(1, 60))
def test_terms_that_follow_on_each_other_are_one_term(first, one, two):
    middle = last_day_of_term(first, one) + ONE_DAY
    assert last_day_of_term(middle, two) == last_day_of_term(first, one + two)
