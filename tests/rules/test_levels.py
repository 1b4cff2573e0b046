"""Levels: the clocks against a day-by-day walk, the choice against a second one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.calendar import WorkingDays, list_days
from ar_dunning.rules.levels import (
    NOT_STARTED,
    Decision,
    Level,
    Progress,
    clock_date,
    frozen_days,
    level_clock_date,
    month_end,
    next_level,
    working_clock_date,
)
from ar_dunning.rules.periods import Period, merge_periods
from strategies import CALENDAR, days, period_lists, progresses, scales

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


def walk_working_clock(start_on, offset_days, periods):
    """Walk day by day over the working days that are not frozen."""
    day, left = start_on, abs(offset_days)
    step = ONE_DAY if offset_days > 0 else -ONE_DAY
    for _step in range(FAR):
        if not left:
            return day
        day += step
        if day > CALENDAR.last:
            return None
        frozen = offset_days > 0 and is_frozen(periods, day)
        left -= CALENDAR.is_working(day) and not frozen
    return None


@given(days(), OFFSETS, period_lists())
def test_the_working_clock_is_what_a_walk_finds(start_on, offset_days, periods):
    expected = walk_working_clock(start_on, offset_days, periods)
    assert working_clock_date(start_on, offset_days, periods, CALENDAR) == expected


@given(days(), st.integers(1, 60), period_lists(open_end=False))
def test_the_working_clock_is_never_before_that_of_the_calendar(
    start_on, offset_days, periods
):
    plain = clock_date(start_on, offset_days, [])
    assert working_clock_date(start_on, offset_days, periods, CALENDAR) >= plain


@given(days())
def test_the_end_of_a_month_is_followed_by_the_first_of_the_next(day):
    end = month_end(day)
    assert (end + ONE_DAY).day == 1
    assert (end.year, end.month) == (day.year, day.month)


def plain_date(level, day):
    if day is None or not level.end_of_month:
        return day
    while (day + ONE_DAY).day != 1:
        day += ONE_DAY
    return day


def plain_clock(level, due_on, periods):
    walk = walk_working_clock if level.in_working_days else walk_clock
    return plain_date(level, walk(due_on, level.offset_days, periods))


def plain_upward(levels, progress, due_on, periods, on):
    """Choose the next level a second time, by filters instead of a loop."""
    above = sorted(
        (level for level in levels if level.sequence > progress.sequence),
        key=lambda level: level.sequence,
    )
    awaiting = progress.dispatched and not progress.effective_on
    clocks = {level: plain_clock(level, due_on, periods) for level in above}
    allowed = dict(clocks)
    if progress.effective_on:
        for level in above:
            dates = [
                clocks[level],
                walk_clock(progress.effective_on, level.minimum_wait_days, periods),
            ]
            allowed[level] = None if None in dates else plain_date(level, max(dates))
    usable = [
        level
        for level in above
        if level.mandatory
        or clocks[level] is None
        or max(on, (None if awaiting else allowed[level]) or on)
        <= clocks[level] + timedelta(days=level.expires_after_days)
    ]
    chosen = usable[0] if usable else None
    skipped = tuple(
        level.level_key
        for level in above
        if chosen is None or level.sequence < chosen.sequence
    )
    date_of_it = None if awaiting or not chosen else allowed[chosen]
    return Decision(chosen, date_of_it, skipped, awaiting)


def plain_decision(levels, progress, due_on, periods, on):
    """Choose between the next level and a repetition a second time."""
    upward = plain_upward(levels, progress, due_on, periods, on)
    known = {level.sequence: level for level in levels}
    reached = known.get(progress.sequence)
    awaiting = upward.awaiting_delivery
    if (
        not reached
        or progress.occurrence > reached.repeat_maximum
        or not (awaiting or progress.effective_on)
    ):
        return upward
    again_on = progress.effective_on and plain_date(
        reached, walk_clock(progress.effective_on, reached.repeat_every_days, periods)
    )
    again = Decision(reached, again_on, (), awaiting, progress.occurrence + 1)
    if not upward.level:
        return again
    if awaiting or not again_on:
        return upward
    next_on = upward.allowed_from
    waits = next_on is None or (next_on > on and again_on < next_on)
    return again if waits else upward


@given(scales(), progresses(), days(), period_lists(), days())
def test_next_level_is_what_a_second_choice_finds(
    levels, progress, due_on, periods, on
):
    expected = plain_decision(levels, progress, due_on, periods, on)
    assert next_level(levels, progress, due_on, periods, on, CALENDAR) == expected


@given(scales(), progresses(), days(), period_lists(), days())
def test_a_repetition_is_left_and_never_comes_when_the_next_level_is_due(
    levels, progress, due_on, periods, on
):
    decision = next_level(levels, progress, due_on, periods, on, CALENDAR)
    if decision.occurrence > 1:
        assert decision.level.sequence == progress.sequence
        assert decision.occurrence == progress.occurrence + 1
        assert decision.occurrence <= decision.level.repeat_maximum + 1
        without = [
            replace(level, repeat_every_days=0, repeat_maximum=0) for level in levels
        ]
        upward = next_level(without, progress, due_on, periods, on, CALENDAR)
        assert not upward.is_due(on)


@given(scales(), progresses(), days(), period_lists(), days())
def test_next_level_goes_up_and_never_skips_what_is_mandatory(
    levels, progress, due_on, periods, on
):
    decision = next_level(levels, progress, due_on, periods, on, CALENDAR)
    by_key = {level.level_key: level for level in levels}
    assert not any(by_key[key].mandatory for key in decision.skipped_keys)
    if decision.level and decision.occurrence == 1:
        assert decision.level.sequence > progress.sequence
        passed = [
            level.level_key
            for level in levels
            if progress.sequence < level.sequence < decision.level.sequence
        ]
        assert sorted(passed) == sorted(decision.skipped_keys)


@given(scales(), progresses(), days(), period_lists(), days())
def test_no_level_comes_before_the_wait_is_over(levels, progress, due_on, periods, on):
    decision = next_level(levels, progress, due_on, periods, on, CALENDAR)
    if decision.allowed_from and progress.effective_on:
        waited = (decision.allowed_from - progress.effective_on).days
        frozen = frozen_days(periods, progress.effective_on, decision.allowed_from)
        level = decision.level
        wait = level.minimum_wait_days
        if decision.occurrence > 1:
            wait = level.repeat_every_days
        assert waited - frozen >= wait


@given(scales(), days(), period_lists(), days())
def test_the_day_before_the_level_date_is_too_early(levels, due_on, periods, on):
    decision = next_level(levels, NOT_STARTED, due_on, periods, on, CALENDAR)
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
        pytest.param((1, "x", 0, 0, True, 0, False, False, 7, 0), id="no number"),
        pytest.param((1, "x", 0, 0, True, 0, False, False, 0, 2), id="no distance"),
        pytest.param((1, "x", 0, 0, True, 0, False, False, -1, -1), id="negative"),
        pytest.param((1, "x", 0, 0, True, 0, False, False, -1, 0), id="one negative"),
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


WORKING = Level(1, "call", 3, 0, True, 0, in_working_days=True)


def test_a_level_in_working_days_has_no_date_where_the_calendar_is_not_known():
    assert level_clock_date(WORKING, DUE_ON, []) is None
    assert level_clock_date(WORKING, date(2040, 1, 1), [], CALENDAR) is None
    late = replace(WORKING, offset_days=5000)
    assert level_clock_date(late, DUE_ON, [], CALENDAR) is None


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        pytest.param(date(2028, 2, 25), date(2028, 2, 29), id="leap day"),
        pytest.param(date(2026, 12, 29), date(2027, 1, 1), id="year"),
        pytest.param(date(2026, 1, 31), date(2026, 2, 4), id="end of a month"),
    ],
)
def test_working_days_over_the_edges_of_the_calendar(due_on, expected):
    weekdays = list_days(date(2026, 1, 1), date(2028, 12, 31))
    calendar = WorkingDays(date(2026, 1, 1), [day.is_working for day in weekdays])
    offset = WORKING if due_on.month != 2 else replace(WORKING, offset_days=2)
    assert level_clock_date(offset, due_on, [], calendar) == expected


@pytest.mark.parametrize(
    ("on", "key", "allowed_from", "occurrence"),
    [
        pytest.param(date(2026, 3, 15), "reminder", date(2026, 3, 18), 2, id="again"),
        pytest.param(date(2026, 3, 20), "reminder", date(2026, 3, 18), 2, id="late"),
        pytest.param(
            date(2026, 3, 26),
            "notice_of_default",
            date(2026, 3, 26),
            1,
            id="the next one wins",
        ),
    ],
)
def test_repetition_examples(on, key, allowed_from, occurrence):
    reminder = replace(REMINDER, repeat_every_days=7, repeat_maximum=2)
    progress = Progress(1, date(2026, 3, 11), True)
    decision = next_level([reminder, NOTICE], progress, DUE_ON, [], on)
    assert decision.level.level_key == key
    assert decision.allowed_from == allowed_from
    assert decision.occurrence == occurrence


def test_a_level_that_cannot_come_in_time_does_not_hide_the_next():
    call = Level(2, "call", 20, 20, False, 5)
    progress = Progress(1, date(2026, 3, 20), True)
    decision = next_level(
        [REMINDER, call, replace(NOTICE, sequence=3)],
        progress,
        DUE_ON,
        [],
        date(2026, 3, 21),
    )
    assert decision.level.level_key == "notice_of_default"
    assert decision.skipped_keys == ("call",)


PHONE = Level(1, "phone", 5, 0, False, 0)
LADDER = [PHONE, replace(NOTICE, sequence=2), replace(HANDOVER, sequence=3)]


def test_an_old_claim_may_begin_with_a_later_level():
    begin = Progress(0, None, False, start_key="handover")
    decision = next_level(LADDER, begin, DUE_ON, [], date(2026, 6, 1))
    # The mandatory notice is passed over by decision: it does not count as expired.
    assert decision == Decision(LADDER[2], date(2026, 4, 15), ("phone",), False)


def test_the_level_with_which_an_old_claim_begins_comes_even_when_expired():
    begin = Progress(0, None, False, start_key="phone")
    decision = next_level(LADDER, begin, DUE_ON, [], date(2026, 6, 1))
    assert decision == Decision(PHONE, date(2026, 3, 6), (), False)


def test_nothing_is_repeated_while_its_delivery_is_awaited_and_more_may_come():
    reminder = replace(REMINDER, repeat_every_days=7, repeat_maximum=2)
    awaited = Progress(1, None, True)
    decision = next_level([reminder, NOTICE], awaited, DUE_ON, [], date(2026, 3, 20))
    assert decision == Decision(NOTICE, None, (), True)


def test_the_last_level_waits_for_its_delivery_before_it_is_repeated():
    reminder = replace(REMINDER, repeat_every_days=7, repeat_maximum=2)
    awaited = Progress(1, None, True)
    decision = next_level([reminder], awaited, DUE_ON, [], date(2026, 3, 20))
    assert decision == Decision(reminder, None, (), True, 2)


def test_a_level_taken_over_without_a_date_is_not_repeated():
    reminder = replace(REMINDER, repeat_every_days=7, repeat_maximum=2)
    taken_over = Progress(1, None, False)
    decision = next_level([reminder], taken_over, DUE_ON, [], date(2026, 3, 20))
    assert decision == Decision(None, None, (), False)


MARCH = WorkingDays(date(2026, 3, 1), ([False] + [True] * 5 + [False]) * 5)


@pytest.mark.parametrize(
    ("offset_days", "frozen", "expected"),
    [
        pytest.param(0, [(1, 9)], date(2026, 3, 1), id="due at once, on a Sunday"),
        pytest.param(6, [], date(2026, 3, 9), id="no hold"),
        pytest.param(6, [(2, 8)], date(2026, 3, 16), id="hold of a week"),
        pytest.param(1, [(2, 3)], date(2026, 3, 4), id="hold from the first day on"),
        pytest.param(6, [(7, 8)], date(2026, 3, 9), id="hold of a weekend"),
        pytest.param(6, [(9, 9)], date(2026, 3, 10), id="hold on the day itself"),
        pytest.param(6, [(10, 12)], date(2026, 3, 9), id="hold after the day"),
        pytest.param(6, [(1, 1)], date(2026, 3, 9), id="hold on the due date"),
        pytest.param(6, [(1, 2)], date(2026, 3, 10), id="hold from the due date on"),
        pytest.param(6, [(4, None)], None, id="hold without an end"),
        pytest.param(6, [(10, None)], date(2026, 3, 9), id="endless, but too late"),
    ],
)
def test_working_clock_examples(offset_days, frozen, expected):
    periods = [
        Period(date(2026, 3, first), last and date(2026, 3, last))
        for first, last in frozen
    ]
    assert working_clock_date(DUE_ON, offset_days, periods, MARCH) == expected


def test_a_hold_beyond_the_calendar_does_not_move_what_lies_within():
    after = Period(MARCH.last + 2 * ONE_DAY, None)
    assert working_clock_date(DUE_ON, 6, [after], MARCH) == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("frozen", "expected"),
    [
        pytest.param([], 0, id="none"),
        pytest.param([(2, 4)], 3, id="all of a hold"),
        pytest.param([(1, 4)], 3, id="not the day on which the clock starts"),
        pytest.param([(9, 20)], 2, id="no day after the last"),
        pytest.param([(2, 4), (3, 5)], 4, id="each day once"),
        pytest.param([(8, None)], 3, id="hold without an end"),
        pytest.param([(12, 20)], 0, id="hold after the last day"),
    ],
)
def test_frozen_days_examples(frozen, expected):
    periods = [
        Period(date(2026, 3, first), last and date(2026, 3, last))
        for first, last in frozen
    ]
    assert frozen_days(periods, DUE_ON, date(2026, 3, 10)) == expected


def test_a_hold_before_the_due_date_does_not_hide_a_later_one():
    earlier = Period(date(2026, 2, 16), date(2026, 2, 20))
    later = Period(date(2026, 3, 2), date(2026, 3, 8))
    calendar = WorkingDays(date(2026, 2, 1), ([False] + [True] * 5 + [False]) * 8)
    holds = [earlier, later]
    assert working_clock_date(DUE_ON, 6, holds, calendar) == date(2026, 3, 16)
    assert clock_date(DUE_ON, 6, holds) == date(2026, 3, 14)


@pytest.mark.parametrize(
    ("occurrence", "repeated"),
    [
        pytest.param(1, True, id="first repetition"),
        pytest.param(2, True, id="second and last"),
        pytest.param(3, False, id="no third"),
    ],
)
def test_a_level_is_repeated_as_often_as_it_says(occurrence, repeated):
    reminder = replace(REMINDER, repeat_every_days=7, repeat_maximum=2)
    progress = Progress(1, date(2026, 3, 11), True, occurrence)
    decision = next_level([reminder], progress, DUE_ON, [], date(2026, 3, 20))
    assert decision.level == (reminder if repeated else None)
    assert decision.occurrence == (occurrence + 1 if repeated else 1)


def test_the_next_level_wins_over_a_repetition_of_the_same_day():
    reminder = replace(REMINDER, repeat_every_days=15, repeat_maximum=2)
    progress = Progress(1, date(2026, 3, 11), True)
    decision = next_level([reminder, NOTICE], progress, DUE_ON, [], date(2026, 3, 20))
    assert decision == Decision(NOTICE, date(2026, 3, 26), (), False)
