"""What happened to the claims of a case, in the order of the days."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# On one day things are told in the order in which they follow from each other.
ORDER = (
    "invoice",
    "due",
    "hold",
    "notice",
    "payment",
    "opened",
    "claims_added",
    "claim_left",
    "stage",
    "deadline",
    "party",
    "reference",
    "proposal",
    "declined",
    "cost",
    "handoff",
    "message",
    "closed",
    "reopened",
)


@dataclass(frozen=True)
class Entry:
    """One thing that happened.

    :ivar kind: one of ORDER
    :ivar text: what happened, in words
    :ivar detail: what a reader may want to know besides
    :ivar amount: in the currency of the case, or None
    :ivar internal: whether it stays in the house (not for the party's eyes)
    """

    day: date
    kind: str
    text: str
    detail: str = ""
    amount: Decimal | None = None
    internal: bool = False


def merged(*sources):
    """Return the entries of all sources as one list, oldest first.

    The order depends on the entries alone, never on the order of the sources.

    :raises ValueError: for an unknown kind
    """
    return sorted((entry for source in sources for entry in source), key=_place)


def outward(entries):
    """Return the entries that somebody outside the house may read."""
    return [entry for entry in entries if not entry.internal]


def _place(entry):
    return (
        entry.day,
        ORDER.index(entry.kind),
        entry.text,
        entry.detail,
        entry.amount if entry.amount is not None else Decimal(0),
    )
