"""Reading Odoo's log of a test run."""

from toolkit import odoo_log

HEAD = "2026-03-02 10:00:{:02d},000 17 {} db {}: {}"


def log(*records):
    """A log with one record a second; each record is (level, logger, message)."""
    return "\n".join(
        HEAD.format(second, *record) for second, record in enumerate(records)
    )


def test_counts_passed_failed_and_skipped():
    outcome = odoo_log.read(
        log(
            ("INFO", "odoo.addons.ar_x.tests.test_a", "Starting TestA.test_one ..."),
            ("INFO", "odoo.addons.ar_x.tests.test_a", "Starting TestA.test_two ..."),
            ("INFO", "odoo.addons.ar_x.tests.test_a", "=" * 70),
            (
                "ERROR",
                "odoo.addons.ar_x.tests.test_a",
                "FAIL: TestA.test_two\nTraceback (most recent call last):\n  boom",
            ),
            ("INFO", "odoo.addons.ar_x.tests.test_a", "Starting TestA.test_six ..."),
            ("INFO", "odoo.addons.ar_x.tests.test_a", "skipped TestA.test_six : later"),
            ("ERROR", "odoo.tests.result", "1 failed, 0 error(s) of 3 tests"),
        )
    )
    assert outcome.passed == 1
    assert outcome.failed == ["TestA.test_two"]
    assert outcome.skipped == {"TestA.test_six": "later"}
    assert outcome.errors == []
    assert "boom" in outcome.details[0].message


def test_class_that_cannot_be_set_up_is_a_failure_without_tests():
    outcome = odoo_log.read(
        log(
            (
                "ERROR",
                "odoo.addons.ar_x.tests.test_a",
                "ERROR: setUpClass (odoo.addons.ar_x.tests.test_a.TestA)\nTraceback",
            )
        )
    )
    assert outcome.passed == 0
    assert outcome.failed == ["setUpClass (odoo.addons.ar_x.tests.test_a.TestA)"]


def test_failing_subtests_count_as_one_failed_test():
    outcome = odoo_log.read(
        log(
            ("INFO", "x", "Starting TestA.test_one ..."),
            ("ERROR", "x", "FAIL: Subtest TestA.test_one (day=1)"),
            ("ERROR", "x", "FAIL: Subtest TestA.test_one (day=2)"),
        )
    )
    assert outcome.failed == ["TestA.test_one"]
    assert outcome.passed == 0
    assert len(outcome.details) == 2


def test_error_outside_a_test_is_kept_apart():
    outcome = odoo_log.read(
        log(
            ("INFO", "x", "Starting TestA.test_one ..."),
            ("ERROR", "odoo.sql_db", "bad query: SELECT 1"),
            ("WARNING", "odoo.models", "unknown parameter"),
        )
    )
    assert outcome.passed == 1
    assert [record.title for record in outcome.errors] == ["bad query: SELECT 1"]
    assert [record.title for record in outcome.warnings] == ["unknown parameter"]


def test_colours_do_not_hide_a_level():
    text = "2026-03-02 10:00:00,000 17 \x1b[1;31mERROR\x1b[0m db x: FAIL: T.test_a"
    assert odoo_log.read(text).failed == ["T.test_a"]


def test_seconds_are_added_up_by_class():
    outcome = odoo_log.read(
        log(
            ("INFO", "x", "Starting TestA.test_one ..."),
            ("INFO", "x", "something"),
            ("INFO", "x", "Starting TestB.test_two ..."),
            ("INFO", "x", "the end"),
        )
    )
    assert outcome.seconds == {"TestA": 2.0, "TestB": 1.0}
