"""Which law a claim is under, and from when what it allows may be claimed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from ar_dunning.rules.law_terms import DEBTOR_CLASSES, NATURES, Span
from ar_dunning.rules.regime import Claimable, CreditorTerms, choose, claimable
from ar_dunning.rules.waiting import WaitingPeriod

TODAY = date(2026, 11, 2)
LONG_AGO = date(1900, 1, 1)
# A law for contracts of consumers from its first day on; older contracts stay under the
# law before it for some years.
REFORM = date(2023, 9, 1)


@dataclass(frozen=True)
class Covered:
    """The part of a regime that says what it covers."""

    code: str
    debtor_classes: tuple[str, ...]
    natures: tuple[str, ...]
    contract: Span
    span: Span


CONSUMER = Covered(
    "consumer",
    ("consumer",),
    ("private_contract", "rent"),
    Span(REFORM),
    Span(REFORM),
)
OLD_CONSUMER = Covered(
    "old consumer",
    ("consumer",),
    ("private_contract", "rent"),
    Span(LONG_AGO, date(2023, 8, 31)),
    Span(LONG_AGO, date(2027, 12, 31)),
)
TRADE = Covered(
    "trade",
    ("enterprise", "public_body"),
    ("private_contract",),
    Span(LONG_AGO),
    Span(LONG_AGO),
)
TAX = Covered(
    "tax",
    ("consumer", "enterprise"),
    ("municipal_tax",),
    Span(LONG_AGO),
    Span(LONG_AGO),
)
REGIMES = [CONSUMER, OLD_CONSUMER, TRADE, TAX]


# -- choose -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("debtor_class", "nature", "expected"),
    [
        ("consumer", "private_contract", CONSUMER),
        ("consumer", "rent", CONSUMER),
        ("enterprise", "private_contract", TRADE),
        ("public_body", "private_contract", TRADE),
        ("consumer", "municipal_tax", TAX),
        ("enterprise", "municipal_tax", TAX),
    ],
)
def test_debtor_and_kind_of_debt_decide(debtor_class, nature, expected):
    assert choose(REGIMES, debtor_class, nature, date(2026, 1, 1), TODAY) == expected


@pytest.mark.parametrize("debtor_class", [None, "unknown"])
def test_an_unknown_debtor_is_a_consumer(debtor_class):
    chosen = choose(REGIMES, debtor_class, "private_contract", REFORM, TODAY)
    assert chosen == CONSUMER


def test_an_unknown_kind_of_debt_is_an_agreement():
    assert choose(REGIMES, "enterprise", None, REFORM, TODAY) == TRADE


def test_nothing_known_is_an_agreement_of_a_consumer_by_the_latest_law():
    assert choose(REGIMES, None, None, None, TODAY) == CONSUMER


@pytest.mark.parametrize(
    ("contract_on", "expected"),
    [
        (date(2023, 8, 31), OLD_CONSUMER),
        (REFORM, CONSUMER),
        (date(2020, 1, 1), OLD_CONSUMER),
        (date(2026, 1, 1), CONSUMER),
    ],
)
def test_a_contract_is_under_the_law_of_its_time(contract_on, expected):
    chosen = choose(REGIMES, "consumer", "private_contract", contract_on, TODAY)
    assert chosen == expected


@pytest.mark.parametrize("regimes", [REGIMES, REGIMES[::-1]], ids=["first", "last"])
def test_a_contract_without_a_date_is_under_the_latest_law(regimes):
    """Wherever the latest law stands in the pack."""
    chosen = choose(regimes, "consumer", "private_contract", None, TODAY)
    assert chosen == CONSUMER


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2027, 12, 31), OLD_CONSUMER),
        (date(2028, 1, 1), None),
        (date(1899, 12, 31), None),
    ],
)
def test_a_law_counts_on_the_days_on_which_it_is_in_force(on, expected):
    contract_on = date(2020, 1, 1)
    assert choose(REGIMES, "consumer", "rent", contract_on, on) == expected


def test_a_contract_without_a_date_is_under_the_latest_law_of_the_day():
    """Not under law that is yet to come."""
    before = date(2023, 8, 31)
    chosen = choose(REGIMES, "consumer", "private_contract", None, before)
    assert chosen == OLD_CONSUMER


@pytest.mark.parametrize(
    ("debtor_class", "nature"),
    [
        pytest.param("public_body", "municipal_tax", id="no such debtor"),
        pytest.param("consumer", "damages", id="no such debt"),
        pytest.param(None, "damages", id="unknown debtor"),
        pytest.param("enterprise", "rent", id="each of them, not both"),
    ],
)
def test_a_claim_that_no_law_covers_has_no_regime(debtor_class, nature):
    assert choose(REGIMES, debtor_class, nature, None, TODAY) is None


def test_a_country_without_laws_has_no_regime():
    assert choose(iter(()), "consumer", "private_contract", None, TODAY) is None


def test_what_is_not_known_is_a_class_and_a_nature_of_the_law():
    """So that a pack which covers them covers the unknown."""
    anything = Covered("all", DEBTOR_CLASSES, NATURES, Span(LONG_AGO), Span(LONG_AGO))
    assert choose([anything], None, None, None, TODAY) == anything


# -- claimable ----------------------------------------------------------------

DUE_ON = date(2026, 11, 2)


def period_until(sent_on, last_day):
    """Return the waiting period of a notice up to a day of November."""
    return WaitingPeriod(
        sent_on,
        None,
        date(2026, 11, sent_on.day + 1),
        date(2026, 11, last_day),
        date(2026, 11, last_day + 1),
    )


def november(day):
    return date(2026, 11, day)


@pytest.mark.parametrize(
    ("starts", "runs_from", "claimable_from"),
    [
        pytest.param("due", 3, 3, id="from the day after the due date"),
        pytest.param("wait", 20, 20, id="from the day after the wait"),
        pytest.param("sending", 6, 20, id="from the day after sending, in the end"),
    ],
)
def test_a_start_of_the_law(starts, runs_from, claimable_from):
    """Due on the 2nd, told on the 5th, time until the 19th."""
    sent_on = november(5)
    period = period_until(sent_on, 19)
    assert claimable(starts, DUE_ON, sent_on, period) == Claimable(
        november(runs_from), november(claimable_from)
    )


@pytest.mark.parametrize(
    ("starts", "runs_from", "claimable_from"),
    [("due", 21, 21), ("wait", 21, 21), ("sending", 21, 21)],
)
def test_nothing_is_claimed_before_the_day_after_the_due_date(
    starts, runs_from, claimable_from
):
    """Due on the 20th, told on the 5th, time until the 19th."""
    sent_on = november(5)
    period = period_until(sent_on, 19)
    assert claimable(starts, november(20), sent_on, period) == Claimable(
        november(runs_from), november(claimable_from)
    )


@pytest.mark.parametrize("due_day", [5, 10])
def test_a_notice_before_the_due_date_lets_nothing_run_before_it(due_day):
    """Told on the 5th; what starts with the sending starts with the due date."""
    sent_on = november(5)
    period = period_until(sent_on, 19)
    assert claimable("sending", november(due_day), sent_on, period) == Claimable(
        november(due_day + 1), november(20)
    )


def test_what_starts_with_the_due_date_needs_no_notice():
    assert claimable("due", DUE_ON, None, None) == Claimable(november(3), november(3))


@pytest.mark.parametrize("starts", ["wait", "sending"])
@pytest.mark.parametrize(
    ("sent_on", "period"),
    [
        pytest.param(None, None, id="nothing was sent"),
        pytest.param(november(5), None, id="sent, but no period began"),
        pytest.param(None, period_until(november(5), 19), id="nobody knows when"),
    ],
)
def test_who_was_not_told_owes_nothing_more(starts, sent_on, period):
    assert claimable(starts, DUE_ON, sent_on, period) is None


# -- terms of a creditor ------------------------------------------------------


def test_a_creditor_of_whom_nothing_is_known_has_no_more_than_the_law_gives():
    assert CreditorTerms() == CreditorTerms(
        clause=False,
        percentage=None,
        small=False,
        vat_declared=False,
        regular_supply=False,
        free_used=0,
        postage=Decimal(0),
    )
