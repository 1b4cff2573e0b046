"""Statutory rates: the reference plus a margin, rounded up where the law says so."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.reference_rate import statutory_rate

HALF = Decimal("0.5")
references = st.decimals("-2", "20", places=2)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("0.75", "9.0"),
        ("0.25", "8.5"),
        ("0.05", "8.5"),
        ("0.00", "8.0"),
        ("2.50", "10.5"),
        ("4.00", "12.0"),
        ("4.25", "12.5"),
        ("3.15", "11.5"),
        ("2.15", "10.5"),
        ("2.40", "10.5"),
    ],
)
def test_belgian_trade_rates(reference, expected):
    """Act of 2 August 2002, art. 5; the outcomes are those that were published."""
    assert str(statutory_rate(Decimal(reference), Decimal(8), HALF)) == expected


@pytest.mark.parametrize(
    ("reference", "margin", "expected"),
    [
        pytest.param("2.40", "8", "10.40", id="NL art. 6:120 BW"),
        pytest.param("1.52", "9", "10.52", id="DE § 288(2) BGB"),
        pytest.param("1.52", "5", "6.52", id="DE § 288(1) BGB"),
        pytest.param("-0.88", "9", "8.12", id="DE below zero"),
        pytest.param("2.40", "10", "12.40", id="FR art. L441-10"),
    ],
)
def test_rates_that_are_not_rounded(reference, margin, expected):
    assert str(statutory_rate(Decimal(reference), Decimal(margin))) == expected


@given(references, st.sampled_from([Decimal("0.25"), HALF, Decimal(1)]))
def test_a_rate_is_rounded_up_by_less_than_a_step(reference, step):
    rate = statutory_rate(reference, Decimal(8), step)
    assert 0 <= rate - (reference + 8) < step
    assert rate % step == 0


@pytest.mark.parametrize(
    ("reference", "margin", "step"),
    [("NaN", "8", None), ("1", "Infinity", None), ("1", "8", "0"), ("1", "8", "-1")],
)
def test_impossible_figures_are_refused(reference, margin, step):
    with pytest.raises(ValueError, match=r"not an amount|above zero"):
        statutory_rate(Decimal(reference), Decimal(margin), step and Decimal(step))
