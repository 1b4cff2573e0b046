"""The code on a letter: twelve digits, read by scanners as Code 128 (ISO/IEC 15417).

It is the number of the delivery in ten digits and two check digits (ISO/IEC 7064, MOD
97-10), so that no other code on an envelope is taken for one of ours.
"""

import re

MAXIMUM_NUMBER = 2**31 - 1
_FORM = re.compile(r"[0-9]{12}")
_MAXIMUM_TEXT = 40
_MODULUS, _REMAINDER = 97, 1


def write(number: int) -> str:
    """Return the code of the letter with this number.

    Raises ValueError for a number that no row of a database has.

    >>> write(657)
    '000000065767'
    """
    if not 1 <= number <= MAXIMUM_NUMBER:
        raise ValueError("a letter has a number above zero")
    check = _MODULUS + _REMAINDER - number * 100 % _MODULUS
    return f"{number:010d}{check:02d}"


def read(text: object) -> int | None:
    """Return the number of the letter whose code was scanned or typed.

    Spaces are passed over. None for whatever is no such code.
    """
    if not isinstance(text, str) or len(text) > _MAXIMUM_TEXT or not text.isascii():
        return None
    code = "".join(text.split())
    if not _FORM.fullmatch(code) or int(code) % _MODULUS != _REMAINDER:
        return None
    number = int(code[:-2])
    return number if 1 <= number <= MAXIMUM_NUMBER else None
