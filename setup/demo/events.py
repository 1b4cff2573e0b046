"""What can happen in the story. Plain facts; `ledger` books them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# How the payer writes what the transfer is for.
STRUCTURED, NUMBER, NOTHING = "structured", "number", "nothing"
# What becomes of a transfer.
MATCHED, UNMATCHED, STATEMENT = "matched", "unmatched", "statement"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a document; the amount is without VAT."""

    name: str
    amount: Decimal
    vat: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice (one or three terms) or a balance taken over (`opening`)."""

    key: str
    entity: str
    journal: str
    debtor: str
    on: date
    due_on: date
    items: tuple[Item, ...]
    currency: str = "EUR"
    terms: int = 1
    opening: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """A transfer for one or more documents of one debtor and entity.

    :param share: part of what the documents came to
    :param extra: paid on top of it
    :param terms: which terms of a document in three terms (1, 2, 3); empty: all
    :param purpose: how the payer names the documents
    :param fate: `MATCHED` with the documents by hand, left `UNMATCHED` on the debtor's
        account, or only on the bank `STATEMENT`
    """

    documents: tuple[str, ...]
    on: date
    share: Decimal = Decimal(1)
    extra: Decimal = Decimal(0)
    terms: tuple[int, ...] = ()
    purpose: str = STRUCTURED
    fate: str = MATCHED


@dataclass(frozen=True, slots=True)
class OnlinePayment:
    """The debtor opens the link of the last reminder and pays it online.

    :param document: one of the documents that the link is about
    :param twice: paid by transfer too, between the click and the provider's answer
    """

    document: str
    on: date
    twice: bool = False


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit note for a part of a document; `applied` to it or left open."""

    document: str
    on: date
    share: Decimal = Decimal(1)
    applied: bool = True


@dataclass(frozen=True, slots=True)
class Reset:
    """A document goes back to draft; posted again with a new due date if given."""

    document: str
    on: date
    posted_again_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Follow-up of a document's claims is suspended; both days inclusive."""

    document: str
    on: date
    reason: str
    until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """The direct debit that paid a document is returned by the bank.

    :param code: reason of the bank, ISO 20022
    """

    document: str
    on: date
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Stray:
    """A transfer that names nothing anybody knows."""

    entity: str
    on: date
    payer: str
    amount: Decimal
    text: str
