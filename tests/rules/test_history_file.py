"""Files of earlier reminders: read whatever wrote them, or say what is wrong."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules import history_file as rule

PLAIN = (
    "invoice;date;level;channel;amount;text\n"
    "INV/1;2025-03-31;Reminder;letter;1.234,50;by post\n"
)
words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs")),
    min_size=1,
    max_size=20,
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_encoding_and_separator_are_recognised(encoding, separator):
    text = PLAIN.replace("1.234,50", "1234.50").replace(";", separator)
    [row] = rule.read(text.replace("by post", "été").encode(encoding))
    assert row == rule.HistoryRow(
        number=2,
        reference="INV/1",
        day=date(2025, 3, 31),
        level="Reminder",
        channel="letter",
        amount=Decimal("1234.50"),
        text="été",
    )


@pytest.mark.parametrize(
    "heading",
    ["Factuurnummer;Datum;Niveau", "Facture;Date d'envoi;Étape", "Rechnung;Tag;Stufe"],
)
def test_columns_have_names_in_four_languages(heading):
    [row] = rule.read(f"{heading}\nA1;3/4/2025;2\n".encode())
    assert (row.reference, row.day, row.level) == ("A1", date(2025, 4, 3), "2")


def test_a_channel_stands_in_for_the_level():
    [row] = rule.read(b"invoice,date,channel\nA1,2025-04-03,E-Mail\n")
    assert (row.level, row.channel) == ("E-Mail", "email")


@pytest.mark.parametrize(
    ("line", "problem", "detail"),
    [
        (";2025-04-03;1;", "no_reference", ""),
        ("A1;31/02/2025;1;", "bad_date", "31/02/2025"),
        ("A1;;1;", "bad_date", ""),
        ("A1;2025-04-03;;", "no_level", ""),
        ("A1;2025-04-03;1;twelve", "bad_amount", "twelve"),
        ("A1", "bad_date", ""),
    ],
)
def test_a_bad_row_says_what_is_wrong_and_the_rest_is_read(line, problem, detail):
    text = f"invoice;date;level;amount\n\n{line}\nA2;2025-04-03;1;\n"
    bad, good = rule.read(text.encode())
    assert (bad.number, bad.problem, bad.detail) == (3, problem, detail)
    assert not good.problem


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"PK\x03\x04\x00\x00", "no_text"),
        (b"\xff\xfea", "no_text"),
        (b"name;date\nA;2025-04-03\n", "columns"),
        (b"invoice;date\nA;2025-04-03\n", "columns"),
    ],
)
def test_what_is_no_such_file_is_refused(content, code):
    with pytest.raises(rule.HistoryFileError) as refused:
        rule.read(content)
    assert refused.value.code == code


def test_the_number_of_a_row_is_the_line_on_which_it_begins():
    first, second = rule.read(
        b'invoice;date;level;text\nA;2025-01-01;1;"two\nlines"\nB;2025-01-02;1;\n'
    )
    assert (first.number, second.number) == (2, 4)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_first_line_may_say_the_separator(separator):
    text = f"sep={separator}\n" + "invoice;date;level\nA;2025-01-01;1\n".replace(
        ";", separator
    )
    [row] = rule.read(text.encode())
    assert (row.number, row.reference) == (3, "A")


def test_nothing_hides_in_a_text_of_two_bytes():
    with pytest.raises(rule.HistoryFileError, match="no_text"):
        rule.read("invoice;date;level\nA\0;2025-01-01;1\n".encode("utf-16"))


def test_amounts_below_nothing_are_mended():
    [row] = rule.read(b"invoice;date;level;amount\nA;2025-01-01;1;-12,5\n")
    assert (row.problem, row.detail) == ("bad_amount", "-12,5")


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(rule, "MOST_ROWS", 2)
    with pytest.raises(rule.HistoryFileError, match="too_many"):
        rule.read(b"invoice;date;level\n" + b"A;2025-01-01;1\n" * 3)
    assert len(rule.read(b"invoice;date;level\n" + b"A;2025-01-01;1\n" * 2)) == 2


@given(st.binary(max_size=300))
def test_no_content_breaks_the_reader(content):
    try:
        rule.read(b"invoice;date;level\n" + content)
    except rule.HistoryFileError as error:
        assert error.code


@given(
    st.lists(st.tuples(words, st.dates(), words), min_size=1, max_size=20),
    st.sampled_from([";", ",", "\t"]),
)
def test_what_a_spreadsheet_writes_is_read_back(rows, separator):
    file = io.StringIO()
    table = csv.writer(file, delimiter=separator)
    table.writerow(["invoice", "date", "level"])
    table.writerows((first, day.isoformat(), level) for first, day, level in rows)
    read = rule.read(file.getvalue().encode())
    assert [(row.reference, row.day, row.level) for row in read] == rows


@given(st.decimals(0, 10**9, places=2))
def test_amounts_are_read_in_both_ways_of_writing(amount):
    english = f"{amount:,.2f}"
    continental = english.translate(str.maketrans(",.", ".,"))
    assert rule.parse_amount(english) == rule.parse_amount(continental) == amount


@pytest.mark.parametrize(
    "text",
    [
        "1234.567",
        "1234,500",
        "1.234,567",
        "0.125",
        "0,125",
        "100.0000",
        "1.234.50",
        "1 2 3",
        "12'34",
    ],
)
def test_amounts_that_could_be_misread_are_none(text):
    assert rule.parse_amount(text) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234.567", "1234567"),
        ("1 234 567,5", "1234567.5"),
        ("€ 1'234.50", "1234.50"),
        ("1\u00a0234,50 EUR", "1234.50"),
        ("0,5", "0.5"),
        ("1234567.89", "1234567.89"),
        ("- 12", "-12"),
    ],
)
def test_thousands_are_parted_in_one_way(text, amount):
    assert rule.parse_amount(text) == Decimal(amount)


@given(st.dates())
def test_dates_are_read_year_first_and_day_first(day):
    assert rule.parse_day(day.isoformat()) == day
    assert rule.parse_day(f"{day.day}/{day.month}/{day.year:04}") == day


def test_a_wrong_column_of_levels_is_told_early():
    lines = [f"INV/{row};2026-03-01;{row}" for row in range(rule.MOST_LEVELS + 1)]
    with pytest.raises(rule.HistoryFileError) as caught:
        rule.read("\n".join(["invoice;date;level", *lines]).encode())
    assert caught.value.code == "too_many_levels"
    assert len(rule.read("\n".join(["invoice;date;level", *lines[1:]]).encode())) == (
        rule.MOST_LEVELS
    )


def test_a_file_may_be_as_large_as_the_limit_and_no_larger(monkeypatch):
    content = PLAIN.encode()
    monkeypatch.setattr(rule, "LARGEST", len(content))
    assert len(rule.read(content)) == 1
    with pytest.raises(rule.HistoryFileError, match="too_large"):
        rule.read(content + b"\n")


def test_a_quotation_mark_that_never_ends_is_told():
    rest = b"x" * (csv.field_size_limit() + 1)
    endless = b'invoice;date;level\nA;2025-01-01;"' + rest
    with pytest.raises(rule.HistoryFileError, match="no_text"):
        rule.read(endless)


def test_an_amount_of_more_figures_than_money_has_is_none():
    assert rule.parse_amount("9" * 15 + ".99") == Decimal("999999999999999.99")
    assert rule.parse_amount("9" * 16) is None


@pytest.mark.parametrize(
    ("said", "channel"),
    [
        ("E-mail", "email"),
        ("mail", "email"),
        ("Courriel", "email"),
        ("Letter", "letter"),
        ("Brief", "letter"),
        ("Post", "letter"),
        ("lettre", "letter"),
        ("Courrier", "letter"),
        ("carrier pigeon", ""),
    ],
)
def test_channels_are_known_in_four_languages(said, channel):
    [row] = rule.read(f"invoice;date;channel\nA1;2025-04-03;{said}\n".encode())
    assert (row.level, row.channel, row.text) == (said, channel, "")


@pytest.mark.parametrize("amount", ["0", "0,50"])
def test_an_amount_may_be_small_or_nothing(amount):
    [row] = rule.read(f"invoice;date;level;amount\nA;2025-01-01;1;{amount}\n".encode())
    assert (row.problem, row.amount) == ("", Decimal(amount.replace(",", ".")))


def test_a_long_value_is_cut():
    [row] = rule.read(b"invoice;date;level;text\nA;2025-01-01;1;" + b"x" * 501)
    assert row.text == "x" * 500


def test_a_date_may_be_written_without_signs():
    assert rule.parse_day("20250403") == date(2025, 4, 3)


def test_a_file_without_rows_says_no_more_than_that():
    with pytest.raises(rule.HistoryFileError) as refused:
        rule.read(b"")
    assert (refused.value.code, refused.value.detail) == ("empty", "")
