"""A plan of payment: an amount in equal instalments."""

from decimal import Decimal

from .money import from_cents, to_cents


def split(amount: Decimal, count: int) -> tuple[Decimal, ...]:
    """Return an amount as so many instalments that add up to it exactly.

    They differ by a cent at most, and the earlier ones carry the extra cents: whoever
    keeps to the plan never finds a higher last instalment. Raises ValueError for fewer
    than one instalment, an amount that is not in whole cents, or one with less than a
    cent for each.

    >>> split(Decimal("1000.00"), 3)
    (Decimal('333.34'), Decimal('333.33'), Decimal('333.33'))
    """
    if count < 1:
        raise ValueError("a plan has one instalment at least")
    each, extra = divmod(to_cents(amount), count)
    if each < 1:
        raise ValueError(f"{amount} is less than a cent for each of {count}")
    return (from_cents(each + 1),) * extra + (from_cents(each),) * (count - extra)
