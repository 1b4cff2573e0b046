"""Credit proposals: nobody gets more by paying worse."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.credit import propose

money = st.integers(0, 10_000_000).map(lambda cents: Decimal(cents) / 100)
CLASSES = ["low", "medium", "high", "very_high"]


def limit(risk_class, monthly):
    return propose(risk_class, 0, 0, monthly, 75, 60).limit


@given(money)
def test_worse_classes_never_get_more(monthly):
    limits = [limit(name, monthly) for name in CLASSES]
    assert limits == sorted(limits, reverse=True)
    assert limits[-1] == 0


@given(st.sampled_from(CLASSES), money, money)
def test_more_turnover_never_gives_less(name, one, other):
    low, high = sorted((one, other))
    assert limit(name, low) <= limit(name, high)


def test_limits_are_rounded_up_to_hundreds():
    assert limit("high", Decimal("101")) == 200
    assert limit("unknown", Decimal("101")) is None


@given(st.none() | st.integers(0, 100), st.integers(-50, 400))
def test_stop_has_a_reason_exactly_when_a_limit_is_reached(score, days):
    proposal = propose("medium", score, days, Decimal(0), 75, 60)
    assert ("score" in proposal.reasons) == (score is not None and score >= 75)
    assert ("age" in proposal.reasons) == (days >= 60)
    assert proposal.stop == bool(proposal.reasons)
    assert not propose("medium", score, days, Decimal(0), 0, 0).stop


@pytest.mark.parametrize(
    ("score", "days_overdue", "reasons"),
    [
        pytest.param(74, 59, (), id="below both"),
        pytest.param(75, 59, ("score",), id="bad score"),
        pytest.param(None, 60, ("age",), id="old debt, no score"),
        pytest.param(100, 400, ("score", "age"), id="both"),
    ],
)
def test_a_stop_names_its_reasons(score, days_overdue, reasons):
    proposal = propose("medium", score, days_overdue, Decimal(0), 75, 60)
    assert proposal.reasons == reasons
    assert proposal.stop is bool(reasons)


@pytest.mark.parametrize(
    ("risk_class", "expected"),
    [("low", 300), ("medium", 200), ("high", 100), ("very_high", 0)],
)
def test_months_of_turnover_that_a_class_may_owe(risk_class, expected):
    assert limit(risk_class, Decimal(100)) == expected
