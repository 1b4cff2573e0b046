"""Which claim goes on with which journal item when a move is posted again.

A move set back to draft and posted again may come back with other journal items: the
ledger reuses or renews them as it likes, so their ids say nothing. What a claim was
about is its due date and its original amount. Its history (levels, notices, holds)
must go on with the same debt, or end, and must never move to another instalment.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """By what a claim or a journal item is known: due date and original amount."""

    id: int
    date_due: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Pairing:
    """The outcome: every claim and every line stands in exactly one place.

    ``pairs`` gives the line with which a claim goes on. ``void`` holds the claims that
    no longer exist in the ledger, each with the line whose new claim takes its place,
    or None. ``new`` are the lines, by id, that become new claims.
    """

    pairs: dict[int, int]
    void: dict[int, int | None]
    new: tuple[int, ...]


_Pairs = list[tuple[int, int]]
_Step = Callable[[list[Fingerprint], list[Fingerprint]], _Pairs]


def pair(claims: Iterable[Fingerprint], lines: Iterable[Fingerprint]) -> Pairing:
    """Return which claim goes on with which line.

    Four steps, each over what the steps before have left:

    1. same due date and amount (several alike: by id);
    2. same due date (several: the largest with the largest, then by id);
    3. same amount, when just one claim and just one line have it;
    4. whatever they look like, when just one claim and just one line are left.

    Claims left over become void. They have a successor only when just one line is
    left over: then it stands in the place of them all. The order in which claims and
    lines are given does not matter.

    Give the claims and lines of one move, commercial partner, account and currency:
    history does not pass to another debtor or another currency.

    Raises ValueError when a claim or a line is named twice.
    """
    claims_left = _by_id(claims)
    lines_left = _by_id(lines)
    pairs: dict[int, int] = {}
    for step in _STEPS:
        for claim_id, line_id in step(
            list(claims_left.values()), list(lines_left.values())
        ):
            pairs[claim_id] = line_id
            del claims_left[claim_id]
            del lines_left[line_id]
    successor = next(iter(lines_left)) if len(lines_left) == 1 else None
    return Pairing(pairs, dict.fromkeys(claims_left, successor), tuple(lines_left))


def _by_id(fingerprints: Iterable[Fingerprint]) -> dict[int, Fingerprint]:
    ordered = sorted(fingerprints, key=lambda fingerprint: fingerprint.id)
    indexed = {fingerprint.id: fingerprint for fingerprint in ordered}
    if len(indexed) < len(ordered):
        raise ValueError("a claim or a line is named twice")
    return indexed


def _group(
    fingerprints: list[Fingerprint], key: Callable[[Fingerprint], Hashable]
) -> dict[Hashable, list[Fingerprint]]:
    groups: dict[Hashable, list[Fingerprint]] = defaultdict(list)
    for fingerprint in fingerprints:
        groups[key(fingerprint)].append(fingerprint)
    return groups


def _same_fingerprint(claims: list[Fingerprint], lines: list[Fingerprint]) -> _Pairs:
    lines_by_key = _group(lines, lambda line: (line.date_due, line.amount))
    return [
        (claim.id, line.id)
        for key, alike in _group(
            claims, lambda claim: (claim.date_due, claim.amount)
        ).items()
        for claim, line in zip(alike, lines_by_key.get(key, ()), strict=False)
    ]


def _same_due_date(claims: list[Fingerprint], lines: list[Fingerprint]) -> _Pairs:
    def largest_first(group: Iterable[Fingerprint]) -> list[Fingerprint]:
        return sorted(group, key=lambda member: (-member.amount, member.id))

    lines_by_date = _group(lines, lambda line: line.date_due)
    return [
        (claim.id, line.id)
        for date_due, group in _group(claims, lambda claim: claim.date_due).items()
        for claim, line in zip(
            largest_first(group),
            largest_first(lines_by_date.get(date_due, ())),
            strict=False,
        )
    ]


def _only_ones_of_amount(claims: list[Fingerprint], lines: list[Fingerprint]) -> _Pairs:
    lines_by_amount = _group(lines, lambda line: line.amount)
    return [
        (group[0].id, lines_by_amount[amount][0].id)
        for amount, group in _group(claims, lambda claim: claim.amount).items()
        if len(group) == 1 and len(lines_by_amount.get(amount, ())) == 1
    ]


def _last_ones(claims: list[Fingerprint], lines: list[Fingerprint]) -> _Pairs:
    if len(claims) == 1 and len(lines) == 1:
        return [(claims[0].id, lines[0].id)]
    return []


_STEPS: tuple[_Step, ...] = (
    _same_fingerprint,
    _same_due_date,
    _only_ones_of_amount,
    _last_ones,
)
