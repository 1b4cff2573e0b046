"""What is owed on a claim, principal and all beside it, and what a payment pays of it.

A cost is owed from a certain day on: money that came before was in time and owes none
of it, however late the bank tells.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from .imputation import COMPONENTS, impute

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Beside:
    """A cost, or the interest, that is claimed beside a principal.

    ``amount`` is what is not paid of it; ``booked`` its items in the ledger, each with
    what is open of it. What goes beyond those is booked when it is paid. A payment made
    before the day ``since`` owes it not.
    """

    id: Hashable
    interest: bool
    since: date
    amount: Decimal
    booked: tuple[tuple[Hashable, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """What a payment pays of one cost or interest.

    On its ``item`` in the ledger; None: on one that is booked with the money.
    """

    id: Hashable
    item: Hashable | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Paid:
    """The parts of a payment; with what nothing took they are the payment."""

    principal: Decimal
    pieces: tuple[Piece, ...]
    overpayment: Decimal

    @property
    def beside(self) -> Decimal:
        """Return what costs and interest got."""
        return sum((piece.amount for piece in self.pieces), NOTHING)


@dataclass(frozen=True, slots=True)
class Owed:
    """What is open of one claim, and in which order a payment pays it."""

    principal: Decimal
    beside: tuple[Beside, ...] = ()
    order: tuple[str, str, str] = COMPONENTS

    @property
    def costs(self) -> Decimal:
        return _total(one for one in self.beside if not one.interest)

    @property
    def interest(self) -> Decimal:
        return _total(one for one in self.beside if one.interest)

    @property
    def total(self) -> Decimal:
        return self.principal + _total(self.beside)

    def on(self, day: date) -> "Owed":
        """Return what of this a payment of a day owes."""
        return replace(
            self, beside=tuple(one for one in self.beside if one.since <= day)
        )

    def pay(self, amount: Decimal) -> Paid:
        """Return what an amount pays of it, part after part.

        Among costs, and among interest, those named first are paid first, and of each
        what is in the ledger before what is not. Raises ValueError like `impute`.
        """
        parts = impute(amount, self.costs, self.interest, self.principal, self.order)
        left = {False: parts.costs, True: parts.interest}
        pieces = []
        for one in self.beside:
            part = min(left[one.interest], one.amount)
            left[one.interest] -= part
            pieces += _pieces(one, part)
        return Paid(parts.principal, tuple(pieces), parts.overpayment)

    def less(self, paid: Paid) -> "Owed":
        """Return what is left of it once a payment is booked."""
        return replace(
            self,
            principal=self.principal - paid.principal,
            beside=tuple(
                _less(one, [piece for piece in paid.pieces if piece.id == one.id])
                for one in self.beside
            ),
        )


def _pieces(one: Beside, amount: Decimal) -> list[Piece]:
    pieces = []
    for item, open_amount in one.booked:
        part = min(amount, open_amount)
        if part:
            pieces.append(Piece(one.id, item, part))
            amount -= part
    if amount:
        pieces.append(Piece(one.id, None, amount))
    return pieces


def _less(one: Beside, pieces: list[Piece]) -> Beside:
    paid = {piece.item: piece.amount for piece in pieces}
    return replace(
        one,
        amount=one.amount - sum(paid.values(), NOTHING),
        booked=tuple(
            (item, open_amount - paid.get(item, NOTHING))
            for item, open_amount in one.booked
        ),
    )


def _total(beside) -> Decimal:
    return sum((one.amount for one in beside), NOTHING)
