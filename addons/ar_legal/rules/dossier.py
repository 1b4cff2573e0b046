"""The dossier of a legal case as data: what `dossier.json` says.

Version 2 is described by static/schema/dossier-2.json. A field may be added only with
a new version: a reader of a version knows all there is. Version 1 knew no costs and no
interest that were claimed beside the claims before the case.
"""

import dataclasses
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from .timeline import outward

FORMAT = "legal-dossier"
VERSION = 2
SCHEMA = "urn:ar-legal:dossier:2"


@dataclass(frozen=True)
class Party:
    """Somebody in the case.

    :ivar kind: consumer, enterprise, public_body or unknown
    :ivar number: enterprise number
    :ivar country: ISO 3166 code of two letters
    """

    name: str
    kind: str
    number: str | None = None
    vat: str | None = None
    street: str | None = None
    street2: str | None = None
    zip: str | None = None
    city: str | None = None
    country: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    iban: str | None = None
    bic: str | None = None


@dataclass(frozen=True)
class Case:
    """What was decided, by whom, and where it stands."""

    number: str
    currency: str
    opened_on: date
    decided_by: str
    reason: str
    party_role: str
    party_reference: str | None
    next_step: str | None
    track: str
    legal_basis: str | None
    stage: str
    stage_since: date
    next_deadline: date | None
    state: str
    outcome: str | None
    closed_on: date | None


@dataclass(frozen=True)
class Totals:
    """Amounts of the moment, in the currency of the case.

    :ivar accessories: costs and interest of the claims, not paid yet
    :ivar costs: of the case itself
    """

    handed_over: Decimal
    paid_since: Decimal
    open: Decimal
    accessories: Decimal
    costs: Decimal
    costs_charged: Decimal
    total: Decimal


@dataclass(frozen=True)
class Payment:
    """What was matched against a claim: a payment or a credit note."""

    date: date
    document: str
    kind: str
    amount: Decimal


@dataclass(frozen=True)
class Document:
    """A file of the dossier, or why there is none."""

    file: str | None
    missing_because: str | None


@dataclass(frozen=True)
class Claim:
    """One receivable item with one due date.

    :ivar costs: claimed beside it and not paid yet, as is ``interest``
    """

    id: int
    document: str
    kind: str | None
    description: str | None
    payment_reference: str | None
    invoice_date: date | None
    due_date: date
    state: str
    joined_on: date
    left_on: date | None
    original: Decimal
    handed_over: Decimal
    covered: Decimal
    open: Decimal
    costs: Decimal
    interest: Decimal
    invoice: Document
    payments: tuple[Payment, ...]

    @property
    def total(self) -> Decimal:
        """Return all that is due on it."""
        return self.open + self.costs + self.interest


@dataclass(frozen=True)
class Accessory:
    """A cost or the interest of one claim, from the notice that announced it on.

    :ivar state: announced, claimed, posted (claimed and in the books), paid or waived
    :ivar wait_until: last day on which the debtor could pay without it
    :ivar runs_from: first day that bears interest; ``reckoned_on`` the last one
    :ivar proof: file of the dossier with the reckoning, step by step
    """

    claim: int
    kind: str
    state: str
    legal_basis: str | None
    announced: Decimal
    amount: Decimal
    paid: Decimal
    open: Decimal
    announced_on: date | None
    sent_on: date | None
    channel: str | None
    wait_until: date | None
    claimed_on: date | None
    runs_from: date | None
    reckoned_on: date | None
    proof: str | None


@dataclass(frozen=True)
class Delivery:
    """One attempt to bring a notice to the debtor, with its evidence.

    :ivar sha256: of the bytes that were handed over, as recorded at that moment
    """

    channel: str
    attempt: int
    state: str
    address: str | None
    message_id: str | None
    handed_over_at: datetime | None
    sent_at: datetime | None
    effective_on: date | None
    answer: str | None
    sha256: str | None
    content: Document


@dataclass(frozen=True)
class Notice:
    """One communication to the debtor."""

    id: int
    level: str
    phase: str | None
    language: str | None
    dispatched_at: datetime | None
    effective_on: date | None
    total: Decimal
    claims: tuple[int, ...]
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True)
class Hold:
    """A period in which follow-up was suspended; without claim: of the debtor."""

    reason: str
    date_from: date
    date_to: date | None
    lifted_on: date | None
    claim: int | None


@dataclass(frozen=True)
class ClaimEvent:
    """A change of a claim in the ledger or in its follow-up."""

    claim: int
    date: date
    kind: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Cost:
    """A cost of the case."""

    date: date
    kind: str
    amount: Decimal
    paid_by: str
    charged_to_debtor: bool
    note: str | None


@dataclass(frozen=True)
class Happening:
    """One entry of the timeline."""

    date: date
    kind: str
    text: str
    detail: str | None
    amount: Decimal | None


@dataclass(frozen=True)
class Dossier:
    """All of it.

    :ivar made_at: UTC
    """

    made_at: datetime
    language: str
    case: Case
    creditor: Party
    debtor: Party
    recipient: Party | None
    totals: Totals
    claims: tuple[Claim, ...]
    accessories: tuple[Accessory, ...]
    notices: tuple[Notice, ...]
    holds: tuple[Hold, ...]
    claim_events: tuple[ClaimEvent, ...]
    costs: tuple[Cost, ...]
    timeline: tuple[Happening, ...]


def money(amount, digits):
    """Return a stored amount (float) as a Decimal of the currency's digits.

    >>> money(0.1 + 0.2, 2)
    Decimal('0.30')
    """
    return Decimal(repr(amount)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def happenings(entries):
    """Return the entries of a timeline that may leave the house."""
    return tuple(
        Happening(entry.day, entry.kind, entry.text, entry.detail or None, entry.amount)
        for entry in outward(entries)
    )


def as_dict(dossier, files=()):
    """Return the dossier as JSON knows it: amounts as text, days as ISO dates.

    :param files: (path, SHA-256, size) of the other files of the dossier
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "schema": SCHEMA,
        **_plain(dossier),
        "files": [
            {"path": path, "sha256": sha256, "size": size}
            for path, sha256, size in sorted(files)
        ],
    }


def as_json(dossier, files=()):
    """Return the bytes of dossier.json; the same dossier gives the same bytes."""
    text = json.dumps(as_dict(dossier, files), ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def _plain(value):
    if dataclasses.is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
        }
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value
