"""How a debtor pays: what counts, and how the score is made."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.behaviour import (
    CLASSES,
    Component,
    Item,
    counted,
    days_late,
    figures,
    months_before,
    risk_class,
    score,
)

ON = date(2026, 3, 20)
days = st.dates(date(2023, 1, 1), date(2026, 12, 31))
items = st.builds(
    Item,
    amount=st.integers(1, 10_000_000).map(lambda cents: Decimal(cents) / 100),
    date_due=days,
    closed_on=st.none() | days,
    levels=st.integers(0, 5),
    disputed=st.booleans(),
)


def late(days_after, amount="100"):
    due = date(2026, 1, 1)
    return Item(Decimal(amount), due, due + timedelta(days=days_after))


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        (date(2026, 3, 20), 24, date(2024, 3, 20)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 5, 31), 6, date(2025, 11, 30)),
    ],
)
def test_months_end_where_the_month_ends(on, months, expected):
    assert months_before(on, months) == expected


@given(days, st.integers(0, 40))
def test_months_before_is_that_many_months(on, months):
    before = months_before(on, months)
    distance = (on.year - before.year) * 12 + on.month - before.month
    assert distance == months
    assert before.day <= on.day


@given(st.lists(items, max_size=12))
def test_figures_stay_between_the_extremes(some):
    result = figures(some, ON)
    lates = [days_late(item, ON) for item in counted(some, ON)]
    assert result.settled + result.unpaid == len(lates)
    if not lates:
        assert result.days_late_average is None
        return
    slack = Decimal("0.01")
    for value in (result.days_late_average, result.days_late_median):
        assert min(lates) - slack <= value <= max(lates) + slack
    assert 0 <= result.disputed_share <= 100


def test_one_who_pays_nothing_scores_no_better_than_one_who_pays_late():
    due = date(2026, 1, 1)
    never = figures([Item(Decimal(100), due, None)], ON)
    once = figures([Item(Decimal(100), due, due + timedelta(days=30))], ON)
    assert never.days_late_average > once.days_late_average


def test_early_does_not_make_up_for_late():
    assert figures([late(-30), late(30)], ON).days_late_average == 15


def test_amounts_weigh():
    assert figures([late(0, "100"), late(10, "300")], ON).days_late_average == Decimal(
        "7.50"
    )


components = st.lists(
    st.builds(
        Component,
        metric=st.sampled_from(("one", "two", "three")),
        lower=st.none() | st.integers(-50, 50).map(Decimal),
        upper=st.none() | st.integers(-50, 50).map(Decimal),
        points=st.integers(0, 100),
        weight=st.integers(0, 10),
    ),
    max_size=8,
)
values = st.dictionaries(
    st.sampled_from(("one", "two", "three")),
    st.none() | st.integers(-60, 60).map(Decimal),
)


@given(values, components)
def test_score_lies_among_its_points(metrics, parts):
    points, used = score(metrics, parts)
    weighty = [component for component, _value in used if component.weight]
    if not weighty:
        assert points is None
        assert risk_class(points) == "unknown"
        return
    scores = [component.points for component in weighty]
    assert min(scores) <= points <= max(scores)
    for component, value in used:
        assert component.holds(value)


@given(st.integers(0, 100))
def test_every_score_has_its_class(points):
    name = risk_class(points)
    limits = dict(CLASSES)
    assert points < limits[name]
    assert all(points >= limit for other, limit in CLASSES if limit < limits[name])


def test_ranges_include_their_start_and_not_their_end():
    part = Component("one", Decimal(1), Decimal(8), 50, 1)
    assert part.holds(Decimal(1))
    assert not part.holds(Decimal(8))
    assert not part.holds(Decimal("0.99"))
