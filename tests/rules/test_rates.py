"""Rates in force: the right one on each day, and an error where there is none."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given

from ar_dunning.rules.rates import MissingRateError, Rate, RateSeries
from strategies import interest_days, rate_series

ONE_DAY = timedelta(days=1)


def rate(first, percentage="8", last=None):
    return Rate(
        date.fromisoformat(first),
        Decimal(percentage),
        last and date.fromisoformat(last),
    )


HOLED = RateSeries(
    [
        rate("2026-01-01", "12"),
        rate("2024-01-01", "10", "2024-06-30"),
        rate("2025-01-01", "11"),
    ]
)


@pytest.mark.parametrize(
    ("day", "percentage"),
    [
        ("2024-01-01", 10),
        ("2024-06-30", 10),
        ("2025-01-01", 11),
        ("2025-12-31", 11),
        ("2026-01-01", 12),
        ("2100-01-01", 12),
    ],
)
def test_the_rate_of_a_day(day, percentage):
    assert HOLED.on(date.fromisoformat(day)).percentage == percentage


@pytest.mark.parametrize("day", ["2023-12-31", "2024-07-01", "2024-12-31"])
def test_an_old_rate_is_never_taken_for_a_new_one(day):
    with pytest.raises(MissingRateError, match=day) as missing:
        HOLED.on(date.fromisoformat(day))
    assert missing.value.day == date.fromisoformat(day)


def test_after_the_last_day_of_the_last_rate_nothing_is_known():
    series = RateSeries([rate("2026-01-01", last="2026-06-30")])
    assert series.on(date(2026, 6, 30)).percentage == 8
    with pytest.raises(MissingRateError) as missing:
        series.pieces(date(2026, 5, 31), date(2026, 12, 31))
    assert missing.value.day == date(2026, 7, 1)


def test_without_rates_nothing_is_known():
    with pytest.raises(
        MissingRateError, match=r"^no rate of interest is known for 2026-01-01$"
    ):
        RateSeries([]).on(date(2026, 1, 1))


def test_pieces_are_cut_where_the_rate_changes():
    old, new = HOLED.rows[1:]
    assert HOLED.pieces(date(2025, 11, 30), date(2026, 1, 31)) == (
        (date(2025, 12, 1), date(2025, 12, 31), old),
        (date(2026, 1, 1), date(2026, 1, 31), new),
    )
    assert HOLED.pieces(date(2025, 12, 31), date(2026, 1, 1)) == (
        (date(2026, 1, 1), date(2026, 1, 1), new),
    )


def test_no_days_need_no_rate():
    assert HOLED.pieces(date(2020, 1, 1), date(2020, 1, 1)) == ()
    assert HOLED.pieces(date(2020, 1, 2), date(2020, 1, 1)) == ()


@given(rate_series(), interest_days(), interest_days())
def test_pieces_hold_each_day_once_at_its_rate(series, one, two):
    after, last = sorted([one, two])
    pieces = series.pieces(after, last)
    days = [
        (first + timedelta(days=n), rate)
        for first, end, rate in pieces
        for n in range((end - first).days + 1)
    ]
    assert [day for day, _rate in days] == [
        after + timedelta(days=n) for n in range(1, (last - after).days + 1)
    ]
    assert all(series.on(day) is rate for day, rate in days)
    assert all(one[2] is not other[2] for one, other in pairwise(pieces))


def test_the_order_in_which_rates_are_given_does_not_matter():
    assert RateSeries(reversed(HOLED.rows)).rows == HOLED.rows


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        pytest.param(
            [rate("2026-01-01"), rate("2026-01-01", "9")], "two rates", id="same day"
        ),
        pytest.param(
            [rate("2026-01-01", last="2026-07-01"), rate("2026-07-01")],
            "overlaps",
            id="one day in common",
        ),
    ],
)
def test_two_rates_for_a_day_are_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        RateSeries(rows)


def test_rates_may_touch():
    series = RateSeries([rate("2026-01-01", last="2026-06-30"), rate("2026-07-01")])
    assert len(series.rows) == 2


def test_impossible_rates_are_refused():
    with pytest.raises(ValueError, match="below zero"):
        rate("2026-01-01", "-0.01")
    with pytest.raises(ValueError, match="ends before it begins"):
        rate("2026-01-02", last="2026-01-01")
    assert rate("2026-01-02", "0", "2026-01-02").key == ""
