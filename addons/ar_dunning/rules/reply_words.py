"""Words as they are compared: small letters without accents, one blank between them."""

import re
import unicodedata

_SHORT = (
    ("can't", "can not"),
    ("cannot", "can not"),
    ("won't", "will not"),
    ("n't", " not"),
    ("'ll ", " will "),
    ("'ve ", " have "),
)
_BLANKS = re.compile(r"\s+")


def fold(text: str) -> str:
    """Return a text in small letters, without accents, on one line.

    >>> fold("Réglé  l'année dernière, we haven't")
    "regle l'annee derniere, we have not"
    """
    # Sign by sign: normalising a whole text sorts runs of accents in quadratic time.
    signs = (unicodedata.normalize("NFKD", sign) for sign in text.casefold())
    plain = "".join(
        part for sign in signs for part in sign if not unicodedata.combining(part)
    )
    plain = _BLANKS.sub(" ", plain.replace("\u2019", "'")).strip()
    for short, long in _SHORT:
        plain = plain.replace(short, long)
    return plain
