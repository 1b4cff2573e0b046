"""setup/law-check: count examples by the law packs, and say which outcome differs.

A FILE is a CSV with the columns id, rule, inputs, expected, source; inputs and expected
are JSON objects. Without one the examples of the repository are counted. `--rules`
lists the rules with what they take and give. The last line is `N passed, N failed`.
"""

import argparse
import inspect
import textwrap
from pathlib import Path

from .. import law_rows, paths, rules_alone
from ..console import SetupError, say, table
from ..results import Tally
from . import prepare

_WIDTH = 84
EXAMPLES = paths.REPOSITORY / "tests" / "rules" / "vectors" / "law.csv"


def main():
    """Count every row of the files; return 1 when one differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--rules", action="store_true", help="list the rules and end")
    options = parser.parse_args()
    prepare.require()
    rules_alone.make_importable()
    if options.rules:
        _say_rules()
        return 0
    by_rule = {}
    for file in options.files or [EXAMPLES]:
        ids = set()
        for row in _rows(file):
            wrong = check(row)
            if row.id in ids:
                wrong.append("another row of the file has this id")
            ids.add(row.id)
            for line in wrong:
                say(f"{row.id} {row.rule}: {line}")
            tally = by_rule.setdefault(row.rule, Tally())
            tally.passed += not wrong
            tally.failed += bool(wrong)
    return _report(by_rule)


def check(row):
    """Return what is wrong with one row, a line for each; nothing: it passes."""
    # What it imports exists in the environment only.
    from .. import law_world

    try:
        inputs = law_rows.read_object("inputs", row.inputs)
        expected = law_rows.read_object("expected", row.expected)
        if not expected:
            return ["nothing is expected"]
        answer = law_world.run(row.rule, inputs)
    except (law_rows.RowError, law_world.CaseError) as error:
        return [str(error)]
    return [
        f"{key}: expected {_show(wanted)}, got {_show(got)}"
        for key, wanted, got in law_rows.differences(expected, answer)
    ]


def _rows(file):
    try:
        return law_rows.read(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, law_rows.RowError) as error:
        raise SetupError(
            f"{file} cannot be read: {error}",
            "Name a CSV file in UTF-8 with the columns " + ", ".join(law_rows.COLUMNS),
        ) from error


def _show(value):
    return ", ".join(map(str, value)) if isinstance(value, list) else repr(str(value))


def _report(by_rule):
    rows = [(rule, by_rule[rule].passed, by_rule[rule].failed) for rule in by_rule]
    say(table(sorted(rows), ("rule", "passed", "failed")))
    tally = sum(by_rule.values(), Tally())
    say(f"\n{tally.closing_line()}")
    return 1 if tally.failed else 0


def _say_rules():
    from .. import law_world

    names = {}
    for name, rule in sorted(law_world.rules().items()):
        names.setdefault(inspect.getdoc(rule), []).append(name)
    for text, alike in names.items():
        say(textwrap.fill(", ".join(alike), _WIDTH))
        for part in text.split("\n\n"):
            say(textwrap.indent(textwrap.fill(" ".join(part.split()), _WIDTH), "   "))
        say()
