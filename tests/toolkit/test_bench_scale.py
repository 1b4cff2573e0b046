"""The report on size: what is compared, and when a promise is not kept."""

import pytest

from bench_suite import scale_course


def measurement(cpu, claims, **more):
    """One measurement as the benchmark makes it, with made-up side figures."""
    return {
        "wall_s": 3 * cpu,
        "cpu_s": cpu,
        "load": 0.5,
        "statements": 90,
        "peak_mb": 150.0,
        "rows": 10,
        "claims": claims,
        "lines": claims // 100,
        "debtors": claims // 4,
        **more,
    }


def outcome(large=100.0, ordinary=4.0, marked=1.5, **more):
    """A tenth of the size takes ten seconds."""
    return {
        size: {
            "sync": measurement(1.0, size),
            "assign": measurement(1.0, size),
            "first": [measurement(first, size, **more)] * 2,
            "evening": measurement(1.0, size),
            "daily": measurement(1.0, size),
            "ordinary": measurement(day, size),
            "plain": measurement(1.0, size, rows=20),
            "marked": measurement(marked, size, rows=20),
        }
        for size, first, day in ((100_000, 10.0, 1.0), (1_000_000, large, ordinary))
    }


def test_a_claim_of_the_large_ledger_is_compared_with_one_of_the_small():
    told = scale_course.figures(outcome(large=110.0))
    assert told["slower_per_claim"]["cpu_s"] == 1.1
    assert told["share_of_ordinary_day"]["cpu_s"] == 0.036
    assert told["due_on_ordinary_day"] == 0.01
    assert told["statements_per_1000_debtors"] == {100_000: 3.6, 1_000_000: 0.36}
    assert told["marking_of_a_payment"]["cpu_s"] == 0.025
    assert scale_course.missed(told) == []
    assert "1000000 open invoices" in scale_course.text(outcome())


def with_statements(number):
    found = outcome()
    for one in found[1_000_000]["first"]:
        one["statements"] = number
    return found


@pytest.mark.parametrize(
    ("found", "promise"),
    [
        (outcome(large=130.0), "time per claim"),
        (outcome(ordinary=6.0), "ordinary day"),
        (outcome(peak_mb=700.0), "memory"),
        (with_statements(1000), "statements per debtor"),
        (outcome(marked=2.5), "marking"),
    ],
)
def test_a_promise_that_is_not_kept_is_named(found, promise):
    assert scale_course.missed(scale_course.figures(found)) == [promise]
