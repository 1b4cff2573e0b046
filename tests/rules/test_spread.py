"""A backlog over days: nobody is lost, no day brings too many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules import spread as rule

counts = st.integers(0, 100_000)
numbers = st.integers(1, 5000)


@given(counts, numbers)
def test_everybody_has_a_day_and_no_day_too_many(count, per_day):
    days = rule.batches(count, per_day)
    assert sum(days) == count
    assert all(0 < day <= per_day for day in days)
    assert all(day == per_day for day in days[:-1])


@given(st.integers(1, 100_000), numbers)
def test_it_takes_no_more_days_than_wanted(count, days):
    per_day = rule.per_day_over(count, days)
    assert len(rule.batches(count, per_day)) <= days
    assert per_day == 1 or len(rule.batches(count, per_day - 1)) > days


@pytest.mark.parametrize("function", [rule.per_day_over, rule.batches])
def test_nothing_a_day_is_refused(function):
    with pytest.raises(ValueError, match="a day"):
        function(5, 0)


@pytest.mark.parametrize(
    ("count", "per_day", "days"),
    [(0, 4, ()), (4, 4, (4,)), (5, 4, (4, 1)), (3, 1, (1, 1, 1))],
)
def test_batches_of_a_backlog(count, per_day, days):
    assert rule.batches(count, per_day) == days


@pytest.mark.parametrize(
    ("count", "days", "per_day"),
    [(0, 5, 0), (1, 5, 1), (10, 5, 2), (11, 5, 3), (7, 1, 7)],
)
def test_how_many_leave_on_each_day(count, days, per_day):
    assert rule.per_day_over(count, days) == per_day
