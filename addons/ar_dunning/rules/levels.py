"""Which level a claim goes to next, and from which day on it may.

Two clocks decide. The *offset* clock starts on the due date and says when a level is
due at all. The *wait* clock starts on the day on which the previous level became
effective (the first successful delivery) and gives the debtor time to answer. The
level date is the later of both.

A hold whose reason freezes the clock stops BOTH clocks: the days of the hold are
given back to the debtor, both before a first reminder and within the time that a
reminder gave. The periods passed to the functions below are the days of
such holds and of no others. The days in which a level expires are not frozen: they
ask how old the debt is, and a debt ages during a hold too.

In SQL the same date comes without walking the days. Take the merged periods, clip
them to begin after the start, drop those that end before it, and let ``base`` be
``start + offset``. A period counts when it begins on or before ``base`` plus the
length of all periods before it, and the level date is ``base`` plus the length of
the periods that count. Periods are disjoint, so once one does not count no later one
does, and a window sum is enough::

    lower(period) <= base + COALESCE(SUM(length) OVER (
        PARTITION BY claim ORDER BY lower(period)
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)

An offset in working days runs on the working days alone: the same closed form holds
with the running index of the calendar in the place of the date, and a frozen period is
as long as it has working days. Waits and repetitions are in calendar days.

A level may be repeated while nothing else comes next: every so many days after it took
effect, so many times. The next level wins as soon as its date has come. Its wait counts
from the last repetition: whoever was written to again gets the whole time to answer.

What is judged on a day may let an open end count to that day, as the evaluation does.
Where the functions below then know no date, it finds one later than that day: the
earliest that is still possible. All other dates are the same.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .calendar import ONE_DAY, WorkingDays
from .periods import Period, merge_periods


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a procedure.

    ``sequence`` orders the levels from 1 on, ``level_key`` is their stable name.
    ``offset_days`` counts from the due date and is negative for a notice before it.
    ``minimum_wait_days`` counts from the effective date of the previous level. A level
    that is not ``mandatory`` is skipped once it is more than ``expires_after_days``
    late; for a mandatory one that figure means nothing. ``in_working_days`` is about
    the offset alone. With ``end_of_month`` the level comes on the last day of the month
    in which it would come. It is repeated every ``repeat_every_days`` at most
    ``repeat_maximum`` times after the first; both are zero when it is not.

    Raises ValueError when the figures contradict each other.
    """

    sequence: int
    level_key: str
    offset_days: int
    minimum_wait_days: int
    mandatory: bool
    expires_after_days: int
    in_working_days: bool = False
    end_of_month: bool = False
    repeat_every_days: int = 0
    repeat_maximum: int = 0

    def __post_init__(self) -> None:
        if self.sequence < 1:
            raise ValueError(f"level {self.level_key}: sequence starts at 1")
        if self.minimum_wait_days < 0:
            raise ValueError(f"level {self.level_key}: the wait cannot be negative")
        if not self.mandatory and self.expires_after_days < 0:
            raise ValueError(f"level {self.level_key}: the expiry cannot be negative")
        if min(self.repeat_every_days, self.repeat_maximum) < 0 or (
            (self.repeat_every_days > 0) != (self.repeat_maximum > 0)
        ):
            raise ValueError(
                f"level {self.level_key}: a repetition needs a distance and a number"
            )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a claim has come in its present cycle.

    ``sequence`` is that of the level reached, 0 when there is none. ``effective_on``
    is the day on which that level reached the debtor, None when it has not, or no
    longer (a bounce takes it away). ``dispatched`` says that the level went out from
    here, so that its delivery is still to be expected. A level taken over from
    elsewhere may be neither: nothing is awaited then, and no wait is known.
    ``occurrence`` says how often that level has been sent: 2 after one repetition.
    ``start_key`` names the level with which a person let an old claim begin: what comes
    before is left out, and the level itself comes even when it has expired.

    Raises ValueError for a claim without a level that has a delivery.
    """

    sequence: int
    effective_on: date | None
    dispatched: bool
    occurrence: int = 1
    start_key: str = ""

    def __post_init__(self) -> None:
        if self.sequence < 0:
            raise ValueError("the level reached cannot be negative")
        if not self.sequence and (self.dispatched or self.effective_on):
            raise ValueError("a claim that reached no level has no delivery")


NOT_STARTED = Progress(sequence=0, effective_on=None, dispatched=False)


@dataclass(frozen=True, slots=True)
class Decision:
    """What comes next for one claim.

    ``level`` is the next level, None when the procedure has no more. ``allowed_from``
    is the first day on which it may be proposed; it is None without a level, and as
    long as the day cannot be known: the delivery of the previous level is awaited, or
    a hold without an end has stopped the clock. ``skipped_keys`` are the levels
    passed over because they expired, in their order. ``awaiting_delivery`` says that
    the level reached was dispatched and is not effective. ``occurrence`` is 1 for a
    level that is new, more for a repetition of the level reached.
    """

    level: Level | None
    allowed_from: date | None
    skipped_keys: tuple[str, ...]
    awaiting_delivery: bool
    occurrence: int = 1

    def is_due(self, on: date) -> bool:
        """Whether the level may be proposed on that day."""
        return self.allowed_from is not None and self.allowed_from <= on


def frozen_days(frozen_periods: Iterable[Period], after: date, until: date) -> int:
    """Return how many days after ``after`` and up to ``until`` the clock stood still.

    ``after`` itself is not counted, ``until`` is; a day that several periods name
    counts once. Zero when ``until`` is not later than ``after``.
    """
    total = 0
    for period in merge_periods(frozen_periods):
        first = max(period.first.toordinal(), after.toordinal() + 1)
        last = until if period.last is None else min(period.last, until)
        total += max(0, last.toordinal() - first + 1)
    return total


def clock_date(
    start_on: date, offset_days: int, frozen_periods: Iterable[Period]
) -> date | None:
    """Return the day on which a clock started on ``start_on`` has run so many days.

    It is the first day d for which (d - start - frozen days after the start up to d)
    is at least the offset. Hence:

    - with a positive offset the result is never a frozen day;
    - with an offset of zero it is the start, even when that day is frozen;
    - with a negative offset it lies before the start, where the clock does not run
      yet, so no period moves it: a hold before the due date does not push the
      friendly notice to a day after it (the hold itself still blocks the notice).

    None when a period without an end stops the clock before the offset is reached.
    Raises ValueError when the day lies outside the years 1 to 9999.

    >>> week = Period(date(2026, 3, 10), date(2026, 3, 16))
    >>> clock_date(date(2026, 3, 1), 10, [week])
    datetime.date(2026, 3, 18)
    >>> clock_date(date(2026, 3, 1), 8, [week])
    datetime.date(2026, 3, 9)
    """
    start = start_on.toordinal()
    reached = start + offset_days
    for period in merge_periods(frozen_periods):
        if period.last is not None and period.last <= start_on:
            continue
        first = max(period.first.toordinal(), start + 1)
        if first > reached:
            break
        if period.last is None:
            return None
        reached += period.last.toordinal() - first + 1
    if not 1 <= reached <= date.max.toordinal():
        raise ValueError(
            f"{offset_days} days from {start_on} lie outside the years 1 to 9999"
        )
    return date.fromordinal(reached)


def working_clock_date(
    start_on: date,
    offset_days: int,
    frozen_periods: Iterable[Period],
    calendar: WorkingDays,
) -> date | None:
    """Return the day on which a clock of working days has run so many of them.

    As clock_date: it is the first working day d for which the working days after the
    start up to d that are not frozen are at least the offset. An offset of zero gives
    the start, working or not; a negative one the working day so many before the start,
    which no period moves. None when a period without an end stops the clock.

    Raises LookupError when the day lies outside the calendar.

    >>> march = WorkingDays(date(2026, 3, 1), ([False] + [True] * 5 + [False]) * 4)
    >>> working_clock_date(date(2026, 3, 1), 6, [], march)
    datetime.date(2026, 3, 9)
    >>> week = Period(date(2026, 3, 2), date(2026, 3, 8))
    >>> working_clock_date(date(2026, 3, 1), 6, [week], march)
    datetime.date(2026, 3, 16)
    """
    if offset_days <= 0:
        return calendar.add(start_on, offset_days)
    reached = calendar.index(start_on) + offset_days
    for period in merge_periods(frozen_periods):
        if period.last is not None and period.last <= start_on:
            continue
        day_before = max(period.first - ONE_DAY, start_on)
        if day_before > calendar.last:
            break
        before = calendar.index(day_before)
        if before >= reached:
            break
        if period.last is None:
            return None
        reached += calendar.index(period.last) - before
    return calendar.at(reached)


def month_end(day: date) -> date:
    """Return the last day of the month of ``day``.

    >>> month_end(date(2028, 2, 3))
    datetime.date(2028, 2, 29)
    """
    return day.replace(day=monthrange(day.year, day.month)[1])


def level_clock_date(
    level: Level,
    due_on: date,
    frozen_periods: Iterable[Period],
    calendar: WorkingDays | None = None,
) -> date | None:
    """Return the day that a level has from the due date alone.

    None when the clock stands still without an end, and for a level in working days
    where the calendar is not known or does not reach so far.
    """
    if not level.in_working_days:
        clock_on = clock_date(due_on, level.offset_days, frozen_periods)
    elif calendar is None:
        return None
    else:
        try:
            clock_on = working_clock_date(
                due_on, level.offset_days, frozen_periods, calendar
            )
        except LookupError:
            return None
    return _placed(level, clock_on)


def next_level(
    levels: Iterable[Level],
    progress: Progress,
    due_on: date,
    frozen_periods: Iterable[Period],
    on: date,
    calendar: WorkingDays | None = None,
) -> Decision:
    """Return the next level of a claim, as seen on the day ``on``.

    It is the first level above the one reached, passing over those that are not
    mandatory and can no longer come: ``on`` or their date is later than their own
    clock date plus ``expires_after_days``. Its date is the later of the clock date from
    ``due_on`` and the end of its minimum wait from the effective date of the level
    reached, both moved by ``frozen_periods``. Without a level reached there is no wait.

    The level reached is repeated instead while repetitions are left, its effective date
    is known, and the next level (if there is one) has not come and comes later.

    ``levels`` may come in any order; their sequences are distinct. The decision names
    one level only: a claim takes at most one level in a run, however late it is.
    """
    frozen = merge_periods(frozen_periods)
    awaiting = progress.dispatched and progress.effective_on is None
    ladder = sorted(levels, key=lambda level: level.sequence)
    upward = _upward(ladder, progress, due_on, frozen, on, calendar)
    reached = next(
        (level for level in ladder if level.sequence == progress.sequence), None
    )
    if reached and progress.occurrence <= reached.repeat_maximum:
        again = _repetition(reached, progress, frozen, awaiting)
        if again and _comes_first(again, upward, on):
            return again
    return upward


def _upward(
    ladder: list[Level],
    progress: Progress,
    due_on: date,
    frozen: tuple[Period, ...],
    on: date,
    calendar: WorkingDays | None,
) -> Decision:
    """Return the decision among the levels above the one reached."""
    awaiting = progress.dispatched and progress.effective_on is None
    skipped: list[str] = []
    start = next((one for one in ladder if one.level_key == progress.start_key), None)
    for level in ladder:
        if level.sequence <= progress.sequence:
            continue
        if start and level.sequence < start.sequence:
            # Passing over a mandatory level is a decision, not an expiry.
            skipped += [] if level.mandatory else [level.level_key]
            continue
        clock_on = level_clock_date(level, due_on, frozen, calendar)
        allowed_from = (
            None if awaiting else _allowed_from(level, progress, clock_on, frozen)
        )
        if level != start and _has_expired(
            level, clock_on, max(on, allowed_from or on)
        ):
            skipped.append(level.level_key)
            continue
        return Decision(level, allowed_from, tuple(skipped), awaiting)
    return Decision(None, None, tuple(skipped), awaiting)


def _repetition(
    reached: Level, progress: Progress, frozen: tuple[Period, ...], awaiting: bool
) -> Decision | None:
    """Return the repetition of the level reached, None when its clock never began."""
    if progress.effective_on is None and not awaiting:
        return None
    again_on = progress.effective_on and _placed(
        reached, clock_date(progress.effective_on, reached.repeat_every_days, frozen)
    )
    return Decision(reached, again_on, (), awaiting, progress.occurrence + 1)


def _comes_first(again: Decision, upward: Decision, on: date) -> bool:
    """Whether the repetition comes before the next level."""
    if upward.level is None:
        return True
    if again.allowed_from is None or upward.awaiting_delivery or upward.is_due(on):
        return False
    return upward.allowed_from is None or again.allowed_from < upward.allowed_from


def _has_expired(level: Level, clock_on: date | None, on: date) -> bool:
    if level.mandatory or clock_on is None:
        return False
    return (on - clock_on).days > level.expires_after_days


def _allowed_from(
    level: Level,
    progress: Progress,
    clock_on: date | None,
    frozen: tuple[Period, ...],
) -> date | None:
    """Return the later of both clocks, None when one of them stands still."""
    if progress.effective_on is None or clock_on is None:
        return clock_on
    wait_over_on = clock_date(progress.effective_on, level.minimum_wait_days, frozen)
    if wait_over_on is None:
        return None
    return _placed(level, max(clock_on, wait_over_on))


def _placed(level: Level, day: date | None) -> date | None:
    """Return the day, or the end of its month for a level that comes there."""
    return month_end(day) if day and level.end_of_month else day
