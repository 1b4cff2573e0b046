"""Codes on letters: written, scanned, and nothing else taken for one."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules import letter_code

NUMBERS = st.integers(1, letter_code.MAXIMUM_NUMBER)


@given(NUMBERS)
def test_a_code_is_read_as_it_was_written(number):
    code = letter_code.write(number)
    assert len(code) == 12
    spaced = f" {code[:4]} {code[4:8]} {code[8:]}\n"
    assert letter_code.read(code) == letter_code.read(spaced) == number


@given(NUMBERS, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number, place, more):
    code = letter_code.write(number)
    wrong = str((int(code[place]) + more) % 10)
    assert letter_code.read(code[:place] + wrong + code[place + 1 :]) is None


@pytest.mark.parametrize("number", [0, -1, letter_code.MAXIMUM_NUMBER + 1])
def test_numbers_of_no_row_have_no_code(number):
    with pytest.raises(ValueError):
        letter_code.write(number)


@pytest.mark.parametrize(
    "text",
    [
        None,
        657,
        "",
        "657",
        "000000065700",
        "0０0000065767",
        "123456789002",  # a structured communication
        "1" * 41,
        "RR123456785BE",
    ],
)
def test_other_codes_are_none(text):
    assert letter_code.read(text) is None


def test_number_beyond_the_database_is_none():
    assert letter_code.read("999999999951") is None
    assert letter_code.read("000000000098") is None
    assert letter_code.read("000000000001") is None


@given(st.text())
def test_no_text_makes_reading_raise(text):
    letter_code.read(text)


def test_examples_in_the_docstrings():
    assert doctest.testmod(letter_code).failed == 0
