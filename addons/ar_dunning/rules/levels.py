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

What is judged on a day may let an open end count to that day, as the evaluation does.
Where the functions below then know no date, it finds one later than that day: the
earliest that is still possible. All other dates are the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .periods import Period, merge_periods


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a procedure.

    ``sequence`` orders the levels from 1 on, ``level_key`` is their stable name.
    ``offset_days`` counts from the due date and is negative for a notice before it.
    ``minimum_wait_days`` counts from the effective date of the previous level. A level
    that is not ``mandatory`` is skipped once it is more than ``expires_after_days``
    late; for a mandatory one that figure means nothing.

    Raises ValueError when the figures contradict each other.
    """

    sequence: int
    level_key: str
    offset_days: int
    minimum_wait_days: int
    mandatory: bool
    expires_after_days: int

    def __post_init__(self) -> None:
        if self.sequence < 1:
            raise ValueError(f"level {self.level_key}: sequence starts at 1")
        if self.minimum_wait_days < 0:
            raise ValueError(f"level {self.level_key}: the wait cannot be negative")
        if not self.mandatory and self.expires_after_days < 0:
            raise ValueError(f"level {self.level_key}: the expiry cannot be negative")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a claim has come in its present cycle.

    ``sequence`` is that of the level reached, 0 when there is none. ``effective_on``
    is the day on which that level reached the debtor, None when it has not, or no
    longer (a bounce takes it away). ``dispatched`` says that the level went out from
    here, so that its delivery is still to be expected. A level taken over from
    elsewhere may be neither: nothing is awaited then, and no wait is known.

    Raises ValueError for a claim without a level that has a delivery.
    """

    sequence: int
    effective_on: date | None
    dispatched: bool

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
    the level reached was dispatched and is not effective.
    """

    level: Level | None
    allowed_from: date | None
    skipped_keys: tuple[str, ...]
    awaiting_delivery: bool

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


def next_level(
    levels: Iterable[Level],
    progress: Progress,
    due_on: date,
    frozen_periods: Iterable[Period],
    on: date,
) -> Decision:
    """Return the next level of a claim, as seen on the day ``on``.

    It is the first level above the one reached, passing over those that are not
    mandatory and expired: on a day later than their own clock date plus
    ``expires_after_days``. Its date is the later of the clock date from ``due_on``
    and the end of its minimum wait from the effective date of the level reached,
    both moved by ``frozen_periods``. Without a level reached there is no wait.

    ``levels`` may come in any order; their sequences are distinct. The decision names
    one level only: a claim takes at most one level in a run, however late it is.
    """
    frozen = merge_periods(frozen_periods)
    awaiting = progress.dispatched and progress.effective_on is None
    skipped: list[str] = []
    for level in sorted(levels, key=lambda level: level.sequence):
        if level.sequence <= progress.sequence:
            continue
        clock_on = clock_date(due_on, level.offset_days, frozen)
        if _has_expired(level, clock_on, on):
            skipped.append(level.level_key)
            continue
        allowed_from = (
            None if awaiting else _allowed_from(level, progress, clock_on, frozen)
        )
        return Decision(level, allowed_from, tuple(skipped), awaiting)
    return Decision(None, None, tuple(skipped), awaiting)


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
    return None if wait_over_on is None else max(clock_on, wait_over_on)
