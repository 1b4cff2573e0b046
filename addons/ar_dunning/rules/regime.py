"""Which law a claim is under."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from .calendar import ONE_DAY
from .law_terms import Span
from .scale import Scale
from .waiting import WaitingPeriod

# Who is not known is protected like the one whom the law protects most.
UNKNOWN_CLASS, UNKNOWN_NATURE = "consumer", "private_contract"


class Covers(Protocol):
    """What a regime covers; `law_terms.Regime` is one."""

    debtor_classes: Collection[str]
    natures: Collection[str]
    contract: Span
    span: Span


Regime = TypeVar("Regime", bound=Covers)


def choose(
    regimes: Iterable[Regime],
    debtor_class: str | None,
    nature: str | None,
    contract_on: date | None,
    on: date,
) -> Regime | None:
    """Return the regime of a claim on a day, None where no law is known for it.

    An unknown debtor is a consumer and an unknown kind of debt an agreement. A contract
    without a date is taken for one of the latest law: newer law protects consumers
    better. Without a regime nothing may be charged.

    :param regimes: of one country, no two of which cover the same claim
    :param debtor_class: consumer, enterprise, public_body, unknown or None
    :param nature: one of law_terms.NATURES, None: not known
    :param contract_on: day of the contract; None: not known
    :param on: the day on which something is asked for
    """
    if debtor_class in (None, "unknown"):
        debtor_class = UNKNOWN_CLASS
    found = [
        regime
        for regime in regimes
        if debtor_class in regime.debtor_classes
        and (nature or UNKNOWN_NATURE) in regime.natures
        and regime.span.holds(on)
        and (contract_on is None or regime.contract.holds(contract_on))
    ]
    return max(found, key=lambda regime: regime.contract.first, default=None)


@dataclass(frozen=True, slots=True)
class CreditorTerms:
    """What a creditor's contracts and choices add to the law.

    ``clause``: the contract provides for costs and interest; ``percentage``: the
    interest a year that it names, at most that of the law, None: as much as the law
    allows. ``small``: a small or medium-sized creditor with the evidence for it.
    ``agreed``: the fee that it names, where that is less than the law allows.
    ``vat_declared``: he cannot deduct VAT on collection costs, and declares it.
    ``regular_supply``: something is supplied regularly; ``free_used``: how many unpaid
    due dates of the year were reminded for nothing already. ``postage`` of one letter.
    """

    clause: bool = False
    percentage: Decimal | None = None
    agreed: Scale | None = None
    small: bool = False
    vat_declared: bool = False
    regular_supply: bool = False
    free_used: int = 0
    postage: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Claimable:
    """From when something that starts in some way may be claimed.

    ``runs_from`` is the first day that counts (of interest, the first that bears any),
    ``claimable_from`` the first on which it may be asked for.
    """

    runs_from: date
    claimable_from: date


def claimable(
    starts: str, due_on: date, sent_on: date | None, period: WaitingPeriod | None
) -> Claimable | None:
    """Return from when something may be claimed; None: the debtor was not told yet.

    :param starts: one of law_terms.STARTS
    :param due_on: due date of the claim
    :param sent_on: day on which the notice that began the waiting period was sent
    :param period: the waiting period that it began
    """
    if starts == "due":
        return Claimable(due_on + ONE_DAY, due_on + ONE_DAY)
    if sent_on is None or period is None:
        return None
    claimable_from = max(period.claimable_from, due_on + ONE_DAY)
    if starts == "sending":
        return Claimable(max(sent_on, due_on) + ONE_DAY, claimable_from)
    return Claimable(claimable_from, claimable_from)
