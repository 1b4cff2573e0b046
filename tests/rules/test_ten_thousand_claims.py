"""Ten thousand claims by chance: what must hold for each of them, under all rules."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ar_dunning.rules.grouping import share
from ar_dunning.rules.imputation import impute
from ar_dunning.rules.instalments import split
from ar_dunning.rules.interest import AccrualIndex, accrue
from ar_dunning.rules.money import from_cents, round_half_up
from ar_dunning.rules.rates import Rate, RateSeries
from ar_dunning.rules.waiting import WaitingRule, wait
from legal_figures import BELGIAN_SCALE, DUTCH_SCALE
from strategies import CALENDAR, DAY_ZERO, DELIVERY_DAYS

ONE_DAY = timedelta(days=1)
FIRST = date(2023, 1, 1)
LAST = date(2027, 12, 31)
# A new rate each half-year, up and down.
RATES = RateSeries(
    Rate(date(2023 + n // 2, 1 + n % 2 * 6, 1), Decimal(percentage))
    for n, percentage in enumerate(
        ["8", "10.5", "12", "12.5", "12.25", "11.15", "10.15", "10.15", "10.4", "0"]
    )
)
INDEX = AccrualIndex(RATES, FIRST, LAST)
RULES = (
    WaitingRule("day_after_sending", 14),
    WaitingRule("working_day_after_sending", 14, offset=3),
    WaitingRule("delivery_day", 14, offset=2, extend_to_working_day=True),
)
cents = st.integers(1, 10_000_000)


@pytest.mark.slow
@settings(max_examples=10_000)
@given(cents, cents, st.integers(-60, 500), st.integers(-30, 400))
def test_ten_thousand_claims(principal_cents, paid_cents, due, late):
    principal, paid = from_cents(principal_cents), from_cents(paid_cents)
    due_on = DAY_ZERO + timedelta(days=due)
    last = min(due_on + timedelta(days=late), LAST - ONE_DAY)
    interest = check_interest(principal, paid, due_on, last)
    fee = check_fees(principal, paid)
    check_payment(paid, fee, interest, principal)
    check_waiting(due_on)


def check_interest(principal, more, due_on, last):
    """Nothing before the due date, then never less for a day or a cent more."""
    accrual = accrue(principal, due_on, last, RATES)
    middle = due_on + (last - due_on) // 2
    assert INDEX.interest(principal, due_on, last) == accrual.exact
    assert (accrual.exact > 0) == any(row.rate.percentage for row in accrual.segments)
    assert bool(accrual.segments) == (last > due_on)
    assert INDEX.interest(principal, due_on, last + ONE_DAY) >= accrual.exact
    assert INDEX.interest(principal + more, due_on, last) >= accrual.exact
    if last > due_on:
        first_half = accrue(principal, due_on, middle, RATES)
        second_half = accrue(principal, middle, last, RATES)
        assert first_half.exact + second_half.exact == accrual.exact
    return round_half_up(accrual.exact)


def check_fees(principal, more):
    """Within the limits of the law, and never less for more; return the Dutch one."""
    for law, least, most in ((BELGIAN_SCALE, 20, 2000), (DUTCH_SCALE, 40, 6775)):
        fee = law.amount(principal)
        assert least <= fee <= law.amount(principal + more) <= most
    return fee


def check_payment(paid, costs, interest, principal):
    """Every cent paid is somewhere, whichever way it is divided."""
    parts = impute(paid, costs, interest, principal)
    known = parts.costs + parts.interest + parts.principal
    assert known + parts.overpayment == paid
    weights = {"costs": costs, "interest": interest, "principal": principal}
    assert sum(share(paid, weights).values()) == paid
    assert sum(split(paid + 1, 7)) == paid + 1


def check_waiting(sent_on):
    """Fourteen days at least, after the day of sending."""
    for rule in RULES:
        period = wait(sent_on, rule, CALENDAR, DELIVERY_DAYS)
        assert sent_on < period.starts_on
        assert (period.last_day - period.starts_on).days >= 13
        assert period.claimable_from > period.last_day
