"""Tables as CSV that a spreadsheet shows and never executes."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

# A cell that begins with one of these is a formula to some spreadsheet; OWASP, "CSV
# Injection". Full-width forms are read as their plain ones by East Asian settings.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def table(columns, rows):
    """Return rows as CSV bytes: RFC 4180, UTF-8 with a byte order mark.

    The mark lets spreadsheets read accents; amounts have a decimal point.

    :param columns: names of the columns
    :param rows: sequences of text, Decimal, int, date, datetime (UTC), bool or None
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([cell(name) for name in columns])
    writer.writerows([cell(value) for value in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def cell(value):
    """Return one value as a spreadsheet may read it.

    Text that begins like a formula gets an apostrophe in front; numbers do not: a
    negative amount stays a number.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    # Blanks before the sign do not disarm it: some programs cut them off.
    if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA):
        return f"'{text}"
    return text
