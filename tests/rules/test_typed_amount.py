"""Amounts as people type them: what is meant is read, what is unclear is refused."""

import doctest
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_payment_link.rules import typed_amount


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("50", "50"),
        ("50,00", "50.00"),
        ("50.5", "50.5"),
        ("5,", "5"),
        ("€ 1.234,5", "1234.5"),
        ("1 234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1'234.50", "1234.50"),
        ("1.234", "1234"),
        ("12,345", "12345"),
        ("1.234.567", "1234567"),
    ],
)
def test_what_people_type_is_read(typed, meant):
    assert typed_amount.read(typed) == Decimal(meant)


@pytest.mark.parametrize(
    "typed",
    [
        None,
        7,
        "",
        " ",
        "x",
        "-5",
        "1e5",
        ",50",
        "٣",
        "1.2.3",
        "1234.567",
        "12,34,56",
        "12.345,678",
        "9" * 31,
    ],
)
def test_what_is_no_amount_is_none(typed):
    assert typed_amount.read(typed) is None


def test_currency_without_decimals_takes_none():
    assert typed_amount.read("50,5", digits=0) is None
    assert typed_amount.read("50", digits=0) == 50


@given(st.decimals("0.01", 10**9, places=2), st.sampled_from([".,", ",.", ".'"]))
def test_written_in_thousands_it_is_read_back(amount, signs):
    decimal, thousands = signs[0], signs[1]
    whole, cents = f"{amount:,.2f}".split(".")
    typed = whole.replace(",", thousands) + decimal + cents
    assert typed_amount.read(typed) == amount


@given(st.text())
def test_no_text_makes_reading_raise(text):
    found = typed_amount.read(text)
    assert found is None or found >= 0


def test_examples_in_the_docstrings():
    assert doctest.testmod(typed_amount).failed == 0
