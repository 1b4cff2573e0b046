"""Small balances: both limits hold, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.small_balance import Tolerance

cents = st.integers(0, 100_000).map(lambda number: Decimal(number) / 100)
FIVE = Tolerance(Decimal(5), Decimal(20), Decimal(1))


@pytest.mark.parametrize(
    ("rest", "original", "allowed"),
    [
        ("5.00", "25.00", True),
        ("5.01", "100.00", False),
        ("5.00", "24.99", False),
        ("0.00", "100.00", False),
        ("-1.00", "100.00", False),
    ],
)
def test_limits_are_inclusive(rest, original, allowed):
    assert FIVE.allows(Decimal(rest), Decimal(original)) is allowed


def test_collector_decides_up_to_his_limit():
    assert not FIVE.needs_approver(Decimal("1.00"))
    assert FIVE.needs_approver(Decimal("1.01"))


@given(cents, cents, cents, cents)
def test_smaller_rests_are_never_worse(rest, less, original, limit):
    tolerance = Tolerance(limit, Decimal(10), Decimal(0))
    small, large = sorted((rest, less))
    if small and tolerance.allows(large, original):
        assert tolerance.allows(small, original)


@given(cents, cents)
def test_without_a_limit_nothing_is_given_up(rest, original):
    assert not Tolerance(Decimal(0), Decimal(0), Decimal(0)).allows(rest, original)


def test_without_a_share_any_part_may_be_given_up():
    assert Tolerance(Decimal(5), Decimal(0), Decimal(1)).allows(Decimal(5), Decimal(5))


def test_a_rest_of_less_than_one_may_be_given_up():
    assert FIVE.allows(Decimal("0.01"), Decimal(100))


@pytest.mark.parametrize(
    ("rest", "original", "spared"),
    [
        ("0.80", "300.00", True),
        ("5.00", "25.00", True),
        ("5.01", "300.00", False),
        ("4.00", "4.00", False),
        ("4.00", "19.99", False),
        ("0.00", "300.00", False),
    ],
)
def test_rests_that_cost_nothing(rest, original, spared):
    assert FIVE.spares_costs(Decimal(rest), Decimal(original)) is spared


def test_a_small_claim_of_which_nothing_was_paid_is_no_rest():
    any_part = Tolerance(Decimal(5), Decimal(0), Decimal(1))
    assert not any_part.spares_costs(Decimal(4), Decimal(4))
    assert any_part.spares_costs(Decimal("3.99"), Decimal(4))
