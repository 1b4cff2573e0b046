"""Files of examples: what is read, what is refused, what counts as a difference."""

import csv
from decimal import Decimal
from itertools import islice

import pytest

from toolkit import law_rows
from toolkit.commands import law_check
from toolkit.console import SetupError
from toolkit.law_rows import LawRow, RowError

HEAD = "id,rule,inputs,expected,source\n"


def test_rows_are_read_with_their_texts():
    [row] = law_rows.read(HEAD + '1,ogm,"{""base"": 1}", {} ,law\n')
    assert row == LawRow("1", "ogm", '{"base": 1}', "{}", "law")


def test_a_row_without_a_name_is_named_by_its_line():
    [row] = law_rows.read("rule,id,expected,inputs\n\nogm,,{},{}\n")
    assert (row.id, row.rule, row.source) == ("line 3", "ogm", "")


def test_a_short_row_has_empty_cells():
    [row] = law_rows.read(HEAD + "1,ogm\n")
    assert law_check.check(row)[0].startswith("inputs cannot be read as JSON")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "id,rule\n",
        "a;b\n",
        HEAD + '1,ogm,"{}\n',
        HEAD + '1,"o"g,{},{},\n',
        HEAD,
        HEAD + ",,,,\n",
        "id, rule,inputs,expected,rule\n1,ogm,{},{},ogm\n",
    ],
)
def test_what_is_no_such_file_is_refused(text):
    with pytest.raises(RowError):
        law_rows.read(text)


def test_numbers_of_json_are_exact():
    assert law_rows.read_object("x", '{"a": 0.1}') == {"a": Decimal("0.1")}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1]",
        "{",
        '{"a": 1, "a": 1}',
        '{"a": {"b": 1, "b": 2}}',
        '{"a": NaN}',
        "[" * 100_000,
        "3",
        '{"a": 1e' + "9" * 30 + "}",
    ],
)
def test_a_cell_that_is_no_object_is_refused(text):
    with pytest.raises(RowError, match=r"^x "):
        law_rows.read_object("x", text)


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("20", "20.00"),
        (20, "20.00"),
        (Decimal("20.0"), "20.00"),
        ("2E1", "20.00"),
        ("RF18539007547034", "RF18539007547034"),
        (True, True),
        ("true", True),
        (106, 106),
        ("106", 106),
        (["1", "2.0"], ["1.00", "2.00"]),
        (None, None),
    ],
)
def test_equal(expected, got):
    assert law_rows.differences({"key": expected}, {"key": got, "more": 1}) == []


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("20.01", "20.00"),
        ("twenty", "20.00"),
        ("65472", "000000065472"),
        (False, True),
        (1, True),
        (["1"], ["1.00", "2.00"]),
        ("1", ["1.00"]),
        (None, "1.00"),
        ("1", None),
        ({"a": 1}, "1.00"),
    ],
)
def test_different(expected, got):
    assert law_rows.differences({"key": expected}, {"key": got}) == [
        ("key", expected, got)
    ]


def test_a_key_that_is_not_answered_is_different():
    assert law_rows.differences({"a": 1}, {"b": 1}) == [("a", 1, "no such key")]


def test_a_row_that_expects_nothing_fails():
    assert law_check.check(LawRow("1", "ogm", '{"base": 1}', "{}")) == [
        "nothing is expected"
    ]


def ends_with(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["law-check", *map(str, arguments)])
    return law_check.main()


def test_a_file_without_a_row_is_an_error_in_words(tmp_path, monkeypatch):
    file = tmp_path / "empty.csv"
    file.write_text(HEAD)
    with pytest.raises(SetupError, match="no row below the names of the columns"):
        ends_with(monkeypatch, file)


def test_two_columns_of_one_name_are_an_error_in_words(tmp_path, monkeypatch):
    file = tmp_path / "columns.csv"
    file.write_text("id,rule,inputs,inputs,expected\n1,ogm,{},{},{}\n")
    with pytest.raises(SetupError, match="two columns inputs"):
        ends_with(monkeypatch, file)


def test_a_second_row_with_an_id_fails(tmp_path, monkeypatch, capsys):
    with law_check.EXAMPLES.open(encoding="utf-8", newline="") as examples:
        head, row = islice(csv.reader(examples), 2)
    file = tmp_path / "ids.csv"
    with file.open("w", encoding="utf-8", newline="") as written:
        csv.writer(written).writerows([head, row, row])
    assert ends_with(monkeypatch, file) == 1
    said = capsys.readouterr().out
    assert "another row of the file has this id" in said
    assert said.endswith("1 passed, 1 failed\n")


def test_an_id_may_come_again_in_another_file(tmp_path, monkeypatch):
    with law_check.EXAMPLES.open(encoding="utf-8", newline="") as examples:
        rows = list(islice(csv.reader(examples), 2))
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for file in files:
        with file.open("w", encoding="utf-8", newline="") as written:
            csv.writer(written).writerows(rows)
    assert ends_with(monkeypatch, *files) == 0
