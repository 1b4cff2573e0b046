"""setup/bench: what a dunning run and the reports cost on many open invoices.

Generates open invoices over a quarter as many debtors, consistent with the ledger.

bench dunning measures by turns: our evaluate + propose, dispatch and send; the floor,
that is the bare cost of writing the same rows; with --peer also OCA's
account_credit_control, fetched from the package index, on a copy of the same ledger.

bench ageing measures the ageing, the months, the dashboard and the workbook, after the
ageing of ten days has been compared with sums that are made differently.

bench scale measures a first run, an ordinary day, and payments with and without a
restricted journal, on a ledger of a tenth of the size and on the large one. A million
open invoices need 15 GB of disk and half an hour.

bench costs measures the claiming of costs and the interest of a day on a ledger of a
tenth of the size and on the large one.

bench workers measures one day's dispatching, printing and sending by one worker and by
two, which share it; with --queue also by jobs of OCA's queue_job.
"""

import argparse
import json
from datetime import date
from pathlib import Path

from .. import postgres
from ..console import say
from . import prepare

_ITEMS = 60_000
# Every e-mail is really handed over, so fewer.
_SHARED_ITEMS = 8_000
_ROUNDS = 3
_MAILS = 1000
_PEER_MAILS = 200


def main():
    """Measure, tell, and return 1 when a comparison failed or took too long."""
    options = _options()
    prepare.runtime()
    work = {
        "ageing": _ageing,
        "costs": _costs,
        "dunning": _dunning,
        "scale": _scale,
        "workers": _workers,
    }
    return work[options.what](options)


def _scale(options):
    from bench_suite import scale_course

    with postgres.serving() as server:
        outcome = scale_course.run(
            server,
            (options.items // 10, options.items),
            date.today(),  # noqa: DTZ011 - the day of the machine, as in a real run
            options.runs,
        )
    say(f"\n{scale_course.text(outcome)}")
    told = scale_course.figures(outcome)
    if options.json:
        found = {"figures": told, "details": outcome}
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    missed = scale_course.missed(told)
    if missed:
        say(f"Missed: {', '.join(missed)}.")
    return 1 if missed else 0


def _costs(options):
    from bench_suite import costs_course

    with postgres.serving() as server:
        outcome = costs_course.run(
            server,
            (options.items // 10, options.items),
            date.today(),  # noqa: DTZ011 - the day of the machine, as in a real run
        )
    say(f"\n{costs_course.text(outcome)}")
    told = costs_course.figures(outcome)
    if options.json:
        found = {"figures": told, "details": outcome}
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    missed = costs_course.missed(told)
    if missed:
        say(f"Missed: {', '.join(missed)}.")
    return 1 if missed else 0


def _workers(options):
    from bench_suite import workers_course

    with postgres.serving() as server:
        outcome = workers_course.run(
            server,
            options.items,
            date.today(),  # noqa: DTZ011 - the day of the machine, as in a real run
            options.runs,
            tuple(range(1, options.workers + 1)),
            queue=options.queue,
        )
    say(f"\n{workers_course.text(outcome)}")
    if options.json:
        figures = {
            "seconds": workers_course.medians(outcome),
            "times_faster": workers_course.speed_ups(outcome),
            "details": outcome,
        }
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 0


def _ageing(options):
    from bench_suite import ageing_course

    with postgres.serving() as server:
        outcome = ageing_course.run(
            server,
            options.items,
            date.today(),  # noqa: DTZ011 - the day of the machine, as in a real run
            options.runs,
        )
    say(f"\n{ageing_course.text(outcome)}")
    if options.json:
        figures = {"seconds": ageing_course.figures(outcome), "details": outcome}
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    missed = ageing_course.missed(outcome)
    if missed:
        say(f"Too slow: {', '.join(missed)}.")
    return 1 if missed else 0


def _dunning(options):
    from bench_suite import comparison, report

    with postgres.serving() as server:
        measured = comparison.Comparison(
            server,
            items=options.items,
            on=date.today(),  # noqa: DTZ011 - the day of the machine, as in a real run
            mails=_MAILS,
            peer_mails=_PEER_MAILS,
            with_peer=options.peer,
        )
        outcome = measured.run(options.runs)
        told = report.Report(
            outcome,
            options.items,
            report.surroundings(server, measured.peer and measured.peer.version),
        )
    say(f"\n{told.text()}")
    if options.json:
        options.json.write_text(json.dumps(told.figures(), indent=1) + "\n")
    return 1 if told.refusal() else 0


def _options():
    from bench_suite import shape

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_subparsers(dest="what", required=True)
    dunning = what.add_parser("dunning", help="a run over many open invoices")
    dunning.add_argument(
        "--peer", action="store_true", help="also measure OCA account_credit_control"
    )
    ageing = what.add_parser("ageing", help="the reports over many open invoices")
    scale = what.add_parser("scale", help="a first run and an ordinary day, by size")
    costs = what.add_parser("costs", help="costs and interest of a day, by size")
    workers = what.add_parser("workers", help="one day's work by several workers")
    workers.add_argument(
        "--queue", action="store_true", help="also measure jobs of OCA queue_job"
    )
    workers.add_argument(
        "--workers", type=int, default=2, metavar="N", help="the most of them (2)"
    )
    for command in (dunning, ageing, costs, scale, workers):
        command.add_argument(
            "--items",
            type=int,
            default=_SHARED_ITEMS if command is workers else _ITEMS,
            metavar="N",
            help=f"number of open invoices ({_ITEMS}, workers: {_SHARED_ITEMS}; at"
            f" least {shape.FEWEST_ITEMS})",
        )
        command.add_argument(
            "--runs",
            type=int,
            default=_ROUNDS,
            metavar="N",
            help=f"rounds, of which the medians are told ({_ROUNDS})",
        )
        command.add_argument(
            "--json", type=Path, metavar="FILE", help="also write the figures to a file"
        )
    options = parser.parse_args()
    fewest = shape.FEWEST_ITEMS * (10 if options.what in ("costs", "scale") else 1)
    if options.items < fewest or options.runs < 1:
        parser.error(f"at least {fewest} items and 1 run")
    return options
