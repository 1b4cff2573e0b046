"""A key for a level, made of its name: what claims remember, so that it is stable."""

import re
import unicodedata
from collections.abc import Collection

LONGEST = 40
# For names in which no letter of the Latin alphabet is left.
NAMELESS = "level"


def suggest(name: str, taken: Collection[str]) -> str:
    """Return a key for a level that has this name and that is not taken yet.

    Small Latin letters, digits and underscores: "Second reminder" is
    ``second_reminder``, then ``second_reminder_2``.
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = plain.encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "_", plain)[:LONGEST].strip("_") or NAMELESS
    if key not in taken:
        return key
    number = 2
    while f"{key}_{number}" in taken:
        number += 1
    return f"{key}_{number}"
