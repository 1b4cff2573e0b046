"""Amounts reminded together, and one fee divided over what it is for.

Whether a fee is due on each debt or on the sum of several is a matter of law
(Netherlands, art. 6:96(7) BW: what can be reminded together has one fee on the sum) or
of policy (Belgium, art. XIX.4, is silent).
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .money import exact, from_cents, to_cents

HOW = ("each", "by_key", "together")


@dataclass(frozen=True, slots=True)
class AmountGroup:
    """Debts on which one fee is asked, in the order given, and their sum."""

    ids: tuple[Hashable, ...]
    amount: Decimal


def group_amounts(
    items: Iterable[tuple[Hashable, Hashable, Decimal]], how: str
) -> dict[Hashable, AmountGroup]:
    """Return the groups of debts, given as (id, key, amount), in order of appearance.

    ``each`` makes a group of every debt, named by its id; ``by_key`` one of all debts
    with the same key, such as a contract, named by the key; ``together`` one of all,
    named None. Nothing gives no group. Raises ValueError for another word, for a debt
    named twice, or an amount that is not in whole cents.
    """
    if how not in HOW:
        raise ValueError(f"amounts cannot be grouped {how!r}")
    seen = set()
    grouped: dict[Hashable, list[tuple[Hashable, int]]] = {}
    for id_, key, amount in items:
        if id_ in seen:
            raise ValueError(f"debt {id_} is named twice")
        seen.add(id_)
        name = {"each": id_, "by_key": key, "together": None}[how]
        grouped.setdefault(name, []).append((id_, to_cents(amount)))
    return {
        name: AmountGroup(
            tuple(id_ for id_, _cents in members),
            from_cents(sum(cents for _id, cents in members)),
        )
        for name, members in grouped.items()
    }


def debts(
    items: Iterable[tuple[Hashable, str, Decimal]],
) -> dict[str, Decimal]:
    """Return what is open of each debt, given in parts as (debt, name, amount).

    The instalments of an invoice are one debt. Debts of one name, such as the balances
    of one opening entry, stay apart: the later ones get a number.

    >>> debts([(1, "INV", Decimal(6)), (1, "INV", Decimal(4)), (2, "INV", Decimal(5))])
    {'INV': Decimal('10'), 'INV (2)': Decimal('5')}
    """
    names: dict[Hashable, str] = {}
    sums: dict[str, Decimal] = {}
    for debt, name, amount in items:
        if debt not in names:
            said, number = name, 1
            while said in sums:
                number += 1
                said = f"{name} ({number})"
            names[debt] = said
        sums[names[debt]] = sums.get(names[debt], Decimal(0)) + amount
    return sums


def share(
    amount: Decimal, weights: Mapping[Hashable, Decimal]
) -> dict[Hashable, Decimal]:
    """Return the amount divided in proportion to the weights, exactly to the cent.

    Each part is rounded down; the cents that are left go one by one to the parts that
    lost most, and among equals to those named first. So the parts add up to the amount,
    none is a cent away from its due, and a weight of zero gets zero.

    Raises ValueError for an amount that is below zero or not in whole cents, a weight
    below zero, or an amount with no weight above zero to take it.

    >>> share(Decimal("1.00"), {"a": Decimal(1), "b": Decimal(1), "c": Decimal(1)})
    {'a': Decimal('0.34'), 'b': Decimal('0.33'), 'c': Decimal('0.33')}
    """
    cents = to_cents(amount)
    exact_weights = {id_: exact(weight) for id_, weight in weights.items()}
    total = sum(exact_weights.values())
    if cents < 0 or any(weight < 0 for weight in exact_weights.values()):
        raise ValueError("neither an amount to share nor a weight lies below zero")
    if not cents:
        return dict.fromkeys(weights, from_cents(0))
    if not total:
        raise ValueError("an amount needs a weight above zero to be shared")
    parts, lost = {}, {}
    for id_, weight in exact_weights.items():
        parts[id_], lost[id_] = divmod(cents * weight, total)
    # The losses add up to the cents that are left, each less than a cent: there are
    # more parts with a loss than cents, and a weight of zero has none.
    left = cents - sum(parts.values())
    for id_ in sorted(parts, key=lambda id_: -lost[id_])[:left]:
        parts[id_] += 1
    return {id_: from_cents(part) for id_, part in parts.items()}
