"""The token of a payment link: short enough to be typed from a letter.

It is the number of the link, a hyphen, and 100 bits of a keyed digest, both in the
32 signs of Crockford: digits and letters without I, L, O and U. Reading takes I and L
for 1 and O for 0, ignores case, spaces and further hyphens, and never raises.

The code by which a message is checked has the same form with a shorter secret: it opens
nothing, and who guesses is stopped.
"""

import re
from functools import cache

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LINK_SECRET = 20
CHECK_SECRET = 8
_BITS_PER_SIGN = 5
_MISREAD = str.maketrans("ILO", "110")
_MAXIMUM_TEXT = 60
_MAXIMUM_ID = 2**31 - 1


def write(link_id: int, digest: str, length: int = LINK_SECRET) -> str:
    """Return the token of a link, in small letters.

    ``digest`` is the keyed digest of the link in hexadecimal digits, 25 or more;
    ``length`` is how many signs of it the token has, a multiple of four.
    Raises ValueError for an id below one or a digest that is too short.

    >>> write(27, "0123456789abcdef0123456789abcdef")
    'v-04hmasw9nf6yy0938nkr'
    """
    if link_id < 1:
        raise ValueError("a link has an id above zero")
    return f"{_encode(link_id)}-{secret(digest, length)}".lower()


def secret(digest: str, length: int = LINK_SECRET) -> str:
    """Return the secret part of a token, in capitals, from a hexadecimal digest."""
    hexadecimal_digits = length * _BITS_PER_SIGN // 4
    if len(digest) < hexadecimal_digits:
        raise ValueError("the digest is too short for a token")
    return _encode(int(digest[:hexadecimal_digits], 16)).rjust(length, "0")


def read(text: object, length: int = LINK_SECRET) -> tuple[int, str] | None:
    """Return (link id, secret in capitals) of a token as somebody typed it.

    None for whatever has not the form of a token.

    >>> read("V-O4HM-ASW9-NF6Y-YO93-8NKR")
    (27, '04HMASW9NF6YY0938NKR')
    """
    if not isinstance(text, str) or len(text) > _MAXIMUM_TEXT or not text.isascii():
        return None
    head, _hyphen, tail = text.strip().upper().partition("-")
    tail = tail.replace("-", "").replace(" ", "")
    form = _form(length).fullmatch(f"{head}-{tail}".translate(_MISREAD))
    if not form or "U" in form[0]:
        return None
    link_id = 0
    for sign in form[1]:
        link_id = link_id * len(_SIGNS) + _SIGNS.index(sign)
    return (link_id, form[2]) if 1 <= link_id <= _MAXIMUM_ID else None


def in_groups(token: str) -> str:
    """Return a token in groups of four signs, as a letter shows it.

    >>> in_groups("v-04hmasw9nf6yy0938nkr")
    'v-04hm-asw9-nf6y-y093-8nkr'
    """
    head, _hyphen, tail = token.partition("-")
    groups = (tail[place : place + 4] for place in range(0, len(tail), 4))
    return "-".join([head, *groups])


@cache
def _form(length: int) -> re.Pattern[str]:
    # Seven signs hold any id of a database (31 bits).
    return re.compile(rf"([0-9A-Z]{{1,7}})-([0-9A-Z]{{{length}}})")


def _encode(number: int) -> str:
    signs = ""
    while number:
        number, place = divmod(number, len(_SIGNS))
        signs = _SIGNS[place] + signs
    return signs or "0"
