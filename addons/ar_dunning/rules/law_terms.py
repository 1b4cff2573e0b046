"""What the law of a country demands of a creditor, as data: the terms of a law pack.

Nothing here knows a country. A row holds from ``first`` to ``last``, both included;
``last`` is None where the law sets no end. Money is in the currency of the row.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# Who owes, and for what; the same as of a debtor and of a claim type.
DEBTOR_CLASSES = ("consumer", "enterprise", "public_body")
NATURES = (
    "private_contract",
    "rent",
    "municipal_tax",
    "municipal_retribution",
    "administrative_fine",
    "social_claim",
    "damages",
    "other",
)
# What a cost is for.
COST_KINDS = ("lump_sum", "collection_costs", "fixed_amount", "reminder")
# From when something may be claimed, if the debtor has not paid by then: from the day
# after the due date; from the day after the waiting period; from the day after the
# sending of the notice that began it, once it has run out in vain.
STARTS = ("due", "wait", "sending")
PUBLISHED = ("half_year", "year", "open")
COMPOUNDING = ("simple", "yearly")


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a row comes from.

    ``article`` names the text of law in each language, ``source`` where it was read.
    ``verified_by`` is empty as long as nobody has compared the row with the text of
    law itself: it then carries a badge, and may be wrong.
    """

    article: dict[str, str]
    source: str
    verified_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both included; None: no end is known."""

    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the day lies within."""
        return self.first <= day and (self.last is None or day <= self.last)

    def meets(self, other: "Span") -> bool:
        """Whether the two have a day in common."""
        return (self.last is None or other.first <= self.last) and (
            other.last is None or self.first <= other.last
        )


@dataclass(frozen=True, slots=True)
class RateRow:
    """Percentage per year in a span of days.

    ``reference`` is the rate of the central bank from which the law derives it.
    """

    span: Span
    percentage: Decimal
    reference: Decimal | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Series:
    """A rate of interest as it changes over time.

    ``published`` says how often the authority sets it: after the end of its half-year
    or year a row says nothing any more. ``margin`` and ``round_up_to`` (percentage
    points) say how the law derives it from the reference rate, where it does.
    """

    code: str
    name: dict[str, str]
    compounding: str
    day_count: str
    published: str
    margin: Decimal | None
    round_up_to: Decimal | None
    rows: tuple[RateRow, ...]


@dataclass(frozen=True, slots=True)
class BracketRow:
    """Above an amount: a base and a percentage of what lies above."""

    above: Decimal
    base: Decimal
    percentage: Decimal


@dataclass(frozen=True, slots=True)
class TariffRow:
    """A scale of costs in a span of days; ``vat`` in percent, where VAT may be added.

    ``free_per_year`` is how many unpaid due dates of a calendar year cost nothing,
    ``postage`` whether the postage comes on top.
    """

    span: Span
    brackets: tuple[BracketRow, ...]
    minimum: Decimal
    maximum: Decimal | None
    vat: Decimal | None
    free_per_year: int
    postage: bool
    basis: Basis


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a cost of one kind may amount to, as it changes over time."""

    code: str
    name: dict[str, str]
    kind: str
    currency: str
    rows: tuple[TariffRow, ...]


@dataclass(frozen=True, slots=True)
class WaitRow:
    """How long to wait after a notice over one channel, in a span of sending days.

    ``convention``, ``offset``, ``days``, ``months`` and ``extend`` are those of
    waiting.WaitingRule.
    """

    span: Span
    channel: str
    convention: str
    offset: int
    days: int
    months: int
    extend: bool
    basis: Basis


@dataclass(frozen=True, slots=True)
class Wait:
    """A period that the law gives the debtor after a notice."""

    code: str
    name: dict[str, str]
    rows: tuple[WaitRow, ...]


@dataclass(frozen=True, slots=True)
class InterestTerms:
    """Which interest a claim bears, and from when.

    With ``clause`` only what the contract provides for, up to this series; without a
    clause the series ``otherwise`` runs, if any. ``option`` is a start that the law
    leaves to small and medium-sized creditors.
    """

    series: str
    starts: str
    clause: bool
    otherwise: str
    option: str


@dataclass(frozen=True, slots=True)
class CostTerms:
    """A cost that may be claimed under a regime, from when and on what condition.

    ``clause``: only when the contract provides for it. ``grouping`` is the default
    way in which claims of one debtor count together: each, together.
    ``regular_supply``: only of contracts for regular supplies. ``includes`` names
    another tariff of the regime whose cost is part of this one: both together come to
    the higher of the two, never to their sum.
    """

    tariff: str
    starts: str
    clause: bool
    grouping: str
    regular_supply: bool
    includes: str


@dataclass(frozen=True, slots=True)
class PrescriptionTerms:
    """After how long a claim can no longer be enforced."""

    years: int
    months: int
    from_end_of_year: bool
    basis: Basis


@dataclass(frozen=True, slots=True)
class Content:
    """Something that a notice has to say; ``block`` is what says it.

    ``on`` is the notice that has to say it: first (the one that starts the waiting
    period), announcing (one that announces costs), every, or handover (the last one
    before a handover).
    """

    code: str
    name: dict[str, str]
    block: str
    on: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Regime:
    """The law that a claim is under.

    ``contract`` bounds the date of the contract, ``span`` the days on which the law
    is in force. ``registered`` is the code of the waiting period that a registered
    notice must start before a handover. ``quiet_from`` and ``quiet_to`` are the hours
    (0 to 24) outside which nobody may be contacted. ``checklist`` names what has to
    be done before legal action.
    """

    code: str
    name: dict[str, str]
    debtor_classes: tuple[str, ...]
    natures: tuple[str, ...]
    contract: Span
    span: Span
    wait: str
    first_free: bool
    notice_channels: tuple[str, ...]
    interest: InterestTerms | None
    costs: tuple[CostTerms, ...]
    imputation: tuple[str, ...]
    prescription: PrescriptionTerms | None
    registered: str
    quiet_from: int
    quiet_to: int
    checklist: str
    contents: tuple[Content, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Pack:
    """The law of one country, as of a version of its file."""

    code: str
    country: str
    version: str
    series: tuple[Series, ...]
    tariffs: tuple[Tariff, ...]
    waits: tuple[Wait, ...]
    regimes: tuple[Regime, ...]
