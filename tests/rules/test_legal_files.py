"""Timeline, tables and archive of a legal case."""

import csv
import hashlib
import io
import itertools
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_legal.rules import archive, spreadsheet, timeline

MOMENT = datetime(2026, 3, 12, 9, 30, 15)
ENTRIES = st.builds(
    timeline.Entry,
    day=st.dates(date(2026, 1, 1), date(2026, 1, 4)),
    kind=st.sampled_from(timeline.ORDER),
    text=st.sampled_from(["a", "b", ""]),
    detail=st.sampled_from(["", "x"]),
    amount=st.sampled_from([None, Decimal("1.00"), Decimal("-2.50")]),
    internal=st.booleans(),
)
NAMES = st.from_regex(
    r"[a-z][a-z0-9_.-]{0,8}(/[a-z0-9][a-z0-9_.-]{0,8})?", fullmatch=True
)
FILES = st.dictionaries(NAMES, st.binary(max_size=40), max_size=5)

# -- timeline -----------------------------------------------------------------


@given(st.lists(st.lists(ENTRIES, max_size=4), max_size=4))
def test_merged_keeps_all_in_order(sources):
    entries = timeline.merged(*sources)
    assert sorted(map(repr, entries)) == sorted(
        repr(entry) for source in sources for entry in source
    )
    for one, next_one in itertools.pairwise(entries):
        assert one.day <= next_one.day
        if one.day == next_one.day:
            order = timeline.ORDER
            assert order.index(one.kind) <= order.index(next_one.kind)


@given(st.lists(ENTRIES, max_size=6), st.randoms())
def test_order_of_the_sources_does_not_matter(entries, random):
    shuffled = entries[:]
    random.shuffle(shuffled)
    told = [
        [(e.day, e.kind, e.text, e.detail) for e in timeline.merged(source)]
        for source in (entries, shuffled)
    ]
    assert told[0] == told[1]


def test_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="not in tuple"):
        timeline.merged([timeline.Entry(date(2026, 1, 1), "gossip", "x")])


@given(st.lists(ENTRIES))
def test_outward_keeps_what_may_be_read(entries):
    assert not any(entry.internal for entry in timeline.outward(entries))


# -- tables -------------------------------------------------------------------


@given(st.text())
def test_no_cell_begins_like_a_formula(text):
    shown = spreadsheet.cell(text)
    assert not shown.lstrip().startswith(("=", "+", "-", "@"))
    assert shown in (text, f"'{text}")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("Plain - text", "Plain - text"),
        (Decimal("-12.50"), "-12.50"),
        (Decimal("1E+3"), "1000"),
        (-3, "-3"),
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (date(2026, 3, 1), "2026-03-01"),
        (MOMENT, "2026-03-12 09:30:15"),
    ],
)
def test_cells(value, expected):
    assert spreadsheet.cell(value) == expected


@given(st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_table_is_read_back(rows):
    content = spreadsheet.table(["one", "two"], rows)
    assert content.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert read[0] == ["one", "two"]
    assert read[1:] == [[spreadsheet.cell(cell) for cell in row] for row in rows]


# -- archive ------------------------------------------------------------------


@given(FILES)
def test_archive_holds_the_files_and_true_checksums(files):
    packed = archive.packed(files, MOMENT)
    assert packed == archive.packed(dict(reversed(files.items())), MOMENT)
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        assert opened.testzip() is None
        read = {name: opened.read(name) for name in opened.namelist()}
    sums = read.pop(archive.CHECKSUMS).decode()
    assert read == files
    told = dict(
        re.fullmatch(r"(\w{64})  (.+)", line).groups()[::-1]
        for line in sums.splitlines()
    )
    assert told == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items()
    }


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "a\nb", "a//b", "a\\b", "é", "a b"]
)
def test_odd_paths_are_refused(path):
    with pytest.raises(ValueError, match="not a path"):
        archive.checksums({path: b""})


@given(st.text(), st.sets(st.text(max_size=5)))
def test_names_are_safe_and_new(text, taken):
    name = archive.file_name(text, "pdf", taken)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,90}\.pdf", name)
    assert name.lower() not in {other.lower() for other in taken}


def test_names_that_differ_only_in_case_do_not_meet():
    assert archive.file_name("inv/1", "pdf", ["INV-1.pdf"]) == "inv-1-2.pdf"
    assert archive.file_name("Café déjà/1", "eml") == "Cafe-deja-1.eml"


def test_a_moment_before_the_first_zip():
    assert archive.packed({}, datetime(1970, 1, 1))


def test_a_table_as_a_spreadsheet_reads_it():
    content = spreadsheet.table(["day", "=note"], [[date(2026, 3, 1), "é;"], [None, 1]])
    assert content == (b"\xef\xbb\xbfday,'=note\r\n2026-03-01,\xc3\xa9;\r\n,1\r\n")


def test_checksums_are_those_of_sha256sum():
    told = archive.checksums({"b/two": b"", "a.txt": b"one"})
    assert told == (
        "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed  a.txt\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b/two\n"
    )


def test_things_of_one_day_follow_from_each_other():
    order = [
        "invoice",
        "due",
        "hold",
        "notice",
        "payment",
        "opened",
        "claims_added",
        "claim_left",
        "stage",
        "deadline",
        "party",
        "reference",
        "proposal",
        "declined",
        "cost",
        "handoff",
        "message",
        "closed",
        "reopened",
    ]
    day = date(2026, 3, 1)
    told = timeline.merged(timeline.Entry(day, kind, "x") for kind in sorted(order))
    assert [entry.kind for entry in told] == order


def test_things_that_are_alike_are_told_by_text_detail_and_amount():
    day = date(2026, 3, 1)
    entries = [
        timeline.Entry(day, "cost", "a"),
        timeline.Entry(day, "cost", "a", amount=Decimal("0.50")),
        timeline.Entry(day, "cost", "a", "x", Decimal("-2.50")),
        timeline.Entry(day, "cost", "a", "x"),
        timeline.Entry(day, "cost", "b"),
    ]
    assert timeline.merged(entries[::-1]) == entries


def test_an_entry_may_be_read_by_all_unless_it_says_otherwise():
    entry = timeline.Entry(date(2026, 3, 1), "cost", "Summons")
    assert (entry.detail, entry.amount) == ("", None)
    inside = timeline.Entry(date(2026, 3, 1), "hold", "Illness", internal=True)
    assert timeline.outward([entry, inside]) == [entry]


def test_files_of_an_archive_look_the_same_wherever_it_was_made():
    with zipfile.ZipFile(io.BytesIO(archive.packed({"a": b"1"}, MOMENT))) as opened:
        for entry in opened.infolist():
            assert entry.date_time == (2026, 3, 12, 9, 30, 14)
            assert entry.compress_type == zipfile.ZIP_DEFLATED
            assert entry.create_system == 3
            assert entry.external_attr == 0o644 << 16


def test_the_earliest_moment_of_an_archive():
    packed = archive.packed({}, datetime(1970, 1, 1))
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        [entry] = opened.infolist()
    assert entry.filename == "SHA256SUMS"
    assert entry.date_time == (1980, 1, 1, 0, 0, 0)


@pytest.mark.parametrize(
    ("text", "taken", "name"),
    [
        ("", (), "file.pdf"),
        (None, (), "file.pdf"),
        ("a" * 81, (), "a" * 80 + ".pdf"),
        ("--a__b--", (), "a__b.pdf"),
        ("a", ("a.pdf", "A-2.PDF"), "a-3.pdf"),
    ],
)
def test_names_of_files(text, taken, name):
    assert archive.file_name(text, "pdf", taken) == name


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", *"＝＋－＠"])
def test_text_that_a_spreadsheet_would_work_out_is_disarmed(sign):
    assert spreadsheet.cell(f"{sign}cmd") == f"'{sign}cmd"
