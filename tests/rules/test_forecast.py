"""The forecast of a ladder against the decisions of each day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.forecast import Step, forecast
from ar_dunning.rules.levels import NOT_STARTED, Level, Progress, next_level
from strategies import CALENDAR, days, scales

ONE_DAY = timedelta(days=1)
DUE_ON = date(2026, 3, 1)


def walk(levels, due_on, sends):
    """Ask every day what is due, and send it when that is a day to send."""
    progress, left = NOT_STARTED, []
    day = due_on - 60 * ONE_DAY
    while day < due_on + timedelta(days=500):
        decision = next_level(levels, progress, due_on, [], day, CALENDAR)
        if sends(day) and decision.is_due(day):
            left.append((decision.level.level_key, day, decision.occurrence))
            progress = Progress(decision.level.sequence, day, True, decision.occurrence)
        day += ONE_DAY
    return left


@given(scales(), days(), st.booleans())
def test_the_forecast_is_what_daily_runs_do(levels, due_on, every_day):
    def sends(day):
        return every_day or CALENDAR.is_working(day)

    def sending_day(day):
        return day if every_day else CALENDAR.next_working(day)

    steps = forecast(levels, due_on, CALENDAR, sending_day)
    assert [
        (step.level.level_key, step.leaves_on, step.occurrence)
        for step in steps
        if step.leaves_on
    ] == walk(levels, due_on, sends)
    skipped = [step for step in steps if step.skipped]
    assert not any(step.level.mandatory for step in skipped)


def test_without_a_calendar_the_ladder_ends_where_nothing_is_known():
    first = Level(1, "reminder", 10, 0, True, 0)
    call = Level(2, "call", 3, 0, True, 0, in_working_days=True)
    assert forecast([first, call], DUE_ON) == [
        Step(first, date(2026, 3, 11)),
        Step(call, None),
    ]


def test_no_levels_no_steps():
    assert forecast([], DUE_ON) == []


def test_a_level_that_can_no_longer_come_is_shown_as_left_out():
    reminder = Level(1, "reminder", 10, 0, True, 0)
    call = Level(2, "call", 12, 30, False, 5)
    notice = Level(3, "notice", 25, 15, True, 0)
    assert forecast([reminder, call, notice], DUE_ON) == [
        Step(reminder, date(2026, 3, 11)),
        Step(call, None, skipped=True),
        Step(notice, date(2026, 3, 26)),
    ]
