"""When a text message may reach somebody."""

# By law collectors do not call between 22:00 and 8:00 (Belgium, art. XIX.11 WER); the
# same hours are kept for whatever makes a telephone ring.
EARLIEST = 8.0
LATEST = 22.0


def is_allowed(opens: float, closes: float) -> bool:
    """Whether hours (8.5: half past eight) lie outside those that are quiet."""
    return EARLIEST <= opens < closes <= LATEST


def is_open(hour: float, opens: float, closes: float) -> bool:
    """Whether an hour of the day lies in them; at the hour they close they are over."""
    return opens <= hour < closes
