"""Virtual matching and allocation: every cent once, the oldest debt first."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ar_dunning.rules.allocation import Allocation, allocate
from ar_dunning.rules.matching import cover
from ar_dunning.rules.open_items import OpenItem
from strategies import cents, open_items

ZERO = Decimal(0)
MARCH = OpenItem(7, date(2026, 3, 1), Decimal("100.00"))
APRIL_LOW = OpenItem(3, date(2026, 4, 1), Decimal("40.00"))
APRIL_HIGH = OpenItem(5, date(2026, 4, 1), Decimal("60.00"))
ITEMS = [APRIL_HIGH, MARCH, APRIL_LOW]


def total_of(items):
    return sum((item.amount for item in items), ZERO)


def hand_out(items, amount):
    """Pay item after item, keeping what is left: a cash box, no sums."""
    paid = {}
    waiting = list(items)
    while waiting:
        oldest = min(waiting, key=lambda item: (item.date_due, item.id))
        waiting.remove(oldest)
        paid[oldest.id] = min(amount, oldest.amount)
        amount -= paid[oldest.id]
    return paid


@given(open_items(), cents(minimum=0))
def test_cover_is_what_a_cash_box_pays(items, credit):
    assert cover(items, credit) == hand_out(items, credit)


@given(open_items(), cents(minimum=-10_000))
def test_cover_spends_the_credit_and_no_more(items, credit):
    covered = cover(items, credit)
    assert sum(covered.values(), ZERO) == max(ZERO, min(credit, total_of(items)))
    for item in items:
        assert 0 <= covered[item.id] <= item.amount


@given(open_items(), cents(minimum=0))
def test_nothing_is_covered_before_what_is_older(items, credit):
    covered = cover(items, credit)
    in_order = sorted(items, key=lambda item: (item.date_due, item.id))
    for older, newer in pairwise(in_order):
        assert not covered[newer.id] or covered[older.id] == older.amount


@given(open_items(), cents(minimum=0, maximum=200_000), cents(minimum=0))
def test_two_credits_cover_what_their_sum_covers(items, first, second):
    covered = cover(items, first)
    left = [
        OpenItem(item.id, item.date_due, item.amount - covered[item.id])
        for item in items
        if covered[item.id] < item.amount
    ]
    again = cover(left, first + second - sum(covered.values(), ZERO))
    both = {id_: part + again.get(id_, ZERO) for id_, part in covered.items()}
    assert both == cover(items, first + second)


@given(open_items(), cents(minimum=0), st.randoms(use_true_random=False))
def test_the_order_of_the_items_does_not_matter(items, credit, random):
    shuffled = list(items)
    random.shuffle(shuffled)
    assert cover(shuffled, credit) == cover(items, credit)


@pytest.mark.parametrize(
    ("credit", "covered"),
    [
        ("0", {7: "0", 3: "0", 5: "0"}),
        ("-5", {7: "0", 3: "0", 5: "0"}),
        ("99.99", {7: "99.99", 3: "0", 5: "0"}),
        ("120.00", {7: "100.00", 3: "20.00", 5: "0"}),
        ("150.00", {7: "100.00", 3: "40.00", 5: "10.00"}),
        ("999.00", {7: "100.00", 3: "40.00", 5: "60.00"}),
    ],
)
def test_cover_examples(credit, covered):
    expected = {id_: Decimal(part) for id_, part in covered.items()}
    assert cover(ITEMS, Decimal(credit)) == expected


@given(open_items(), cents(), cents(minimum=0, maximum=1000))
def test_allocated_parts_are_the_amount_to_the_cent(items, amount, tolerance):
    allocation = allocate(amount, items, tolerance)
    assert sum(allocation.parts.values(), ZERO) + allocation.left == amount
    assert allocation.left >= 0
    amounts = {item.id: item.amount for item in items}
    for id_, part in allocation.parts.items():
        assert 0 < part <= amounts[id_]


@given(open_items(), cents(), cents(minimum=0, maximum=1000))
def test_allocation_agrees_with_virtual_matching(items, amount, tolerance):
    parts = allocate(amount, items, tolerance).parts
    assert parts == {id_: p for id_, p in hand_out(items, amount).items() if p}


@given(open_items(), cents(minimum=0, maximum=1000), st.integers(-2000, 2000))
def test_the_outcome_compares_with_the_total(items, tolerance, difference_in_cents):
    difference = Decimal(difference_in_cents) / 100
    amount = total_of(items) + difference
    assume(amount > 0)
    outcome = allocate(amount, items, tolerance).outcome
    if difference > tolerance:
        assert outcome == "overpaid"
    elif difference < -tolerance:
        assert outcome == "partial"
    else:
        assert outcome == "exact"


def test_something_is_left_only_when_everything_is_paid():
    allocation = allocate(Decimal("200.01"), ITEMS)
    assert allocation == Allocation(
        {7: Decimal("100.00"), 3: Decimal("40.00"), 5: Decimal("60.00")},
        Decimal("0.01"),
        "overpaid",
    )


def test_the_tolerance_pays_nothing():
    allocation = allocate(Decimal("199.99"), ITEMS, Decimal("0.05"))
    assert allocation.outcome == "exact"
    assert allocation.parts[5] == Decimal("59.99")


def test_money_for_no_claim_is_left_over():
    assert allocate(Decimal(10), []) == Allocation({}, Decimal(10), "overpaid")


def test_parts_come_oldest_first():
    assert list(allocate(Decimal(200), ITEMS).parts) == [7, 3, 5]


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity"])
def test_an_open_item_has_an_amount_above_zero(amount):
    with pytest.raises(ValueError, match="open item 1"):
        OpenItem(1, date(2026, 1, 1), Decimal(amount))


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity"])
def test_only_an_amount_above_zero_is_allocated(amount):
    with pytest.raises(ValueError, match="above zero can be allocated"):
        allocate(Decimal(amount), ITEMS)


@pytest.mark.parametrize("tolerance", ["-0.01", "NaN"])
def test_a_tolerance_is_not_negative(tolerance):
    with pytest.raises(ValueError, match="tolerance"):
        allocate(Decimal(1), ITEMS, Decimal(tolerance))


@pytest.mark.parametrize("rule", [cover, lambda items, n: allocate(n, items)])
def test_no_item_is_named_twice(rule):
    with pytest.raises(ValueError, match="named twice"):
        rule([MARCH, MARCH], Decimal(10))
