"""Buckets of the ageing: every number of days has one, older is never younger."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_reporting.rules.ageing import (
    BUCKETS,
    CREDIT,
    NOT_DUE,
    bucket_of,
    days_overdue,
)

CODES = [bucket.code for bucket in BUCKETS]


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (-400, NOT_DUE),
        (0, NOT_DUE),
        (1, "1_to_30"),
        (30, "1_to_30"),
        (31, "2_to_60"),
        (60, "2_to_60"),
        (61, "3_to_90"),
        (90, "3_to_90"),
        (91, "4_to_180"),
        (180, "4_to_180"),
        (181, "5_to_365"),
        (365, "5_to_365"),
        (366, "6_older"),
        (9999, "6_older"),
    ],
)
def test_edges(days, code):
    assert bucket_of(days) == code


def test_codes_sort_by_age_and_credits_come_last():
    assert [*CODES, CREDIT] == sorted([*CODES, CREDIT])
    assert len(CODES) <= 7


@given(st.integers(-5000, 5000), st.integers(0, 5000))
def test_older_is_never_in_a_younger_bucket(days, more):
    assert CODES.index(bucket_of(days)) <= CODES.index(bucket_of(days + more))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-800, 800))
def test_days_count_from_the_day_after_the_due_date(date_due, days):
    on = date_due + timedelta(days=days)
    assert days_overdue(date_due, on) == max(days, 0)
    assert (bucket_of(days_overdue(date_due, on)) == NOT_DUE) == (on <= date_due)


@pytest.mark.parametrize(
    ("on", "days"),
    [
        pytest.param(date(2026, 2, 28), 0, id="the day before"),
        pytest.param(date(2026, 3, 1), 0, id="the due date"),
        pytest.param(date(2026, 3, 2), 1, id="the day after"),
    ],
)
def test_a_debt_is_overdue_from_the_day_after_its_due_date(on, days):
    assert days_overdue(date(2026, 3, 1), on) == days
