"""Reads a list of earlier reminders, as a spreadsheet or another program wrote it.

Encoding, separator, the names of the columns and the way of writing dates and amounts
are recognised. A row that cannot be read keeps its number and says what is wrong with
it; the rest of the file is read all the same.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

LARGEST = 50_000_000  # bytes
MOST_ROWS = 200_000
# Programs have a handful of levels; hundreds mean that the column is another one.
MOST_LEVELS = 300
LONGEST = 500  # characters of a value that are kept
MOST_FIGURES = 15  # of an amount before its cents

_SEPARATORS = (";", "\t", ",", "|")
# The columns, by what people call them in four languages; letters and digits only.
_HEADINGS = {
    "reference": (
        "invoice invoicenumber number reference document documentnumber "
        "paymentreference factuur factuurnummer nummer referentie mededeling facture "
        "numero numerofacture communication rechnung rechnungsnummer referenz beleg"
    ),
    "day": "date datum sent senton day dag verzonden verzondenop datedenvoi jour tag",
    "level": "level step stage reminder niveau stap stufe herinnering relance mahnung "
    "mahnstufe etape",
    "channel": "channel kanaal canal kanal",
    "amount": "amount open openamount due bedrag openstaand montant betrag offen",
    "text": "text note remark comment tekst opmerking texte remarque bemerkung",
}
_COLUMNS = {
    name: column for column, names in _HEADINGS.items() for name in names.split()
}
_CHANNELS = {
    **dict.fromkeys(("email", "mail", "courriel"), "email"),
    **dict.fromkeys(("letter", "brief", "post", "lettre", "courrier"), "letter"),
}
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ].*)?")
# Thousands are parted everywhere in the same way, and not after a nought.
_AMOUNT = re.compile(
    r"(?P<sign>-?)\s*"
    r"(?P<whole>[1-9]\d{0,2}(?P<mark>[.,'’\s])\d{3}(?:(?P=mark)\d{3})*|\d+)"
    r"(?:(?!(?P=mark))[.,](?P<cents>\d{1,2}))?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


class HistoryFileError(Exception):
    """The file cannot be read at all.

    ``code`` is one of empty, too_large, too_many, too_many_levels, no_text, columns;
    ``detail`` is what was found in its place.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One earlier reminder of one invoice.

    ``number`` is the line of the file on which it begins, from 1. ``level`` is what the
    other program called it: the level, else the channel. ``channel`` is one of ours or
    empty. ``problem`` is empty or one of no_reference, bad_date, no_level, bad_amount;
    ``detail`` is the value that cannot be read.
    """

    number: int
    reference: str
    day: date | None
    level: str
    channel: str
    amount: Decimal | None
    text: str
    problem: str = ""
    detail: str = ""


def read(content: bytes) -> list[HistoryRow]:
    """Return the rows of a file, in their order; empty lines are left out.

    Raises HistoryFileError.
    """
    if len(content) > LARGEST:
        raise HistoryFileError("too_large")
    text = decode(content)
    first = next((line for line in io.StringIO(text, None) if line.strip()), None)
    if first is None:
        raise HistoryFileError("empty")
    separator = find_separator(first)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return list(_rows(table))
    except csv.Error as error:
        raise HistoryFileError("no_text", str(error)) from error


def decode(content: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, else Western European.

    Raises HistoryFileError for what is not text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise HistoryFileError("no_text") from error
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise HistoryFileError("no_text")
    return text


def find_separator(heading: str) -> str:
    """Return what parts the columns of the first line.

    >>> find_separator("invoice;date;level")
    ';'
    """
    return max(_SEPARATORS, key=heading.count)


def parse_day(text: str) -> date | None:
    """Return a date written in figures: year first, or day first; None when it is none.

    >>> parse_day("3/4/2025")
    datetime.date(2025, 4, 3)
    >>> parse_day("2025-04-03 00:00:00")
    datetime.date(2025, 4, 3)
    """
    text = text.strip()
    parts = None
    for pattern in (_YEAR_FIRST, _COMPACT):
        if match := pattern.fullmatch(text):
            parts = match.groups()
    if match := _DAY_FIRST.fullmatch(text):
        parts = match.groups()[::-1]
    if not parts:
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def parse_amount(text: str) -> Decimal | None:
    """Return an amount with a comma or a point before the cents; None when it is none.

    The last comma or point parts the cents when two figures at most follow it; one
    before three figures parts thousands. What could be read in two ways otherwise, such
    as "1234.567", is none.

    >>> parse_amount("1.234,50"), parse_amount("1,234.50"), parse_amount("1 234")
    (Decimal('1234.50'), Decimal('1234.50'), Decimal('1234'))
    """
    match = _AMOUNT.fullmatch(re.sub(r"[€$£]|EUR", "", text).strip())
    if not match:
        return None
    whole, cents = re.sub(r"\D", "", match["whole"]), match["cents"] or ""
    if len(whole) > MOST_FIGURES:
        return None
    return Decimal(f"{match['sign']}{whole}.{cents}")


def _rows(table: "csv.Reader") -> Iterable[HistoryRow]:
    columns = None
    count = 0
    last = 0
    levels: set[str] = set()
    for values in table:
        # csv readers count the lines they have read; quoted values may have several.
        number, last = last + 1, table.line_num
        if not any(value.strip() for value in values):
            continue
        if number == 1 and values[0].lower() == "sep=":
            # A first line by which spreadsheets say what parts the columns.
            continue
        if columns is None:
            columns = _columns(values)
            continue
        count += 1
        if count > MOST_ROWS:
            raise HistoryFileError("too_many")
        row = _row(number, _values(columns, values))
        levels.add(row.level)
        if len(levels) > MOST_LEVELS:
            raise HistoryFileError("too_many_levels", row.level)
        yield row


def _columns(heading: list[str]) -> dict[str, int]:
    """Return {column: place}; the first of two columns with one meaning counts."""
    columns: dict[str, int] = {}
    for place, name in enumerate(heading):
        column = _COLUMNS.get(_plain(name))
        if column:
            columns.setdefault(column, place)
    missing = [name for name in ("reference", "day") if name not in columns]
    if missing or not {"level", "channel"} & columns.keys():
        raise HistoryFileError("columns", ", ".join(heading)[:LONGEST])
    return columns


def _values(columns: dict[str, int], values: list[str]) -> dict[str, str]:
    return {
        column: values[place].strip()[:LONGEST] if place < len(values) else ""
        for column, place in columns.items()
    }


def _row(number: int, values: dict[str, str]) -> HistoryRow:
    channel = values.get("channel", "")
    day = parse_day(values["day"])
    said_amount = values.get("amount", "")
    amount = parse_amount(said_amount) if said_amount else None
    level = values.get("level") or channel
    problem, detail = "", ""
    if not values["reference"]:
        problem = "no_reference"
    elif day is None:
        problem, detail = "bad_date", values["day"]
    elif not level:
        problem = "no_level"
    elif said_amount and (amount is None or amount < 0):
        problem, detail = "bad_amount", said_amount
    return HistoryRow(
        number=number,
        reference=values["reference"],
        day=day,
        level=level,
        channel=_CHANNELS.get(_plain(channel), ""),
        amount=amount,
        text=values.get("text", ""),
        problem=problem,
        detail=detail,
    )


def _plain(name: str) -> str:
    """Return the letters and digits of a name, small and without accents."""
    plain = name.lower().translate(str.maketrans("éèêëïîôöûüàâäç", "eeeeiioouuaaac"))
    return re.sub(r"[^a-z0-9]", "", plain)
