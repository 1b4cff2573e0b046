from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_payment_link.rules.settlement import Share, settle, split_value

DUE = date(2026, 3, 1)
CENT = Decimal("0.01")
amounts = st.decimals("0.01", "99999.99", places=2)
maybe = st.decimals("0", "99999.99", places=2)
shares = st.lists(st.tuples(maybe, maybe, st.dates()), max_size=6).map(
    lambda rows: [
        Share(number, due, reserved, open_amount)
        for number, (reserved, open_amount, due) in enumerate(rows)
    ]
)


@given(amounts, shares)
def test_nothing_is_lost_and_no_item_gets_too_much(amount, shares):
    settlement = settle(amount, shares)
    assert sum(settlement.parts.values(), Decimal(0)) + settlement.left == amount
    assert settlement.left >= 0
    for share in shares:
        part = settlement.parts.get(share.item_id, Decimal(0))
        assert 0 <= part <= min(share.reserved, share.open_amount)


@given(amounts, shares)
def test_all_that_can_be_paid_is_paid(amount, shares):
    payable = sum((min(one.reserved, one.open_amount) for one in shares), Decimal(0))
    assert settle(amount, shares).left == max(amount - payable, Decimal(0))


def test_oldest_first_then_lowest_number():
    rows = [
        Share(3, date(2026, 1, 2), Decimal(10), Decimal(10)),
        Share(2, date(2026, 1, 1), Decimal(10), Decimal(10)),
        Share(1, date(2026, 1, 2), Decimal(10), Decimal(10)),
    ]
    assert settle(Decimal(15), rows).parts == {2: 10, 1: 5}


def test_what_was_paid_meanwhile_is_left():
    rows = [
        Share(1, DUE, Decimal(100), Decimal(-5)),
        Share(2, DUE, Decimal(50), Decimal(80)),
    ]
    settlement = settle(Decimal(150), rows)
    assert settlement.parts == {2: Decimal(50)}
    assert settlement.left == 100


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity"])
def test_amount_must_be_above_zero(amount):
    with pytest.raises(ValueError, match="above zero"):
        settle(Decimal(amount), [])


def test_wrong_shares_are_refused():
    with pytest.raises(ValueError, match="below zero"):
        settle(Decimal(1), [Share(1, DUE, Decimal(-1), Decimal(1))])
    twice = Share(1, DUE, Decimal(1), Decimal(1))
    with pytest.raises(ValueError, match="once"):
        settle(Decimal(5), [twice, twice])


@given(maybe, st.lists(amounts, min_size=1, max_size=6))
def test_shares_of_a_value_add_up(value, parts):
    assert sum(split_value(value, parts, CENT)) == value


@given(amounts, st.lists(amounts, min_size=1, max_size=6))
def test_shares_are_proportional_to_the_unit(value, parts):
    whole = sum(parts)
    for share, part in zip(split_value(value, parts, CENT), parts, strict=True):
        assert abs(share - value * part / whole) <= CENT * len(parts)


@pytest.mark.parametrize("parts", [[], [Decimal(0)], [Decimal(1), Decimal(-1)]])
def test_value_needs_parts_above_zero(parts):
    with pytest.raises(ValueError, match="above zero"):
        split_value(Decimal(10), parts, CENT)


@pytest.mark.parametrize(
    ("value", "parts", "expected"),
    [
        pytest.param("10.00", ["1", "1"], ["5.00", "5.00"], id="halves"),
        pytest.param("10.00", ["1", "1", "1"], ["3.33", "3.34", "3.33"], id="thirds"),
        pytest.param("0.01", ["1", "1"], ["0.01", "0.00"], id="half a cent goes up"),
        pytest.param("90.00", ["20", "10"], ["60.00", "30.00"], id="in proportion"),
    ],
)
def test_a_value_is_split_to_the_cent(value, parts, expected):
    shares = split_value(Decimal(value), [Decimal(part) for part in parts], CENT)
    assert list(map(str, shares)) == expected
