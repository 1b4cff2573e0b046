"""Statutory rates that follow a reference rate."""

from decimal import Decimal

from .money import exact, round_up


def statutory_rate(
    reference: Decimal, margin: Decimal, round_up_to: Decimal | None = None
) -> Decimal:
    """Return the yearly rate in percent: the reference plus the margin.

    Directive 2011/7 sets a reference of the central bank plus at least 8 points.
    ``round_up_to`` is the step, in points, up to which the law rounds: 0.5 in Belgium
    (Act of 2 August 2002, art. 5); a rate on a step stays there. Without it nothing is
    rounded (Netherlands, art. 6:120 BW; Germany, § 288 BGB). A reference may lie below
    zero.

    Raises ValueError for figures that are not finite or a step that is not above zero.

    >>> statutory_rate(Decimal("2.15"), Decimal(8), Decimal("0.5"))
    Decimal('10.5')
    """
    rate = exact(reference) + exact(margin)
    if round_up_to is None:
        return reference + margin
    return round_up(rate, round_up_to)
