"""Exact amounts: rounded once, half up, and never in binary."""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.money import (
    exact,
    from_cents,
    round_half_up,
    round_up,
    to_cents,
)

figures = st.decimals("-1000000", "1000000", places=5)
units = st.sampled_from([Decimal(unit) for unit in ("0.01", "0.05", "0.5", "1", "10")])


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        ("0.004", "0.01", "0.00"),
        ("0.005", "0.01", "0.01"),
        ("-0.005", "0.01", "-0.01"),
        ("-0.004", "0.01", "0.00"),
        ("2.675", "0.01", "2.68"),
        ("10.12", "0.05", "10.10"),
        ("10.125", "0.05", "10.15"),
        ("12.25", "0.5", "12.5"),
        ("149", "1E+2", "1E+2"),
        ("150", "1E+2", "2E+2"),
    ],
)
def test_half_a_unit_goes_away_from_zero(amount, unit, expected):
    rounded = round_half_up(Decimal(amount), Decimal(unit))
    assert str(rounded) == expected


@given(figures, units)
def test_rounding_is_that_of_decimal(amount, unit):
    half_up = (amount / unit).to_integral_value(ROUND_HALF_UP) * unit
    assert round_half_up(amount, unit) == half_up
    assert round_half_up(Fraction(amount), unit) == half_up
    up = (amount / unit).to_integral_value(ROUND_CEILING) * unit
    assert round_up(amount, unit) == up


@given(figures, units)
def test_rounding_moves_half_a_unit_at_most_and_is_symmetric(amount, unit):
    rounded = round_half_up(amount, unit)
    assert abs(rounded - amount) <= unit / 2
    assert round_half_up(-amount, unit) == -rounded
    assert round_half_up(rounded, unit) == rounded


def test_no_digit_is_lost_however_large_the_amount():
    large = Decimal("123456789012345678901234567890123456.785")
    assert str(round_half_up(large)) == "123456789012345678901234567890123456.79"


def test_a_third_is_a_third():
    assert exact(Fraction(1, 3)) * 3 == 1
    assert exact(Decimal("0.1")) == Fraction(1, 10)
    assert exact(7) == 7


@given(st.integers())
def test_cents_there_and_back(cents):
    assert to_cents(from_cents(cents)) == cents
    assert from_cents(cents).as_tuple().exponent == -2


def test_a_fraction_of_a_cent_is_refused():
    with pytest.raises(ValueError, match="whole cents"):
        to_cents(Decimal("0.001"))


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_finite_is_no_amount(figure):
    for function in (exact, round_half_up, to_cents):
        with pytest.raises(ValueError, match="is not an amount"):
            function(Decimal(figure))


def test_binary_figures_are_refused():
    with pytest.raises(ValueError, match="neither a decimal nor a fraction"):
        exact(0.1)


@pytest.mark.parametrize("unit", ["0", "-0.01", "NaN", "Infinity"])
@pytest.mark.parametrize("function", [round_half_up, round_up])
def test_a_unit_is_above_zero(function, unit):
    with pytest.raises(ValueError, match="a unit is above zero"):
        function(Decimal(1), Decimal(unit))
