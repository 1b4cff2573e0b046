"""Fees by scale: the official outcomes of two laws, and what holds for any scale."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.scale import (
    Bracket,
    Scale,
    agreed_scale,
    lowest_amount,
    with_vat,
)
from legal_figures import (
    BELGIAN_ROWS,
    BELGIAN_SCALE,
    DUTCH_ROWS,
    DUTCH_SCALE,
    scale,
)
from strategies import cents, fee_scales, percentages


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("0.01", "20.00"),
        ("100.00", "20.00"),
        ("150.00", "20.00"),
        ("150.01", "30.00"),
        ("155.55", "30.56"),
        ("180.00", "33.00"),
        ("300.00", "45.00"),
        ("499.99", "65.00"),
        ("500.00", "65.00"),
        ("500.01", "65.00"),
        ("750.00", "77.50"),
        ("1000.00", "90.00"),
        ("1234.56", "101.73"),
        ("5000.00", "290.00"),
        ("39199.00", "1999.95"),
        ("39200.00", "2000.00"),
        ("50000.00", "2000.00"),
    ],
)
def test_belgian_outcomes(principal, expected):
    assert str(BELGIAN_SCALE.amount(Decimal(principal))) == expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("10", "40.00"),
        ("50", "40.00"),
        ("100", "40.00"),
        ("266.67", "40.00"),
        ("266.70", "40.01"),
        ("300", "45.00"),
        ("500", "75.00"),
        ("2500", "375.00"),
        ("3750", "500.00"),
        ("5000", "625.00"),
        ("8400", "795.00"),
        ("10000", "875.00"),
        ("25000", "1025.00"),
        ("200000", "2775.00"),
        ("250000", "3025.00"),
        ("1000000", "6775.00"),
        ("2000000", "6775.00"),
    ],
)
def test_dutch_outcomes(principal, expected):
    assert str(DUTCH_SCALE.amount(Decimal(principal))) == expected


def test_without_limits_the_scale_goes_on():
    assert scale(BELGIAN_ROWS).amount(Decimal(50_000)) == 2540
    assert scale(DUTCH_ROWS).amount(Decimal(2_000_000)) == 11_775
    assert scale(DUTCH_ROWS).amount(Decimal(100)) == 15


@pytest.mark.parametrize("principal", ["0", "-0.01", "-1000"])
@pytest.mark.parametrize("law", [BELGIAN_SCALE, DUTCH_SCALE], ids=["BE", "NL"])
def test_without_principal_not_even_the_minimum(law, principal):
    assert str(law.amount(Decimal(principal))) == "0.00"


def test_there_is_no_minimum_unless_said():
    quarter = Bracket(Decimal(0), Decimal(0), Decimal(25))
    assert Scale([quarter]).amount(Decimal("0.04")) == Decimal("0.01")


@given(fee_scales(), cents(maximum=3_000_000), cents(maximum=10_000))
def test_a_fee_lies_within_its_limits_and_never_falls(fees, principal, more):
    fee = fees.amount(principal)
    assert fee >= fees.minimum
    assert fees.maximum is None or fee <= fees.maximum
    assert fees.amount(principal + more) >= fee
    assert fee.as_tuple().exponent == -2


@given(fee_scales(), cents(maximum=3_000_000))
def test_a_fee_is_that_of_its_bracket(fees, principal):
    [*_lower, bracket] = [row for row in fees.brackets if principal > row.above]
    part = (principal - bracket.above) * bracket.percentage / 100
    fee = max(bracket.base + part, fees.minimum)
    fee = fee if fees.maximum is None else min(fee, fees.maximum)
    assert fees.amount(principal) == fee.quantize(Decimal("0.01"), "ROUND_HALF_UP")


@pytest.mark.parametrize(
    ("amount", "vat", "gross"),
    [
        ("795.00", "166.95", "961.95"),
        ("75.00", "15.75", "90.75"),
        ("40.00", "8.40", "48.40"),
        ("0.02", "0.00", "0.02"),
        ("0.03", "0.01", "0.04"),
        ("-40.00", "-8.40", "-48.40"),
    ],
)
def test_dutch_vat_on_a_fee(amount, vat, gross):
    """Besluit BIK, art. 2(3): for who cannot deduct it and says so."""
    assert with_vat(Decimal(amount), Decimal(21)) == (
        Decimal(amount),
        Decimal(vat),
        Decimal(gross),
    )


@given(cents(), percentages())
def test_net_and_vat_are_the_gross(amount, percentage):
    net, vat, gross = with_vat(amount, percentage)
    assert net == amount
    assert net + vat == gross
    assert abs(vat - amount * percentage / 100) <= Decimal("0.005")


def test_vat_is_taken_on_the_amount_that_is_shown():
    assert with_vat(Decimal("0.995"), Decimal(50)) == (
        Decimal("1.00"),
        Decimal("0.50"),
        Decimal("1.50"),
    )


@pytest.mark.parametrize(
    ("rows", "minimum", "maximum", "message"),
    [
        pytest.param([], "0", None, "begins with", id="no bracket"),
        pytest.param([("1", "0", "0")], "0", None, "begins with", id="not from zero"),
        pytest.param(
            [("0", "0", "0"), ("5", "0", "0"), ("5", "1", "0")],
            "0",
            None,
            "lies above",
            id="two alike",
        ),
        pytest.param(
            [("0", "0", "0"), ("5", "0", "0"), ("4", "0", "0")],
            "0",
            None,
            "lies above",
            id="out of order",
        ),
        pytest.param([("0", "0", "0")], "-1", None, "below zero", id="minimum"),
        pytest.param([("0", "0", "0")], "2", "1", "its maximum", id="maximum"),
        pytest.param([("0", "-1", "0")], "0", None, "below zero", id="base"),
        pytest.param([("0", "0", "-1")], "0", None, "below zero", id="percentage"),
        pytest.param([("-1", "0", "0")], "0", None, "below zero", id="above"),
        pytest.param([("0", "0", "NaN")], "0", None, "not an amount", id="no figure"),
    ],
)
def test_a_scale_that_cannot_be_read_is_refused(rows, minimum, maximum, message):
    with pytest.raises(ValueError, match=message):
        scale(rows, minimum, maximum)


def test_a_fixed_fee_has_equal_limits():
    assert scale([("0", "0", "15")], "40", "40").amount(Decimal(1)) == 40


def test_vat_is_not_below_zero():
    with pytest.raises(ValueError, match="below zero"):
        with_vat(Decimal(1), Decimal(-1))


# -- what counts together, and what contracts say ------------------------------


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        (("300.00",), ("45.00", "sum")),
        (("60.00", "60.00", "60.00"), ("33.00", "sum")),
        (("150.00", "150.00"), ("40.00", "each")),
        (("125.00", "125.00"), ("40.00", "sum")),  # 30 + 10 % of 100: the same
        ((), ("0.00", "sum")),
    ],
)
def test_debts_that_count_together_never_cost_more_than_each(amounts, expected):
    amount, counted = lowest_amount(BELGIAN_SCALE, map(Decimal, amounts))
    assert (str(amount), counted) == expected


@pytest.mark.parametrize(
    ("agreed", "expected"),
    [
        (("10", "0", None), ("30.00", "agreed")),
        (("10", "40", None), ("40.00", "agreed")),
        (("10", "0", "25"), ("25.00", "agreed")),
        (("0", "35", None), ("35.00", "agreed")),
        (("0", "0", "15"), ("15.00", "agreed")),
        (("0", "20", "30"), ("20.00", "agreed")),
        (("20", "0", None), ("45.00", "sum")),  # the law allows no more
    ],
)
def test_a_contract_that_asks_less_counts(agreed, expected):
    percentage, minimum, maximum = agreed
    scale_ = agreed_scale(
        Decimal(percentage), Decimal(minimum), maximum and Decimal(maximum)
    )
    amount, counted = lowest_amount(BELGIAN_SCALE, [Decimal(300)], scale_)
    assert (str(amount), counted) == expected


def test_a_contract_that_says_nothing_leaves_it_to_the_law():
    assert agreed_scale(Decimal(0), Decimal(0), None) is None


@given(fee_scales(), st.lists(cents(0), max_size=5), st.none() | fee_scales())
def test_the_lowest_amount_is_lowest(scale_, amounts, agreed):
    amount, counted = lowest_amount(scale_, amounts, agreed)
    total = scale_.amount(sum(amounts, Decimal(0)))
    assert amount <= total
    assert amount <= sum(map(scale_.amount, amounts)) or len(amounts) < 2
    assert agreed is None or amount <= agreed.amount(sum(amounts, Decimal(0)))
    assert (amount == total) if counted == "sum" else (amount < total)
