"""Rows of law: one's own in the place of the pack's, and rows as plain text."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given

from ar_dunning.rules.law_rows import Dated, known_through, override, plain
from ar_dunning.rules.law_terms import Basis, BracketRow, RateRow, Span
from strategies import DAY_ZERO, disjoint_spans

HORIZON = [DAY_ZERO + timedelta(days=n) for n in range(-70, 200)]
LAW, NEXT_LAW, OWN, NEXT_OWN = "law", "next law", "own", "next own"


def dated(*rows):
    """Return rows, given as (first, last, row); a last day of None is an open end."""
    return [
        Dated(
            Span(date.fromisoformat(first), last and date.fromisoformat(last)),
            row,
        )
        for first, last, row in rows
    ]


YEAR = dated(("2026-01-01", "2026-12-31", LAW))
OPEN = dated(("2026-01-01", None, LAW))
TWO = dated(("2026-01-01", "2026-06-30", LAW), ("2026-07-01", None, NEXT_LAW))


# -- one's own rows -----------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "own", "expected"),
    [
        pytest.param(YEAR, [], [("2026-01-01", "2026-12-31", LAW)], id="none"),
        pytest.param(
            [],
            [("2026-01-01", None, OWN)],
            [("2026-01-01", None, OWN)],
            id="no law",
        ),
        pytest.param(
            YEAR,
            [("2025-11-01", "2026-02-28", OWN)],
            [("2025-11-01", "2026-02-28", OWN), ("2026-03-01", "2026-12-31", LAW)],
            id="in front",
        ),
        pytest.param(
            YEAR,
            [("2026-01-01", "2026-01-01", OWN)],
            [("2026-01-01", "2026-01-01", OWN), ("2026-01-02", "2026-12-31", LAW)],
            id="the first day",
        ),
        pytest.param(
            YEAR,
            [("2026-11-01", "2027-02-28", OWN)],
            [("2026-01-01", "2026-10-31", LAW), ("2026-11-01", "2027-02-28", OWN)],
            id="behind",
        ),
        pytest.param(
            YEAR,
            [("2026-12-31", "2026-12-31", OWN)],
            [("2026-01-01", "2026-12-30", LAW), ("2026-12-31", "2026-12-31", OWN)],
            id="the last day",
        ),
        pytest.param(
            YEAR,
            [("2026-12-30", "2026-12-30", OWN)],
            [
                ("2026-01-01", "2026-12-29", LAW),
                ("2026-12-30", "2026-12-30", OWN),
                ("2026-12-31", "2026-12-31", LAW),
            ],
            id="the last day but one",
        ),
        pytest.param(
            YEAR,
            [("2026-03-01", "2026-03-31", OWN)],
            [
                ("2026-01-01", "2026-02-28", LAW),
                ("2026-03-01", "2026-03-31", OWN),
                ("2026-04-01", "2026-12-31", LAW),
            ],
            id="inside",
        ),
        pytest.param(
            YEAR,
            [("2026-05-01", "2026-05-31", NEXT_OWN), ("2026-03-01", "2026-03-31", OWN)],
            [
                ("2026-01-01", "2026-02-28", LAW),
                ("2026-03-01", "2026-03-31", OWN),
                ("2026-04-01", "2026-04-30", LAW),
                ("2026-05-01", "2026-05-31", NEXT_OWN),
                ("2026-06-01", "2026-12-31", LAW),
            ],
            id="two inside, in any order",
        ),
        pytest.param(
            YEAR,
            [("2026-03-01", "2026-03-31", OWN), ("2026-04-01", "2026-04-30", NEXT_OWN)],
            [
                ("2026-01-01", "2026-02-28", LAW),
                ("2026-03-01", "2026-03-31", OWN),
                ("2026-04-01", "2026-04-30", NEXT_OWN),
                ("2026-05-01", "2026-12-31", LAW),
            ],
            id="two inside without a day between",
        ),
        pytest.param(
            YEAR,
            [("2026-01-01", "2026-12-31", OWN)],
            [("2026-01-01", "2026-12-31", OWN)],
            id="the very same days",
        ),
        pytest.param(
            YEAR,
            [("2025-01-01", None, OWN)],
            [("2025-01-01", None, OWN)],
            id="the whole",
        ),
        pytest.param(
            YEAR,
            [("2025-01-01", "2025-12-31", OWN), ("2027-01-01", None, NEXT_OWN)],
            [
                ("2025-01-01", "2025-12-31", OWN),
                ("2026-01-01", "2026-12-31", LAW),
                ("2027-01-01", None, NEXT_OWN),
            ],
            id="before and after",
        ),
        pytest.param(
            YEAR,
            [("2025-01-01", "2025-12-31", OWN), ("2026-12-01", None, NEXT_OWN)],
            [
                ("2025-01-01", "2025-12-31", OWN),
                ("2026-01-01", "2026-11-30", LAW),
                ("2026-12-01", None, NEXT_OWN),
            ],
            id="before and behind",
        ),
        pytest.param(
            OPEN,
            [("2026-03-01", "2026-03-31", OWN)],
            [
                ("2026-01-01", "2026-02-28", LAW),
                ("2026-03-01", "2026-03-31", OWN),
                ("2026-04-01", None, LAW),
            ],
            id="inside an open end",
        ),
        pytest.param(
            OPEN,
            [("2026-03-01", None, OWN)],
            [("2026-01-01", "2026-02-28", LAW), ("2026-03-01", None, OWN)],
            id="from a day on",
        ),
        pytest.param(
            TWO,
            [("2026-06-01", "2026-07-31", OWN)],
            [
                ("2026-01-01", "2026-05-31", LAW),
                ("2026-06-01", "2026-07-31", OWN),
                ("2026-08-01", None, NEXT_LAW),
            ],
            id="across two rows of law",
        ),
        pytest.param(
            TWO,
            [("2026-01-01", None, OWN)],
            [("2026-01-01", None, OWN)],
            id="in the place of all",
        ),
    ],
)
def test_the_law_counts_where_no_row_of_ones_own_does(rows, own, expected):
    assert list(override(rows, dated(*own))) == dated(*expected)


def test_rows_come_by_their_first_day():
    assert list(override(reversed(TWO), ())) == TWO


def test_rows_of_ones_own_that_overlap_are_left_to_the_caller():
    """They are taken as they are; of the law nothing is left on their days."""
    own = [("2026-02-01", "2026-06-30", OWN), ("2026-03-01", "2026-03-31", NEXT_OWN)]
    assert list(override(YEAR, dated(*own))) == dated(
        ("2026-01-01", "2026-01-31", LAW), *own, ("2026-07-01", "2026-12-31", LAW)
    )


def test_rows_may_be_read_once():
    own = dated(("2026-02-01", "2026-12-31", OWN))
    assert list(override(iter(YEAR), iter(own))) == [
        *dated(("2026-01-01", "2026-01-31", LAW)),
        *own,
    ]


def count_on(rows, day):
    """Return the rows that count on a day, by a look at each."""
    return [each.row for each in rows if each.span.holds(day)]


@given(disjoint_spans(), disjoint_spans())
def test_on_any_day_ones_own_row_counts_or_else_that_of_the_law(law, own):
    law = [Dated(span, ("law", place)) for place, span in enumerate(law)]
    own = [Dated(span, ("own", place)) for place, span in enumerate(own)]
    result = override(law, own)
    for day in HORIZON:
        assert count_on(result, day) == (count_on(own, day) or count_on(law, day))
    assert [each.span.first for each in result] == sorted(
        each.span.first for each in result
    )


# -- plain text ---------------------------------------------------------------


def test_a_row_is_plain_with_all_that_it_holds():
    row = RateRow(
        Span(date(2026, 1, 1)),
        Decimal("8.0"),
        Decimal("-0.50"),
        Basis({"nl": "art. 5", "fr": "art. 5"}, "Moniteur belge", note="rounded up"),
    )
    assert plain(row) == {
        "span": {"first": "2026-01-01", "last": None},
        "percentage": "8",
        "reference": "-0.5",
        "basis": {
            "article": {"nl": "art. 5", "fr": "art. 5"},
            "source": "Moniteur belge",
            "verified_by": "",
            "note": "rounded up",
        },
    }


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        ("8.0", "8"),
        ("8.50", "8.5"),
        ("0.00", "0"),
        ("200000", "200000"),
        ("2E+3", "2000"),
        ("0.005", "0.005"),
    ],
)
def test_zeros_that_say_nothing_are_no_change(figure, text):
    assert plain(Decimal(figure)) == text


def test_figures_in_lists_and_mappings_are_plain_as_well():
    brackets = (BracketRow(Decimal(0), Decimal("40.00"), Decimal(0)),)
    assert plain({2026: brackets, "days": [date(2026, 3, 1)]}) == {
        "2026": [{"above": "0", "base": "40", "percentage": "0"}],
        "days": ["2026-03-01"],
    }


@pytest.mark.parametrize("value", ["8.0", "", 14, True, None, Span])
def test_what_is_plain_stays(value):
    assert plain(value) is value


# -- until when something is known --------------------------------------------


@pytest.mark.parametrize(
    ("rows", "last"),
    [
        pytest.param([], "2026-05-31", id="nothing"),
        pytest.param(YEAR, "2026-12-31", id="to the end of a row"),
        pytest.param(OPEN, None, id="without an end"),
        pytest.param(TWO, None, id="one after the other"),
        pytest.param(
            dated(("2026-06-02", None, LAW)), "2026-05-31", id="from the next day on"
        ),
        pytest.param(
            dated(("2025-01-01", "2026-05-31", LAW)), "2026-05-31", id="no more"
        ),
        pytest.param(
            dated(("2026-06-01", "2026-06-01", LAW)), "2026-06-01", id="that day alone"
        ),
        pytest.param(
            dated(("2026-01-01", "2026-06-30", LAW), ("2026-07-02", None, NEXT_LAW)),
            "2026-06-30",
            id="a gap of a day",
        ),
        pytest.param(
            dated(
                ("2026-07-01", "2026-12-31", NEXT_LAW),
                ("2026-01-01", "2026-06-30", LAW),
            ),
            "2026-12-31",
            id="in any order",
        ),
    ],
)
def test_known_through(rows, last):
    on = date(2026, 6, 1)
    known = known_through([one.span for one in rows], on)
    assert known == (last and date.fromisoformat(last))


@given(disjoint_spans())
def test_known_through_is_the_day_before_the_first_unknown_one(spans):
    for on in HORIZON:
        last = known_through(spans, on)
        days = (on + timedelta(days=n) for n in range(400))
        unknown = next(
            (day for day in days if not any(span.holds(day) for span in spans)), None
        )
        assert (last and last + timedelta(days=1)) == unknown
