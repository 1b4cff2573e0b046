"""An amount as a person types it on a phone: 50, 50,00, 1.234,56 or 1,234.56."""

import re
from decimal import Decimal

_MAXIMUM_TEXT = 30
_NUMBER = re.compile(r"[0-9]+([.,'][0-9]+)*[.,]?")
_GROUPED = re.compile(r"[0-9]{1,3}([.,'])[0-9]{3}(\1[0-9]{3})*")


def read(text: object, digits: int = 2) -> Decimal | None:
    """Return the amount that a text says; None for whatever is no amount.

    Comma and point are both read, as people mix them: the last one parts the decimals
    unless exactly three figures follow, which is a thousand. Spaces and a euro sign are
    passed over. More decimals than the currency has (``digits``) are no amount.

    >>> read("€ 1.234,5")
    Decimal('1234.5')
    >>> read("1.234")
    Decimal('1234')
    """
    if not isinstance(text, str) or len(text) > _MAXIMUM_TEXT or not text:
        return None
    typed = "".join(text.replace("€", "").split())
    if not typed.isascii() or not _NUMBER.fullmatch(typed):
        return None
    whole, decimals = typed, ""
    place = max(typed.rfind("."), typed.rfind(","))
    if place > 0 and not _GROUPED.fullmatch(typed):
        whole, decimals = typed[:place], typed[place + 1 :]
    if len(decimals) > digits or not _is_whole(whole):
        return None
    figures = "".join(sign for sign in whole if sign.isdigit())
    return Decimal(f"{figures}.{decimals}" if decimals else figures)


def _is_whole(text: str) -> bool:
    """Whether the figures before the decimals are written together or in thousands."""
    return text.isdigit() or bool(_GROUPED.fullmatch(text))
