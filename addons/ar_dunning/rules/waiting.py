"""The time that a letter gives before anything may be claimed.

Laws differ in the day from which the time counts (Belgium, art. XIX.2 § 1: the third
working day after posting, the day after an e-mail; the Netherlands, art. 6:96(6) BW:
the day after delivery) and in how long it is. Those are arguments here.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from .calendar import WorkingDays
from .months import ONE_DAY, last_day_of_term

CONVENTIONS = (
    "day_after_sending",
    "working_day_after_sending",
    "delivery_day",
    "receipt",
)


@dataclass(frozen=True, slots=True)
class WaitingRule:
    """How long a debtor has after a letter, and from when on.

    ``convention`` says on which day the time begins:

    - ``day_after_sending``: so many calendar days (``offset``) after sending;
    - ``working_day_after_sending``: on the ``offset``-th working day after sending;
    - ``delivery_day``: the day after delivery, which is presumed on the ``offset``-th
      delivery day after sending;
    - ``receipt``: the day after sending, which is the day of delivery.

    The time lasts ``months`` and then ``days``, the day on which it begins included.
    With ``extend_to_working_day`` it does not end on a day that is not one.

    Raises ValueError for another convention, an offset below one or one that the
    convention does not use, and a time of no days.
    """

    convention: str
    days: int
    offset: int = 1
    extend_to_working_day: bool = False
    months: int = 0

    def __post_init__(self) -> None:
        if self.convention not in CONVENTIONS:
            raise ValueError(f"no time begins by the convention {self.convention!r}")
        if self.offset < 1:
            raise ValueError("a time begins after the day of sending")
        if self.convention == "receipt" and self.offset != 1:
            raise ValueError("after receipt a time begins on the next day")
        if min(self.days, self.months) < 0 or not (self.days or self.months):
            raise ValueError("a time to wait lasts a day at least")


@dataclass(frozen=True, slots=True)
class WaitingPeriod:
    """The time that one letter gave; all days are calendar days.

    ``starts_on`` and ``last_day`` are its first and last day, both free of charge;
    ``claimable_from`` is the day after. ``delivered_on`` is None where the law does not
    ask when the letter arrived.
    """

    sent_on: date
    delivered_on: date | None
    starts_on: date
    last_day: date
    claimable_from: date


def wait(
    sent_on: date,
    rule: WaitingRule,
    working: WorkingDays,
    delivery: WorkingDays | None = None,
) -> WaitingPeriod:
    """Return the time that a letter sent on a day gives.

    ``working`` are the working days of the law; ``delivery`` the days on which the post
    delivers, needed for the convention ``delivery_day`` only (Netherlands: no Sundays,
    Mondays and public holidays, HR 25 November 2016). They are two calendars: a
    Saturday may be a day of delivery without being a working day.

    Raises ValueError when the days of delivery are needed and missing, and LookupError
    for a day outside a calendar.
    """
    delivered_on, starts_on = _start(sent_on, rule, working, delivery)
    last_day = _last_day(starts_on, rule)
    if rule.extend_to_working_day:
        last_day = working.next_working(last_day)
    return WaitingPeriod(sent_on, delivered_on, starts_on, last_day, last_day + ONE_DAY)


def _start(
    sent_on: date,
    rule: WaitingRule,
    working: WorkingDays,
    delivery: WorkingDays | None,
) -> tuple[date | None, date]:
    """Return the day of delivery, where it matters, and the first day of the time."""
    if rule.convention == "day_after_sending":
        return None, sent_on + timedelta(days=rule.offset)
    if rule.convention == "working_day_after_sending":
        return None, working.add(sent_on, rule.offset)
    if rule.convention == "receipt":
        return sent_on, sent_on + ONE_DAY
    if delivery is None:
        raise ValueError("the days on which the post delivers are needed")
    delivered_on = delivery.add(sent_on, rule.offset)
    return delivered_on, delivered_on + ONE_DAY


def _last_day(starts_on: date, rule: WaitingRule) -> date:
    # A term of no months ends the day before it begins: the days follow on it.
    return last_day_of_term(starts_on, rule.months) + timedelta(days=rule.days)
