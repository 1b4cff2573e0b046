"""Whose claims a payment is meant for, judged by what its text names.

A reference with check digits is nearly certain. A document number is not: it may be
the payer's own number, a date or a post code, so it has to agree with the payer or
the amount where it says little by itself. In doubt a person decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Trust = Literal["certain", "telling", "weak"]
Verdict = Literal[
    "named",
    "several_debtors",
    "other_payer",
    "mixed_access",
    "already_paid",
    "unnamed",
    "nothing",
]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that something in the text of a payment points to.

    ``trust`` is ``certain`` for a reference with check digits, ``telling`` for a
    document number with a letter in it and ``weak`` for one of digits only.
    ``open_amount`` is in the currency of the payment, zero for a claim that is not
    open; ``principal`` is what of it is no cost and no interest (None: all of it): who
    pays just that agrees with the claim as well. ``access_group_id`` is the group that
    alone may see the claim, if any.
    """

    claim_id: int
    debtor_id: int
    access_group_id: int | None
    trust: Trust
    open_amount: Decimal
    principal: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a payment is for.

    ``claims`` are, for the verdict ``named``, what the payment pays first and ``also``
    what its rest pays; for any other verdict ``claims`` are those that gave rise to it.

    - ``several_debtors``: what it names belongs to more than one debtor.
    - ``other_payer``: a document number fits, but another partner pays another amount.
    - ``mixed_access``: the claims are not visible to the same people.
    - ``already_paid``: what it names is not open (any more).
    - ``unnamed``: it names nothing, but its payer has open claims.
    - ``nothing``: nothing says that it has to do with a claim.
    """

    verdict: Verdict
    claims: tuple[int, ...] = ()
    also: tuple[int, ...] = ()


def recognise(
    amount: Decimal,
    candidates: Iterable[Candidate],
    payer_id: int | None = None,
    payer_owes: bool = False,
) -> Recognition:
    """Return what a payment of ``amount`` is for; each claim is a candidate once.

    ``payer_id`` is the payer, in the same numbering as ``Candidate.debtor_id``, when
    the bank line says who it is; ``payer_owes`` whether the payer has open claims.
    References go before document numbers; numbers of the same debtor beside a
    reference count only for what the reference leaves.
    """
    candidates = list(candidates)
    referred = [one for one in candidates if one.trust == "certain"]
    open_referred = [one for one in referred if one.open_amount]
    if open_referred:
        return _by_reference(amount, open_referred, candidates)
    numbered = _believable(amount, candidates, payer_id)
    if numbered:
        return _by_number(amount, numbered, referred, payer_id)
    closed = [
        one
        for one in candidates
        if not one.open_amount and (one.trust != "weak" or one.debtor_id == payer_id)
    ]
    if closed:
        return Recognition("already_paid", _ids(closed))
    return Recognition("unnamed" if payer_owes else "nothing")


def _by_reference(
    amount: Decimal, referred: Sequence[Candidate], candidates: Sequence[Candidate]
) -> Recognition:
    if len(_debtors(referred)) > 1:
        return Recognition("several_debtors", _ids(referred))
    also = [
        one
        for one in candidates
        if one.trust == "telling"
        and one.open_amount
        and one.debtor_id == referred[0].debtor_id
        and amount > _total(referred)
    ]
    return _named(referred, also)


def _by_number(
    amount: Decimal,
    numbered: Sequence[Candidate],
    referred: Sequence[Candidate],
    payer_id: int | None,
) -> Recognition:
    if len(_debtors([*numbered, *referred])) > 1:
        return Recognition("several_debtors", _ids(numbered))
    another_pays = payer_id is not None and payer_id != numbered[0].debtor_id
    if another_pays and not _agrees(amount, numbered):
        return Recognition("other_payer", _ids(numbered))
    return _named(numbered, [])


def _believable(
    amount: Decimal, candidates: Sequence[Candidate], payer_id: int | None
) -> list[Candidate]:
    """Return the open claims whose document numbers are taken for what they say.

    Digits alone need the payer or the amount to agree. When the payer is one of
    several debtors, the others' numbers are equal by accident.
    """
    by_debtor: dict[int, list[Candidate]] = {}
    for one in candidates:
        # Open claims that a reference names have been dealt with before.
        if one.open_amount:
            by_debtor.setdefault(one.debtor_id, []).append(one)
    if payer_id in by_debtor:
        return by_debtor[payer_id]
    believed: list[Candidate] = []
    for claims in by_debtor.values():
        agrees = _agrees(amount, claims)
        believed += [one for one in claims if agrees or one.trust == "telling"]
    return believed


def _named(first: Sequence[Candidate], also: Sequence[Candidate]) -> Recognition:
    if len({one.access_group_id for one in (*first, *also)}) > 1:
        return Recognition("mixed_access", _ids([*first, *also]))
    return Recognition("named", _ids(first), _ids(also))


def _debtors(candidates: Iterable[Candidate]) -> set[int]:
    return {one.debtor_id for one in candidates}


def _ids(candidates: Iterable[Candidate]) -> tuple[int, ...]:
    return tuple(one.claim_id for one in candidates)


def _agrees(amount: Decimal, candidates: Sequence[Candidate]) -> bool:
    principal = sum(
        (
            one.open_amount if one.principal is None else one.principal
            for one in candidates
        ),
        Decimal(0),
    )
    return amount in (_total(candidates), principal)


def _total(candidates: Iterable[Candidate]) -> Decimal:
    return sum((one.open_amount for one in candidates), Decimal(0))
