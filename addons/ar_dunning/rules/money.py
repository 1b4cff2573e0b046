"""Exact amounts: fractions while they are worked with, rounded once at the end.

Amounts come in and go out as Decimal. In between they are fractions, or whole cents,
so that no intermediate step rounds.
"""

from decimal import Decimal
from fractions import Fraction

CENT = Decimal("0.01")


def exact(amount: Fraction | Decimal) -> Fraction:
    """Return the amount as a fraction.

    Raises ValueError for what is not a finite figure, or is one in binary, which has
    lost the amount already.
    """
    if not isinstance(amount, Decimal | Fraction | int):
        raise ValueError(f"{amount!r} is neither a decimal nor a fraction")
    if isinstance(amount, Decimal) and not amount.is_finite():
        raise ValueError(f"{amount} is not an amount")
    return Fraction(amount)


def round_half_up(amount: Fraction | Decimal, unit: Decimal = CENT) -> Decimal:
    """Return the multiple of ``unit`` nearest to the amount.

    Half a unit goes up, and down below zero, as accountants round: a credit note then
    takes back exactly what the invoice charged. Raises ValueError for an amount that
    is not finite or a unit that is not above zero.

    >>> round_half_up(Decimal("2.345")), round_half_up(Decimal("-2.345"))
    (Decimal('2.35'), Decimal('-2.35'))
    """
    units = exact(amount) / _positive(unit)
    # In whole numbers: half a unit is added and what is no whole one dropped.
    count = (2 * abs(units.numerator) + units.denominator) // (2 * units.denominator)
    return _times(-count if units < 0 else count, unit)


def round_up(amount: Fraction | Decimal, unit: Decimal) -> Decimal:
    """Return the lowest multiple of ``unit`` that is not below the amount.

    Raises ValueError for an amount that is not finite or a unit that is not above
    zero.

    >>> round_up(Decimal("10.15"), Decimal("0.5"))
    Decimal('10.5')
    """
    return _times(-(-exact(amount) // _positive(unit)), unit)


def to_cents(amount: Decimal) -> int:
    """Return the amount in cents; ValueError when it is not in whole cents."""
    cents = 100 * exact(amount)
    if cents.denominator != 1:
        raise ValueError(f"{amount} is not in whole cents")
    return cents.numerator


def from_cents(cents: int) -> Decimal:
    """Return an amount of whole cents, with two decimals."""
    return _times(cents, CENT)


def _positive(unit: Decimal) -> Fraction:
    if not unit.is_finite() or unit <= 0:
        raise ValueError(f"one cannot round to {unit}: a unit is above zero")
    return Fraction(unit)


def _times(count: int, unit: Decimal) -> Decimal:
    # Arithmetic of Decimal keeps 28 digits; reading one keeps all of them.
    _sign, digits, exponent = unit.as_tuple()
    step = int("".join(map(str, digits)))
    return Decimal(f"{count * step}E{exponent}")
