"""When a day has so many notices that a person should look first."""

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

ENOUGH_DAYS = 5
# Below this a day is small: a few notices more than usual are no accident.
SMALL_DAY = 50


def fuse_limit(usual: Sequence[int], factor: Decimal, maximum: int) -> int | None:
    """Return the most notices of a day that leave unseen, or None: no limit.

    >>> fuse_limit([40, 60, 50, 50, 45], Decimal("5"), 1000)
    250
    >>> fuse_limit([40], Decimal("5"), 1000)
    1000

    :param usual: notices of the earlier days that had any
    :param factor: times the median of them; 0: no limit
    :param maximum: the limit while there are fewer than 5 days to compare with; 0: none
    :raises ValueError: if the factor or the maximum is negative
    """
    if factor < 0 or maximum < 0:
        raise ValueError("a limit is negative")
    if len(usual) < ENOUGH_DAYS:
        return maximum or None
    if not factor:
        return None
    usual_day = median(map(Decimal, usual))
    return max(round(factor * usual_day), SMALL_DAY)
