"""Trials of mutation tests: what is noticed, what survives, what never ends."""

import sys

import pytest

from mutation import trials

# The module under trial is named so that nothing else imports it.
RULE = "def fee(amount):\n    return amount * 2\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Try other code for a rule against a test of its own; return the outcome."""
    file = tmp_path / "rule_under_trial.py"
    file.write_text(RULE)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    test = tmp_path / "test_rule.py"
    test.write_text(
        "import rule_under_trial\n\n"
        "def test_fee():\n    assert rule_under_trial.fee(3) == 6\n"
    )
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.syspath_prepend(tmp_path)

    def run(source, tests=(str(test),), limit=20):
        trial = trials.Trial(
            "key",
            "rule_under_trial",
            str(file),
            tests,
            lambda name: compile(source, name, "exec"),
            limit,
        )
        [outcome] = trials.run([trial], jobs=1)
        assert outcome.key == "key"
        return outcome.verdict

    return run


def test_the_rule_as_it_is_passes(run):
    assert run(RULE) == trials.SURVIVED
    assert "rule_under_trial" not in sys.modules


def test_a_wrong_result_is_noticed(run):
    assert run(RULE.replace("2", "3")) == trials.KILLED


def test_a_change_that_no_test_asks_about_survives(run):
    assert run(f"{RULE}LIMIT = 7\n") == trials.SURVIVED


def test_a_rule_that_cannot_be_imported_is_noticed(run):
    assert run("raise RuntimeError") == trials.KILLED


def test_an_endless_rule_is_ended(run):
    endless = "def fee(amount):\n    while True:\n        pass\n"
    assert run(endless, limit=2) == trials.TIMED_OUT


def test_without_tests_everything_survives(run):
    assert run("raise RuntimeError", tests=()) == trials.SURVIVED


def test_outcomes_of_several_at_a_time(tmp_path):
    def trial(key):
        return trials.Trial(key, "x", "x.py", (), lambda name: None)

    outcomes = list(trials.run(map(trial, range(5)), jobs=2))
    assert sorted(outcome.key for outcome in outcomes) == list(range(5))


def test_the_limit_leaves_room_for_a_slow_machine():
    assert trials.limit(0.4) == 7
    assert trials.limit(10) == 55
