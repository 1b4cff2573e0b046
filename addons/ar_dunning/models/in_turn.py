"""What several workers may write at the same time is tried again, in turn."""

import random
import time

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

TRIES = 8
# Seconds of the first wait at most; each further one may be twice as long.
_FIRST_WAIT = 0.02


def in_turn(env, function, *args, **kwargs):
    """Call a function in a transaction of its own until no other worker disturbs it.

    Two transactions that write the same row cannot both succeed: the later one is
    told so by the database, forgets what it did and starts again with what is true
    by then. Whatever was not committed before the call is lost with it, so commit
    first; commit the result afterwards.

    Unlike Odoo's `retrying` it waits milliseconds, not seconds: the other worker is
    already past the row.

    :raises OperationalError: when it is still disturbed after `TRIES` calls
    """
    for turn in range(TRIES):
        try:
            result = function(*args, **kwargs)
            env.flush_all()
            return result
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            if turn == TRIES - 1:
                raise
            env.cr.rollback()
            env.transaction.reset()
            # Only so that two do not meet again: no secret.
            time.sleep(random.uniform(0, _FIRST_WAIT * 2**turn))  # noqa: S311
    raise AssertionError("unreachable")
