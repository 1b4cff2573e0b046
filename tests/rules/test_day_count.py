"""Parts of a year: the closed form against a walk from day to day."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given

from ar_dunning.rules.day_count import CONVENTIONS, position, year_fraction
from oracles import walk_years
from strategies import conventions, interest_days


@given(interest_days(), interest_days(), conventions())
def test_years_are_a_walk_from_day_to_day(after, last, convention):
    assert year_fraction(after, last, convention) == walk_years(after, last, convention)


@given(interest_days(), interest_days(), interest_days(), conventions())
def test_a_period_is_the_sum_of_its_parts(one, two, three, convention):
    after, middle, last = sorted([one, two, three])
    assert year_fraction(after, last, convention) == year_fraction(
        after, middle, convention
    ) + year_fraction(middle, last, convention)


@pytest.mark.parametrize(
    ("after", "last", "convention", "expected"),
    [
        ("2024-12-01", "2025-01-31", "act/act", Fraction(30, 366) + Fraction(31, 365)),
        ("2023-12-31", "2024-12-31", "act/act", Fraction(1)),
        ("2024-12-31", "2025-12-31", "act/act", Fraction(1)),
        ("2019-12-31", "2025-12-31", "act/act", Fraction(6)),
        ("2023-12-31", "2024-12-31", "act/365", Fraction(366, 365)),
        ("2026-07-31", "2026-08-30", "act/360", Fraction(30, 360)),
        ("2026-01-31", "2026-02-28", "30/360", Fraction(28, 360)),
        ("2026-02-28", "2026-03-01", "30/360", Fraction(3, 360)),
        ("2024-02-29", "2024-03-01", "30/360", Fraction(2, 360)),
        ("2026-01-30", "2026-01-31", "30/360", Fraction(0)),
        ("2025-12-31", "2026-12-31", "30/360", Fraction(1)),
        ("2024-01-15", "2026-04-20", "30/360", 2 + Fraction(95, 360)),
    ],
)
def test_examples(after, last, convention, expected):
    days = date.fromisoformat(after), date.fromisoformat(last)
    assert year_fraction(*days, convention) == expected


def test_the_convention_is_act_act_unless_said():
    assert year_fraction(date(2023, 12, 31), date(2024, 12, 31)) == 1


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("last", [date(2024, 3, 1), date(2024, 2, 29)])
def test_nothing_before_the_first_day(convention, last):
    assert year_fraction(date(2024, 3, 1), last, convention) == 0


def test_an_unknown_convention_is_refused_even_for_no_days():
    day = date(2026, 1, 1)
    for function in (
        lambda: year_fraction(day, day, "act/366"),
        lambda: position(day, "act/366"),
    ):
        with pytest.raises(ValueError, match="'act/366' is not known"):
            function()
