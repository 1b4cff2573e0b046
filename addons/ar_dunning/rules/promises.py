"""What a promise to pay holds up, and whether it was kept.

A promise is about some claims, each with the amount that was asked for when it was
given. Amounts of one promise are of one currency when a part was promised.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


@dataclass(frozen=True)
class PromisedClaim:
    """One claim of a promise.

    :ivar amount: what was asked for when the promise was given; above zero
    :ivar open: what is still asked for today; zero or less: nothing
    :ivar settled_on: day on which the ledger settled it, if it did
    """

    amount: Decimal
    open: Decimal
    settled_on: date | None = None


def last_day_of_hold(
    start: date, until: date | None, grace_days: int, maximum_days: int
) -> date | None:
    """Return the last day of the hold that an answer brings; None: open end.

    The days of grace are added as far as the reason of the hold allows; a day that the
    reason itself does not allow is returned as it is, so that it is refused in words.

    :param start: first day of the hold, inclusive
    :param until: day that the debtor named, inclusive; None: he named none
    :param grace_days: days after it in which money may still be under way
    :param maximum_days: longest hold in days; 0: no limit
    """
    latest = start + timedelta(days=maximum_days - 1) if maximum_days else None
    if until is None:
        return latest
    wanted = until + timedelta(days=grace_days)
    return wanted if latest is None else max(until, min(wanted, latest))


def result(
    claims: list[PromisedClaim],
    promised: Decimal | None,
    until: date,
    grace_days: int,
    on: date,
) -> str:
    """Return what became of a promise: waiting, kept, late, partly or broken.

    It is kept as soon as nothing is asked for any more, or as the promised part was
    paid. Money counts as in time up to the last day of grace, inclusive.

    :param promised: the part that was promised; None: all of it
    :param on: the day of the look
    """
    limit = until + timedelta(days=grace_days)
    paid = sum((max(one.amount - max(one.open, 0), 0) for one in claims), Decimal(0))
    if all(one.open <= 0 for one in claims):
        last = max((one.settled_on for one in claims if one.settled_on), default=None)
        return "late" if last and last > limit else "kept"
    if promised is not None and paid >= promised:
        return "kept"
    if on <= limit:
        return "waiting"
    return "partly" if paid > 0 else "broken"
