"""Setting a received amount against the claims that the payer named."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from .matching import cover
from .open_items import OpenItem

Outcome = Literal["exact", "partial", "overpaid"]


@dataclass(frozen=True, slots=True)
class Allocation:
    """How a received amount is set against open items.

    ``parts`` holds, oldest first, the items that receive something; ``left`` is what
    no item takes. Together they are the amount received, to the cent. ``outcome``
    compares the amount with the total asked.
    """

    parts: dict[int, Decimal]
    left: Decimal
    outcome: Outcome


def allocate(
    amount: Decimal,
    open_items: Iterable[OpenItem],
    tolerance: Decimal = Decimal(0),
) -> Allocation:
    """Return how an amount pays the items, oldest due date first, then lowest id.

    The outcome is ``exact`` when amount and total asked differ by no more than
    ``tolerance``, else ``partial`` (too little) or ``overpaid`` (too much). The
    tolerance only names the outcome: it never makes a part larger than its item, nor
    does it pay the cents that are missing.

    Raises ValueError for an amount that is not above zero, a tolerance below zero, or
    an item named twice.
    """
    if not amount.is_finite() or amount <= 0:
        raise ValueError("only an amount above zero can be allocated")
    if not tolerance.is_finite() or tolerance < 0:
        raise ValueError("the tolerance cannot be below zero")
    items = list(open_items)
    parts = {id_: part for id_, part in cover(items, amount).items() if part}
    left = amount - sum(parts.values(), Decimal(0))
    difference = amount - sum((item.amount for item in items), Decimal(0))
    return Allocation(parts, left, _outcome(difference, tolerance))


def _outcome(difference: Decimal, tolerance: Decimal) -> Outcome:
    if difference > tolerance:
        return "overpaid"
    return "exact" if difference >= -tolerance else "partial"
