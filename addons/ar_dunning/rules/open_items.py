"""Open items in the order in which money is set against them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An amount still to be paid, in a currency that its users keep apart.

    Raises ValueError unless the amount is a finite figure above zero.
    """

    id: int
    date_due: date
    amount: Decimal

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or self.amount <= 0:
            raise ValueError(f"open item {self.id}: the amount must be above zero")


def oldest_first(items: Iterable[OpenItem]) -> list[OpenItem]:
    """Return the items by due date, then by lowest id.

    Raises ValueError when an id occurs twice: the same money would be asked twice.
    """
    ordered = sorted(items, key=lambda item: (item.date_due, item.id))
    if len({item.id for item in ordered}) < len(ordered):
        raise ValueError("an open item is named twice")
    return ordered
