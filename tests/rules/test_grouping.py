"""Amounts reminded together, and fees divided: nothing lost, nothing twice."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.grouping import HOW, AmountGroup, debts, group_amounts, share
from legal_figures import BELGIAN_SCALE, DUTCH_SCALE
from strategies import cents

CENT = Decimal("0.01")
ITEMS = [
    (1, "rent", Decimal("60.00")),
    (2, "water", Decimal("60.00")),
    (3, "rent", Decimal("60.00")),
]
weights = st.dictionaries(
    st.integers(1, 100), st.just(Decimal(0)) | cents(maximum=100_000), max_size=8
)
amounts_by_id = st.lists(
    st.tuples(st.integers(), st.sampled_from("abc"), cents(-10_000, 10_000)),
    unique_by=lambda item: item[0],
    max_size=8,
)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("each", {1: ((1,), "60"), 2: ((2,), "60"), 3: ((3,), "60")}),
        ("by_key", {"rent": ((1, 3), "120"), "water": ((2,), "60")}),
        ("together", {None: ((1, 2, 3), "180")}),
    ],
)
def test_groups(how, expected):
    groups = group_amounts(ITEMS, how)
    assert list(groups) == list(expected)
    assert groups == {
        name: AmountGroup(ids, Decimal(amount))
        for name, (ids, amount) in expected.items()
    }


@pytest.mark.parametrize(
    ("law", "amount", "how", "fee"),
    [
        pytest.param(BELGIAN_SCALE, "60", "each", "60.00", id="BE per debt"),
        pytest.param(BELGIAN_SCALE, "60", "together", "33.00", id="BE XIX.4 together"),
        pytest.param(DUTCH_SCALE, "100", "each", "120.00", id="NL letter by letter"),
        pytest.param(DUTCH_SCALE, "100", "together", "45.00", id="NL art. 6:96(7) BW"),
    ],
)
def test_the_fee_on_a_sum_is_lower(law, amount, how, fee):
    items = [(n, "contract", Decimal(amount)) for n in range(3)]
    groups = group_amounts(items, how).values()
    assert sum(law.amount(group.amount) for group in groups) == Decimal(fee)


@given(amounts_by_id, st.sampled_from(HOW))
def test_each_debt_is_in_one_group(items, how):
    groups = group_amounts(items, how)
    ids = [id_ for group in groups.values() for id_ in group.ids]
    assert sorted(ids) == sorted(id_ for id_, _key, _amount in items)
    for group in groups.values():
        members = [amount for id_, _key, amount in items if id_ in group.ids]
        assert group.amount == sum(members)


@pytest.mark.parametrize("how", HOW)
def test_nothing_makes_no_group(how):
    assert group_amounts([], how) == {}


def test_what_cannot_be_grouped_is_refused():
    with pytest.raises(ValueError, match="'sum'"):
        group_amounts([], "sum")
    with pytest.raises(ValueError, match="debt 1 is named twice"):
        group_amounts([ITEMS[0], ITEMS[0]], "each")
    with pytest.raises(ValueError, match="whole cents"):
        group_amounts([(1, None, Decimal("0.001"))], "each")


@given(cents(0, 1_000_000), weights)
def test_shares_add_up_and_are_less_than_a_cent_from_their_due(amount, weights):
    total = sum(weights.values())
    if not total and amount:
        with pytest.raises(ValueError, match="a weight above zero"):
            share(amount, weights)
        return
    parts = share(amount, weights)
    assert list(parts) == list(weights)
    assert sum(parts.values()) == (amount if weights else 0)
    for id_, part in parts.items():
        assert abs(part * total - amount * weights[id_]) < CENT * (total or 1)
        assert weights[id_] or not part


@given(cents(0, 1_000_000), weights, st.integers(1, 100))
def test_a_share_does_not_depend_on_the_scale_of_the_weights(amount, weights, factor):
    if not any(weights.values()):
        return
    scaled = {id_: weight * factor for id_, weight in weights.items()}
    assert share(amount, scaled) == share(amount, weights)


@pytest.mark.parametrize(
    ("amount", "weights", "expected"),
    [
        pytest.param("1.00", "1 1 1", "0.34 0.33 0.33", id="first among equals"),
        pytest.param("0.02", "1 1 1", "0.01 0.01 0.00", id="fewer cents than parts"),
        pytest.param("1.00", "1 2 0", "0.33 0.67 0.00", id="largest loss first"),
        pytest.param("0.01", "0 0 1", "0.00 0.00 0.01", id="zero gets zero"),
        pytest.param("33.00", "60 60 60", "11.00 11.00 11.00", id="even"),
        pytest.param("0.00", "0 0 0", "0.00 0.00 0.00", id="nothing"),
        pytest.param("0.05", "1 9 10", "0.00 0.02 0.03", id="halves, the second less"),
    ],
)
def test_share_examples(amount, weights, expected):
    by_place = dict(enumerate(map(Decimal, weights.split())))
    parts = share(Decimal(amount), by_place)
    assert " ".join(map(str, parts.values())) == expected


@pytest.mark.parametrize(
    ("amount", "weights", "message"),
    [
        ("-0.01", {1: Decimal(1)}, "below zero"),
        ("1", {1: Decimal(2), 2: Decimal(-1)}, "below zero"),
        ("0", {1: Decimal(-1)}, "below zero"),
        ("1", {}, "a weight above zero"),
        ("0.005", {1: Decimal(1)}, "whole cents"),
        ("1", {1: Decimal("NaN")}, "not an amount"),
    ],
)
def test_what_cannot_be_shared_is_refused(amount, weights, message):
    with pytest.raises(ValueError, match=message):
        share(Decimal(amount), weights)


def test_instalments_of_one_invoice_are_one_debt():
    parts = [
        (1, "INV/1", Decimal("60.00")),
        (2, "INV/2", Decimal(5)),
        (1, "INV/1", Decimal(40)),
    ]
    assert debts(parts) == {"INV/1": Decimal("100.00"), "INV/2": Decimal(5)}
    assert debts([]) == {}


def test_debts_of_one_name_stay_apart():
    parts = [(debt, "OPEN/1", Decimal(debt)) for debt in (7, 8, 7, 9)]
    assert debts(parts) == {
        "OPEN/1": Decimal(14),
        "OPEN/1 (2)": Decimal(8),
        "OPEN/1 (3)": Decimal(9),
    }


def test_a_name_that_looks_numbered_is_nobody_elses():
    parts = [(1, "INV (2)", Decimal(1)), (2, "INV", Decimal(2)), (3, "INV", Decimal(4))]
    assert debts(parts) == {
        "INV (2)": Decimal(1),
        "INV": Decimal(2),
        "INV (3)": Decimal(4),
    }
    assert len(debts([(1, "A (x)", Decimal(1)), (2, "A (x)", Decimal(2))])) == 2
