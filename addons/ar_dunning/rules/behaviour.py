"""How a debtor pays: figures over 24 months, and a score made of visible components.

The same figures are worked out in SQL for all debtors at once
(models/debtor_figure.py); a test compares the two.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

WINDOW_MONTHS = 24
TREND_MONTHS = 6

# Scores below the number belong to the class; the last one has no upper end.
CLASSES = (("low", 25), ("medium", 50), ("high", 75), ("very_high", 101))


@dataclass(frozen=True)
class Item:
    """One claim as behaviour sees it.

    ``amount`` > 0: the whole for a settled claim, what is open for an open one.
    ``closed_on`` is the day of settlement, None while open. ``levels`` is the number
    of notices that claimed it.
    """

    amount: Decimal
    date_due: date
    closed_on: date | None
    levels: int = 0
    disputed: bool = False


@dataclass(frozen=True)
class Figures:
    """Days with two decimals, share in percent with two; None: nothing to go by."""

    settled: int
    unpaid: int
    days_late_average: Decimal | None
    days_late_median: Decimal | None
    trend_days: Decimal | None
    notices_needed: Decimal | None
    disputed_share: Decimal | None


@dataclass(frozen=True)
class Component:
    """A range of a metric and its points.

    ``lower`` is inclusive, ``upper`` exclusive; None has no end. ``points`` go from
    0 (good) to 100 (bad); ``weight`` >= 0 says how much the metric counts.
    """

    metric: str
    lower: Decimal | None
    upper: Decimal | None
    points: int
    weight: int

    def holds(self, value: Decimal) -> bool:
        """Whether the value lies in the range."""
        return (self.lower is None or value >= self.lower) and (
            self.upper is None or value < self.upper
        )


def months_before(on: date, months: int) -> date:
    """Return the same day so many months earlier, or the last day of that month."""
    count = on.year * 12 + on.month - 1 - months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def counted(items: Iterable[Item], on: date) -> list[Item]:
    """Return the claims that say something: settled in the window, or overdue.

    An open claim counts as not yet paid today: it is late by so many days at least.
    Whoever pays nothing would score well if only paid invoices counted.
    """
    start = months_before(on, WINDOW_MONTHS)
    return [
        item
        for item in items
        if (
            start <= item.closed_on <= on
            if item.closed_on is not None
            else item.date_due < on
        )
    ]


def days_late(item: Item, on: date) -> int:
    """Return the days between due date and payment, or today; early counts as 0."""
    return max(0, ((item.closed_on or on) - item.date_due).days)


def figures(items: Iterable[Item], on: date) -> Figures:
    """Return the figures of one debtor as of a day."""
    items = counted(items, on)
    recent = months_before(on, TREND_MONTHS)
    former = months_before(on, 2 * TREND_MONTHS)
    before = [item for item in items if former <= (item.closed_on or on) < recent]
    lately = [item for item in items if (item.closed_on or on) >= recent]
    now, then = _average(lately, on), _average(before, on)
    total = sum((item.amount for item in items), Decimal(0))
    disputed = sum((item.amount for item in items if item.disputed), Decimal(0))
    return Figures(
        settled=sum(item.closed_on is not None for item in items),
        unpaid=sum(item.closed_on is None for item in items),
        days_late_average=_average(items, on),
        days_late_median=(
            _two(Decimal(median(days_late(item, on) for item in items)))
            if items
            else None
        ),
        trend_days=None if now is None or then is None else now - then,
        notices_needed=(
            _two(Decimal(sum(item.levels for item in items)) / len(items))
            if items
            else None
        ),
        disputed_share=_two(100 * disputed / total) if total else None,
    )


def _average(items: Sequence[Item], on: date) -> Decimal | None:
    """Return the days late, weighted by amount."""
    total = sum((item.amount for item in items), Decimal(0))
    if not total:
        return None
    weighted = sum((item.amount * days_late(item, on) for item in items), Decimal(0))
    return _two(weighted / total)


def _two(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def score(
    metrics: dict[str, Decimal | None], components: Iterable[Component]
) -> tuple[int | None, list[tuple[Component, Decimal]]]:
    """Return the score (0 good to 100 bad) and the components that make it.

    A metric without a value, or without a range that holds it, does not count. The
    score is the mean of the points by weight; None when nothing counts.
    """
    parts = [
        (component, value)
        for component in components
        if (value := metrics.get(component.metric)) is not None
        and component.holds(value)
    ]
    weights = sum(component.weight for component, _value in parts)
    if not weights:
        return None, parts
    points = sum(component.weight * component.points for component, _value in parts)
    mean = Decimal(points) / weights
    return int(mean.to_integral_value(ROUND_HALF_UP)), parts


def risk_class(points: int | None) -> str:
    """Return the class of a score: low, medium, high, very_high or unknown."""
    if points is None:
        return "unknown"
    return next(name for name, limit in CLASSES if points < limit)
