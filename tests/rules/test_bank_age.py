"""The oldest fresh day: a working day, so many working days back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.bank_age import last_fresh_day

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
NUMBERS = st.integers(0, 40)


@given(DAYS, NUMBERS)
def test_so_many_working_days_lie_from_it_until_the_day_before(on, number):
    first = last_fresh_day(on, number)
    between = [first + timedelta(days=n) for n in range((on - first).days)]
    assert sum(day.weekday() < 5 for day in between) == number


@given(DAYS, st.integers(1, 40))
def test_it_is_a_working_day(on, number):
    assert last_fresh_day(on, number).weekday() < 5


def test_negative_is_an_error():
    with pytest.raises(ValueError, match="negative"):
        last_fresh_day(date(2026, 3, 9), -1)
