"""References and tokens of payment links: unique, readable, never confused."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.references import (
    find_references,
    format_ogm,
    format_rf,
    is_valid_ogm,
    is_valid_rf,
    normalise,
)
from ar_payment_link.rules import link_reference, link_token

NUMBERS = st.integers(1, link_reference.MAXIMUM_NUMBER)
IDS = st.integers(1, 2**31 - 1)
DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(NUMBERS)
def test_references_are_valid_and_tell_their_number(number):
    ogm = format_ogm(link_reference.ogm_base(number))
    rf = format_rf(link_reference.creditor_reference_body(number))
    assert is_valid_ogm(ogm) and is_valid_rf(rf)
    assert int(normalise(ogm)[1:10]) == int(normalise(rf)[-9:]) == number
    for printed in (ogm, rf):
        found = [one.normalised for one in find_references(f"pay {printed} now")]
        assert normalise(printed) in found


@given(st.integers(0, 2**31 - 1))
def test_references_made_from_ids_are_far_below(id_of_an_invoice):
    assert id_of_an_invoice < link_reference.FIRST_OGM_BASE


@pytest.mark.parametrize("number", [-1, 0, link_reference.MAXIMUM_NUMBER + 1])
def test_numbers_outside_the_range_are_refused(number):
    with pytest.raises(ValueError):
        link_reference.ogm_base(number)
    with pytest.raises(ValueError):
        link_reference.creditor_reference_body(number)


@given(IDS, DIGESTS)
def test_a_token_is_read_as_it_was_written(link_id, digest):
    token = link_token.write(link_id, digest)
    meant = (link_id, link_token.secret(digest))
    grouped = link_token.in_groups(token)
    misread = token.upper().replace("0", "O").replace("1", "l")
    for typed in (token, token.upper(), grouped, f" {grouped.upper()} ", misread):
        assert link_token.read(typed) == meant
    assert len(token) <= 28


@given(IDS, DIGESTS, st.integers(0, 24), st.sampled_from("0123456789abcdef"))
def test_every_sign_of_the_digest_counts(link_id, digest, place, sign):
    other = digest[:place] + sign + digest[place + 1 :]
    same = link_token.write(link_id, other) == link_token.write(link_id, digest)
    assert same == (other == digest)


@given(st.text())
def test_no_text_makes_reading_raise(text):
    parsed = link_token.read(text)
    assert parsed is None or 1 <= parsed[0] < 2**31


@pytest.mark.parametrize(
    "value", [None, False, 7, b"v-04hm", "", "-", "v-", "0-" + "0" * 20, "v" * 10**6]
)
def test_what_is_no_token_is_none(value):
    assert link_token.read(value) is None


def test_wrong_facts_make_no_token():
    for link_id, digest in ((0, "0" * 64), (-1, "0" * 64), (1, "0" * 24)):
        with pytest.raises(ValueError):
            link_token.write(link_id, digest)


def test_examples():
    assert doctest.testmod(link_token).failed == 0
    assert doctest.testmod(link_reference).failed == 0
