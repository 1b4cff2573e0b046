"""How a debtor pays: what counts, and how the score is made."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.behaviour import (
    CLASSES,
    Component,
    Figures,
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


LATE = [
    Component("days_late", None, Decimal(8), 10, 2),
    Component("days_late", Decimal(8), None, 50, 2),
    Component("disputed", Decimal(1), None, 100, 1),
]


def test_the_score_is_the_mean_of_the_points_by_weight():
    points, parts = score({"days_late": Decimal(8), "disputed": Decimal(5)}, LATE)
    assert points == 67  # (2 x 50 + 1 x 100) / 3 = 66.67
    assert parts == [(LATE[1], Decimal(8)), (LATE[2], Decimal(5))]


def test_a_metric_without_a_value_does_not_count():
    metrics = {"days_late": Decimal("7.99"), "disputed": None}
    assert score(metrics, LATE) == (10, [(LATE[0], Decimal("7.99"))])


def test_a_debtor_without_metrics_has_no_score():
    assert score({}, LATE) == (None, [])


def test_half_a_point_counts_against_the_debtor():
    even = [Component("one", None, None, points, 1) for points in (50, 51)]
    assert score({"one": Decimal(0)}, even)[0] == 51


@pytest.mark.parametrize(
    ("points", "name"),
    [
        (None, "unknown"),
        (0, "low"),
        (24, "low"),
        (25, "medium"),
        (49, "medium"),
        (50, "high"),
        (74, "high"),
        (75, "very_high"),
        (100, "very_high"),
    ],
)
def test_edges_of_the_classes(points, name):
    assert risk_class(points) == name


def paid(closed_on, days_after=10, amount=100, **more):
    return Item(
        Decimal(amount), closed_on - timedelta(days=days_after), closed_on, **more
    )


def owed(due_on):
    return Item(Decimal(100), due_on, None)


@pytest.mark.parametrize(
    ("item", "counts"),
    [
        pytest.param(paid(date(2024, 3, 19)), False, id="paid before the window"),
        pytest.param(paid(date(2024, 3, 20)), True, id="paid on its first day"),
        pytest.param(paid(ON), True, id="paid today"),
        pytest.param(paid(ON + timedelta(days=1)), False, id="paid tomorrow"),
        pytest.param(owed(ON - timedelta(days=1)), True, id="due yesterday"),
        pytest.param(owed(ON), False, id="due today"),
    ],
)
def test_what_counts_is_paid_within_two_years_or_overdue(item, counts):
    assert counted([item], ON) == ([item] if counts else [])


@pytest.mark.parametrize(
    ("earlier", "lately", "trend"),
    [
        pytest.param(date(2025, 3, 20), date(2025, 9, 20), 15, id="first days"),
        pytest.param(date(2025, 9, 19), ON, 15, id="last days"),
        pytest.param(date(2025, 3, 19), ON, None, id="a year ago is too long ago"),
        pytest.param(date(2025, 9, 20), ON, None, id="nothing before half a year"),
        pytest.param(date(2025, 3, 20), date(2025, 9, 19), None, id="nothing lately"),
    ],
)
def test_trend_compares_half_a_year_with_the_half_before(earlier, lately, trend):
    items = [paid(earlier, days_after=5), paid(lately, days_after=20)]
    assert figures(items, ON).trend_days == trend


def test_figures_of_one_debtor():
    items = [
        paid(date(2026, 1, 10), 10, amount=100, levels=1),
        paid(date(2026, 2, 10), 40, amount=300, levels=2, disputed=True),
        owed(date(2026, 2, 28)),
    ]
    assert figures(items, ON) == Figures(
        settled=2,
        unpaid=1,
        days_late_average=Decimal("30.00"),  # (100 x 10 + 300 x 40 + 100 x 20) / 500
        days_late_median=Decimal("20.00"),
        trend_days=None,
        notices_needed=Decimal("1.00"),
        disputed_share=Decimal("60.00"),
    )


def test_a_debtor_without_claims_has_no_figures():
    assert figures([], ON) == Figures(0, 0, None, None, None, None, None)


def test_half_a_hundredth_of_a_day_counts():
    items = [paid(ON, days_after=1, amount=1), paid(ON, days_after=0, amount=199)]
    assert figures(items, ON).days_late_average == Decimal("0.01")
