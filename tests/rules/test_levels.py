"""Levels: the clocks against a day-by-day walk, the choice against a second one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.levels import (
    NOT_STARTED,
    Decision,
    Level,
    Progress,
    clock_date,
    frozen_days,
    next_level,
)
from ar_dunning.rules.periods import Period, merge_periods
from strategies import days, period_lists, progresses, scales

ONE_DAY = timedelta(days=1)
FAR = 2000  # days; beyond every clock and every closed period of the strategies
OFFSETS = st.integers(-30, 90)

REMINDER = Level(1, "reminder", 10, 0, False, 30)
NOTICE = Level(2, "notice_of_default", 25, 15, True, 0)
HANDOVER = Level(3, "handover", 45, 20, True, 0)
SCALE = [REMINDER, NOTICE, HANDOVER]
DUE_ON = date(2026, 3, 1)


def is_frozen(periods, day):
    return any(
        period.first <= day and (period.last is None or day <= period.last)
        for period in periods
    )


def walk_clock(start_on, offset_days, periods):
    """Walk day by day; the definition of the clock date in its plainest form."""
    if offset_days < 0:
        return start_on + timedelta(days=offset_days)
    day, ran = start_on, 0
    for _step in range(FAR):
        if ran >= offset_days:
            return day
        day += ONE_DAY
        ran += not is_frozen(periods, day)
    return None


def closed_form(start_on, offset_days, periods):
    """Work out the clock date as the SQL of the evaluation does."""
    clipped = [
        (max(period.first, start_on + ONE_DAY), period.last)
        for period in merge_periods(periods)
        if period.last is None or period.last > start_on
    ]
    base = (start_on + timedelta(days=offset_days)).toordinal()
    before, frozen = 0.0, 0.0
    for first, last in clipped:
        length = float("inf") if last is None else (last - first).days + 1
        if first.toordinal() <= base + before:
            frozen += length
        before += length
    if frozen == float("inf"):
        return None
    return date.fromordinal(base + int(frozen))


@given(days(), OFFSETS, period_lists())
def test_clock_date_is_what_a_walk_finds(start_on, offset_days, periods):
    expected = walk_clock(start_on, offset_days, periods)
    assert clock_date(start_on, offset_days, periods) == expected


@given(days(), OFFSETS, period_lists())
def test_closed_form_for_sql_is_what_a_walk_finds(start_on, offset_days, periods):
    expected = walk_clock(start_on, offset_days, periods)
    assert closed_form(start_on, offset_days, periods) == expected


@given(days(), OFFSETS, period_lists(), days())
def test_an_open_end_may_count_to_the_day_of_judgement(
    start_on, offset_days, periods, on
):
    until_then = [Period(period.first, period.last or on) for period in periods]
    judged = clock_date(start_on, offset_days, until_then)
    known = clock_date(start_on, offset_days, periods)
    if known is None:
        assert judged > on
    else:
        assert judged == known


@given(days(), OFFSETS, period_lists(open_end=False))
def test_clock_date_is_the_first_day_that_satisfies_the_definition(
    start_on, offset_days, periods
):
    def has_run(day):
        frozen = frozen_days(periods, start_on, day)
        return (day - start_on).days - frozen >= offset_days

    reached = clock_date(start_on, offset_days, periods)
    assert has_run(reached)
    # Before the start every day counts, so the day before cannot satisfy it either.
    assert not has_run(reached - ONE_DAY) or offset_days == 0


@given(days(), OFFSETS, st.integers(0, 40), period_lists(open_end=False))
def test_a_longer_offset_is_never_earlier(start_on, offset_days, more, periods):
    shorter = clock_date(start_on, offset_days, periods)
    longer = clock_date(start_on, offset_days + more, periods)
    assert longer >= shorter + timedelta(days=more)


@given(days(), OFFSETS, period_lists(open_end=False), period_lists(open_end=False))
def test_a_further_hold_is_never_to_the_debtors_harm(
    start_on, offset_days, periods, more
):
    without = clock_date(start_on, offset_days, periods)
    assert clock_date(start_on, offset_days, periods + more) >= without


@given(days(), st.integers(1, 90), period_lists(open_end=False))
def test_a_clock_never_ends_on_a_frozen_day(start_on, offset_days, periods):
    assert not is_frozen(periods, clock_date(start_on, offset_days, periods))


@given(period_lists(), days(), days())
def test_frozen_days_counts_each_day_once(periods, after, until):
    span = (until - after).days
    walked = [after + timedelta(days=n) for n in range(1, span + 1)]
    assert frozen_days(periods, after, until) == sum(
        is_frozen(periods, day) for day in walked
    )


@pytest.mark.parametrize(
    ("offset_days", "frozen", "expected"),
    [
        pytest.param(10, [], date(2026, 3, 11), id="no hold"),
        pytest.param(10, [(5, 9)], date(2026, 3, 16), id="hold inside"),
        pytest.param(10, [(11, 11)], date(2026, 3, 12), id="hold on the day itself"),
        pytest.param(10, [(12, 20)], date(2026, 3, 11), id="hold after the day"),
        pytest.param(10, [(5, 9), (7, 12)], date(2026, 3, 19), id="overlap once"),
        pytest.param(10, [(5, 9), (16, 17)], date(2026, 3, 18), id="moved into next"),
        pytest.param(10, [(1, 1)], date(2026, 3, 11), id="hold on the due date"),
        pytest.param(0, [(1, 9)], date(2026, 3, 1), id="due at once"),
        pytest.param(-3, [(1, 9)], date(2026, 2, 26), id="before the due date"),
        pytest.param(10, [(5, None)], None, id="hold without an end"),
        pytest.param(10, [(12, None)], date(2026, 3, 11), id="endless, but too late"),
    ],
)
def test_clock_examples(offset_days, frozen, expected):
    periods = [
        Period(date(2026, 3, first), last and date(2026, 3, last))
        for first, last in frozen
    ]
    assert clock_date(DUE_ON, offset_days, periods) == expected


@pytest.mark.parametrize("offset_days", [4_000_000, -4_000_000, 10**12])
def test_a_clock_beyond_the_calendar_says_so(offset_days):
    with pytest.raises(ValueError, match="outside the years"):
        clock_date(DUE_ON, offset_days, [])


def test_a_clock_may_end_on_the_first_and_last_day_of_the_calendar():
    assert clock_date(date.min + ONE_DAY, -1, []) == date.min
    assert clock_date(date.max - ONE_DAY, 1, []) == date.max
    with pytest.raises(ValueError, match="outside the years"):
        clock_date(date.min, -1, [])


def plain_decision(levels, progress, due_on, periods, on):
    """Choose the next level a second time, by filters instead of a loop."""
    above = sorted(
        (level for level in levels if level.sequence > progress.sequence),
        key=lambda level: level.sequence,
    )
    clocks = {level: walk_clock(due_on, level.offset_days, periods) for level in above}
    usable = [
        level
        for level in above
        if level.mandatory
        or clocks[level] is None
        or on <= clocks[level] + timedelta(days=level.expires_after_days)
    ]
    chosen = usable[0] if usable else None
    skipped = tuple(
        level.level_key
        for level in above
        if chosen is None or level.sequence < chosen.sequence
    )
    awaiting = progress.dispatched and not progress.effective_on
    if chosen is None or awaiting:
        return Decision(chosen, None, skipped, awaiting)
    dates = [clocks[chosen]]
    if progress.effective_on:
        wait = chosen.minimum_wait_days
        dates.append(walk_clock(progress.effective_on, wait, periods))
    return Decision(chosen, None if None in dates else max(dates), skipped, awaiting)


@given(scales(), progresses(), days(), period_lists(), days())
def test_next_level_is_what_a_second_choice_finds(
    levels, progress, due_on, periods, on
):
    expected = plain_decision(levels, progress, due_on, periods, on)
    assert next_level(levels, progress, due_on, periods, on) == expected


@given(scales(), progresses(), days(), period_lists(), days())
def test_next_level_goes_up_and_never_skips_what_is_mandatory(
    levels, progress, due_on, periods, on
):
    decision = next_level(levels, progress, due_on, periods, on)
    by_key = {level.level_key: level for level in levels}
    assert not any(by_key[key].mandatory for key in decision.skipped_keys)
    if decision.level:
        assert decision.level.sequence > progress.sequence
        passed = [
            level.level_key
            for level in levels
            if progress.sequence < level.sequence < decision.level.sequence
        ]
        assert sorted(passed) == sorted(decision.skipped_keys)


@given(scales(), progresses(), days(), period_lists(), days())
def test_no_level_comes_before_the_wait_is_over(levels, progress, due_on, periods, on):
    decision = next_level(levels, progress, due_on, periods, on)
    if decision.allowed_from and progress.effective_on:
        waited = (decision.allowed_from - progress.effective_on).days
        frozen = frozen_days(periods, progress.effective_on, decision.allowed_from)
        assert waited - frozen >= decision.level.minimum_wait_days


@given(scales(), days(), period_lists(), days())
def test_the_day_before_the_level_date_is_too_early(levels, due_on, periods, on):
    decision = next_level(levels, NOT_STARTED, due_on, periods, on)
    if decision.allowed_from:
        assert decision.is_due(decision.allowed_from)
        assert not decision.is_due(decision.allowed_from - ONE_DAY)
    else:
        assert not decision.is_due(on)


EFFECTIVE = Progress(1, date(2026, 3, 20), True)


@pytest.mark.parametrize(
    ("progress", "on", "level", "allowed_from", "skipped"),
    [
        pytest.param(
            NOT_STARTED, date(2026, 3, 5), REMINDER, date(2026, 3, 11), (), id="early"
        ),
        pytest.param(
            NOT_STARTED,
            date(2026, 4, 10),
            REMINDER,
            date(2026, 3, 11),
            (),
            id="last day before it expires",
        ),
        pytest.param(
            NOT_STARTED,
            date(2026, 4, 11),
            NOTICE,
            date(2026, 3, 26),
            ("reminder",),
            id="expired",
        ),
        pytest.param(
            EFFECTIVE, date(2026, 3, 30), NOTICE, date(2026, 4, 4), (), id="wait rules"
        ),
        pytest.param(
            Progress(1, date(2026, 3, 11), True),
            date(2026, 3, 30),
            NOTICE,
            date(2026, 3, 26),
            (),
            id="both clocks end together",
        ),
        pytest.param(
            Progress(1, None, True),
            date(2026, 4, 30),
            NOTICE,
            None,
            (),
            id="sent or bounced, not delivered",
        ),
        pytest.param(
            Progress(1, None, False),
            date(2026, 4, 30),
            NOTICE,
            date(2026, 3, 26),
            (),
            id="taken over without a date",
        ),
        pytest.param(
            Progress(3, date(2026, 5, 1), True),
            date(2026, 6, 1),
            None,
            None,
            (),
            id="finished",
        ),
    ],
)
def test_next_level_examples(progress, on, level, allowed_from, skipped):
    decision = next_level(SCALE, progress, DUE_ON, [], on)
    awaiting = progress == Progress(1, None, True)
    assert decision == Decision(level, allowed_from, skipped, awaiting)


def test_a_hold_gives_back_the_days_of_the_wait():
    hold = Period(date(2026, 3, 25), date(2026, 4, 3))
    decision = next_level(SCALE, EFFECTIVE, DUE_ON, [hold], date(2026, 4, 1))
    assert decision.allowed_from == date(2026, 4, 14)


def test_a_hold_without_an_end_leaves_the_date_unknown():
    hold = Period(date(2026, 3, 27), None)
    decision = next_level(SCALE, EFFECTIVE, DUE_ON, [hold], date(2026, 4, 1))
    assert decision == Decision(NOTICE, None, (), False)


def test_a_debt_ages_during_a_hold():
    hold = Period(date(2026, 3, 12), date(2026, 5, 31))
    decision = next_level(SCALE, NOT_STARTED, DUE_ON, [hold], date(2026, 6, 1))
    assert decision.skipped_keys == ("reminder",)


@pytest.mark.parametrize(
    "figures",
    [
        pytest.param((0, "x", 0, 0, True, 0), id="sequence zero"),
        pytest.param((1, "x", 0, -1, True, 0), id="negative wait"),
        pytest.param((1, "x", 0, 0, False, -1), id="negative expiry"),
    ],
)
def test_a_level_refuses_figures_without_sense(figures):
    with pytest.raises(ValueError, match="level x"):
        Level(*figures)


def test_a_mandatory_level_has_no_expiry_to_check():
    assert Level(1, "x", 0, 0, True, -1).mandatory


@pytest.mark.parametrize(
    "facts", [(-1, None, False), (0, None, True), (0, date(2026, 1, 1), False)]
)
def test_progress_refuses_what_contradicts_itself(facts):
    with pytest.raises(ValueError, match=r"negative|no delivery"):
        Progress(*facts)
