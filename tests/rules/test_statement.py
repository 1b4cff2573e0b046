"""The ageing on a statement of account."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.statement import ageing

amounts = st.decimals(-1000, 10000, places=2)


@given(st.lists(st.tuples(st.integers(-400, 4000), amounts)))
def test_buckets_add_up_to_the_whole(items):
    assert sum(ageing(items).values()) == sum(amount for _days, amount in items)


@given(st.integers(-400, 4000), amounts)
def test_each_amount_is_in_one_bucket(days, amount):
    sums = ageing([(days, amount)])
    assert list(sums.values()).count(amount) == (5 if amount == 0 else 1)


def test_limits_of_the_buckets():
    one = Decimal(1)
    found = {days: ageing([(days, one)]) for days in (-1, 0, 1, 30, 31, 60, 61, 90, 91)}
    buckets = {
        days: next(code for code, amount in sums.items() if amount)
        for days, sums in found.items()
    }
    assert buckets == {
        -1: "not_due",
        0: "not_due",
        1: "1_30",
        30: "1_30",
        31: "31_60",
        60: "31_60",
        61: "61_90",
        90: "61_90",
        91: "more",
    }


def test_without_items_every_bucket_is_empty():
    assert ageing([]) == {"not_due": 0, "1_30": 0, "31_60": 0, "61_90": 0, "more": 0}
