"""Interest: official outcomes, a walk from day to day, and what must hold for any."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.interest import Accrual, AccrualIndex, Reduction, accrue
from ar_dunning.rules.money import round_half_up
from ar_dunning.rules.periods import Period
from ar_dunning.rules.rates import MissingRateError, Rate, RateSeries
from legal_figures import (
    BELGIAN_LEGAL,
    BELGIAN_TRADE,
    DUTCH_CONSUMER,
    DUTCH_TRADE,
    FRENCH_TRADE,
    GERMAN_CONSUMER,
    GERMAN_TRADE,
    series,
)
from oracles import walk_interest
from strategies import (
    INTEREST_FIRST,
    INTEREST_LAST,
    cents,
    conventions,
    frozen_lists,
    interest_days,
    interest_facts,
    rate_series,
)

ONE_DAY = timedelta(days=1)
NO_RATES = RateSeries([])
NOTHING = Accrual((), Fraction(0), Decimal("0.00"))


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("principal", "due_on", "last", "rates", "expected"),
    [
        pytest.param(
            "300", "2026-11-02", "2026-12-31", BELGIAN_TRADE, "5.09", id="BE SME"
        ),
        pytest.param(
            "300", "2026-11-16", "2026-12-31", BELGIAN_TRADE, "3.88", id="BE not SME"
        ),
        pytest.param(
            "1000", "2026-01-31", "2026-03-02", BELGIAN_TRADE, "8.63", id="BE 30 days"
        ),
        pytest.param(
            "10000", "2024-12-01", "2025-01-31", BELGIAN_TRADE, "200.13", id="BE leap"
        ),
        pytest.param(
            "2500",
            "2025-06-15",
            "2025-07-15",
            BELGIAN_TRADE,
            "22.60",
            id="BE half-year",
        ),
        pytest.param(
            "1000", "2025-12-31", "2026-12-31", BELGIAN_TRADE, "105.00", id="BE year"
        ),
        pytest.param(
            "12100", "2026-05-31", "2026-11-22", BELGIAN_TRADE, "609.14", id="BE 175"
        ),
        pytest.param(
            "1000", "2025-12-31", "2026-12-31", BELGIAN_LEGAL, "45.00", id="BE legal"
        ),
        pytest.param(
            "5000", "2022-12-01", "2023-01-30", BELGIAN_LEGAL, "27.74", id="BE 2 rates"
        ),
        pytest.param(
            "5000", "2023-06-30", "2024-06-30", BELGIAN_LEGAL, "275.29", id="BE 366"
        ),
        pytest.param(
            "8400", "2026-05-29", "2026-06-20", DUTCH_TRADE, "51.39", id="NL trade"
        ),
        pytest.param(
            "820", "2026-01-31", "2026-03-03", DUTCH_CONSUMER, "2.79", id="NL consumer"
        ),
        pytest.param(
            "10000", "2026-06-20", "2026-07-10", DUTCH_TRADE, "56.30", id="NL halves"
        ),
        pytest.param(
            "1000", "2023-12-31", "2026-06-30", DUTCH_CONSUMER, "149.84", id="NL simple"
        ),
        pytest.param(
            "10000",
            "2026-07-31",
            "2026-08-30",
            GERMAN_TRADE,
            "86.47",
            id="DE § 288(2) BGB",
        ),
        pytest.param(
            "10000",
            "2026-07-31",
            "2026-08-30",
            GERMAN_CONSUMER,
            "53.59",
            id="DE § 288(1) BGB",
        ),
        pytest.param(
            "1000",
            "2026-08-31",
            "2026-09-30",
            FRENCH_TRADE,
            "10.19",
            id="FR art. L441-10",
        ),
    ],
)
def test_statutory_outcomes(principal, due_on, last, rates, expected):
    accrual = accrue(Decimal(principal), day(due_on), day(last), rates)
    assert str(accrual.amount) == expected


@pytest.mark.parametrize(
    ("principal", "due_on", "last", "rates", "convention", "expected"),
    [
        ("10000", "2024-12-01", "2025-01-31", BELGIAN_TRADE, "act/365", "200.41"),
        ("5000", "2023-06-30", "2024-06-30", BELGIAN_LEGAL, "act/365", "275.68"),
        (
            "10000",
            "2026-07-31",
            "2026-08-30",
            GERMAN_TRADE,
            "act/360",
            "87.67",
        ),
        ("1200", "2025-12-31", "2026-12-31", BELGIAN_LEGAL, "30/360", "54.00"),
    ],
)
def test_the_convention_counts(principal, due_on, last, rates, convention, expected):
    accrual = accrue(Decimal(principal), day(due_on), day(last), rates, convention)
    assert accrual.amount == Decimal(expected)


def test_segments_prove_the_sum_and_are_rounded_once():
    """11.82 and 10.79 are 22.61 when each is rounded: a cent too much."""
    accrual = accrue(Decimal(2500), date(2025, 6, 15), date(2025, 7, 15), BELGIAN_TRADE)
    first, second = accrual.segments
    assert (first.first, first.last, first.days) == (
        date(2025, 6, 16),
        date(2025, 6, 30),
        15,
    )
    assert (second.first, second.last, second.days) == (
        date(2025, 7, 1),
        date(2025, 7, 15),
        15,
    )
    assert [row.rate.percentage for row in accrual.segments] == [
        Decimal("11.5"),
        Decimal("10.5"),
    ]
    assert [row.base for row in accrual.segments] == [2500, 2500]
    assert [row.years for row in accrual.segments] == [Fraction(15, 365)] * 2
    assert [round_half_up(row.interest) for row in accrual.segments] == [
        Decimal("11.82"),
        Decimal("10.79"),
    ]
    assert accrual.exact == first.interest + second.interest
    assert accrual.amount == Decimal("22.60")


@pytest.mark.parametrize(
    ("convention", "expected", "amount"),
    [
        ("act/act", ["70.00", "64.20", "22.50"], "156.70"),
        ("act/365", ["70.19", "64.21", "22.50"], "156.90"),
    ],
)
def test_dutch_interest_bears_interest_after_a_year(convention, expected, amount):
    """Art. 6:119(2) BW; in default from 1 January 2024."""
    accrual = accrue(
        Decimal(1000),
        date(2023, 12, 31),
        date(2026, 6, 30),
        DUTCH_CONSUMER,
        convention,
        "yearly",
    )
    assert [str(round_half_up(row.interest)) for row in accrual.segments] == expected
    assert accrual.amount == Decimal(amount)
    if convention == "act/act":
        assert [row.base for row in accrual.segments] == [
            1000,
            1070,
            Fraction("1134.2"),
        ]


@pytest.mark.parametrize(
    ("due_on", "last", "begins"),
    [
        pytest.param(
            "2024-02-28",
            "2028-03-01",
            ["2024-02-29", "2025-03-01", "2026-03-01", "2027-03-01", "2028-02-29"],
            id="from 29 February",
        ),
        pytest.param(
            "2024-02-29", "2025-03-01", ["2024-03-01", "2025-03-01"], id="from 1 March"
        ),
        pytest.param(
            "2024-05-09", "2025-05-09", ["2024-05-10"], id="the last day of the year"
        ),
        pytest.param(
            "2024-05-09", "2025-05-10", ["2024-05-10", "2025-05-10"], id="one day more"
        ),
    ],
)
def test_a_year_of_interest_ends_before_its_anniversary(due_on, last, begins):
    accrual = accrue(
        Decimal(100),
        day(due_on),
        day(last),
        series({"2024-01-01": "5"}),
        compounding="yearly",
    )
    assert [str(row.first) for row in accrual.segments] == begins
    assert [row.base for row in accrual.segments[1:]] == [
        100 + sum(row.interest for row in accrual.segments[: n + 1])
        for n in range(len(begins) - 1)
    ]


def test_the_day_of_a_payment_still_bears_interest():
    accrual = accrue(
        Decimal(1000),
        date(2025, 12, 31),
        date(2026, 1, 31),
        BELGIAN_TRADE,
        reductions=[Reduction(date(2026, 1, 10), Decimal(400))],
    )
    assert [(row.last, row.days, row.base) for row in accrual.segments] == [
        (date(2026, 1, 10), 10, 1000),
        (date(2026, 1, 31), 21, 600),
    ]


def test_a_payment_up_to_the_due_date_lowers_the_principal():
    due_on, last = date(2025, 12, 31), date(2026, 1, 31)
    paid = [Reduction(due_on, Decimal(300)), Reduction(date(2024, 1, 1), Decimal(300))]
    whole = accrue(Decimal(1000), due_on, last, BELGIAN_TRADE, reductions=paid)
    assert whole == accrue(Decimal(400), due_on, last, BELGIAN_TRADE)


def test_payments_of_one_day_are_one_and_later_ones_change_nothing():
    due_on, last = date(2025, 12, 31), date(2026, 1, 31)
    on = date(2026, 1, 10)
    paid = [
        Reduction(on, Decimal(100)),
        Reduction(on, Decimal(200)),
        Reduction(last, Decimal(500)),
        Reduction(date(2026, 2, 1), Decimal(500)),
    ]
    once = [Reduction(on, Decimal(300))]
    assert accrue(
        Decimal(1000), due_on, last, BELGIAN_TRADE, reductions=paid
    ) == accrue(Decimal(1000), due_on, last, BELGIAN_TRADE, reductions=once)


@pytest.mark.parametrize("compounding", ["simple", "yearly"])
def test_after_the_last_cent_no_rate_is_asked_for(compounding):
    """The rates end, but what was paid before bears nothing any more."""
    rates = RateSeries([Rate(date(2026, 1, 1), Decimal(10), date(2026, 1, 31))])
    accrual = accrue(
        Decimal(1000),
        date(2025, 12, 31),
        date(2026, 12, 31),
        rates,
        compounding=compounding,
        reductions=[Reduction(date(2026, 1, 20), Decimal(1200))],
    )
    assert [row.days for row in accrual.segments] == [20]


def test_what_is_paid_too_much_is_not_kept_for_interest_of_later_years():
    accrual = accrue(
        Decimal(1000),
        date(2023, 12, 31),
        date(2025, 12, 31),
        DUTCH_CONSUMER,
        compounding="yearly",
        reductions=[Reduction(date(2024, 12, 31), Decimal(1500))],
    )
    assert [row.base for row in accrual.segments] == [1000, 70]


def test_a_payment_takes_away_compounded_interest_too():
    accrual = accrue(
        Decimal(1000),
        date(2023, 12, 31),
        date(2026, 1, 1),
        DUTCH_CONSUMER,
        compounding="yearly",
        reductions=[Reduction(date(2025, 1, 1), Decimal(1050))],
    )
    assert [row.base for row in accrual.segments[1:3]] == [1070, 20]


def test_frozen_days_bear_nothing_and_need_no_rate():
    rates = RateSeries(
        [
            Rate(date(2026, 1, 1), Decimal(10), date(2026, 1, 31)),
            Rate(date(2026, 3, 1), Decimal(12)),
        ]
    )
    frozen = [Period(date(2026, 2, 10), date(2026, 2, 28))]
    frozen.append(Period(date(2026, 2, 1), date(2026, 2, 14)))
    accrual = accrue(
        Decimal(1000), date(2025, 12, 31), date(2026, 3, 2), rates, frozen=frozen
    )
    assert [(row.first, row.last) for row in accrual.segments] == [
        (date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 3, 1), date(2026, 3, 2)),
    ]


@pytest.mark.parametrize("first", [date.min, date(2026, 1, 1)])
def test_an_open_end_freezes_for_good(first):
    assert (
        accrue(
            Decimal(1000),
            date(2025, 12, 31),
            date(2026, 12, 31),
            NO_RATES,
            frozen=[Period(first, None)],
        )
        == NOTHING
    )


def test_a_year_of_interest_does_not_wait_for_frozen_days():
    accrual = accrue(
        Decimal(1000),
        date(2023, 12, 31),
        date(2025, 1, 31),
        DUTCH_CONSUMER,
        compounding="yearly",
        frozen=[Period(date(2024, 1, 1), date(2024, 12, 30))],
    )
    one_day = 1000 * Fraction(7, 100) / 366
    assert [row.base for row in accrual.segments] == [1000, 1000 + one_day]


@pytest.mark.parametrize("principal", ["0", "-100"])
def test_without_principal_nothing_accrues(principal):
    due_on, last = date(2025, 12, 31), date(2026, 12, 31)
    assert accrue(Decimal(principal), due_on, last, NO_RATES) == NOTHING
    index = AccrualIndex(BELGIAN_TRADE, due_on + ONE_DAY, last)
    assert index.interest(Decimal(principal), due_on, last) == 0


@pytest.mark.parametrize("last", ["2025-12-30", "2025-12-31"])
@pytest.mark.parametrize("compounding", ["simple", "yearly"])
def test_nothing_accrues_up_to_the_due_date(last, compounding):
    due_on = date(2025, 12, 31)
    assert (
        accrue(Decimal(100), due_on, day(last), NO_RATES, compounding=compounding)
        == NOTHING
    )


def test_a_day_without_a_rate_is_an_error():
    with pytest.raises(MissingRateError, match="2023-12-31"):
        accrue(Decimal(100), date(2023, 12, 30), date(2024, 2, 1), BELGIAN_TRADE)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"convention": "act/366"}, "act/366"),
        ({"compounding": "monthly"}, "monthly"),
    ],
)
def test_unknown_words_are_refused_even_for_no_days(words, message):
    on = date(2026, 1, 1)
    with pytest.raises(ValueError, match=message):
        accrue(Decimal(100), on, on, BELGIAN_TRADE, **words)


@pytest.mark.parametrize("amount", ["0", "-1", "NaN"])
def test_a_reduction_is_above_zero(amount):
    with pytest.raises(ValueError, match="amount"):
        Reduction(date(2026, 1, 1), Decimal(amount))


# What holds for any claim.

principals = cents(maximum=10_000_000)


@given(interest_facts())
def test_interest_is_a_walk_from_day_to_day(facts):
    assert accrue(**facts).exact == walk_interest(**facts)


@given(interest_facts())
def test_segments_are_in_order_and_prove_the_amount(facts):
    accrual = accrue(**facts)
    for earlier, later in pairwise(accrual.segments):
        assert earlier.last < later.first
    for row in accrual.segments:
        assert facts["due_on"] < row.first <= row.last <= facts["last"]
        assert row.days == (row.last - row.first).days + 1
        assert row.base > 0
        assert row.rate is facts["series"].on(row.first)
        assert row.rate is facts["series"].on(row.last)
        percentage = Fraction(row.rate.percentage)
        assert row.interest == row.base * row.years * percentage / 100
    assert accrual.exact == sum(row.interest for row in accrual.segments)
    assert accrual.amount == round_half_up(accrual.exact)


@given(interest_facts(), interest_days())
def test_simple_interest_adds_up_over_periods(facts, middle):
    facts["compounding"] = "simple"
    days = sorted([facts.pop("due_on"), middle, facts.pop("last")])
    parts = [accrue(due_on=one, last=two, **facts) for one, two in pairwise(days)]
    whole = accrue(due_on=days[0], last=days[-1], **facts)
    assert whole.exact == sum(part.exact for part in parts)


@given(interest_facts(), principals, st.integers(0, 400))
def test_more_principal_or_more_days_never_bear_less(facts, more, days):
    interest = accrue(**facts).exact
    assert accrue(**{**facts, "principal": facts["principal"] + more}).exact >= interest
    later = facts["last"] + timedelta(days=days)
    assert accrue(**{**facts, "last": later}).exact >= interest


@given(principals, interest_days(), interest_days(), rate_series(), frozen_lists())
def test_compounding_never_lowers_interest(principal, one, two, rates, frozen):
    due_on, last = sorted([one, two])
    simple = accrue(principal, due_on, last, rates, frozen=frozen)
    yearly = accrue(principal, due_on, last, rates, compounding="yearly", frozen=frozen)
    assert yearly.exact >= simple.exact
    if (last - due_on).days <= 365:
        assert yearly.exact == simple.exact


@given(
    principals,
    interest_days(),
    interest_days(),
    rate_series(),
    conventions(),
)
def test_the_index_gives_what_accrue_gives(principal, due_on, last, rates, convention):
    index = AccrualIndex(rates, INTEREST_FIRST, INTEREST_LAST + ONE_DAY, convention)
    expected = accrue(principal, due_on, last, rates, convention).exact
    assert index.interest(principal, due_on, last) == expected
    difference = index.running(last) - index.running(due_on)
    assert max(difference, 0) * Fraction(principal) / index.divisor == expected


def test_the_index_begins_at_zero_and_ends_with_its_last_day():
    first, last = date(2025, 1, 1), date(2026, 12, 31)
    index = AccrualIndex(BELGIAN_TRADE, first, last)
    assert index.running(first - ONE_DAY) == 0
    assert index.interest(Decimal(100), date(2025, 12, 31), last) == Fraction("10.5")
    for outside in (first - 2 * ONE_DAY, last + ONE_DAY):
        with pytest.raises(ValueError, match="outside the index"):
            index.running(outside)
    with pytest.raises(ValueError, match="is not an amount"):
        index.interest(Decimal("NaN"), first, first)


@pytest.mark.parametrize(
    ("principal", "last"),
    [
        pytest.param("0", "2028-12-31", id="no principal"),
        pytest.param("100", "2027-12-31", id="no day"),
    ],
)
def test_the_index_is_not_asked_where_nothing_bears_interest(principal, last):
    """A claim that is due after its last day then has no interest, and no error."""
    index = AccrualIndex(BELGIAN_TRADE, date(2025, 1, 1), date(2026, 12, 31))
    assert index.interest(Decimal(principal), date(2027, 12, 31), day(last)) == 0


def test_the_index_works_on_a_single_day():
    on = date(2026, 1, 1)
    index = AccrualIndex(BELGIAN_TRADE, on, on, "act/365")
    assert index.interest(Decimal(365), on - ONE_DAY, on) == Fraction("0.105")
    with pytest.raises(ValueError, match="a day at least"):
        AccrualIndex(BELGIAN_TRADE, on, on - ONE_DAY)


def test_the_index_refuses_days_without_a_rate_and_unknown_conventions():
    on = date(2023, 12, 31)
    with pytest.raises(MissingRateError):
        AccrualIndex(BELGIAN_TRADE, on, on + ONE_DAY)
    with pytest.raises(ValueError, match="act/366"):
        AccrualIndex(BELGIAN_TRADE, on, on + ONE_DAY, "act/366")
