"""How a backlog is spread over days, so that the first day does not bring all of it."""


def per_day_over(count: int, days: int) -> int:
    """Return how many a day are needed so that ``count`` leave within ``days``.

    Raises ValueError unless ``days`` is positive.

    >>> per_day_over(10, 3)
    4
    """
    if days < 1:
        raise ValueError("a backlog needs a day at least")
    return -(-count // days)


def batches(count: int, per_day: int) -> tuple[int, ...]:
    """Return how many leave on each day, the first day first.

    Number n of the queue, from 0, leaves on day ``n // per_day``. Raises ValueError
    unless ``per_day`` is positive.

    >>> batches(10, 4)
    (4, 4, 2)
    """
    if per_day < 1:
        raise ValueError("one a day is the least")
    full, rest = divmod(count, per_day)
    return (per_day,) * full + ((rest,) if rest else ())
