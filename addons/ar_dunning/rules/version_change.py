"""What another version of a procedure means for its text and for running claims.

Levels are recognised by their key, never by their place or name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ADDED = "added"
REMOVED = "removed"
CHANGED = "changed"

MOVES = "moves"
KEY_MISSING = "key_missing"
WOULD_SKIP = "would_skip"
CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions.

    ``kind`` is ADDED, REMOVED or CHANGED. ``field`` is empty for a whole level; then
    ``old`` and ``new`` are empty too.
    """

    kind: str
    key: str
    field: str = ""
    old: str = ""
    new: str = ""


def compare(
    old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]
) -> list[Change]:
    """Return what is different, in the order of ``new``; removed levels come last.

    Both are levels by key, each with its fields in words. A field that one side does
    not name is empty there.

    >>> compare({"a": {"days": "10"}}, {"a": {"days": "14"}})
    [Change(kind='changed', key='a', field='days', old='10', new='14')]
    """
    changes = []
    for key, fields in new.items():
        if key not in old:
            changes.append(Change(ADDED, key))
            continue
        for field in dict.fromkeys((*fields, *old[key])):
            before, after = old[key].get(field, ""), fields.get(field, "")
            if before != after:
                changes.append(Change(CHANGED, key, field, before, after))
    changes.extend(Change(REMOVED, key) for key in old if key not in new)
    return changes


@dataclass(frozen=True, slots=True)
class Step:
    """One level as far as moving to another version asks about it."""

    sequence: int
    level_key: str
    mandatory: bool


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to one running claim.

    ``outcome`` is MOVES (to the place ``sequence`` of the new version, 0 before its
    first level) or a reason to stay on the version it runs on: KEY_MISSING (the level
    reached does not exist there), WOULD_SKIP (``level_key`` names the mandatory level
    that it would never get), CHOSEN (a person wants it so).
    """

    outcome: str
    sequence: int = 0
    level_key: str = ""


def move(
    old: Sequence[Step],
    new: Sequence[Step],
    reached_key: str,
    reached_sequence: int,
    sent_keys: Iterable[str],
    staying: Iterable[str] = (),
) -> Move:
    """Return what happens to a claim when ``new`` takes the place of ``old``.

    :param reached_key: key of the level reached, empty when there is none
    :param reached_sequence: its place in ``old``, 0 when there is none
    :param sent_keys: levels that the claim has had in this cycle, under any version
    :param staying: keys of the levels whose claims stay by choice; empty text: claims
        without a level

    A claim goes on at the highest level of the new version that it has had. Levels
    that it has passed in the old version count as dealt with; when another mandatory
    level stands below its new place, it stays, so that nobody skips a mandatory level
    and nobody is sent back to a milder one.
    """
    if reached_key in staying:
        return Move(CHOSEN)
    if not reached_key:
        return Move(MOVES)
    places = {step.level_key: step.sequence for step in new}
    if reached_key not in places:
        return Move(KEY_MISSING)
    had = {reached_key, *sent_keys}
    place = max(places[key] for key in had if key in places)
    passed = {step.level_key for step in old if step.sequence <= reached_sequence}
    below = sorted((one for one in new if one.sequence < place), key=_sequence)
    for step in below:
        if step.mandatory and step.level_key not in passed | had:
            return Move(WOULD_SKIP, level_key=step.level_key)
    return Move(MOVES, place)


def _sequence(step: Step) -> int:
    return step.sequence
