"""Periods: disjoint, in order, and holding the same days as before."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given

from ar_dunning.rules.periods import Period, merge_periods
from strategies import DAY_ZERO, period_lists

HORIZON = [DAY_ZERO + timedelta(days=n) for n in range(-70, 200)]


def holds_day(period: Period, day: date) -> bool:
    return period.first <= day and (period.last is None or day <= period.last)


@given(period_lists())
def test_merged_periods_hold_the_same_days_once(given_periods):
    merged = merge_periods(given_periods)
    for day in HORIZON:
        expected = any(holds_day(period, day) for period in given_periods)
        assert sum(holds_day(period, day) for period in merged) == int(expected)


@given(period_lists())
def test_merged_periods_are_apart_and_in_order(given_periods):
    merged = merge_periods(given_periods)
    for earlier, later in pairwise(merged):
        assert earlier.last is not None
        assert later.first > earlier.last + timedelta(days=1)


@given(period_lists())
def test_merging_twice_changes_nothing(given_periods):
    merged = merge_periods(given_periods)
    assert merge_periods(merged) == merged


@pytest.mark.parametrize(
    ("given_periods", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([(5, 4)], [], id="lifted on its first day"),
        pytest.param([(1, 3), (4, 6)], [(1, 6)], id="adjoining"),
        pytest.param([(1, 3), (5, 6)], [(1, 3), (5, 6)], id="a free day between"),
        pytest.param([(1, 9), (2, 3)], [(1, 9)], id="one inside the other"),
        pytest.param([(4, None), (1, 5)], [(1, None)], id="open end joins"),
        pytest.param([(4, None), (8, 9)], [(4, None)], id="open end swallows"),
    ],
)
def test_merge_examples(given_periods, expected):
    def build(pairs):
        return tuple(
            Period(date(2026, 3, first), last and date(2026, 3, last))
            for first, last in pairs
        )

    assert merge_periods(build(given_periods)) == build(expected)


def test_the_calendar_has_a_last_day():
    last_days = [Period(date.max, date.max), Period(date.max, None)]
    assert merge_periods(last_days) == (Period(date.max, None),)
