"""Counting tests and reading the counts of others."""

from toolkit.results import Tally, from_junit


def test_closing_line_names_skipped_only_when_there_are_some():
    assert Tally(passed=3).closing_line() == "3 passed, 0 failed"
    assert Tally(3, 1, 2).closing_line() == "3 passed, 1 failed, 2 skipped"


def test_tallies_add_up_with_their_problems():
    total = Tally(2) + Tally.failure("one") + Tally.failure("two")
    assert (total.passed, total.failed) == (2, 2)
    assert total.problems == ["one", "two"]


def test_junit_report_counts_each_outcome_once(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites><testsuite>"
        '<testcase classname="a" name="passes"/>'
        '<testcase classname="a" name="fails"><failure/></testcase>'
        '<testcase classname="a" name="breaks"><failure/><error/></testcase>'
        '<testcase classname="a" name="waits"><skipped/></testcase>'
        "</testsuite></testsuites>"
    )
    tally = from_junit(report)
    assert (tally.passed, tally.failed, tally.skipped) == (1, 2, 1)
    assert tally.problems == ["a.fails", "a.breaks"]
