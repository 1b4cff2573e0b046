"""What may be given up: rests too small to be worth a letter."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Tolerance:
    """Limits of a company, in its currency.

    ``amount`` >= 0: the largest rest; 0: nothing is given up. ``share``: the largest
    part of the original amount in percent; 0: any part. ``collector``: up to here a
    collector decides alone, above it an approver.
    """

    amount: Decimal
    share: Decimal
    collector: Decimal

    def allows(self, rest: Decimal, original: Decimal) -> bool:
        """Whether a rest may be given up at all; both limits are inclusive."""
        if not 0 < rest <= self.amount:
            return False
        return not self.share or 100 * rest <= self.share * original

    def spares_costs(self, rest: Decimal, original: Decimal) -> bool:
        """Whether so little is left of what was paid that nothing is charged for it."""
        return rest < original and self.allows(rest, original)

    def needs_approver(self, rest: Decimal) -> bool:
        """Whether giving up this rest takes an approver."""
        return rest > self.collector
