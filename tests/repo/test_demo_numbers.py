"""The numbers of the demo hold before an independent implementation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as any_iban
from stdnum.be import iban as belgian_iban
from stdnum.be import vat

from demo import numbers


@given(st.integers(0, 999_999))
def test_enterprise_and_vat_numbers_are_valid(position):
    assert vat.is_valid(numbers.enterprise_number(position))
    assert numbers.vat_number(position) == f"BE{numbers.enterprise_number(position)}"


@given(st.integers(0, 9_999_999))
def test_account_numbers_are_valid(position):
    account = numbers.iban(position)
    assert any_iban.is_valid(account)
    assert belgian_iban.is_valid(account)


@given(st.integers(0, 9_999_999_999))
def test_a_reference_made_here_is_recognised(base):
    assert numbers.is_structured_reference(numbers.structured_reference(base))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+++000/0000/65472+++", True),  # 654 % 97 = 72
        ("+++000/0000/09797+++", True),  # 97 % 97 = 0, written as 97
        ("+++000/0000/09700+++", False),
        ("+++000/0000/65473+++", False),
        ("+++000/0000/6547+++", False),
        ("000/0000/65472", False),
        ("", False),
        (None, False),
    ],
)
def test_references_by_example(text, expected):
    assert numbers.is_structured_reference(text) is expected


@pytest.mark.parametrize("base", [-1, 10_000_000_000])
def test_a_reference_has_at_most_ten_digits(base):
    with pytest.raises(ValueError, match="is not between"):
        numbers.structured_reference(base)
