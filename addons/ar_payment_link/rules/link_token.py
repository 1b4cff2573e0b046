"""The token of a payment link: short enough to be typed from a letter.

It is the number of the link, a hyphen, and 100 bits of a keyed digest, both in the
32 signs of Crockford: digits and letters without I, L, O and U. Reading takes I and L
for 1 and O for 0, ignores case, spaces and further hyphens, and never raises.
"""

import re

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SECRET_LENGTH = 20
_BITS_PER_SIGN = 5
# Seven signs hold any id of a database (31 bits).
_FORM = re.compile(r"([0-9A-Z]{1,7})-([0-9A-Z]{20})")
_MISREAD = str.maketrans("ILO", "110")
_MAXIMUM_TEXT = 60
_MAXIMUM_ID = 2**31 - 1


def write(link_id: int, digest: str) -> str:
    """Return the token of a link, in small letters.

    ``digest`` is the keyed digest of the link in hexadecimal digits, 25 or more.
    Raises ValueError for an id below one or a digest that is too short.

    >>> write(27, "0123456789abcdef0123456789abcdef")
    'v-04hmasw9nf6yy0938nkr'
    """
    if link_id < 1:
        raise ValueError("a link has an id above zero")
    return f"{_encode(link_id)}-{secret(digest)}".lower()


def secret(digest: str) -> str:
    """Return the secret part of a token, in capitals, from a hexadecimal digest."""
    hexadecimal_digits = _SECRET_LENGTH * _BITS_PER_SIGN // 4
    if len(digest) < hexadecimal_digits:
        raise ValueError("the digest is too short for a token")
    return _encode(int(digest[:hexadecimal_digits], 16)).rjust(_SECRET_LENGTH, "0")


def read(text: object) -> tuple[int, str] | None:
    """Return (link id, secret in capitals) of a token as somebody typed it.

    None for whatever has not the form of a token.

    >>> read("V-O4HM-ASW9-NF6Y-YO93-8NKR")
    (27, '04HMASW9NF6YY0938NKR')
    """
    if not isinstance(text, str) or len(text) > _MAXIMUM_TEXT or not text.isascii():
        return None
    head, _hyphen, tail = text.strip().upper().partition("-")
    tail = tail.replace("-", "").replace(" ", "")
    form = _FORM.fullmatch(f"{head}-{tail}".translate(_MISREAD))
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


def _encode(number: int) -> str:
    signs = ""
    while number:
        number, place = divmod(number, len(_SIGNS))
        signs = _SIGNS[place] + signs
    return signs or "0"
