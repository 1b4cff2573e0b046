"""Every example of the law in the repository comes out by the packs it ships."""

import csv
import subprocess
import sys

import pytest

from toolkit import law_rows, law_world, paths
from toolkit.commands import law_check

ROWS = law_rows.read(law_check.EXAMPLES.read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.id} {row.rule}")
def test_example_comes_out(row):
    assert law_check.check(row) == []


def test_every_example_has_a_name_and_a_source():
    assert len({row.id for row in ROWS}) == len(ROWS)
    assert all(row.source for row in ROWS)


def test_every_rule_has_an_example():
    """Except interest on taxes, whose rate nobody knows today."""
    unused = law_world.rules().keys() - {row.rule for row in ROWS}
    assert unused == {"be_tax_interest"}


def test_the_command_counts_the_same_examples(tmp_path):
    done = subprocess.run(
        [sys.executable, paths.SETUP / "law-check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == f"{len(ROWS)} passed, 0 failed"


def test_the_command_finds_what_is_wrong(tmp_path):
    """A cent, a rule, a key and a text that is no JSON: each is one failing row."""
    file = tmp_path / "some.csv"
    cases = [
        ("right", "be_consumer_lump_sum", '{"outstanding": 750}', '{"amount": 77.5}'),
        ("cent", "be_consumer_lump_sum", '{"outstanding": "750"}', '{"amount": 77.51}'),
        ("rule", "be_lump", "{}", '{"amount": "1"}'),
        ("key", "ogm", '{"base": "654"}', '{"number": "1"}'),
        ("json", "ogm", '{"base": "654"', '{"reference": "1"}'),
    ]
    with file.open("w", newline="") as opened:
        written = csv.writer(opened)
        written.writerow(law_rows.COLUMNS)
        written.writerows((*case, "") for case in cases)
    done = subprocess.run(
        [sys.executable, paths.SETUP / "law-check", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == (
        "cent be_consumer_lump_sum: amount: expected '77.51', got '77.50'"
    )
    assert lines[1].startswith("rule be_lump: there is no rule be_lump; the nearest is")
    assert lines[2] == "key ogm: number: expected '1', got 'no such key'"
    assert lines[3].startswith("json ogm: inputs cannot be read as JSON")
    assert lines[-1] == "1 passed, 4 failed"
