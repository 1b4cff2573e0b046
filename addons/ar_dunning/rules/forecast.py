"""When the levels of a procedure come for one due date, if nothing is paid."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from .calendar import ONE_DAY, WorkingDays
from .levels import NOT_STARTED, Level, Progress, next_level


@dataclass(frozen=True, slots=True)
class Step:
    """A level with the earliest day on which it leaves.

    ``leaves_on`` is None for a level that is left out (``skipped``), and for one whose
    day is not known because the calendar of its working days is not. ``occurrence`` is
    more than 1 for a repetition.
    """

    level: Level
    leaves_on: date | None
    occurrence: int = 1
    skipped: bool = False


def forecast(
    levels: Iterable[Level],
    due_on: date,
    calendar: WorkingDays | None = None,
    sending_day: Callable[[date], date] = lambda day: day,
) -> list[Step]:
    """Return the steps of a debt that is never paid, each delivered the day it leaves.

    ``sending_day`` gives the first day on or after a day on which anything leaves. At
    most one level leaves on a day. The days are the earliest possible ones: an approval
    or a delivery that takes longer moves what follows.
    """
    ladder = {level.level_key: level for level in levels}
    steps: list[Step] = []
    progress, on = NOT_STARTED, date.min
    while True:
        decision = next_level(ladder.values(), progress, due_on, (), on, calendar)
        if decision.allowed_from is not None:
            leaves_on = sending_day(max(on, decision.allowed_from))
            if leaves_on > on:
                # Another level may have its turn by then.
                on = leaves_on
                continue
        steps += [
            Step(ladder[key], None, skipped=True) for key in decision.skipped_keys
        ]
        if decision.level is None:
            return steps
        steps.append(
            Step(decision.level, decision.allowed_from and on, decision.occurrence)
        )
        if decision.allowed_from is None:
            return steps
        progress = Progress(decision.level.sequence, on, True, decision.occurrence)
        on += ONE_DAY
