"""Named Hypothesis strategies: the facts on which the rules are tried."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st

from ar_dunning.rules.calendar import WEEKEND, WorkingDays, list_days
from ar_dunning.rules.levels import NOT_STARTED, Level, Progress
from ar_dunning.rules.open_items import OpenItem
from ar_dunning.rules.pairing import Fingerprint
from ar_dunning.rules.periods import Period

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
