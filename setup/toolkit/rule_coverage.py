"""Branch coverage of the rules by tests of named cases; below 100 % is a failure.

Properties are left out: what they reach depends on the examples that Hypothesis draws,
and a branch that only chance reaches is not tested. Nothing is excluded, neither by a
comment in the code nor by the settings of coverage.py.

Run as a program, so that nothing of the rules is imported before it is measured:
`python -m toolkit.rule_coverage FOLDER`.
"""

import contextlib
import io
import os
import sys
from pathlib import Path

import coverage
import pytest

_COMPLETE = 100.0
_EXCLUSIONS = ("exclude_lines", "partial_branches", "partial_branches_always")
_TESTS = (
    *("-q", "-m", "not hypothesis", "-p", "no:cacheprovider"),
    *("-p", "_hypothesis_pytestplugin", "tests/rules"),
)
_NOTHING = ["(?!)"]  # matches no line
_ADVICE = "Each branch of rules/ needs a test of a named case; properties do not count."


def missing():
    """Run tests/rules of the current folder; return what they leave out, "" if nothing.

    Tests that fail are returned as pytest tells of them: then nothing was measured.
    """
    measured = coverage.Coverage(
        branch=True,
        config_file=False,
        data_file=None,
        source=sorted(map(str, Path.cwd().glob("addons/*/rules"))),
    )
    for exclusion in _EXCLUSIONS:
        measured.set_option(f"report:{exclusion}", _NOTHING)
    told, report = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(told), measured.collect():
        code = pytest.main([*_TESTS])
    if code != pytest.ExitCode.OK:
        return told.getvalue()
    covered = measured.report(file=report, show_missing=True, skip_covered=True)
    return "" if covered == _COMPLETE else f"{report.getvalue()}\n{_ADVICE}"


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    # Other plug-ins have no part in it and take a second to start.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.exit(missing() or 0)
