"""The check of the branch coverage of the rules."""

import subprocess
import sys

import pytest

from toolkit import paths

RULE = '''"""A rule."""


def sign(amount):
    """Return the sign of an amount."""
    if amount < 0:  # pragma: no branch
        return -1  # pragma: no cover
    return 1
'''


@pytest.fixture
def check(tmp_path):
    """Run the check on a repository with one rule and these tests of it."""
    rules = tmp_path / "addons" / "ar_x" / "rules"
    rules.mkdir(parents=True)
    (rules / "sign.py").write_text(RULE)
    tests = tmp_path / "tests" / "rules"
    tests.mkdir(parents=True)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\naddopts = --import-mode=importlib\npythonpath = addons\n"
    )

    def check(source):
        (tests / "test_sign.py").write_text(source)
        return subprocess.run(
            [sys.executable, "-m", "toolkit.rule_coverage", tmp_path],
            env={"PYTHONPATH": str(paths.SETUP), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    return check


BOTH = """from ar_x.rules.sign import sign

def test_sign():
    assert (sign(-5), sign(5)) == (-1, 1)
"""


def test_rules_whose_branches_all_have_a_case_pass(check):
    done = check(BOTH)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_branch_without_a_case_is_named_whatever_a_comment_says(check):
    done = check(BOTH.replace("(sign(-5), sign(5)) == (-1, 1)", "sign(5) == 1"))
    assert done.returncode == 1
    [line] = [line for line in done.stderr.splitlines() if "rules/sign.py" in line]
    assert line.endswith(" 7")


def test_what_only_a_property_reaches_does_not_count(check):
    done = check(
        "from hypothesis import given, strategies as st\n"
        "from ar_x.rules.sign import sign\n\n"
        "@given(st.integers())\ndef test_sign(n):\n    assert abs(sign(n)) == 1\n\n"
        "def test_above():\n    assert sign(5) == 1\n"
    )
    assert done.returncode == 1
    assert "needs a test of a named case" in done.stderr


def test_a_rule_that_no_test_imports_is_missing(check):
    done = check("def test_nothing():\n    pass\n")
    assert done.returncode == 1
    assert "rules/sign.py" in done.stderr


def test_tests_that_fail_are_shown(check):
    done = check("def test_wrong():\n    assert 1 == 2\n")
    assert done.returncode == 1
    assert "assert 1 == 2" in done.stderr
