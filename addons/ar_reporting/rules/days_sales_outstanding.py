"""Days sales outstanding by the count-back method.

How many days of invoicing are still unpaid? From the balance at the end of a month the
invoices of that month are taken away, then those of the month before, and so on: each
month that goes in whole counts all its days, the last one in proportion. Unlike balance
divided by yearly sales, the result does not jump when invoicing is seasonal, as with a
yearly tax roll.

Source: the count-back (exhaustion) method as credit managers use it, for instance
Highako Academy, "Why You Should Switch to the Countback Method to Calculate DSO".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

# Older than this the figure says no more than "very old": then there is none.
LOOK_BACK_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Month:
    """What was invoiced in a month, credit notes taken off.

    :ivar days: days of the month, or those gone by in the running month
    :ivar invoiced: may be negative when more was credited; counts as nothing then
    """

    days: int
    invoiced: Decimal


def count_back(balance: Decimal, months: Iterable[Month]) -> Decimal | None:
    """Return the days of invoicing that the balance stands for.

    :param balance: receivables less unmatched credits
    :param months: the month of the balance first, then back in time
    :return: days, not rounded; 0 when nothing is owed; None when the balance is higher
        than what all these months invoiced
    """
    left = balance
    days = Decimal(0)
    for month in months:
        if left <= 0:
            break
        invoiced = max(month.invoiced, Decimal(0))
        share = min(left / invoiced, Decimal(1)) if invoiced else Decimal(1)
        days += month.days * share
        left -= invoiced
    return days if left <= 0 else None
