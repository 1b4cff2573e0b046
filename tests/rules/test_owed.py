"""What a payment pays of a claim with costs and interest beside its principal."""

from datetime import timedelta
from decimal import Decimal
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.imputation import COMPONENTS
from ar_dunning.rules.owed import Beside, Owed, Paid, Piece
from strategies import DAY_ZERO, cents, days

ON = DAY_ZERO
COSTS = Beside("costs", False, ON, Decimal("90.00"))
INTEREST = Beside("interest", True, ON, Decimal("12.34"))
CLAIM = Owed(Decimal("1000.00"), (COSTS, INTEREST))


@st.composite
def claims(draw):
    """A claim with up to four costs and interests, some of them in the ledger."""
    beside = []
    for place in range(draw(st.integers(0, 4))):
        booked = tuple(
            (f"item {place}.{number}", draw(cents(0, 5_000)))
            for number in range(draw(st.integers(0, 2)))
        )
        in_ledger = sum((amount for _item, amount in booked), Decimal(0))
        beside.append(
            Beside(
                place,
                draw(st.booleans()),
                draw(days(-3, 3)),
                in_ledger + draw(cents(0, 5_000)),
                booked,
            )
        )
    order = draw(st.sampled_from(list(permutations(COMPONENTS))))
    return Owed(draw(cents(0, 20_000)), tuple(beside), order)


def test_costs_then_interest_then_principal():
    """Art. 6:44 BW."""
    assert CLAIM.pay(Decimal("100.00")) == Paid(
        Decimal(0),
        (
            Piece("costs", None, Decimal("90.00")),
            Piece("interest", None, Decimal("10.00")),
        ),
        Decimal(0),
    )


def test_money_that_came_in_time_owes_the_principal_alone():
    early = CLAIM.on(ON - timedelta(days=1))
    assert early.total == Decimal("1000.00")
    assert CLAIM.on(ON).total == Decimal("1102.34")


def test_what_is_in_the_ledger_is_paid_before_what_is_not():
    booked = Beside("costs", False, ON, Decimal("45.00"), (("item", Decimal("20.00")),))
    paid = Owed(Decimal(0), (booked,)).pay(Decimal("30.00"))
    assert paid.pieces == (
        Piece("costs", "item", Decimal("20.00")),
        Piece("costs", None, Decimal("10.00")),
    )


@given(claims(), cents(0, 50_000))
def test_a_payment_is_the_sum_of_its_parts(owed, amount):
    paid = owed.pay(amount)
    assert paid.principal + paid.beside + paid.overpayment == amount
    assert paid.overpayment == max(amount - owed.total, 0)
    assert 0 <= paid.principal <= owed.principal
    assert all(piece.amount > 0 for piece in paid.pieces)


@given(claims(), cents(0, 50_000))
def test_nothing_gets_more_than_is_open_of_it(owed, amount):
    pieces = owed.pay(amount).pieces
    for one in owed.beside:
        own = [piece for piece in pieces if piece.id == one.id]
        assert sum(piece.amount for piece in own) <= one.amount
        open_amounts = dict(one.booked)
        for piece in own:
            if piece.item:
                assert piece.amount <= open_amounts[piece.item]


@given(claims(), cents(0, 30_000), cents(0, 30_000))
def test_paying_in_two_parts_is_paying_once(owed, one, two):
    first = owed.pay(one)
    left = owed.less(first)
    assert left.total == owed.total - one + first.overpayment
    second = left.pay(two)
    once = owed.pay(one + two)
    assert first.principal + second.principal == once.principal
    assert first.beside + second.beside == once.beside


@given(claims(), days(-4, 4))
def test_a_later_payment_never_owes_less(owed, day):
    assert owed.on(day).total <= owed.on(day + timedelta(days=1)).total <= owed.total


def test_a_part_beyond_the_ledger_is_booked_anew():
    booked = (("first", Decimal("10.00")), ("paid long ago", Decimal("0.00")))
    costs = Beside("costs", False, ON, Decimal("30.00"), booked)
    claim = Owed(Decimal("100.00"), (costs,))
    paid = claim.pay(Decimal("25.00"))
    assert paid.pieces == (
        Piece("costs", "first", Decimal("10.00")),
        Piece("costs", None, Decimal("15.00")),
    )
    assert paid.beside == Decimal("25.00")
    left = claim.less(paid)
    assert left.total == Decimal("105.00")
    assert left.beside[0].booked == (
        ("first", Decimal("0.00")),
        ("paid long ago", Decimal("0.00")),
    )


def test_a_payment_within_what_is_in_the_ledger_books_nothing_new():
    costs = Beside("costs", False, ON, Decimal("30.00"), (("item", Decimal("30.00")),))
    paid = Owed(Decimal("0.00"), (costs,)).pay(Decimal("30.00"))
    assert paid.pieces == (Piece("costs", "item", Decimal("30.00")),)
