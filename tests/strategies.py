"""Named Hypothesis strategies: the facts on which the rules are tried."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st

from ar_dunning.rules.calendar import SUNDAY, WEEKEND, WorkingDays, list_days
from ar_dunning.rules.day_count import CONVENTIONS
from ar_dunning.rules.imputation import Debt
from ar_dunning.rules.interest import Reduction
from ar_dunning.rules.law_terms import Span
from ar_dunning.rules.levels import NOT_STARTED, Level, Progress
from ar_dunning.rules.open_items import OpenItem
from ar_dunning.rules.pairing import Fingerprint
from ar_dunning.rules.periods import Period
from ar_dunning.rules.prescription import Interruption, PrescriptionRule
from ar_dunning.rules.rates import Rate, RateSeries
from ar_dunning.rules.scale import Bracket, Scale
from ar_dunning.rules.waiting import WaitingRule

# The suite runs before every commit, so it is kept to seconds. No deadline for a single
# example: a busy machine must not fail a property.
settings.register_profile("suite", deadline=None, max_examples=40)
settings.load_profile("suite")

DAY_ZERO = date(2026, 1, 1)
# Weekends, and a holiday in each month; wide enough for every clock of the strategies.
CALENDAR_FIRST = DAY_ZERO - timedelta(days=400)
CALENDAR_DAYS = list_days(
    CALENDAR_FIRST,
    DAY_ZERO + timedelta(days=800),
    WEEKEND,
    {
        date(year, month, 15): "Ides"
        for year in range(2024, 2029)
        for month in range(1, 13)
    },
)
CALENDAR = WorkingDays(CALENDAR_FIRST, [day.is_working for day in CALENDAR_DAYS])


def days(first: int = -60, last: int = 120) -> st.SearchStrategy[date]:
    """Days around one fixed day, few enough to meet one another."""
    return st.integers(first, last).map(lambda n: DAY_ZERO + timedelta(days=n))


def cents(
    minimum: int = 1, maximum: int = 100_000_000_000
) -> st.SearchStrategy[Decimal]:
    """Amounts with two decimals."""
    return st.integers(minimum, maximum).map(lambda n: Decimal(n) / 100)


def few_amounts() -> st.SearchStrategy[Decimal]:
    """Amounts out of a handful, so that several are alike."""
    return st.sampled_from([Decimal("50.00"), Decimal("75.50"), Decimal("100.00")])


@st.composite
def periods(draw: st.DrawFn, open_end: bool = True) -> Period:
    """Inclusive periods, among them empty ones and, when wanted, open ones."""
    first = draw(days())
    if open_end and draw(st.integers(0, 9)) == 0:
        return Period(first, None)
    return Period(first, first + timedelta(days=draw(st.integers(-1, 20))))


def period_lists(open_end: bool = True) -> st.SearchStrategy[list[Period]]:
    """Holds of one claim, overlapping as they like."""
    return st.lists(periods(open_end=open_end), max_size=6)


def repetitions() -> st.SearchStrategy[dict[str, int]]:
    """Whether a level is repeated, how often and how soon."""
    return st.one_of(
        st.just({}),
        st.builds(
            lambda days, number: {"repeat_every_days": days, "repeat_maximum": number},
            st.integers(1, 20),
            st.integers(1, 3),
        ),
    )


@st.composite
def scales(draw: st.DrawFn) -> list[Level]:
    """The levels of one version: distinct sequences, in any order."""
    sequences = draw(st.lists(st.integers(1, 9), unique=True, max_size=5))
    return [
        Level(
            sequence=sequence,
            level_key=f"level_{sequence}",
            offset_days=draw(st.integers(-15, 60)),
            minimum_wait_days=draw(st.integers(0, 30)),
            mandatory=draw(st.booleans()),
            expires_after_days=draw(st.integers(0, 30)),
            in_working_days=draw(st.booleans()),
            end_of_month=draw(st.integers(0, 4)) == 0,
            **draw(repetitions()),
        )
        for sequence in sequences
    ]


@st.composite
def progresses(draw: st.DrawFn) -> Progress:
    """How far a claim has come: not at all, awaited, effective, taken over."""
    sequence = draw(st.integers(0, 9))
    if not sequence:
        return NOT_STARTED
    return Progress(
        sequence, draw(st.none() | days()), draw(st.booleans()), draw(st.integers(1, 4))
    )


def open_items() -> st.SearchStrategy[list[OpenItem]]:
    """Open items with distinct ids, several due on the same day."""
    return st.lists(
        st.builds(
            OpenItem,
            id=st.integers(1, 1000),
            date_due=days(0, 5),
            amount=cents(maximum=100_000) | cents(),
        ),
        unique_by=lambda item: item.id,
        max_size=12,
    )


def fingerprints() -> st.SearchStrategy[list[Fingerprint]]:
    """Claims or lines of one move, many of them alike."""
    return st.lists(
        st.builds(
            Fingerprint,
            id=st.integers(1, 1000),
            date_due=days(0, 2),
            amount=few_amounts(),
        ),
        unique_by=lambda fingerprint: fingerprint.id,
        max_size=7,
    )


def ogm_bases() -> st.SearchStrategy[int]:
    """The ten digits before the check digits of a Belgian communication."""
    return st.integers(0, 9_999_999_999)


def document_numbers() -> st.SearchStrategy[str]:
    """Numbers as Odoo gives them: prefix, year, perhaps month, counter."""
    return st.builds(
        lambda prefix, year, month, counter: "/".join(
            [prefix, str(year), *month, f"{counter:05d}"]
        ),
        st.from_regex(r"[A-Z][A-Z0-9]{0,5}", fullmatch=True),
        st.integers(2000, 2099),
        st.lists(st.sampled_from(["01", "07", "12"]), max_size=1),
        st.integers(0, 99_999),
    )


def bank_text() -> st.SearchStrategy[str]:
    """Any text, and texts made of the signs that references are made of."""
    return st.text() | st.text(alphabet="0123456789RFINV+*/.- \n", max_size=120)


# Days on which the post brings letters: neither Sundays nor Mondays, as in Dutch law.
DELIVERY_DAYS = WorkingDays(
    CALENDAR_FIRST,
    [
        day.source != "library" and day.date.weekday() not in (0, SUNDAY)
        for day in CALENDAR_DAYS
    ],
)

# Four years around a leap day; interest is tried day by day, so not too many days.
INTEREST_FIRST = date(2022, 1, 1)
INTEREST_LAST = date(2025, 12, 31)


def interest_days() -> st.SearchStrategy[date]:
    """Days on which interest may run, ends of months and the leap day often enough."""
    edges = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2023, 12, 31)]
    return st.sampled_from(edges) | st.dates(INTEREST_FIRST, INTEREST_LAST)


def conventions() -> st.SearchStrategy[str]:
    """All ways to count days."""
    return st.sampled_from(CONVENTIONS)


def percentages(maximum: int = 2000) -> st.SearchStrategy[Decimal]:
    """Rates in percent with two decimals, zero included."""
    return cents(0, maximum)


@st.composite
def rate_series(draw: st.DrawFn) -> RateSeries:
    """Rates without a hole from the first day of interest on, some with a last day."""
    begins = [INTEREST_FIRST, *sorted(draw(st.sets(interest_days(), max_size=5)))]
    begins = sorted(set(begins))
    ends = [begin - timedelta(days=1) for begin in begins[1:]] + [None]
    return RateSeries(
        Rate(begin, draw(percentages()), end if draw(st.booleans()) else None)
        for begin, end in zip(begins, ends, strict=True)
    )


def reduction_lists() -> st.SearchStrategy[list[Reduction]]:
    """Payments on a principal, some before it was due, together perhaps too much."""
    return st.lists(
        st.builds(Reduction, interest_days(), cents(maximum=100_000)), max_size=4
    )


@st.composite
def _interest_periods(draw: st.DrawFn) -> Period:
    first = draw(interest_days())
    if draw(st.integers(0, 9)) == 0:
        return Period(first, None)
    return Period(first, first + timedelta(days=draw(st.integers(-1, 200))))


def frozen_lists() -> st.SearchStrategy[list[Period]]:
    """Periods without interest, overlapping as they like."""
    return st.lists(_interest_periods(), max_size=3)


def interest_facts() -> st.SearchStrategy[dict]:
    """All that the interest on a claim depends on, by the names that accrue has."""
    return st.fixed_dictionaries(
        {
            "principal": cents(maximum=200_000),
            "due_on": interest_days(),
            "last": interest_days(),
            "series": rate_series(),
            "convention": conventions(),
            "compounding": st.sampled_from(["simple", "yearly"]),
            "reductions": reduction_lists(),
            "frozen": frozen_lists(),
        }
    )


@st.composite
def fee_scales(draw: st.DrawFn) -> Scale:
    """Scales that never fall: each bracket starts where the one below it ends, or up.

    As the law writes them; bases are rounded up to the cent, so that they do not fall.
    """
    edges = sorted(draw(st.sets(cents(maximum=2_000_000), max_size=4)))
    base = draw(cents(0, 10_000))
    brackets = [Bracket(Decimal(0), base, draw(percentages()))]
    for edge in edges:
        below = brackets[-1]
        reached = below.base + (edge - below.above) * below.percentage / 100
        base = reached.quantize(Decimal("0.01"), "ROUND_CEILING")
        base += draw(cents(0, 10_000))
        brackets.append(Bracket(edge, base, draw(percentages())))
    minimum = draw(cents(0, 10_000))
    maximum = draw(st.none() | cents(0, 1_000_000).map(lambda more: minimum + more))
    return Scale(tuple(brackets), minimum, maximum)


@st.composite
def waiting_rules(draw: st.DrawFn) -> WaitingRule:
    """Times to wait in days, in months or both, by each convention."""
    convention = draw(
        st.sampled_from(["day_after_sending", "working_day_after_sending"])
        | st.sampled_from(["delivery_day", "receipt"])
    )
    months = draw(st.integers(0, 2))
    return WaitingRule(
        convention,
        draw(st.integers(0 if months else 1, 40)),
        1 if convention == "receipt" else draw(st.integers(1, 5)),
        draw(st.booleans()),
        months,
    )


def debt_lists() -> st.SearchStrategy[list[Debt]]:
    """Debts of one debtor, several of them equal in all but their amounts."""
    return st.lists(
        st.builds(
            Debt,
            id=st.integers(1, 50),
            due_on=days(-2, 2),
            amount=cents(maximum=10_000),
            burden=st.sampled_from([Decimal(0), Decimal("10.5")]),
        ),
        unique_by=lambda debt: debt.id,
        max_size=7,
    )


def prescription_rules() -> st.SearchStrategy[PrescriptionRule]:
    """Short terms, so that acts and suspensions meet their ends."""
    return st.builds(
        PrescriptionRule,
        years=st.integers(0, 1),
        months=st.integers(1, 6),
        from_end_of_year=st.booleans(),
    )


def interruption_lists() -> st.SearchStrategy[list[Interruption]]:
    """Acts before, in and after a term, some with a term of their own."""
    return st.lists(
        st.builds(
            Interruption,
            days(-100, 1500),
            st.none() | st.integers(1, 2),
            st.none() | st.integers(1, 9),
        ),
        max_size=4,
    )


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """Days from one to another, a single day and an open end often enough."""
    first = draw(days())
    length = draw(st.none() | st.integers(0, 60))
    return Span(first, length if length is None else first + timedelta(days=length))


@st.composite
def disjoint_spans(draw: st.DrawFn) -> list[Span]:
    """Rows of law in any order: no two have a day in common, some nothing between."""
    begins = sorted(draw(st.sets(days(), max_size=8)))
    room = [(later - first).days - 1 for first, later in pairwise(begins)]
    found = [
        Span(first, first + timedelta(days=draw(st.integers(0, most))))
        for first, most in zip(begins, [*room, 40], strict=False)
    ]
    if found and draw(st.booleans()):
        found[-1] = Span(found[-1].first)
    return draw(st.permutations(found))
