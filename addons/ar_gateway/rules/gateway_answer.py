"""What a gateway's answer means for a message: may it go again, and when."""

from dataclasses import dataclass

TAKEN = "taken"
REFUSED = "refused"
LATER = "later"
ABOUT_US = "about_us"
UNKNOWN = "unknown"

# RFC 9110 and 6585: not taken, and we may come back.
_LATER = frozenset({408, 429, 503})
# It does not know us, or wants money.
_ABOUT_US = frozenset({401, 402, 403, 407})


@dataclass(frozen=True)
class Answer:
    """What became of a message.

    ``fate``: ``TAKEN``; ``REFUSED`` for good; ``LATER`` or ``ABOUT_US``: certainly not
    taken, all messages wait; ``UNKNOWN``: it may have been taken.
    """

    fate: str
    code: str = ""
    text: str = ""
    provider_reference: str = ""

    @property
    def is_taken(self) -> bool:
        return self.fate == TAKEN

    @property
    def is_about_us(self) -> bool:
        return self.fate == ABOUT_US


def fate_of(status: int) -> str:
    """Return what a status of HTTP says about the message that was posted.

    A redirection is about us: the address is wrong. After an error of the server, or
    of one in between, nobody knows.
    """
    if 200 <= status < 300:
        return TAKEN
    if status in _LATER:
        return LATER
    if status in _ABOUT_US or 300 <= status < 400:
        return ABOUT_US
    return REFUSED if 400 <= status < 500 else UNKNOWN
