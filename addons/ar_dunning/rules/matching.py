"""Virtual matching: what unmatched credits would pay if they were matched today.

Nothing is written in the ledger. The figures only keep us from asking for money that
has already come in or was credited. They are worked out within one root company,
commercial partner, receivable account and currency.
"""

from collections.abc import Iterable
from decimal import Decimal

from .open_items import OpenItem, oldest_first


def cover(items: Iterable[OpenItem], credit_total: Decimal) -> dict[int, Decimal]:
    """Return for each item the part that the credits cover, zero included.

    Credits pay the oldest due date first, then the lowest id. A total of zero or less
    covers nothing; what exceeds the items stays a credit. An item's part needs only
    the sum of the items before it, which is a window sum in SQL::

        LEAST(amount, GREATEST(0, credit_total - sum_of_items_before))

    Raises ValueError when an item is named twice.
    """
    covered: dict[int, Decimal] = {}
    sum_before = Decimal(0)
    for item in oldest_first(items):
        covered[item.id] = min(item.amount, max(Decimal(0), credit_total - sum_before))
        sum_before += item.amount
    return covered
