"""How old a debt is: days overdue and the bucket they fall into."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Bucket:
    """A range of days overdue.

    :ivar code: stable name; codes sort by age
    :ivar last: the highest number of days overdue in it; None: no limit
    """

    code: str
    last: int | None


NOT_DUE = "0_not_due"
# Money that a debtor paid too much or that nobody has matched yet: negative amounts.
CREDIT = "9_credit"
BUCKETS = (
    Bucket(NOT_DUE, 0),
    Bucket("1_to_30", 30),
    Bucket("2_to_60", 60),
    Bucket("3_to_90", 90),
    Bucket("4_to_180", 180),
    Bucket("5_to_365", 365),
    Bucket("6_older", None),
)


def days_overdue(date_due: date, on: date) -> int:
    """Return the days since the due date: 0 on that day and before it."""
    return max((on - date_due).days, 0)


def bucket_of(days: int) -> str:
    """Return the code of the bucket for a number of days overdue.

    Negative numbers (not due yet) belong to the first bucket.
    """
    return next(
        bucket.code for bucket in BUCKETS if bucket.last is None or days <= bucket.last
    )
