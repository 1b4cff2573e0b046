"""Proofs: what they hold, that they come out again, and that no change goes unseen."""

import copy
import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.calendar import WorkingDays
from ar_dunning.rules.interest import Reduction, accrue
from ar_dunning.rules.periods import Period
from ar_dunning.rules.proof import (
    Replay,
    prove_cost,
    prove_interest,
    prove_wait,
    replay,
)
from ar_dunning.rules.rates import MissingRateError, Rate, RateSeries
from ar_dunning.rules.waiting import WaitingPeriod, WaitingRule, wait
from legal_figures import BELGIAN_SCALE, DUTCH_CONSUMER, DUTCH_SCALE, scale
from strategies import (
    CALENDAR,
    DELIVERY_DAYS,
    cents,
    days,
    fee_scales,
    interest_facts,
    percentages,
    waiting_rules,
)

# Belgium, Act of 2 August 2002, art. 5, with the rows of law from which they come.
BELGIAN_TRADE = RateSeries(
    [
        Rate(date(2025, 1, 1), Decimal("11.5"), date(2025, 6, 30), "41"),
        Rate(date(2025, 7, 1), Decimal("10.5"), date(2025, 12, 31), "42"),
        Rate(date(2026, 1, 1), Decimal("8.0"), None, "43"),
    ]
)
BASIS = {"article": "art. 5", "source": "Moniteur belge", "version": "2026.1"}
# Two weeks after posting by Belgian law, and a month with the tax office.
POST = WaitingRule("working_day_after_sending", 14, offset=3)
# Two weeks after delivery by Dutch law.
DELIVERED = WaitingRule("delivery_day", 14, offset=2)
EXTENDED = WaitingRule("delivery_day", 14, offset=2, extend_to_working_day=True)


def kept(proof):
    """Return the proof as the database keeps it: as JSON, with keys in any order."""
    return json.loads(json.dumps(proof, sort_keys=True))


def changed(proof, place, value):
    """Return the proof with another value in a place such as "rates.0.percentage"."""
    proof = copy.deepcopy(proof)
    *path, name = (int(word) if word.isdigit() else word for word in place.split("."))
    inner = proof
    for word in path:
        inner = inner[word]
    assert inner[name] != value
    inner[name] = value
    return proof


def belgian_interest():
    """1000 due on 1 December, 200 paid on 10 January, a hold from 21 January on."""
    return prove_interest(
        Decimal("1000.00"),
        date(2025, 12, 1),
        date(2026, 1, 31),
        BELGIAN_TRADE,
        "act/act",
        "simple",
        [Reduction(date(2026, 1, 10), Decimal("200.00"))],
        [Period(date(2026, 1, 21), None)],
        BASIS,
    )


def dutch_interest():
    """1000 due in the summer of 2024, with interest on interest from the next one."""
    return prove_interest(
        Decimal("1000.00"),
        date(2024, 6, 30),
        date(2026, 3, 31),
        DUTCH_CONSUMER,
        "act/365",
        "yearly",
        [Reduction(date(2025, 10, 31), Decimal("400.00"))],
        [Period(date(2025, 2, 1), date(2025, 2, 28))],
    )


# -- interest -----------------------------------------------------------------


def test_a_proof_of_interest_holds_all_that_the_interest_rests_on():
    """Rates before and after are no part of it."""
    accrual, proof = belgian_interest()
    # 1000 x 10.5 % x 30/365 + 1000 x 8 % x 10/365 + 800 x 8 % x 10/365
    assert accrual.amount == Decimal("12.58")
    assert proof == {
        "rule": "interest",
        "principal": "1000.00",
        "due_on": "2025-12-01",
        "last": "2026-01-31",
        "convention": "act/act",
        "compounding": "simple",
        "rates": [
            {
                "first": "2025-07-01",
                "last": "2025-12-31",
                "percentage": "10.5",
                "row": "42",
            },
            {"first": "2026-01-01", "last": None, "percentage": "8.0", "row": "43"},
        ],
        "reductions": [{"on": "2026-01-10", "amount": "200.00"}],
        "frozen": [{"first": "2026-01-21", "last": None}],
        "result": {"amount": "12.58"},
        "basis": BASIS,
    }


def test_a_proof_of_interest_comes_out_again_with_its_segments():
    accrual, proof = belgian_interest()
    assert replay(kept(proof)) == Replay({"amount": "12.58"}, True, accrual.segments)
    assert [segment.days for segment in accrual.segments] == [30, 10, 10]
    assert [segment.rate.key for segment in accrual.segments] == ["42", "43", "43"]


def test_interest_on_interest_comes_out_again():
    accrual, proof = dutch_interest()
    assert proof["compounding"] == "yearly"
    assert proof["frozen"] == [{"first": "2025-02-01", "last": "2025-02-28"}]
    assert proof["basis"] == {}
    assert replay(kept(proof)) == Replay(
        {"amount": str(accrual.amount)}, True, accrual.segments
    )


def test_a_rate_that_counts_in_several_segments_is_held_once():
    _accrual, proof = dutch_interest()
    assert [rate["percentage"] for rate in proof["rates"]] == ["7", "6", "4"]


def test_payments_and_holds_may_be_read_once():
    """They are counted and kept, though what gives them is then used up."""
    _accrual, proof = prove_interest(
        Decimal("1000.00"),
        date(2025, 12, 1),
        date(2026, 1, 31),
        BELGIAN_TRADE,
        "act/act",
        "simple",
        iter([Reduction(date(2026, 1, 10), Decimal("200.00"))]),
        iter([Period(date(2026, 1, 21), None)]),
        BASIS,
    )
    assert proof == belgian_interest()[1]


def test_interest_that_never_ran_is_proved_as_well():
    """Before the due date there is none, and no rate is needed to show it."""
    _accrual, proof = prove_interest(
        Decimal("1000.00"),
        date(2026, 1, 31),
        date(2026, 1, 31),
        RateSeries([]),
        "act/act",
        "simple",
    )
    assert proof["rates"] == proof["reductions"] == proof["frozen"] == []
    assert replay(kept(proof)) == Replay({"amount": "0.00"}, True)


def test_interest_by_an_unknown_rate_is_not_proved():
    with pytest.raises(MissingRateError, match="2024-12-02"):
        prove_interest(
            Decimal("1000.00"),
            date(2024, 12, 1),
            date(2026, 1, 31),
            BELGIAN_TRADE,
            "act/act",
            "simple",
        )


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("principal", "1001.00"),
        ("due_on", "2024-07-01"),
        ("last", "2026-04-01"),
        ("convention", "act/360"),
        ("compounding", "simple"),
        ("rates.0.percentage", "7.01"),
        ("rates.1.percentage", "5.99"),
        ("rates.1.first", "2024-12-31"),
        ("rates.1.last", "2025-12-30"),
        ("rates.2.first", "2026-01-02"),
        ("rates.2.percentage", "-4"),
        ("rates.2.percentage", "four"),
        ("rates", []),
        ("reductions.0.on", "2025-10-30"),
        ("reductions.0.amount", "401.00"),
        ("reductions.0.amount", "0.00"),
        ("frozen.0.first", "2025-02-02"),
        ("frozen.0.last", "2025-02-27"),
        ("frozen.0.last", None),
        ("result.amount", "92.62"),
    ],
)
def test_no_change_of_a_proof_of_interest_goes_unseen(place, value):
    assert not replay(changed(dutch_interest()[1], place, value)).holds


@given(interest_facts())
def test_any_interest_comes_out_again(facts):
    accrual, proof = prove_interest(**facts)
    assert accrual == accrue(**facts)
    assert replay(kept(proof)) == Replay(
        {"amount": str(accrual.amount)}, True, accrual.segments
    )


# -- costs --------------------------------------------------------------------


def test_a_proof_of_costs_holds_all_that_the_costs_rest_on():
    """8400 and 1600: 10000 at the edge of two brackets, with VAT and a letter."""
    total, proof = prove_cost(
        {"INV/1": Decimal("8400.00"), "INV/2": Decimal("1600.00")},
        scale([("0", "0", "15"), ("2500", "375", "10")], "40", "6775"),
        vat=Decimal("21.0"),
        postage=Decimal("9.85"),
        included=Decimal("40.00"),
        basis=BASIS,
    )
    # 375 + 10 % x 7500 = 1125.00; VAT 236.25; letter 9.85; 40.00 charged already
    assert total == Decimal("1331.10")
    assert proof == {
        "rule": "cost",
        "amounts": {"INV/1": "8400.00", "INV/2": "1600.00"},
        "counted": "sum",
        "agreed": None,
        "brackets": [
            {"above": "0", "base": "0", "percentage": "15"},
            {"above": "2500", "base": "375", "percentage": "10"},
        ],
        "minimum": "40",
        "maximum": "6775",
        "vat": "21.0",
        "postage": "9.85",
        "included": "40.00",
        "result": {"net": "1125.00", "vat": "236.25", "amount": "1331.10"},
        "basis": BASIS,
    }


def test_what_plays_no_part_is_told_as_nothing():
    """No maximum, no VAT, no letter, nothing charged before."""
    _total, proof = prove_cost({"INV/1": Decimal("100.00")}, scale([("0", "40", "0")]))
    assert proof["minimum"] == "0"
    assert proof["maximum"] is None
    assert proof["vat"] is None
    assert proof["postage"] == proof["included"] == "0"
    assert proof["result"] == {"net": "40.00", "vat": "0.00", "amount": "40.00"}
    assert proof["basis"] == {}


@pytest.mark.parametrize(
    ("scale_", "open_amount", "words", "net", "vat", "amount"),
    [
        pytest.param(BELGIAN_SCALE, "180", {}, "33.00", "0.00", "33.00", id="plain"),
        pytest.param(
            BELGIAN_SCALE, "50000", {}, "2000.00", "0.00", "2000.00", id="maximum"
        ),
        pytest.param(DUTCH_SCALE, "100", {}, "40.00", "0.00", "40.00", id="minimum"),
        pytest.param(
            DUTCH_SCALE, "100", {"vat": 21}, "40.00", "8.40", "48.40", id="VAT"
        ),
        pytest.param(
            DUTCH_SCALE, "100", {"vat": 0}, "40.00", "0.00", "40.00", id="VAT of 0 %"
        ),
        pytest.param(
            BELGIAN_SCALE,
            "180",
            {"postage": "9.85"},
            "33.00",
            "0.00",
            "42.85",
            id="postage",
        ),
        pytest.param(
            DUTCH_SCALE,
            "8400",
            {"included": 40},
            "795.00",
            "0.00",
            "755.00",
            id="part of it charged",
        ),
        pytest.param(
            DUTCH_SCALE,
            "100",
            {"included": "40.01"},
            "40.00",
            "0.00",
            "0.00",
            id="more than it charged",
        ),
        pytest.param(DUTCH_SCALE, "0", {}, "0.00", "0.00", "0.00", id="nothing open"),
    ],
)
def test_costs_come_out_again(scale_, open_amount, words, net, vat, amount):
    total, proof = prove_cost(
        {"INV/1": Decimal(open_amount)},
        scale_,
        **{name: Decimal(word) for name, word in words.items()},
    )
    assert str(total) == amount
    assert replay(kept(proof)) == Replay(
        {"net": net, "vat": vat, "amount": amount}, True
    )


def test_without_a_claim_there_are_no_costs_but_the_letter():
    total, proof = prove_cost({}, DUTCH_SCALE, postage=Decimal("9.85"))
    assert total == Decimal("9.85")
    assert replay(kept(proof)).holds


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("amounts.INV/1", "5000.10"),
        ("amounts.INV/3", "1.00"),
        ("brackets.2.above", "5001"),
        ("brackets.2.base", "625.01"),
        ("brackets.2.percentage", "5.1"),
        ("brackets.0.above", "1"),
        ("brackets", []),
        ("minimum", "9000"),
        ("minimum", "700"),
        ("maximum", "600"),
        ("maximum", "none"),
        ("vat", None),
        ("vat", "21.1"),
        ("postage", "9.86"),
        ("included", "40.01"),
        ("result.amount", "740.97"),
        ("result.net", "635.01"),
        ("result.vat", "133.36"),
    ],
)
def test_no_change_of_a_proof_of_costs_goes_unseen(place, value):
    _total, proof = prove_cost(
        {"INV/1": Decimal("5000.00"), "INV/2": Decimal("200.00"), "INV/3": Decimal(0)},
        DUTCH_SCALE,
        Decimal(21),
        Decimal("9.85"),
        Decimal("40.00"),
    )
    assert proof["result"] == {"net": "635.00", "vat": "133.35", "amount": "738.20"}
    assert replay(proof).holds
    assert not replay(changed(proof, place, value)).holds


@given(
    st.dictionaries(st.text(), cents(0), max_size=4),
    fee_scales(),
    st.none() | percentages(),
    cents(0, 2_000),
    cents(0, 10_000),
    st.none() | fee_scales(),
)
def test_any_costs_come_out_again(amounts, scale_, vat, postage, included, agreed):
    total, proof = prove_cost(amounts, scale_, vat, postage, included, agreed=agreed)
    again = replay(kept(proof))
    assert again.holds
    assert again.result["amount"] == str(total)
    assert total >= 0


def test_a_proof_by_contract_holds_what_the_contract_says():
    agreed = scale([("0", "0", "10")], minimum="25")
    total, proof = prove_cost(
        {"INV/1": Decimal("300.00")}, BELGIAN_SCALE, agreed=agreed
    )
    assert total == Decimal("30.00")
    assert proof["counted"] == "agreed"
    assert proof["agreed"] == {
        "brackets": [{"above": "0", "base": "0", "percentage": "10"}],
        "minimum": "25",
        "maximum": None,
    }
    assert replay(kept(proof)).holds
    proof["agreed"]["minimum"] = "29"
    assert replay(kept(proof)).holds  # the percentage decides
    proof["agreed"]["minimum"] = "31"
    assert not replay(kept(proof)).holds


# -- waiting periods ----------------------------------------------------------


def test_a_proof_of_a_wait_holds_the_days_off_in_it():
    """From the sending to the last day; the days off after it play no part."""
    period, proof = prove_wait(
        date(2026, 10, 14), EXTENDED, CALENDAR, DELIVERY_DAYS, BASIS
    )
    assert period == wait(date(2026, 10, 14), EXTENDED, CALENDAR, DELIVERY_DAYS)
    assert proof == {
        "rule": "wait",
        "sent_on": "2026-10-14",
        "convention": "delivery_day",
        "offset": 2,
        "days": 14,
        "months": 0,
        "extend": True,
        "known_until": "2026-11-02",
        "days_off": [
            *("2026-10-15", "2026-10-17", "2026-10-18", "2026-10-24", "2026-10-25"),
            *("2026-10-31", "2026-11-01"),
        ],
        "no_delivery": [
            *("2026-10-15", "2026-10-18", "2026-10-19", "2026-10-25", "2026-10-26"),
            *("2026-11-01", "2026-11-02"),
        ],
        "result": {
            "delivered_on": "2026-10-17",
            "starts_on": "2026-10-18",
            "last_day": "2026-11-02",
            "claimable_from": "2026-11-03",
        },
        "basis": BASIS,
    }


def test_a_proof_of_a_wait_ends_with_a_day_off_when_the_wait_does():
    _period, proof = prove_wait(date(2026, 10, 14), DELIVERED, CALENDAR, DELIVERY_DAYS)
    assert proof["known_until"] == proof["days_off"][-1] == "2026-10-31"
    assert proof["extend"] is False
    assert proof["basis"] == {}


@pytest.mark.parametrize(
    ("rule", "delivered_on", "starts_on", "last_day"),
    [
        pytest.param(
            WaitingRule("day_after_sending", 14),
            None,
            "2026-10-15",
            "2026-10-28",
            id="day after sending",
        ),
        pytest.param(POST, None, "2026-10-20", "2026-11-02", id="third working day"),
        pytest.param(
            WaitingRule("working_day_after_sending", 0, offset=3, months=1),
            None,
            "2026-10-20",
            "2026-11-19",
            id="a month",
        ),
        pytest.param(
            DELIVERED, "2026-10-17", "2026-10-18", "2026-10-31", id="day of delivery"
        ),
        pytest.param(
            EXTENDED, "2026-10-17", "2026-10-18", "2026-11-02", id="to a working day"
        ),
        pytest.param(
            WaitingRule("receipt", 14),
            "2026-10-14",
            "2026-10-15",
            "2026-10-28",
            id="receipt",
        ),
    ],
)
def test_a_wait_comes_out_again(rule, delivered_on, starts_on, last_day):
    sent_on = date(2026, 10, 14)
    period, proof = prove_wait(sent_on, rule, CALENDAR, DELIVERY_DAYS)
    days_of_it = {"starts_on": starts_on, "last_day": last_day}
    if delivered_on:
        days_of_it["delivered_on"] = delivered_on
    claimable_from = date.fromisoformat(last_day) + timedelta(days=1)
    assert replay(kept(proof)) == Replay(
        {**days_of_it, "claimable_from": claimable_from.isoformat()}, True
    )
    assert period == WaitingPeriod(
        sent_on,
        delivered_on and date.fromisoformat(delivered_on),
        date.fromisoformat(starts_on),
        date.fromisoformat(last_day),
        claimable_from,
    )


def test_days_of_delivery_are_kept_where_they_count():
    _period, proof = prove_wait(date(2026, 10, 14), POST, CALENDAR)
    assert proof["no_delivery"] is None
    assert replay(kept(proof)).holds


def test_a_week_of_delivery_every_day_is_no_calendar_that_is_missing():
    """No day without delivery is another thing than nothing known of delivery."""
    every_day = WorkingDays(date(2026, 10, 14), [True] * 60)
    period, proof = prove_wait(date(2026, 10, 14), DELIVERED, CALENDAR, every_day)
    assert proof["no_delivery"] == []
    assert period.delivered_on == date(2026, 10, 16)
    assert replay(kept(proof)).holds


@pytest.mark.parametrize(
    ("working_last", "delivery_last"),
    [
        pytest.param("2026-12-31", "2026-10-17", id="of delivery"),
        pytest.param("2026-10-16", "2026-12-31", id="of working days"),
        pytest.param("2026-10-16", "2026-10-17", id="both"),
    ],
)
def test_a_calendar_need_not_reach_further_than_the_rule_asks(
    working_last, delivery_last
):
    sent_on = date(2026, 10, 14)
    _period, proof = prove_wait(
        sent_on,
        DELIVERED,
        cut(CALENDAR, sent_on, working_last),
        cut(DELIVERY_DAYS, sent_on, delivery_last),
    )
    assert proof["result"]["last_day"] == "2026-10-31"
    assert replay(kept(proof)).holds


def cut(calendar, first, last):
    """Return the days of a calendar from one day to another."""
    span = (date.fromisoformat(last) - first).days + 1
    known = [first + timedelta(days=place) for place in range(span)]
    return WorkingDays(first, [calendar.is_working(day) for day in known])


def test_a_wait_that_the_calendar_does_not_reach_is_not_proved():
    sent_on = date(2026, 10, 14)
    with pytest.raises(LookupError):
        prove_wait(sent_on, POST, cut(CALENDAR, sent_on, "2026-10-19"))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("sent_on", "2026-10-13"),
        ("sent_on", "2026-10-16"),
        ("convention", "receipt"),
        ("offset", 1),
        ("days", 12),
        ("days", 17),
        ("months", 1),
        ("extend", False),
        ("days_off.5", "2026-11-02"),
        ("days_off.6", "2026-10-02"),
        ("no_delivery.0", "2026-10-19"),
        ("no_delivery", None),
        ("known_until", "2026-11-01"),
        ("known_until", "2026-10-16"),
        ("result.delivered_on", "2026-10-16"),
        ("result.starts_on", "2026-10-17"),
        ("result.last_day", "2026-11-01"),
        ("result.claimable_from", "2026-11-02"),
    ],
)
def test_no_change_of_a_proof_of_a_wait_goes_unseen(place, value):
    _period, proof = prove_wait(date(2026, 10, 14), EXTENDED, CALENDAR, DELIVERY_DAYS)
    assert not replay(changed(proof, place, value)).holds


@given(waiting_rules(), days())
def test_any_wait_comes_out_again(rule, sent_on):
    period, proof = prove_wait(sent_on, rule, CALENDAR, DELIVERY_DAYS)
    assert period == wait(sent_on, rule, CALENDAR, DELIVERY_DAYS)
    again = replay(kept(proof))
    assert again.holds
    assert again.result["claimable_from"] == period.claimable_from.isoformat()


# -- all of them --------------------------------------------------------------


def proofs():
    """Return a proof of each rule."""
    return [
        belgian_interest()[1],
        prove_cost({"INV/1": Decimal("180.00")}, BELGIAN_SCALE, basis=BASIS)[1],
        prove_wait(date(2026, 10, 14), POST, CALENDAR, basis=BASIS)[1],
    ]


@pytest.mark.parametrize("proof", proofs(), ids=lambda proof: proof["rule"])
def test_a_proof_is_what_json_can_hold(proof):
    assert kept(proof) == proof
    assert replay(kept(proof)).holds


@pytest.mark.parametrize("proof", proofs(), ids=lambda proof: proof["rule"])
def test_what_cannot_be_worked_out_is_shown_as_claimed_and_does_not_hold(proof):
    broken = {
        "interest": ("due_on", "1 December"),
        "cost": ("postage", "stamp"),
        "wait": ("known_until", "2026-10-14"),
    }
    assert replay(changed(proof, *broken[proof["rule"]])) == Replay(
        proof["result"], False
    )


@pytest.mark.parametrize("proof", proofs(), ids=lambda proof: proof["rule"])
def test_what_the_words_say_does_not_count(proof):
    """The basis is for the reader; the result rests on figures and dates."""
    assert proof["basis"] == BASIS
    assert replay({**proof, "basis": {}}).holds


def test_a_proof_does_not_change_with_what_it_was_made_of():
    amounts, basis = {"INV/1": Decimal("180.00")}, dict(BASIS)
    _total, proof = prove_cost(amounts, BELGIAN_SCALE, basis=basis)
    amounts["INV/2"] = Decimal("20.00")
    basis["article"] = "art. 6"
    assert proof["amounts"] == {"INV/1": "180.00"}
    assert proof["basis"] == BASIS


@pytest.mark.parametrize("proof", [{}, {"rule": None}, {"rule": "fee"}])
def test_an_unknown_rule_proves_nothing(proof):
    with pytest.raises(ValueError, match=f"by the rule {proof.get('rule')!r}"):
        replay(proof)
