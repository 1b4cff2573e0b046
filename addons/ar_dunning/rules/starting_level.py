"""With which level a claim begins that was old before anybody followed it up here."""

from collections.abc import Iterable
from dataclasses import dataclass

# Days overdue from which a bucket begins, when nobody says otherwise.
BUCKETS = (1, 31, 91, 366)
# Phases that nobody enters without having heard anything before.
_GENTLE = ("proactive", "amicable")


@dataclass(frozen=True, slots=True)
class Step:
    """A level of a procedure, as far as the choice of the first one asks.

    ``sequence`` orders the levels from 1 on; ``offset_days`` counts from the due date.
    """

    sequence: int
    level_key: str
    offset_days: int
    mandatory: bool
    phase: str


def passed_over(steps: Iterable[Step], level_key: str) -> tuple[str, ...]:
    """Return the mandatory levels that a claim never gets which begins with a level.

    Raises KeyError when no step has that key.
    """
    ladder = sorted(steps, key=lambda step: step.sequence)
    first = {step.level_key: step for step in ladder}[level_key]
    return tuple(
        step.level_key
        for step in ladder
        if step.sequence < first.sequence and step.mandatory
    )


def needs_reason(steps: Iterable[Step], level_key: str) -> bool:
    """Whether beginning with a level has to be justified.

    It does when a mandatory level is passed over, and when the first word that a
    debtor hears would be harsher than a reminder.
    """
    ladder = tuple(steps)
    first = {step.level_key: step for step in ladder}[level_key]
    return first.phase not in _GENTLE or bool(passed_over(ladder, level_key))


def suggest(steps: Iterable[Step], days_overdue: int) -> str | None:
    """Return the level with which a claim so old best begins, None for the usual way.

    The last level whose day has come that needs no reason. A word before the due date
    is none for a late claim. Before the day of the first one nothing is suggested.
    """
    ladder = sorted(steps, key=lambda step: step.sequence)
    fit = [
        step.level_key
        for step in ladder
        if step.offset_days <= days_overdue
        and step.phase != "proactive"
        and not needs_reason(ladder, step.level_key)
    ]
    return fit[-1] if fit else None
