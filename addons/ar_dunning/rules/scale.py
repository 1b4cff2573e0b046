"""Fees by scale: what a debtor may be charged at most for being reminded.

Scales are data of a country and of a time: Belgian consumers, art. XIX.4 of the Code of
Economic Law; the Netherlands, Besluit vergoeding voor buitengerechtelijke
incassokosten. This module knows how such a scale is read, not what it says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from .money import exact, round_half_up


@dataclass(frozen=True, slots=True)
class Bracket:
    """One row of a scale, for a principal above ``above``.

    The fee is ``base`` plus ``percentage`` (15 is 15 %) of what lies above ``above``;
    amounts are in the currency of the scale. Raises ValueError for a figure that is
    not finite or lies below zero.
    """

    above: Decimal
    base: Decimal
    percentage: Decimal

    def __post_init__(self) -> None:
        for figure in (self.above, self.base, self.percentage):
            _check_not_negative(figure)


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale of fees, read by the bracket in which the principal lies.

    ``brackets`` begin at zero and rise. ``minimum`` and ``maximum`` limit the fee;
    without a maximum there is no upper limit. Raises ValueError when a bracket is out
    of order, or the minimum lies above the maximum.
    """

    brackets: tuple[Bracket, ...]
    minimum: Decimal = Decimal(0)
    maximum: Decimal | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "brackets", tuple(self.brackets))
        if not self.brackets or self.brackets[0].above != 0:
            raise ValueError("a scale begins with a bracket above zero")
        if any(high.above <= low.above for low, high in pairwise(self.brackets)):
            raise ValueError("each bracket of a scale lies above the one before")
        _check_not_negative(self.minimum)
        if self.maximum is not None and exact(self.maximum) < self.minimum:
            raise ValueError("the minimum of a scale lies above its maximum")

    def amount(self, principal: Decimal) -> Decimal:
        """Return the fee for a principal, rounded half up to the cent.

        Without a principal above zero there is no fee, not even the minimum. A
        principal at the edge of two brackets still lies in the lower one.
        """
        asked = exact(principal)
        if asked <= 0:
            return Decimal("0.00")
        bracket = next(row for row in reversed(self.brackets) if row.above < asked)
        part = (asked - exact(bracket.above)) * exact(bracket.percentage) / 100
        fee = max(exact(bracket.base) + part, exact(self.minimum))
        if self.maximum is not None:
            fee = min(fee, exact(self.maximum))
        return round_half_up(fee)


def lowest_amount(
    scale: Scale, amounts: Iterable[Decimal], agreed: Scale | None = None
) -> tuple[Decimal, str]:
    """Return the lowest fee on debts that count together, and how it was counted.

    ``sum``: the scale on their sum; ``each``: on every debt, where that comes to less
    (a scale may rise by steps: two debts of 150 cost 2 x 20, but 300 cost 45);
    ``agreed``: what the contract says, where it says less than the law allows.
    """
    debts = list(amounts)
    total = sum(debts, Decimal(0))
    ways = [(scale.amount(total), "sum")]
    if len(debts) > 1:
        ways.append((sum(map(scale.amount, debts), Decimal("0.00")), "each"))
    if agreed is not None:
        ways.append((agreed.amount(total), "agreed"))
    # Of equal ways the first: the one that the law names.
    return min(ways, key=lambda way: way[0])


def agreed_scale(
    percentage: Decimal, minimum: Decimal, maximum: Decimal | None
) -> Scale | None:
    """Return what a contract says of a fee; None: it leaves it to the law.

    ``percentage`` of what is open (10 is 10 %), at least ``minimum`` and at most
    ``maximum``. A minimum or a maximum alone is the fee itself. Raises ValueError for a
    figure below zero, or a minimum above the maximum.
    """
    if not percentage and not minimum and maximum is None:
        return None
    base = Decimal(0) if percentage or maximum is None else exact(maximum)
    if minimum and not percentage:
        base = exact(minimum)
    return Scale((Bracket(Decimal(0), base, percentage),), minimum, maximum)


def with_vat(
    amount: Decimal, vat_percentage: Decimal
) -> tuple[Decimal, Decimal, Decimal]:
    """Return an amount to the cent, the VAT on it and both together.

    For the creditor who may pass on VAT that he cannot deduct (Besluit BIK, art. 2(3)).
    ``vat_percentage`` 21 is 21 %. Raises ValueError for a percentage below zero, or a
    figure that is not finite.

    >>> with_vat(Decimal("795.00"), Decimal(21))
    (Decimal('795.00'), Decimal('166.95'), Decimal('961.95'))
    """
    _check_not_negative(vat_percentage)
    net = round_half_up(amount)
    vat = round_half_up(exact(net) * exact(vat_percentage) / 100)
    return net, vat, net + vat


def _check_not_negative(figure: Decimal) -> None:
    if exact(figure) < 0:
        raise ValueError(f"a scale has no figure below zero: {figure}")
