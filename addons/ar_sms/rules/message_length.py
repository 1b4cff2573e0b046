"""How long a text message is, as networks count it.

Source: 3GPP TS 23.038 (alphabets) and TS 23.040, 9.2.3.24.1 (messages of several
parts, each with a header of six octets).
"""

from dataclasses import dataclass

# TS 23.038, 6.2.1: one septet each, and what stands behind the escape: two of them.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")

# Letters that make the whole message twice as dear, and what reads the same.
_PLAIN = {
    **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u2033«»", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    **dict.fromkeys("\u00a0\u202f\u2009\u2007", " "),
    "…": "...",
    "•": "-",
    "·": "-",
    "ë": "e",
    "ê": "e",
    "Ë": "E",
    "È": "E",
    "Ê": "E",
    "ï": "i",
    "î": "i",
    "í": "i",
    "Ï": "I",
    "Î": "I",
    "â": "a",
    "á": "a",
    "À": "A",
    "Â": "A",
    "ç": "c",
    "ô": "o",
    "ó": "o",
    "Ô": "O",
    "û": "u",
    "ú": "u",
    "Û": "U",
    "ÿ": "y",
    "œ": "oe",
    "Œ": "OE",
}

GSM_7 = "gsm7"
UCS_2 = "ucs2"

_SINGLE = {GSM_7: 160, UCS_2: 70}
_PART = {GSM_7: 153, UCS_2: 67}


@dataclass(frozen=True)
class Length:
    """``units`` are septets (GSM-7) or 16-bit code units; ``left`` fit in the part."""

    encoding: str
    units: int
    parts: int
    left: int


def measure(text: str) -> Length:
    """Return the length of a message; an empty one has no part.

    A character that takes two units is never cut by a part's end, so parts may end
    with a unit to spare.
    """
    encoding = GSM_7 if _is_gsm(text) else UCS_2
    widths = [_width(character, encoding) for character in text]
    units = sum(widths)
    if units <= _SINGLE[encoding]:
        return Length(encoding, units, 1 if text else 0, _SINGLE[encoding] - units)
    room = _PART[encoding]
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return Length(encoding, units, parts, room - used)


def in_plain_letters(text: str) -> str:
    """Return the text without accents and signs that would make it twice as dear.

    Where a letter is left that has no plain one (Greek small letters, emoji), nothing
    would be won: the text stays as it is.
    """
    plain = "".join(_PLAIN.get(character, character) for character in text)
    return plain if _is_gsm(plain) else text


def _is_gsm(text):
    return all(character in _BASIC or character in _EXTENDED for character in text)


def _width(character, encoding):
    if encoding == GSM_7:
        return 2 if character in _EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1
