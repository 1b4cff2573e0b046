"""What credit a debtor should have: a proposal, which a person accepts or changes."""

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

# Months of turnover that a debtor of each class may owe.
MONTHS_OF_CREDIT = {
    "low": Decimal(3),
    "medium": Decimal(2),
    "high": Decimal(1),
    "very_high": Decimal(0),
}
_STEP = Decimal(100)


@dataclass(frozen=True)
class CreditProposal:
    """``limit`` in company currency, None: nothing to go by.

    ``reasons`` are codes of what speaks for a stop: ``score``, ``age``.
    """

    limit: Decimal | None
    reasons: tuple[str, ...]

    @property
    def stop(self) -> bool:
        """Whether no more orders should be taken."""
        return bool(self.reasons)


def propose(
    risk_class: str,
    score: int | None,
    days_overdue: int,
    monthly: Decimal,
    stop_score: int,
    stop_days: int,
) -> CreditProposal:
    """Return the credit that a debtor should have.

    :param risk_class: low, medium, high, very_high or unknown.
    :param score: 0 to 100, or None.
    :param days_overdue: of the oldest open claim; 0 or less: none is overdue.
    :param monthly: what the debtor was invoiced in a month on average.
    :param stop_score: a stop is proposed from this score on; 0: never by score.
    :param stop_days: a stop is proposed from so many days on; 0: never by age.
    """
    reasons = []
    if stop_score and score is not None and score >= stop_score:
        reasons.append("score")
    if stop_days and days_overdue >= stop_days:
        reasons.append("age")
    months = MONTHS_OF_CREDIT.get(risk_class)
    limit = None
    if months is not None:
        limit = (monthly * months / _STEP).to_integral_value(ROUND_UP) * _STEP
    return CreditProposal(limit, tuple(reasons))
