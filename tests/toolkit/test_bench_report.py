"""The benchmark's report: medians, ratios and the refusal to compare."""

import pytest

from bench_suite.comparison import Outcome
from bench_suite.report import Report


def measurement(wall, rows=1, **more):
    """One measurement as the benchmark makes it, with made-up side figures."""
    return {
        "wall_s": wall,
        "cpu_s": None,
        "load": 0.5,
        "statements": 10,
        "peak_mb": 120.0,
        "rows": rows,
        **more,
    }


def ours(propose, floor):
    """A round without the other addon."""
    return {
        "daily": measurement(0.5, 1200),
        "propose": measurement(
            propose, 1000, due=900, proposed=850, excluded=40, notices=300
        ),
        "floor": measurement(floor, 1200),
        "dispatch": measurement(4.0, 300),
        "send": measurement(2.0, 100),
    }


def with_peer(propose, floor, compute, ready, lines=900):
    """A round with the other addon, which found 900 due items."""
    return ours(propose, floor) | {
        "compute": measurement(compute, lines, due=900),
        "ready": measurement(ready, lines),
        "communications": measurement(1.0, 20),
        "emails": measurement(3.0, 20),
    }


def report(*rounds):
    """The report of some rounds over 1,200 items."""
    return Report(Outcome(ledger={"debtors": 300}, rounds=list(rounds)), 1200, {})


def test_ratio_to_the_floor_comes_from_medians():
    figures = report(ours(3.0, 1.0), ours(9.0, 1.5), ours(4.0, 2.0)).figures()
    assert figures["evaluate_propose_s"] == 4.0
    assert figures["cycle_s"] == 4.5
    assert figures["cycle_and_dispatch_s"] == 8.5
    assert figures["floor_s"] == 1.5
    assert figures["ratio_to_floor"] == 2.67


def test_further_passes_count_in_the_medians_of_what_they_measure():
    made = report(ours(3.0, 1.0))
    both = {name: ours(9.0, 3.0)[name] for name in ("daily", "propose", "floor")}
    made.outcome.passes += [both, both]
    figures = made.figures()
    assert figures["evaluate_propose_s"] == 9.0
    assert figures["ratio_to_floor"] == 3.0
    assert figures["dispatch_s"] == 4.0
    assert figures["cycle_s"] == 9.5
    assert figures["cycle_and_dispatch_s"] == 13.5


def test_without_the_other_addon_its_figures_are_empty():
    figures = report(ours(3.0, 1.0)).figures()
    assert figures["peer_compute_ready_s"] is None
    assert figures["peer_ms_per_mail"] is None
    assert figures["ratio_to_peer"] is None


def test_compute_and_ready_are_added_before_the_median():
    told = report(
        with_peer(2.0, 1.0, compute=50.0, ready=10.0),
        with_peer(2.0, 1.0, compute=10.0, ready=70.0),
        with_peer(2.0, 1.0, compute=30.0, ready=35.0),
    )
    figures = told.figures()
    assert figures["peer_compute_ready_s"] == 65.0
    assert figures["ratio_to_peer"] == 26.0
    assert "26.0 times faster" in told.text()


def test_milliseconds_per_mail_count_all_pieces_of_work():
    figures = report(with_peer(2.0, 1.0, 50.0, 10.0)).figures()
    assert figures["send_ms_per_mail"] == 20.0
    assert figures["peer_ms_per_mail"] == 200.0


def test_no_comparison_with_an_addon_that_did_less():
    told = report(with_peer(2.0, 1.0, 50.0, 10.0, lines=899))
    assert told.figures()["ratio_to_peer"] is None
    assert told.figures()["peer_compute_ready_s"] == 60.0
    assert "NO COMPARISON" in told.text()
    assert "899 lines" in told.refusal()


def test_no_comparison_when_lines_were_not_made_ready():
    found = with_peer(2.0, 1.0, 50.0, 10.0)
    found["ready"]["rows"] = 500
    assert report(found).refusal()


@pytest.mark.parametrize(("floor", "word"), [(1.5, "MISSED"), (1.6, "met")])
def test_the_report_says_whether_the_aim_is_met(floor, word):
    [line] = [
        line
        for line in report(ours(4.0, floor)).text().splitlines()
        if "times the floor" in line
    ]
    assert word in line
