"""References in the text of a bank statement line.

A structured reference carries its own check digits, so a valid one is nearly certain
to be meant. An invoice number does not: its candidates are only worth a look-up.

Text comes as banks deliver it: cut into lines, in capitals, with or without accents,
slashes and spaces. All searching is done on a folded copy (no accents, upper case)
and in time proportional to the length of the text. No text makes a function raise.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["ogm", "rf", "dutch"]

MINIMUM_NUMBER_LENGTH = 4
MAXIMUM_NUMBER_LENGTH = 32
# A document number has a prefix, a year, a month, a counter and perhaps a branch.
MAXIMUM_NUMBER_PARTS = 5

_OGM_MAXIMUM_BASE = 9_999_999_999
_RF_MAXIMUM_LENGTH = 25
_DUTCH_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)

_WORD = re.compile(r"[A-Z0-9]+")
_RF_FORM = re.compile(r"RF(0[2-9]|[1-8][0-9]|9[0-8])[A-Z0-9]{1,21}")
# What a bank or a person puts between the groups of a reference.
_GAP = re.compile(r"[\s./-]{1,3}")
# Look-ahead patterns: a false start must not hide a reference that begins inside it.
_OGM_MARKED = re.compile(r"(?=(?:\+{3}|\*{3})([0-9\s/.-]{12,40})(?:\+{3}|\*{3}))")
_OGM_BARE = re.compile(
    r"(?<![0-9])(?=([0-9]{3}[\s./-]{0,3}[0-9]{4}[\s./-]{0,3}[0-9]{5})(?![0-9]))"
)
_DUTCH_BARE = re.compile(r"(?<![0-9])(?=([0-9]{4}(?:[\s.-]?[0-9]{4}){3})(?![0-9]))")


@dataclass(frozen=True, slots=True)
class Reference:
    """A structured reference, with nothing but its digits and capital letters.

    ``kind`` is ``ogm`` (Belgian structured communication, 12 digits), ``rf`` (ISO
    11649 creditor reference) or ``dutch`` (betalingskenmerk, 16 digits).
    """

    kind: Kind
    normalised: str


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    gap_before: str


def normalise(text: str) -> str:
    """Return the letters and digits of a reference, without accents, in upper case.

    Two printed forms of the same reference or document number become equal. Anything
    but the letters A to Z and the digits 0 to 9 disappears.

    >>> normalise("+++123/4567/89002+++"), normalise("inv-2026/00123")
    ('123456789002', 'INV202600123')
    """
    return "".join(_WORD.findall(_fold(text)))


def is_valid_ogm(text: str) -> bool:
    """Whether the text is a Belgian structured communication (OGM, VCS), however set.

    Ten digits and two check digits: the ten modulo 97, where 0 is written as 97.

    >>> is_valid_ogm("+++123/4567/89002+++"), is_valid_ogm("123456789012")
    (True, False)
    """
    digits = normalise(text)
    if not re.fullmatch(r"[0-9]{12}", digits):
        return False
    return int(digits[10:]) == _ogm_check(int(digits[:10]))


def format_ogm(base: int) -> str:
    """Return the printed Belgian structured communication for a ten-digit base.

    Raises ValueError for a base below zero or of more than ten digits.

    >>> format_ogm(654)
    '+++000/0000/65472+++'
    """
    if not 0 <= base <= _OGM_MAXIMUM_BASE:
        raise ValueError("the base of a structured communication has ten digits")
    digits = f"{base:010d}{_ogm_check(base):02d}"
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def format_rf(body: str) -> str:
    """Return the printed ISO 11649 creditor reference of 1 to 21 letters or digits.

    Raises ValueError for any other text.

    >>> format_rf("539007547034")
    'RF18 5390 0754 7034'
    """
    if not re.fullmatch(r"[A-Z0-9]{1,21}", body):
        raise ValueError("a creditor reference holds 1 to 21 letters or digits")
    reference = f"RF{98 - _modulo_97(body + 'RF00'):02d}{body}"
    return " ".join(
        reference[place : place + 4] for place in range(0, len(reference), 4)
    )


def is_valid_rf(text: str) -> bool:
    """Whether the text is an ISO 11649 creditor reference, with or without spaces.

    "RF", two check digits from 02 to 98 and 1 to 21 letters or digits; moved to the
    end, with letters read as 10 to 35, the first four make the whole 1 modulo 97.

    >>> is_valid_rf("RF18 5390 0754 7034"), is_valid_rf("RF19539007547034")
    (True, False)
    """
    reference = normalise(text)
    if not _RF_FORM.fullmatch(reference):
        return False
    return _modulo_97(reference[4:] + reference[:4]) == 1


def is_valid_dutch_reference(text: str) -> bool:
    """Whether the text is a Dutch betalingskenmerk of 16 digits, however set.

    The first digit checks the other fifteen: weighed 2, 4, 8, 5, 10, 9, 7, 3, 6, 1
    and again from the right, their sum modulo 11 is taken from 11; 10 is written as
    1 and 11 as 0. Sixteen zeros are filling, not a reference.
    """
    digits = normalise(text)
    if not re.fullmatch(r"[0-9]{16}", digits) or not digits.strip("0"):
        return False
    return int(digits[0]) == _dutch_check(digits[1:])


def format_dutch_reference(body: str) -> str:
    """Return the Dutch betalingskenmerk of 16 digits for a body of 15.

    Raises ValueError for any other text, and for fifteen zeros.

    >>> format_dutch_reference("000000000123456")
    '2000000000123456'
    """
    if not re.fullmatch(r"[0-9]{15}", body) or not body.strip("0"):
        raise ValueError("the body of a betalingskenmerk has 15 digits, not all zero")
    return f"{_dutch_check(body)}{body}"


def find_references(text: str, *, dutch: bool = False) -> tuple[Reference, ...]:
    """Return the valid structured references of a text, in order, each once.

    - Belgian: between ``+++`` or ``***`` with any spacing, else as groups of 3, 4 and
      5 digits, with or without slashes, that are not part of a longer number.
    - ISO 11649: from "RF" on, over spaces. Where it ends cannot always be told from
      the text behind it, so every end that checks is returned.
    - Dutch, when ``dutch`` is set: 16 digits. One number in eleven passes its check
      by chance, so ask for it only where such references are in use.

    >>> find_references("betaling +++123/4567/89002+++ dank u")
    (Reference(kind='ogm', normalised='123456789002'),)
    """
    folded = _fold(text)
    found = [*_find_ogm(folded), *_find_rf(folded)]
    if dutch:
        found += _find_dutch(folded)
    found.sort(key=lambda place_and_reference: place_and_reference[0])
    return tuple(dict.fromkeys(reference for _place, reference in found))


def document_number_candidates(text: str) -> tuple[str, ...]:
    """Return what may be a document number in the text, normalised, each once.

    Look them up among the normalised numbers of the documents: a candidate alone
    proves nothing. A candidate is one word or up to five neighbouring ones, so that
    "INV/2026/00123", "inv 2026-00123" and "INV.2026.00123" all give INV202600123. It
    has 4 to 32 letters and digits, and at least one digit.

    Words joined by a slash or a dash belong together. A part of such a whole counts
    only when it begins with a letter, as in "INV/2026/00123-INV/2026/00124": the
    bare 2026 or 00123 of a number is never taken for a number of its own.
    """
    words = list(_words(_fold(text)))
    # Where a whole begins; the entry behind the last word ends it.
    whole_from = [word.gap_before not in ("/", "-") for word in words] + [True]
    whole_from[0] = True
    candidates: dict[str, None] = {}
    for begin, word in enumerate(words):
        number = ""
        for end in range(begin, min(begin + MAXIMUM_NUMBER_PARTS, len(words))):
            number += words[end].text
            if len(number) > MAXIMUM_NUMBER_LENGTH:
                break
            whole = whole_from[begin] and whole_from[end + 1]
            if (whole or word.text[0].isalpha()) and _may_be_number(number):
                candidates[number] = None
    return tuple(candidates)


def _may_be_number(number: str) -> bool:
    return len(number) >= MINIMUM_NUMBER_LENGTH and any(map(str.isdigit, number))


def _modulo_97(signs: str) -> int:
    """Return digits and letters, read as 10 to 35, as one number modulo 97."""
    return int("".join(str(int(sign, 36)) for sign in signs)) % 97


def _ogm_check(base: int) -> int:
    return base % 97 or 97


def _dutch_check(body: str) -> int:
    total = sum(
        int(digit) * _DUTCH_WEIGHTS[place % len(_DUTCH_WEIGHTS)]
        for place, digit in enumerate(reversed(body))
    )
    check = 11 - total % 11
    return {10: 1, 11: 0}.get(check, check)


def _find_ogm(folded: str) -> Iterator[tuple[int, Reference]]:
    for pattern in (_OGM_MARKED, _OGM_BARE):
        for match in pattern.finditer(folded):
            digits = normalise(match[1])
            if is_valid_ogm(digits):
                yield match.start(1), Reference("ogm", digits)


def _find_dutch(folded: str) -> Iterator[tuple[int, Reference]]:
    for match in _DUTCH_BARE.finditer(folded):
        digits = normalise(match[1])
        if is_valid_dutch_reference(digits):
            yield match.start(1), Reference("dutch", digits)


def _find_rf(folded: str) -> Iterator[tuple[int, Reference]]:
    words = list(_words(folded))
    for begin, word in enumerate(words):
        if not word.text.startswith("RF"):
            continue
        reference = ""
        for follower in words[begin : begin + _RF_MAXIMUM_LENGTH]:
            if reference and not _GAP.fullmatch(follower.gap_before):
                break
            reference += follower.text
            if len(reference) > _RF_MAXIMUM_LENGTH:
                break
            if is_valid_rf(reference):
                yield word.start, Reference("rf", reference)


def _words(folded: str) -> Iterator[_Word]:
    """Give the runs of letters and digits, each with what stands before it."""
    end = 0
    for match in _WORD.finditer(folded):
        yield _Word(match[0], match.start(), folded[end : match.start()])
        end = match.end()


def _fold(text: str) -> str:
    """Return the text in upper case without accents."""
    if text.isascii():
        return text.upper()
    # Sign by sign: normalising a whole text sorts runs of accents in quadratic time.
    signs = (unicodedata.normalize("NFKD", sign) for sign in text)
    return "".join(
        part for sign in signs for part in sign if not unicodedata.combining(part)
    ).upper()
