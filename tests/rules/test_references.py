"""References: found in whatever form a bank delivers, never invented."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.references import (
    Reference,
    document_number_candidates,
    find_references,
    format_ogm,
    format_rf,
    is_valid_dutch_reference,
    is_valid_ogm,
    is_valid_rf,
    normalise,
)
from strategies import bank_text, document_numbers, ogm_bases

LETTERS_AND_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SEPARATORS = st.sampled_from(["", " ", "/", "-", ".", " / ", "\n"])
RF_BODIES = st.text(alphabet=LETTERS_AND_DIGITS, min_size=1, max_size=21)


def ogm(digits):
    return Reference("ogm", digits)


def rf(reference):
    return Reference("rf", reference)


def digit_by_digit_modulo_97(signs):
    """Divide as on paper, digit by digit, letters as 10 to 35."""
    remainder = 0
    for sign in signs:
        value = LETTERS_AND_DIGITS.index(sign)
        for digit in [value // 10, value % 10] if value > 9 else [value]:
            remainder = (remainder * 10 + digit) % 97
    return remainder


def build_rf(body):
    return f"RF{98 - digit_by_digit_modulo_97(body + 'RF00'):02d}{body}"


# Structured communications


@given(ogm_bases())
def test_a_formatted_ogm_is_valid_and_found(base):
    printed = format_ogm(base)
    digits = normalise(printed)
    assert is_valid_ogm(printed) and is_valid_ogm(digits)
    assert int(digits[:10]) == base
    assert (int(digits[:10]) - int(digits[10:])) % 97 == 0
    assert 1 <= int(digits[10:]) <= 97
    assert find_references(f"betaling {printed} dank u") == (ogm(digits),)


@given(ogm_bases(), SEPARATORS, SEPARATORS)
def test_an_ogm_is_found_however_it_is_spaced(base, first, second):
    digits = normalise(format_ogm(base))
    spaced = f"{digits[:3]}{first}{digits[3:7]}{second}{digits[7:]}"
    for text in (spaced, f"***{spaced}***", f"+++ {spaced} +++", f"ref:{spaced}, m"):
        assert find_references(text) == (ogm(digits),)


@given(ogm_bases(), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(base, place, shift):
    digits = normalise(format_ogm(base))
    wrong = str((int(digits[place]) + shift) % 10)
    text = digits[:place] + wrong + digits[place + 1 :]
    assert not is_valid_ogm(text)
    assert find_references(f"+++{text}+++ {text}") == ()


@given(ogm_bases(), st.integers(1, 99))
def test_check_digits_are_the_only_right_ones(base, check):
    digits = f"{base:010d}{check:02d}"
    assert is_valid_ogm(digits) == (digits == normalise(format_ogm(base)))


@pytest.mark.parametrize(
    ("base", "printed"),
    [
        (654, "+++000/0000/65472+++"),
        (909337554, "+++090/9337/55493+++"),
        (1234567890, "+++123/4567/89002+++"),
        (97, "+++000/0000/09797+++"),
        (1, "+++000/0000/00101+++"),
        (9999999999, "+++999/9999/99948+++"),
    ],
)
def test_ogm_examples(base, printed):
    assert format_ogm(base) == printed


@pytest.mark.parametrize("base", [-1, 10**10])
def test_an_ogm_has_ten_digits(base):
    with pytest.raises(ValueError, match="ten digits"):
        format_ogm(base)


@pytest.mark.parametrize(
    "text",
    [
        "+++123/4567/89012+++",
        "+++000/2024/00182+++",
        "000000009700",  # 97 is written as 97, never as 00
        "000000000000",
        "12345678900",
        "1234567890021",
        "ABC456789002",
        "",
    ],
)
def test_no_ogm(text):
    assert not is_valid_ogm(text)
    assert find_references(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "/C/ 123456789002",
        "+++123/45\n67/89 002+++",  # cut by the bank where a line was full
        "*** 123/4567/89002 ***",
        "\uff0b\uff0b\uff0b\uff11\uff12\uff13/4567/89002+++",  # full-width signs
        "facture 123-4567-89002 merci",
        "+++000/0000/00000+++123/4567/89002+++",
        "20260301 123/4567/89002",
        "123456789002 123456789002",
    ],
)
def test_ogm_in_text_of_banks(text):
    assert find_references(text) == (ogm("123456789002"),)


@pytest.mark.parametrize(
    "text", ["9123456789002", "1234567890021", "12345678 9002", "123 456 789 002"]
)
def test_bare_digits_must_stand_alone_and_in_groups(text):
    assert find_references(text) == ()


# Creditor references


@pytest.mark.parametrize("body", ["", "A" * 22, "A 1", "é", "a"])
def test_what_is_no_body_makes_no_rf(body):
    with pytest.raises(ValueError):
        format_rf(body)


@given(RF_BODIES)
def test_a_built_rf_is_valid_and_found(body):
    reference = build_rf(body)
    assert is_valid_rf(reference)
    assert normalise(format_rf(body)) == reference
    groups = [reference[place : place + 4] for place in range(0, len(reference), 4)]
    for text in (reference, " ".join(groups), reference.lower()):
        assert rf(reference) in find_references(f"ref {text}; merci")


@given(RF_BODIES, st.integers(0, 99))
def test_an_rf_has_one_pair_of_check_digits(body, check):
    reference = f"RF{check:02d}{body}"
    assert is_valid_rf(reference) == (reference == build_rf(body))


@pytest.mark.parametrize(
    "reference",
    [
        "RF18539007547034",
        "RF712348231",
        "RF45G72UUR",
        "RF970000000654",
        "RF80INV202600123",
    ],
)
def test_rf_examples(reference):
    assert is_valid_rf(reference)
    assert find_references(f"payment {reference}") == (rf(reference),)


@pytest.mark.parametrize(
    "text",
    [
        "RF18 5390 0754 7034",
        "rf18 5390 0754 7034 dank je",
        "RF 18 5390 0754 7034, MERCI",
        "Ref:RF18-5390-0754-7034",
    ],
)
def test_rf_in_text_of_banks(text):
    assert find_references(text) == (rf("RF18539007547034"),)


@pytest.mark.parametrize(
    "text",
    [
        "RF19539007547034",
        "RF18",
        "RF",
        "XRF18539007547034",
        "RF18, 539007547035",
        "RF18 5390     0754 7034",
        "RF" + "1" * 24,
        "RFABC",
    ],
)
def test_no_rf(text):
    assert find_references(text) == ()


def test_every_end_that_checks_is_returned():
    # By chance the check digits also fit with the words of thanks behind them.
    assert find_references("RF18 5390 0754 7034 dank u") == (
        rf("RF18539007547034"),
        rf("RF18539007547034DANKU"),
    )


# Dutch references

DUTCH = "2000000000123456"


@pytest.mark.parametrize("reference", [DUTCH, "5000056789012345"])
def test_dutch_examples(reference):
    spaced = " ".join(reference[place : place + 4] for place in range(0, 16, 4))
    for text in (reference, spaced, f"kenmerk {reference}."):
        found = find_references(text, dutch=True)
        assert found == (Reference("dutch", reference),)


def test_dutch_references_are_found_only_when_asked_for():
    assert find_references(DUTCH) == ()


@given(st.integers(1, 10**15 - 1))
def test_a_dutch_reference_has_one_check_digit(body):
    weights = [1, 6, 3, 7, 9, 10, 5, 8, 4, 2] * 2
    total = sum(
        int(digit) * weight
        for digit, weight in zip(f"{body:015d}", weights[5:], strict=True)
    )
    expected = {10: 1, 11: 0}.get(11 - total % 11, 11 - total % 11)
    for digit in range(10):
        valid = is_valid_dutch_reference(f"{digit}{body:015d}")
        assert valid == (digit == expected)


@pytest.mark.parametrize(
    "text", ["0" * 16, DUTCH[:15], DUTCH + "0", "3000000000123456", "x" * 16]
)
def test_no_dutch_reference(text):
    assert not is_valid_dutch_reference(text)
    assert find_references(text, dutch=True) == ()


# Document numbers


@given(document_numbers(), SEPARATORS.filter(bool), st.booleans(), bank_text())
def test_a_document_number_is_found_however_it_is_written(
    number, separator, lower, after
):
    written = number.replace("/", separator)
    written = written.lower() if lower else written
    candidates = document_number_candidates(f"betaling: {written} ; {after}")
    assert normalise(number) in candidates


@given(st.lists(document_numbers(), min_size=1, max_size=4), st.sampled_from("-/,+ "))
def test_several_document_numbers_are_all_found(numbers, separator):
    candidates = document_number_candidates(separator.join(numbers))
    assert {normalise(number) for number in numbers} <= set(candidates)


@given(bank_text())
def test_candidates_look_like_numbers_and_are_in_the_text(text):
    whole = normalise(text)
    candidates = document_number_candidates(text)
    assert len(set(candidates)) == len(candidates)
    for candidate in candidates:
        assert 4 <= len(candidate) <= 32
        assert any(sign in "0123456789" for sign in candidate)
        assert normalise(candidate) == candidate
        assert candidate in whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("dank u wel", ()),
        ("INV/2026/00123", ("INV2026", "INV202600123")),
        ("2026/00123", ("202600123",)),
        ("A1", ()),
        ("1" * 32, ("1" * 32,)),
        ("1" * 33, ()),
        ("-12345", ("12345",)),
        ("1 2 3 4 5", ("1234", "12345", "2345")),
        ("1 2 3 4 5 6", ("1234", "12345", "2345", "23456", "3456")),
        ("é12345", ("E12345",)),
        ("12-34 5678", ("1234", "12345678", "5678")),
    ],
)
def test_candidate_examples(text, expected):
    assert document_number_candidates(text) == expected


# Any text


@given(bank_text())
def test_no_text_raises_and_what_is_found_is_valid(text):
    checks = {
        "ogm": is_valid_ogm,
        "rf": is_valid_rf,
        "dutch": is_valid_dutch_reference,
    }
    found = find_references(text, dutch=True)
    assert len(set(found)) == len(found)
    for reference in found:
        assert checks[reference.kind](reference.normalised)
        assert normalise(reference.normalised) == reference.normalised
        assert reference.normalised in normalise(text)


@given(bank_text(), ogm_bases(), bank_text())
def test_text_around_a_marked_ogm_does_not_hide_it(before, base, after):
    printed = format_ogm(base)
    found = find_references(f"{before} {printed} {after}")
    assert ogm(normalise(printed)) in found


def test_references_come_in_the_order_of_the_text():
    text = "RF712348231 en +++123/4567/89002+++ en RF18539007547034"
    assert [reference.normalised for reference in find_references(text)] == [
        "RF712348231",
        "123456789002",
        "RF18539007547034",
    ]


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    once = normalise(text)
    assert set(once) <= set(LETTERS_AND_DIGITS)
    assert normalise(once) == once


@pytest.mark.parametrize(
    "piece",
    ["RF18 ", "+++", "+++1", "123/", "1 ", "A/", "RF", "0000 ", "\u0f73", "e\u0301"],
)
def test_a_hostile_text_takes_time_in_proportion(piece):
    text = piece * (40_000 // len(piece))
    began = time.process_time()
    find_references(text, dutch=True)
    document_number_candidates(text)
    # A quadratic search would need minutes; this needs some tenths of a second.
    assert time.process_time() - began < 5
