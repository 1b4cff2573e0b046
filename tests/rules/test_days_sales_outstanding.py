"""Counting back: worked examples, and what holds for every series of months."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ar_reporting.rules.days_sales_outstanding import (
    Month,
    count_back,
)
from strategies import cents

MONTHS = st.lists(
    st.builds(
        Month,
        days=st.integers(1, 31),
        invoiced=st.one_of(cents(0, 10_000_000), st.just(Decimal(-50))),
    ),
    max_size=24,
)


def total(months):
    """What the months invoiced; one with more credits than invoices adds nothing."""
    return sum(max(month.invoiced, Decimal(0)) for month in months)


def test_worked_example():
    # Benjipays, "Mastering DSO Calculation: The Count-Back Method Explained": sales of
    # 70,000, 80,000 and 100,000 in months of 30 days, receivables of 212,000.
    months = [Month(30, Decimal(amount)) for amount in (100_000, 80_000, 70_000)]
    assert round(count_back(Decimal(212_000), months), 1) == Decimal("73.7")


def test_a_quiet_month_counts_its_days():
    months = [Month(31, Decimal(0)), Month(30, Decimal(100))]
    assert count_back(Decimal(50), months) == 31 + 15


def test_months_after_the_last_cent_do_not_count():
    months = [Month(31, Decimal(100)), Month(30, Decimal(0)), Month(31, Decimal(9))]
    assert count_back(Decimal(100), months) == 31


def test_no_answer_when_the_invoices_do_not_reach():
    assert count_back(Decimal(101), [Month(31, Decimal(100))]) is None
    assert count_back(Decimal(1), []) is None


@given(MONTHS, cents(0, 1_000_000))
def test_nothing_owed_is_no_days(months, credit):
    assert count_back(-credit, months) == 0


@given(MONTHS, cents())
def test_there_is_an_answer_when_the_months_invoiced_enough(months, balance):
    days = count_back(balance, months)
    assert (days is None) == (balance > total(months))
    if days is not None:
        assert 0 < days <= sum(month.days for month in months)


@given(MONTHS, cents(maximum=10_000_000), cents(maximum=10_000_000))
def test_a_higher_balance_never_has_fewer_days(months, balance, more):
    low, high = count_back(balance, months), count_back(balance + more, months)
    assert high is None or low <= high


@given(MONTHS)
def test_all_that_was_invoiced_counts_to_the_first_month_that_invoiced(months):
    reaching = [place for place, month in enumerate(months) if month.invoiced > 0]
    if reaching:
        days = count_back(total(months), months)
        expected = sum(month.days for month in months[: reaching[-1] + 1])
        assert abs(days - expected) < Decimal("0.000001")


def test_a_month_of_more_credits_than_invoices_counts_as_nothing():
    months = [Month(31, Decimal(-50)), Month(30, Decimal(100))]
    assert count_back(Decimal(100), months) == 61


def test_a_month_of_less_than_one_counts_in_proportion():
    assert count_back(Decimal("0.25"), [Month(30, Decimal("0.50"))]) == 15
