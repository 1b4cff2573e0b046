"""What a simulation takes for granted about people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a simulation takes for granted.

    :ivar approval_days: days after which a person approves what waits
    :ivar payment_percentage: share of the claims that pay after each notice
    :ivar payment_days: days from a notice until it is paid
    """

    approval_days: int = 0
    payment_percentage: int = 0
    payment_days: int = 0
