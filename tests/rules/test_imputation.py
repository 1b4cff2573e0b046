"""What a payment pays: nothing lost, and in the order of the law."""

from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.imputation import (
    COMPONENTS,
    ChosenDebts,
    Debt,
    Imputation,
    choose_debts,
    impute,
)
from strategies import DAY_ZERO, cents, debt_lists

ON = date(2026, 3, 1)
amounts = cents(0, 20_000)
orders = st.sampled_from(list(permutations(COMPONENTS)))


def test_costs_then_interest_then_principal():
    """Art. 6:44 BW."""
    parts = Decimal("90.00"), Decimal("12.34"), Decimal("1000.00")
    assert impute(Decimal("100.00"), *parts) == Imputation(
        Decimal("90.00"), Decimal("10.00"), Decimal(0), Decimal(0)
    )


def test_a_kinder_order_spares_the_principal_its_interest():
    parts = Decimal("90.00"), Decimal("12.34"), Decimal("95.00")
    order = ("principal", "interest", "costs")
    assert impute(Decimal("100.00"), *parts, order) == Imputation(
        Decimal(0), Decimal("5.00"), Decimal("95.00"), Decimal(0)
    )


@given(amounts, amounts, amounts, amounts, orders)
def test_a_payment_is_the_sum_of_its_parts(payment, costs, interest, principal, order):
    paid = impute(payment, costs, interest, principal, order)
    open_parts = {"costs": costs, "interest": interest, "principal": principal}
    parts = {name: getattr(paid, name) for name in COMPONENTS}
    assert sum(parts.values()) + paid.overpayment == payment
    assert paid.overpayment == max(payment - sum(open_parts.values()), 0)
    assert all(0 <= parts[name] <= open_parts[name] for name in COMPONENTS)
    for earlier, later in permutations(range(3), 2):
        if earlier < later and parts[order[later]]:
            assert parts[order[earlier]] == open_parts[order[earlier]]


@given(amounts, amounts, amounts, amounts, amounts, orders)
def test_paying_in_two_parts_is_paying_once(one, two, costs, interest, rest, order):
    first = impute(one, costs, interest, rest, order)
    second = impute(
        two,
        costs - first.costs,
        interest - first.interest,
        rest - first.principal,
        order,
    )
    whole = impute(one + two, costs, interest, rest, order)
    for name in (*COMPONENTS, "overpayment"):
        assert getattr(first, name) + getattr(second, name) == getattr(whole, name)


@pytest.mark.parametrize(
    "order",
    [
        ("costs", "interest"),
        ("costs", "interest", "interest"),
        ("costs", "interest", "capital"),
        ("costs", "interest", "principal", "principal"),
    ],
)
def test_an_order_names_each_part_once(order):
    with pytest.raises(ValueError, match="each once"):
        impute(Decimal(1), Decimal(1), Decimal(1), Decimal(1), order)


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("figure", ["-0.01", "NaN"])
def test_nothing_lies_below_zero(place, figure):
    figures = [Decimal(1)] * 4
    figures[place] = Decimal(figure)
    with pytest.raises(ValueError, match=r"below zero|not an amount"):
        impute(*figures)


def debt(id_, due_on, amount, burden="0"):
    return Debt(id_, date.fromisoformat(due_on), Decimal(amount), Decimal(burden))


DEBTS = [
    debt("not due", "2026-04-01", "10", "12"),
    debt("young", "2026-02-01", "10"),
    debt("old", "2026-01-01", "10"),
    debt("heavy", "2026-02-01", "10", "8"),
    debt("due today", "2026-03-01", "10"),
]


@pytest.mark.parametrize(
    ("named", "order", "expected"),
    [
        pytest.param(
            (),
            ("due", "burden", "age"),
            ["heavy", "old", "young", "due today", "not due"],
            id="NL art. 6:43 BW",
        ),
        pytest.param(
            ["not due"],
            ("due", "burden", "age"),
            ["not due", "heavy", "old", "young", "due today"],
            id="the choice of the debtor",
        ),
        pytest.param(
            ["young", "old"],
            ("due", "burden", "age"),
            ["old", "young", "heavy", "due today", "not due"],
            id="among those he chose, the law",
        ),
        pytest.param(
            (),
            ("burden", "due", "age"),
            ["not due", "heavy", "old", "young", "due today"],
            id="burden first",
        ),
    ],
)
def test_which_debt_comes_first(named, order, expected):
    for count in range(1, 6):
        chosen = choose_debts(Decimal(10 * count), DEBTS, ON, named, order)
        assert chosen == ChosenDebts(
            tuple((id_, Decimal(10)) for id_ in expected[:count]), Decimal(0)
        )


def test_equal_debts_are_paid_in_proportion():
    debts = [
        debt(1, "2026-01-01", "100.00"),
        debt(2, "2026-01-01", "200.00"),
        debt(3, "2026-02-01", "50.00"),
    ]
    assert choose_debts(Decimal("100.00"), debts, ON) == ChosenDebts(
        ((1, Decimal("33.33")), (2, Decimal("66.67"))), Decimal(0)
    )
    assert choose_debts(Decimal("360.00"), debts, ON) == ChosenDebts(
        ((1, Decimal(100)), (2, Decimal(200)), (3, Decimal(50))), Decimal(10)
    )


def test_a_debt_weighs_nothing_unless_said():
    light = Debt("light", ON, Decimal(10))
    assert light.burden == 0
    heavy = Debt("heavy", ON, Decimal(10), Decimal("0.01"))
    chosen = choose_debts(Decimal(10), [light, heavy], ON)
    assert chosen.parts == (("heavy", Decimal(10)),)


def test_without_an_order_all_are_equal():
    chosen = choose_debts(Decimal("0.05"), DEBTS, ON, order=())
    assert chosen.parts == tuple((one.id, Decimal("0.01")) for one in DEBTS)


@given(cents(maximum=40_000), debt_lists(), st.data())
def test_nothing_is_lost_and_the_higher_rank_is_full(payment, debts, data):
    ids = [one.id for one in debts]
    named = data.draw(st.lists(st.sampled_from(ids), max_size=3)) if ids else []
    chosen = choose_debts(payment, debts, DAY_ZERO, named)
    received = dict(chosen.parts)
    total = sum(one.amount for one in debts)
    assert len(received) == len(chosen.parts)
    assert sum(received.values()) + chosen.rest == payment
    assert chosen.rest == max(payment - total, 0)
    ranks = {
        one.id: (
            one.id not in named,
            one.due_on > DAY_ZERO,
            -one.burden,
            one.due_on,
        )
        for one in debts
    }
    for one in debts:
        part = received.get(one.id, Decimal(0))
        assert 0 <= part <= one.amount
        for other in debts:
            if ranks[other.id] < ranks[one.id] and part:
                assert received[other.id] == other.amount
            if ranks[other.id] == ranks[one.id]:
                other_part = received.get(other.id, Decimal(0))
                away = abs(part * other.amount - other_part * one.amount)
                assert away < Decimal("0.01") * (one.amount + other.amount)


@pytest.mark.parametrize(
    ("payment", "debts", "words", "message"),
    [
        ("0", DEBTS, {}, "above zero"),
        ("-1", DEBTS, {}, "above zero"),
        ("0.001", DEBTS, {}, "whole cents"),
        ("1", DEBTS[:1] * 2, {}, "occurs twice"),
        ("1", DEBTS, {"named": ["young", "closed"]}, "closed"),
        ("1", DEBTS, {"order": ("due", "size")}, "made of due, burden and age"),
        ("1", DEBTS, {"order": ("due", "due")}, "made of due, burden and age"),
    ],
)
def test_what_cannot_be_chosen_is_refused(payment, debts, words, message):
    with pytest.raises(ValueError, match=message):
        choose_debts(Decimal(payment), debts, ON, **words)


@pytest.mark.parametrize(
    ("amount", "burden"), [("0", "0"), ("-1", "0"), ("0.001", "0"), ("1", "NaN")]
)
def test_a_debt_is_an_amount_above_zero(amount, burden):
    with pytest.raises(ValueError, match=r"above zero|whole cents|not an amount"):
        debt(1, "2026-01-01", amount, burden)
