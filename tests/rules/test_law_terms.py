"""Words of a law pack, and spans of days: what they hold and where they meet."""

from datetime import date, timedelta

import pytest
from hypothesis import given

from ar_dunning.rules.law_terms import (
    COMPOUNDING,
    COST_KINDS,
    DEBTOR_CLASSES,
    NATURES,
    PUBLISHED,
    STARTS,
    Basis,
    Span,
)
from strategies import DAY_ZERO, days, spans

HORIZON = [DAY_ZERO + timedelta(days=n) for n in range(-70, 200)]
MARCH = Span(date(2026, 3, 1), date(2026, 3, 31))
FROM_MARCH = Span(date(2026, 3, 1))


def test_packs_and_claims_say_it_in_these_words():
    """They stand in packs, in the database and in what others import: kept for good."""
    assert DEBTOR_CLASSES == ("consumer", "enterprise", "public_body")
    assert " ".join(NATURES) == (
        "private_contract rent municipal_tax municipal_retribution "
        "administrative_fine social_claim damages other"
    )
    assert COST_KINDS == ("lump_sum", "collection_costs", "fixed_amount", "reminder")
    assert STARTS == ("due", "wait", "sending")
    assert PUBLISHED == ("half_year", "year", "open")
    assert COMPOUNDING == ("simple", "yearly")


def test_a_row_that_nobody_compared_with_the_law_is_not_verified():
    basis = Basis({"nl": "art. 5"}, "Belgisch Staatsblad")
    assert basis.verified_by == basis.note == ""


@pytest.mark.parametrize(
    ("span", "day", "expected"),
    [
        pytest.param(MARCH, "2026-02-28", False, id="the day before"),
        pytest.param(MARCH, "2026-03-01", True, id="the first day"),
        pytest.param(MARCH, "2026-03-31", True, id="the last day"),
        pytest.param(MARCH, "2026-04-01", False, id="the day after"),
        pytest.param(FROM_MARCH, "2026-02-28", False, id="before an open end"),
        pytest.param(FROM_MARCH, "2099-12-31", True, id="an open end"),
    ],
)
def test_a_span_holds_its_first_and_its_last_day(span, day, expected):
    assert span.holds(date.fromisoformat(day)) is expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        pytest.param("2026-01-01", "2026-02-28", False, id="ends the day before"),
        pytest.param("2026-01-01", "2026-03-01", True, id="ends on the first day"),
        pytest.param("2026-01-01", "2026-12-31", True, id="around"),
        pytest.param("2026-03-10", "2026-03-10", True, id="a day within"),
        pytest.param("2026-03-31", "2026-12-31", True, id="begins on the last day"),
        pytest.param("2026-04-01", "2026-12-31", False, id="begins the day after"),
        pytest.param("2026-01-01", None, True, id="open, from before"),
        pytest.param("2026-03-31", None, True, id="open, from the last day"),
        pytest.param("2026-04-01", None, False, id="open, from the day after"),
    ],
)
def test_two_spans_meet_that_have_a_day_in_common(first, last, expected):
    other = Span(date.fromisoformat(first), last and date.fromisoformat(last))
    assert MARCH.meets(other) is expected
    assert other.meets(MARCH) is expected


def test_two_spans_without_an_end_always_meet():
    later = Span(date(2030, 1, 1))
    assert FROM_MARCH.meets(later)
    assert later.meets(FROM_MARCH)


@given(spans(), days(-80, 200))
def test_a_span_holds_what_it_shares_with_that_day(span, day):
    assert span.holds(day) == span.meets(Span(day, day))


@given(spans(), spans())
def test_two_spans_meet_when_a_day_lies_in_both(one, other):
    assert one.meets(other) == any(
        one.holds(day) and other.holds(day) for day in HORIZON
    )
