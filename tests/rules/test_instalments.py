"""Plans of payment: they add up, and the earlier instalments carry the extra cents."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.instalments import split


@pytest.mark.parametrize(
    ("amount", "count", "expected"),
    [
        ("1000.00", 3, ["333.34", "333.33", "333.33"]),
        ("100.00", 7, ["14.29"] * 4 + ["14.28"] * 3),
        ("0.05", 3, ["0.02", "0.02", "0.01"]),
        ("0.03", 3, ["0.01"] * 3),
        ("12.34", 1, ["12.34"]),
        ("120", 12, ["10.00"] * 12),
    ],
)
def test_plans(amount, count, expected):
    assert list(map(str, split(Decimal(amount), count))) == expected


@given(st.integers(1, 120), st.data())
def test_instalments_add_up_and_never_rise(count, data):
    amount = Decimal(data.draw(st.integers(count, 10_000_000))) / 100
    plan = split(amount, count)
    assert len(plan) == count
    assert sum(plan) == amount
    assert list(plan) == sorted(plan, reverse=True)
    assert plan[0] - plan[-1] <= Decimal("0.01")


@pytest.mark.parametrize(
    ("amount", "count", "message"),
    [
        ("1", 0, "one instalment at least"),
        ("1", -1, "one instalment at least"),
        ("0.02", 3, "less than a cent"),
        ("0", 1, "less than a cent"),
        ("-3", 3, "less than a cent"),
        ("0.015", 1, "whole cents"),
        ("NaN", 1, "not an amount"),
    ],
)
def test_what_is_no_plan_is_refused(amount, count, message):
    with pytest.raises(ValueError, match=message):
        split(Decimal(amount), count)
