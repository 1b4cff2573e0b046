"""Prescription: terms, acts that begin a new one, and days that do not count."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.periods import Period
from ar_dunning.rules.prescription import (
    Interruption,
    Prescription,
    PrescriptionRule,
    prescription,
)
from oracles import holds_day
from strategies import days, interruption_lists, period_lists, prescription_rules

ONE_DAY = timedelta(days=1)
TEN_YEARS = PrescriptionRule(10)
FIVE_YEARS = PrescriptionRule(5)
THREE_FROM_END_OF_YEAR = PrescriptionRule(3, from_end_of_year=True)


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("rule", "starts_on", "last_safe_day"),
    [
        pytest.param(TEN_YEARS, "2020-02-01", "2030-01-31", id="BE contracts"),
        pytest.param(FIVE_YEARS, "2020-02-01", "2025-01-31", id="NL art. 3:307 BW"),
        pytest.param(FIVE_YEARS, "2023-03-01", "2028-02-28", id="the earlier of two"),
        pytest.param(FIVE_YEARS, "2024-03-01", "2029-02-28", id="due on a leap day"),
        pytest.param(
            THREE_FROM_END_OF_YEAR, "2023-05-01", "2026-12-31", id="DE § 199 BGB"
        ),
        pytest.param(
            THREE_FROM_END_OF_YEAR, "2024-01-01", "2026-12-31", id="DE due 31 December"
        ),
        pytest.param(
            THREE_FROM_END_OF_YEAR, "2024-01-02", "2027-12-31", id="DE due 1 January"
        ),
        pytest.param(PrescriptionRule(0, 6), "2026-01-01", "2026-06-30", id="months"),
        pytest.param(PrescriptionRule(1, 6), "2026-01-01", "2027-06-30", id="both"),
    ],
)
def test_terms(rule, starts_on, last_safe_day):
    last = day(last_safe_day)
    assert prescription(day(starts_on), rule) == Prescription(last, last + ONE_DAY, ())


@pytest.mark.parametrize(
    ("acts", "last_safe_day", "counted"),
    [
        pytest.param([Interruption(day("2023-06-15"))], "2028-06-15", 1, id="new term"),
        pytest.param([Interruption(day("2025-01-31"))], "2030-01-31", 1, id="last day"),
        pytest.param([Interruption(day("2025-02-01"))], "2025-01-31", 0, id="too late"),
        pytest.param([Interruption(day("2020-02-01"))], "2025-02-01", 1, id="first"),
        pytest.param([Interruption(day("2020-01-31"))], "2025-01-31", 0, id="too soon"),
        pytest.param(
            [Interruption(day("2022-01-01"), years=1)],
            "2025-01-31",
            1,
            id="BE lawyer's notice shortens nothing",
        ),
        pytest.param(
            [Interruption(day("2024-10-01"), years=1)],
            "2025-10-01",
            1,
            id="BE lawyer's notice gives a year",
        ),
        pytest.param(
            [Interruption(day("2024-10-01"), months=6)], "2025-04-01", 1, id="months"
        ),
        pytest.param(
            [Interruption(day("2024-10-01"), years=1, months=6)],
            "2026-04-01",
            1,
            id="years and months",
        ),
        pytest.param(
            [
                Interruption(day("2025-09-30")),
                Interruption(day("2024-10-01"), years=1),
                Interruption(day("2031-01-01")),
            ],
            "2030-09-30",
            2,
            id="one act keeps the next in time",
        ),
    ],
)
def test_acts_begin_a_new_term(acts, last_safe_day, counted):
    result = prescription(day("2020-02-01"), FIVE_YEARS, acts)
    assert result.last_safe_day == day(last_safe_day)
    assert result.prescribed_from == day(last_safe_day) + ONE_DAY
    in_order = sorted(acts, key=lambda act: act.on)
    assert result.interruptions_counted == tuple(in_order[:counted])


def test_from_the_end_of_the_year_nothing_runs_before_it():
    act = Interruption(day("2023-11-01"))
    result = prescription(day("2023-05-01"), THREE_FROM_END_OF_YEAR, [act])
    assert result.last_safe_day == day("2026-12-31")
    assert result.interruptions_counted == ()
    later = Interruption(day("2024-11-01"))
    result = prescription(day("2023-05-01"), THREE_FROM_END_OF_YEAR, [later])
    assert result.last_safe_day == day("2027-11-01")


@pytest.mark.parametrize(
    ("periods", "last_safe_day"),
    [
        pytest.param([("2022-03-01", "2022-03-31")], "2025-03-03", id="in the term"),
        pytest.param([("2019-01-01", "2020-02-10")], "2025-02-10", id="begun before"),
        pytest.param([("2019-01-01", "2020-01-31")], "2025-01-31", id="all before"),
        pytest.param([("2025-01-31", "2025-02-09")], "2025-02-10", id="on the end"),
        pytest.param([("2025-02-01", "2025-02-09")], "2025-01-31", id="after the end"),
        pytest.param(
            [("2022-03-01", "2022-03-31"), ("2025-02-10", "2025-02-19")],
            "2025-03-13",
            id="one brings the next",
        ),
        pytest.param(
            [("2022-03-01", "2022-03-31"), ("2022-03-15", "2022-03-31")],
            "2025-03-03",
            id="days count once",
        ),
    ],
)
def test_suspended_days_are_given_back(periods, last_safe_day):
    suspensions = [Period(day(first), day(last)) for first, last in periods]
    result = prescription(day("2020-02-01"), FIVE_YEARS, (), iter(suspensions))
    assert result.last_safe_day == day(last_safe_day)


def test_a_suspension_without_an_end_keeps_the_claim():
    open_end = [Period(day("2024-01-01"), None)]
    act = Interruption(day("2040-01-01"))
    result = prescription(day("2020-02-01"), FIVE_YEARS, [act], open_end)
    assert result == Prescription(None, None, (act,))
    late = [Period(day("2025-02-01"), None)]
    ended = prescription(day("2020-02-01"), FIVE_YEARS, (), late)
    assert ended.last_safe_day == day("2025-01-31")


def test_a_new_term_is_suspended_too():
    suspension = [Period(day("2024-01-01"), day("2024-01-10"))]
    act = [Interruption(day("2023-06-15"))]
    result = prescription(day("2020-02-01"), FIVE_YEARS, act, suspension)
    assert result.last_safe_day == day("2028-06-25")


@given(days(), prescription_rules(), interruption_lists(), period_lists(open_end=False))
def test_acts_and_suspensions_never_shorten(starts_on, rule, acts, suspensions):
    plain = prescription(starts_on, rule)
    suspended = prescription(starts_on, rule, (), suspensions)
    interrupted = prescription(starts_on, rule, acts)
    both = prescription(starts_on, rule, acts, suspensions)
    assert plain.last_safe_day <= suspended.last_safe_day <= both.last_safe_day
    assert plain.last_safe_day <= interrupted.last_safe_day <= both.last_safe_day
    assert both.prescribed_from == both.last_safe_day + ONE_DAY


@given(days(), prescription_rules(), interruption_lists(), period_lists(open_end=False))
def test_an_act_counts_when_the_term_runs_without_those_after_it(
    starts_on, rule, acts, suspensions
):
    result = prescription(starts_on, rule, acts, suspensions)
    in_order = sorted(acts, key=lambda act: act.on)
    first = starts_on
    if rule.from_end_of_year:
        first = date((starts_on - ONE_DAY).year + 1, 1, 1)
    expected = []
    for place, act in enumerate(in_order):
        until = prescription(starts_on, rule, in_order[:place], suspensions)
        if first <= act.on <= until.last_safe_day:
            expected.append(act)
    assert result.interruptions_counted == tuple(expected)
    assert result == prescription(starts_on, rule, expected, suspensions)


@given(days(), st.integers(1, 24), period_lists(open_end=False))
def test_days_that_count_are_those_of_the_plain_term(starts_on, months, suspensions):
    rule = PrescriptionRule(0, months)
    plain = prescription(starts_on, rule).last_safe_day
    suspended = prescription(starts_on, rule, (), suspensions).last_safe_day
    counted = sum(
        not any(holds_day(period, starts_on + n * ONE_DAY) for period in suspensions)
        for n in range((suspended - starts_on).days + 1)
    )
    assert counted == (plain - starts_on).days + 1


@pytest.mark.parametrize(("years", "months"), [(0, 0), (-1, 24), (1, -1)])
def test_a_term_lasts_a_month_at_least(years, months):
    with pytest.raises(ValueError, match="a month at least"):
        PrescriptionRule(years, months)
    with pytest.raises(ValueError, match="a month at least"):
        Interruption(date(2026, 1, 1), years, months)


def test_an_own_term_of_nothing_is_refused():
    with pytest.raises(ValueError, match="a month at least"):
        Interruption(date(2026, 1, 1), years=0)


def test_acts_have_the_term_of_the_rule_unless_they_say_another():
    on = date(2026, 1, 1)
    assert Interruption(on).own_term() is None
    assert Interruption(on, 1, 6).own_term() == 18
