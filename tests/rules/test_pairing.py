"""Pairing: the history of a claim stays with its debt, or ends."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.pairing import Fingerprint, Pairing, pair
from strategies import fingerprints


def look(fingerprint):
    return fingerprint.date_due, fingerprint.amount


def pair_by_hand(claims, lines):
    """Pair a second time, claim by claim, as the schema tells it."""
    claims = sorted(claims, key=lambda claim: (-claim.amount, claim.id))
    lines = sorted(lines, key=lambda line: (-line.amount, line.id))
    pairs = {}

    def take(claim, line):
        pairs[claim.id] = line.id
        claims.remove(claim)
        lines.remove(line)

    for same in (look, lambda fingerprint: fingerprint.date_due):
        for claim in list(claims):
            line = next((line for line in lines if same(line) == same(claim)), None)
            if line:
                take(claim, line)
    for amount in {claim.amount for claim in claims}:
        claims_alike = [claim for claim in claims if claim.amount == amount]
        lines_alike = [line for line in lines if line.amount == amount]
        if len(claims_alike) == len(lines_alike) == 1:
            take(claims_alike[0], lines_alike[0])
    if len(claims) == len(lines) == 1:
        take(claims[0], lines[0])
    successor = lines[0].id if len(lines) == 1 else None
    return Pairing(
        pairs,
        {claim.id: successor for claim in claims},
        tuple(sorted(line.id for line in lines)),
    )


@given(fingerprints(), fingerprints())
def test_pairing_is_what_a_second_hand_pairs(claims, lines):
    assert pair(claims, lines) == pair_by_hand(claims, lines)


@given(fingerprints(), fingerprints())
def test_every_claim_and_line_stands_in_one_place(claims, lines):
    pairing = pair(claims, lines)
    claims_placed = [*pairing.pairs, *pairing.void]
    lines_placed = [*pairing.pairs.values(), *pairing.new]
    assert sorted(claims_placed) == sorted(claim.id for claim in claims)
    assert sorted(lines_placed) == sorted(line.id for line in lines)


@given(fingerprints(), fingerprints(), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(claims, lines, random):
    expected = pair(claims, lines)
    random.shuffle(claims)
    random.shuffle(lines)
    assert pair(claims, lines) == expected


@given(fingerprints(), st.integers(1, 5000))
def test_a_move_posted_again_unchanged_changes_nothing(claims, shift):
    lines = [Fingerprint(c.id + shift, c.date_due, c.amount) for c in claims]
    pairing = pair(claims, lines)
    assert pairing == Pairing({c.id: c.id + shift for c in claims}, {}, ())


@given(fingerprints(), fingerprints())
def test_history_never_leaves_a_debt_that_is_still_there(claims, lines):
    pairing = pair(claims, lines)
    looks_of_claims = {claim.id: look(claim) for claim in claims}
    looks_of_lines = {line.id: look(line) for line in lines}
    kept = Counter(
        looks_of_claims[claim_id]
        for claim_id, line_id in pairing.pairs.items()
        if looks_of_claims[claim_id] == looks_of_lines[line_id]
    )
    assert kept == Counter(looks_of_claims.values()) & Counter(looks_of_lines.values())


@given(fingerprints(), fingerprints())
def test_a_successor_is_the_only_new_line(claims, lines):
    pairing = pair(claims, lines)
    for successor in pairing.void.values():
        if successor is not None:
            assert pairing.new == (successor,)


FIRST, SECOND, THIRD = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)
FOURTH = date(2026, 4, 30)


def build(first_id, *looks):
    return [
        Fingerprint(first_id + place, due, Decimal(amount))
        for place, (due, amount) in enumerate(looks)
    ]


@pytest.mark.parametrize(
    ("claims", "lines", "pairs", "void", "new"),
    [
        pytest.param(
            [(FIRST, "100"), (SECOND, "100")],
            [(SECOND, "100.00"), (FIRST, "100.00")],
            {1: 12, 2: 11},
            {},
            (),
            id="lines came back in another order",
        ),
        pytest.param(
            [(FIRST, "100"), (SECOND, "100")],
            [(SECOND, "120"), (FIRST, "80")],
            {1: 12, 2: 11},
            {},
            (),
            id="amounts changed, dates kept",
        ),
        pytest.param(
            [(FIRST, "30"), (SECOND, "70")],
            [(THIRD, "70"), (FOURTH, "30")],
            {1: 12, 2: 11},
            {},
            (),
            id="dates changed, amounts tell them apart",
        ),
        pytest.param(
            [(FIRST, "50"), (SECOND, "50")],
            [(THIRD, "50"), (FOURTH, "50")],
            {},
            {1: None, 2: None},
            (11, 12),
            id="dates changed, amounts alike: nobody can tell",
        ),
        pytest.param(
            [(FIRST, "100")],
            [(THIRD, "250")],
            {1: 11},
            {},
            (),
            id="one claim, one line, everything changed",
        ),
        pytest.param(
            [(FIRST, "50"), (SECOND, "50"), (THIRD, "50")],
            [(FOURTH, "150")],
            {},
            {1: 11, 2: 11, 3: 11},
            (11,),
            id="three instalments became one invoice",
        ),
        pytest.param(
            [(FIRST, "100"), (SECOND, "50")],
            [(FIRST, "100")],
            {1: 11},
            {2: None},
            (),
            id="an instalment was dropped",
        ),
        pytest.param(
            [(FIRST, "100")],
            [(SECOND, "60"), (FIRST, "40")],
            {1: 12},
            {},
            (11,),
            id="one due date became two",
        ),
        pytest.param(
            [(FIRST, "30"), (FIRST, "70")],
            [(FIRST, "100")],
            {2: 11},
            {1: None},
            (),
            id="two of one day became one: the larger goes on",
        ),
        pytest.param([], [(FIRST, "1")], {}, {}, (11,), id="first posting"),
        pytest.param([(FIRST, "1")], [], {}, {1: None}, (), id="nothing came back"),
    ],
)
def test_pairing_examples(claims, lines, pairs, void, new):
    assert pair(build(1, *claims), build(11, *lines)) == Pairing(pairs, void, new)


@pytest.mark.parametrize("side", [0, 1])
def test_nothing_is_named_twice(side):
    both = [build(1, (FIRST, "1")), build(11, (FIRST, "1"))]
    both[side] *= 2
    with pytest.raises(ValueError, match="named twice"):
        pair(*both)


def test_a_big_opening_entry_is_paired_in_one_go():
    claims = build(1, *[(FIRST, str(n % 700 + 1)) for n in range(20_000)])
    lines = build(50_001, *[(FIRST, str(n % 700 + 1)) for n in range(20_000)])
    assert len(pair(claims, lines).pairs) == 20_000
