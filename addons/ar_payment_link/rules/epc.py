"""Payloads of the QR code for a SEPA credit transfer (EPC069-12, version 002).

Banking apps read the code and fill in the transfer. Lines are ended by a line feed;
the whole has at most 331 bytes, so that the code fits version 13 with error correction
M. Belgian structured communications stand in the line for structured references, as
their twelve digits.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

MAXIMUM_BYTES = 331
MAXIMUM_NAME = 70
MAXIMUM_TEXT = 140
MAXIMUM_INFORMATION = 70
MAXIMUM_STRUCTURED = 35
MAXIMUM_IBAN = 34
MAXIMUM_AMOUNT = Decimal("999999999.99")
MINIMUM_AMOUNT = Decimal("0.01")
# How an IBAN begins where a SEPA credit transfer can be sent to (EPC409-09).
_COUNTRIES = (
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC "
    "MD ME MK MT NL NO PL PT RO RS SE SI SK SM VA"
)
SEPA_COUNTRIES = frozenset(_COUNTRIES.split())

_LINES = 12
_BIC = re.compile(r"[A-Z0-9]{8}(?:[A-Z0-9]{3})?")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_AMOUNT = re.compile(r"EUR([0-9]{1,9}(?:\.[0-9]{1,2})?)")
_PURPOSE = re.compile(r"[A-Z]{1,4}")
_CHARSETS = {
    "1": "utf-8",
    "2": "iso8859-1",
    "3": "iso8859-2",
    "4": "iso8859-4",
    "5": "iso8859-5",
    "6": "iso8859-7",
    "7": "iso8859-10",
    "8": "iso8859-15",
}


@dataclass(frozen=True, slots=True)
class Transfer:
    """A credit transfer in euro that a QR code asks for.

    At most one of ``structured`` (a reference with check digits, without spaces) and
    ``text`` is filled. Without ``amount`` the payer fills it in.
    """

    name: str
    iban: str
    amount: Decimal | None
    structured: str = ""
    text: str = ""
    bic: str = ""
    purpose: str = ""
    information: str = ""

    def __post_init__(self) -> None:
        for wrong, reason in (
            (not 1 <= len(self.name) <= MAXIMUM_NAME, "the name has 1 to 70 signs"),
            (not 1 <= len(self.iban) <= MAXIMUM_IBAN, "the IBAN has at most 34 signs"),
            (not _amount_fits(self.amount), "the amount is out of range"),
            (self.structured and self.text, "only one kind of reference is allowed"),
            (len(self.structured) > MAXIMUM_STRUCTURED, "the reference is too long"),
            (len(self.text) > MAXIMUM_TEXT, "the text is too long"),
            (self.bic and not _BIC.fullmatch(self.bic), "the BIC has 8 or 11 signs"),
            (
                self.purpose and not _PURPOSE.fullmatch(self.purpose),
                "the purpose has 1 to 4 letters",
            ),
            (len(self.information) > MAXIMUM_INFORMATION, "too much information"),
        ):
            if wrong:
                raise ValueError(reason)


def prepare(
    name: str,
    iban: str,
    amount: Decimal,
    *,
    structured: str = "",
    text: str = "",
    bic: str = "",
) -> str:
    """Return the payload for facts as they come, shortened where it has to be.

    Line breaks and control signs become spaces. A name above 70 signs and a text
    above 140 are cut; when the whole is still too large, the text gives way first,
    then the name. A BIC that is none is left out. What decides where the money goes
    is never mended: see the errors.

    Raises ValueError when the IBAN is not valid or not of a SEPA country, the amount
    is not from 0.01 to 999 999 999.99 in whole cents, the name is empty or the
    structured reference too long.
    """
    iban = "".join(iban.split()).upper()
    if not can_be_paid(iban):
        raise ValueError("the account cannot be paid by a SEPA transfer")
    bic = "".join(bic.split()).upper()
    bic = bic if _BIC.fullmatch(bic) else ""
    name = _clean(name)[:MAXIMUM_NAME].strip()
    text = _clean(text)[:MAXIMUM_TEXT].strip()
    structured = _clean(structured)
    stand_in = Transfer(".", iban, amount, structured, text and ".", bic=bic)
    room = MAXIMUM_BYTES - len(_write(stand_in)) + len(stand_in.name + stand_in.text)
    name = _cut(name, room)
    text = _cut(text, room - len(name.encode()))
    return write(Transfer(name, iban, amount, structured, text, bic=bic))


def write(transfer: Transfer) -> str:
    """Return the payload of a transfer, exactly as it is.

    Raises ValueError when it has more than 331 bytes.
    """
    payload = _write(transfer)
    if len(payload.encode()) > MAXIMUM_BYTES:
        raise ValueError("the payload has more than 331 bytes")
    return payload


def read(payload: str) -> Transfer:
    """Return the transfer that a payload asks for, of any version and character set.

    Raises ValueError for a payload that breaks a rule of the standard.
    """
    lines = payload.replace("\r\n", "\n").split("\n")
    if not 7 <= len(lines) <= _LINES:
        raise ValueError("a payload has 7 to 12 lines")
    lines += [""] * (_LINES - len(lines))
    _check_head(lines)
    if len(payload.encode(_CHARSETS[lines[2]])) > MAXIMUM_BYTES:
        raise ValueError("the payload has more than 331 bytes")
    return Transfer(
        name=lines[5],
        iban=lines[6],
        amount=_read_amount(lines[7]),
        structured=lines[9],
        text=lines[10],
        bic=lines[4],
        purpose=lines[8],
        information=lines[11],
    )


def can_be_paid(iban: str) -> bool:
    """Whether an IBAN, without spaces, is valid and of a SEPA country."""
    if not _IBAN.fullmatch(iban) or iban[:2] not in SEPA_COUNTRIES:
        return False
    rearranged = iban[4:] + iban[:4]
    return int("".join(str(int(sign, 36)) for sign in rearranged)) % 97 == 1


def _write(transfer: Transfer) -> str:
    amount = "" if transfer.amount is None else f"EUR{transfer.amount:.2f}"
    lines = (
        "BCD",
        "002",
        "1",
        "SCT",
        transfer.bic,
        transfer.name,
        transfer.iban,
        amount,
        transfer.purpose,
        transfer.structured,
        transfer.text,
        transfer.information,
    )
    return "\n".join(lines).rstrip("\n")


def _check_head(lines: Sequence[str]) -> None:
    if lines[0] != "BCD" or lines[3] != "SCT":
        raise ValueError("this is no code for a credit transfer")
    if lines[1] not in ("001", "002") or lines[2] not in _CHARSETS:
        raise ValueError("the version or the character set is unknown")
    if lines[1] == "001" and not lines[4]:
        raise ValueError("version 001 needs a BIC")


def _read_amount(text: str) -> Decimal | None:
    if not text:
        return None
    form = _AMOUNT.fullmatch(text)
    if not form:
        raise ValueError("the amount is not in euro and cents")
    return Decimal(form[1])


def _amount_fits(amount: Decimal | None) -> bool:
    return amount is None or (
        amount.is_finite()
        and MINIMUM_AMOUNT <= amount <= MAXIMUM_AMOUNT
        and amount == amount.quantize(MINIMUM_AMOUNT)
    )


def _clean(text: str) -> str:
    """Return a text on one line: nothing in it may begin a line of the payload."""
    printable = (sign if sign.isprintable() else " " for sign in text)
    return " ".join("".join(printable).split())


def _cut(text: str, room: int) -> str:
    """Return as much of a text as fits into a number of bytes, whole signs only."""
    return text.encode()[: max(room, 0)].decode(errors="ignore").strip()
