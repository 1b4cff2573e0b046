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


@given(IDS, DIGESTS)
def test_a_code_to_check_is_short_and_no_token(number, digest):
    code = link_token.write(number, digest, link_token.CHECK_SECRET)
    meant = (number, link_token.secret(digest, link_token.CHECK_SECRET))
    for typed in (code, link_token.in_groups(code).upper(), f" {code} "):
        assert link_token.read(typed, link_token.CHECK_SECRET) == meant
    assert link_token.read(code) is None
    token = link_token.write(number, digest)
    assert link_token.read(token, link_token.CHECK_SECRET) is None


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


@pytest.mark.parametrize(
    ("number", "base", "body"),
    [
        (1, 9_000_000_001, "ARL000000001"),
        (999_999_999, 9_999_999_999, "ARL999999999"),
    ],
)
def test_first_and_last_reference(number, base, body):
    assert link_reference.ogm_base(number) == base
    assert link_reference.creditor_reference_body(number) == body


@pytest.mark.parametrize(
    ("link_id", "written"),
    [(1, "1"), (31, "z"), (32, "10"), (1024, "100"), (2**31 - 1, "1zzzzzz")],
)
def test_the_number_of_a_link_is_written_in_32_signs(link_id, written):
    token = link_token.write(link_id, "0" * 25)
    assert token == f"{written}-{'0' * 20}"
    assert link_token.read(token) == (link_id, "0" * 20)


def test_a_digest_of_25_figures_is_long_enough():
    assert link_token.secret("f" * 25) == "Z" * 20
    assert link_token.secret("f" * 25 + "0") == "Z" * 20
    with pytest.raises(ValueError, match="too short"):
        link_token.secret("f" * 24)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("0-" + "0" * 20, id="no link has the number 0"),
        pytest.param("2000000-" + "0" * 20, id="beyond any id of a database"),
        pytest.param("12345678-" + "0" * 20, id="number too long"),
        pytest.param("1-" + "0" * 19, id="secret too short"),
        pytest.param("1-" + "0" * 21, id="secret too long"),
        pytest.param("1-" + "0" * 19 + "u", id="U is no sign"),
        pytest.param("é-" + "0" * 20, id="accent"),
        pytest.param("1-" + "0" * 20 + " " * 39, id="more text than anybody types"),
    ],
)
def test_what_looks_like_a_token_and_is_none(text):
    assert link_token.read(text) is None


def test_spaces_may_surround_a_token():
    assert link_token.read("1-" + "0" * 20 + " " * 38) == (1, "0" * 20)


def test_the_groups_of_a_token_may_be_parted_by_spaces():
    assert link_token.read("v-04hm asw9 nf6y y093 8nkr") == (27, "04HMASW9NF6YY0938NKR")
