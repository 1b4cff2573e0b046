from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.promises import PromisedClaim, last_day_of_hold, result

START = date(2026, 3, 10)
days = st.integers(0, 400)
amounts = st.decimals(1, 10_000, places=2)


@given(days, days, days)
def test_hold_covers_the_promise_and_never_more_than_its_grace(until, grace, maximum):
    day = START + timedelta(days=until)
    last = last_day_of_hold(START, day, grace, maximum)
    assert day <= last <= day + timedelta(days=grace)
    latest = START + timedelta(days=maximum - 1)
    assert not maximum or last <= max(latest, day)


@given(days)
def test_hold_without_a_date_lasts_as_long_as_its_reason_allows(maximum):
    last = last_day_of_hold(START, None, 3, maximum)
    assert last == (START + timedelta(days=maximum - 1) if maximum else None)


@given(st.lists(amounts, min_size=1, max_size=4), days, days, days)
def test_unpaid_promise_waits_until_its_grace_is_over(owed, until, grace, look):
    claims = [PromisedClaim(amount, amount) for amount in owed]
    day, on = START + timedelta(days=until), START + timedelta(days=look)
    expected = "waiting" if on <= day + timedelta(days=grace) else "broken"
    assert result(claims, None, day, grace, on) == expected


@given(st.lists(amounts, min_size=1, max_size=4), days, days)
def test_paid_promise_is_kept_or_late_by_the_day_of_the_money(owed, grace, paid):
    settled = START + timedelta(days=paid)
    claims = [PromisedClaim(amount, Decimal(0), settled) for amount in owed]
    told = result(claims, None, START, grace, settled)
    assert told == ("kept" if paid <= grace else "late")


@given(amounts, amounts)
def test_part_that_was_promised_is_enough(amount, promised):
    claims = [PromisedClaim(amount + promised, amount)]
    assert result(claims, promised, START, 0, date(2026, 4, 1)) == "kept"
    more = promised + Decimal("0.01")
    assert result(claims, more, START, 0, date(2026, 4, 1)) == "partly"


def test_more_owed_than_before_is_no_negative_payment():
    claims = [
        PromisedClaim(Decimal(10), Decimal(25)),
        PromisedClaim(Decimal(5), Decimal(3)),
    ]
    assert result(claims, Decimal(2), START, 0, date(2026, 4, 1)) == "kept"


@pytest.mark.parametrize(
    ("until", "grace", "maximum", "expected"),
    [
        pytest.param(None, 3, 0, None, id="no day, no limit"),
        pytest.param(None, 3, 10, date(2026, 3, 19), id="no day, ten days at most"),
        pytest.param(date(2026, 3, 20), 3, 0, date(2026, 3, 23), id="with its grace"),
        pytest.param(
            date(2026, 3, 20), 3, 14, date(2026, 3, 23), id="grace just allowed"
        ),
        pytest.param(date(2026, 3, 20), 3, 12, date(2026, 3, 21), id="part of grace"),
        pytest.param(date(2026, 3, 20), 3, 5, date(2026, 3, 20), id="day not allowed"),
    ],
)
def test_last_day_of_a_hold(until, grace, maximum, expected):
    assert last_day_of_hold(START, until, grace, maximum) == expected


OWED = Decimal(100)


@pytest.mark.parametrize(
    ("claim", "promised", "expected"),
    [
        pytest.param(PromisedClaim(OWED, Decimal(0)), None, "kept", id="settled"),
        pytest.param(
            PromisedClaim(OWED, Decimal(0), START + timedelta(days=3)),
            None,
            "kept",
            id="paid on the last day of grace",
        ),
        pytest.param(
            PromisedClaim(OWED, Decimal(0), START + timedelta(days=4)),
            None,
            "late",
            id="paid the day after",
        ),
        pytest.param(PromisedClaim(OWED, Decimal(-5)), None, "kept", id="paid more"),
        pytest.param(PromisedClaim(OWED, Decimal(60)), OWED, "partly", id="a part"),
        pytest.param(PromisedClaim(OWED, OWED), None, "broken", id="nothing"),
        pytest.param(
            PromisedClaim(OWED, Decimal(60)), Decimal(40), "kept", id="as promised"
        ),
    ],
)
def test_what_became_of_a_promise(claim, promised, expected):
    look = START + timedelta(days=30)
    assert result([claim], promised, START, 3, look) == expected


def test_a_promise_waits_up_to_its_last_day_of_grace():
    claims = [PromisedClaim(OWED, Decimal(60))]
    limit = START + timedelta(days=3)
    assert result(claims, None, START, 3, limit) == "waiting"
    assert result(claims, None, START, 3, limit + timedelta(days=1)) == "partly"


def settled(days_after, amount=OWED):
    return PromisedClaim(amount, Decimal(0), START + timedelta(days=days_after))


@pytest.mark.parametrize(
    ("claims", "promised", "expected"),
    [
        pytest.param([settled(1), settled(2)], None, "kept", id="all in time"),
        pytest.param([settled(1), settled(4)], None, "late", id="the last one late"),
        pytest.param(
            [settled(1), PromisedClaim(OWED, OWED)], None, "partly", id="one of two"
        ),
        pytest.param(
            [settled(1), PromisedClaim(OWED, OWED)], OWED, "kept", id="one was promised"
        ),
        pytest.param(
            [PromisedClaim(OWED, OWED), PromisedClaim(OWED, OWED)],
            None,
            "broken",
            id="none of two",
        ),
    ],
)
def test_a_promise_about_two_claims(claims, promised, expected):
    look = START + timedelta(days=30)
    assert result(claims, promised, START, 3, look) == expected
