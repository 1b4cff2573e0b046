"""Setting a payment that was started some time ago against what is open now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """What a payer meant to pay of one item, and what is open of it now."""

    item_id: int
    date_due: date
    reserved: Decimal
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class Settlement:
    """What each item gets, oldest first, and what none can take (any more)."""

    parts: dict[int, Decimal]
    left: Decimal


def settle(amount: Decimal, shares: Iterable[Share]) -> Settlement:
    """Return how a received amount pays the items that it was meant for.

    Each item gets what was reserved for it, but never more than is still open, and
    all together never more than was received; oldest due date first, then lowest id.
    What is left goes to no other item: it was not meant for them, a person decides.

    Raises ValueError for an amount that is not above zero, a reservation below zero,
    or an item named twice.
    """
    if not amount.is_finite() or amount <= 0:
        raise ValueError("only an amount above zero can be settled")
    parts: dict[int, Decimal] = {}
    seen: set[int] = set()
    left = amount
    for share in sorted(shares, key=lambda share: (share.date_due, share.item_id)):
        if share.item_id in seen:
            raise ValueError("an item can be named once")
        if not share.reserved.is_finite() or share.reserved < 0:
            raise ValueError("a reservation cannot be below zero")
        seen.add(share.item_id)
        part = min(share.reserved, max(share.open_amount, Decimal(0)), left)
        if part:
            parts[share.item_id] = part
            left -= part
    return Settlement(parts, left)


def split_value(
    value: Decimal, parts: Sequence[Decimal], unit: Decimal
) -> list[Decimal]:
    """Return a value in shares proportional to the parts, in whole units.

    Used for what parts of a payment are worth in company currency. Each share is
    rounded half up from what then remains, so the shares add up to the value exactly.

    Raises ValueError when there are no parts, or one is not above zero.
    """
    if not parts or any(part <= 0 for part in parts):
        raise ValueError("a value is split over parts above zero")
    shares = []
    whole = sum(parts, Decimal(0))
    for part in parts:
        share = (value * part / whole / unit).to_integral_value(ROUND_HALF_UP) * unit
        shares.append(share)
        value -= share
        whole -= part
    return shares
