"""The course of the workers' benchmark: one day's shared work by one, two, … of them.

Real processes with connections of their own share dispatching, printing and sending of
the same proposal, on copies of one database; e-mails go to a mail server on this
machine. Loading Odoo is not measured: all begin at the same moment.
"""

import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from toolkit import odoo_server, smtp_sink
from toolkit.console import SetupError, step, table
from toolkit.databases import Databases

from .odoo_calls import call

LETTERS = 40
_PATIENCE = 180


def run(server, items, on, rounds, crews=(1, 2), queue=False):
    """Measure each crew `rounds` times, by turns.

    :param on: date of the benchmark
    :param crews: numbers of workers
    :param queue: also measure as many jobs at once as the largest crew has workers
    :return: {"items", "notices", "rounds": [{crew: measurement}], "load"}
    """
    databases = Databases(server)
    prefix = f"bench_{os.getpid()}"
    ledger, ready, work = (f"{prefix}_{name}" for name in ("ledger", "ready", "work"))
    day = on.isoformat()
    try:
        with step(f"A proposal over {items} open invoices"):
            databases.create(ledger, databases.template())
            call(server, ledger, "ledger.build", items=items, on=day)
            addons = ["ar_queue_job"] if queue else ["ar_dunning"]
            odoo_server.install(server, ledger, addons)
            call(server, ledger, "follow_up.prepare", on=day)
            databases.create(ready, ledger)
            found = call(server, ready, "shares.prepare", on=day, letters=LETTERS)
        measured = []
        for number in range(1, rounds + 1):
            with step(f"Round {number} of {rounds}"):
                turn = {}
                for crew in crews:
                    databases.create(work, ready)
                    turn[str(crew)] = _crew(server, work, day, crew)
                if queue:
                    from . import queue_course

                    databases.create(work, ready)
                    turn["queue"] = queue_course.measure(server, work, day, max(crews))
                measured.append(turn)
    finally:
        for name in (ledger, ready, work):
            databases.drop(name)
    return {
        "items": items,
        **found,
        "rounds": measured,
        "load": os.getloadavg()[0],
        "processors": os.cpu_count(),
    }


def _crew(server, database, day, crew):
    with (
        tempfile.TemporaryDirectory() as folder,
        smtp_sink.running(Path(folder) / "mail") as port,
        ThreadPoolExecutor(crew) as pool,
    ):
        go = Path(folder) / "go"
        started = [Path(folder) / f"ready_{number}" for number in range(crew)]
        jobs = [
            pool.submit(
                call,
                server,
                database,
                "shares.take",
                smtp_port=port,
                on=day,
                ready=str(file),
                go=str(go),
            )
            for file in started
        ]
        _await(started, jobs)
        go.touch()
        shares = [job.result() for job in jobs]
        found = call(server, database, "shares.check")
        arrived = len(smtp_sink.Mailbox(Path(folder) / "mail").files())
    if arrived != found["sent"]:
        raise SetupError(f"{arrived} e-mails arrived, {found['sent']} count as sent.")
    return {
        "wall_s": max(one["ended"] for one in shares)
        - min(one["began"] for one in shares),
        "cpu_s": sum(one["cpu_s"] for one in shares),
        "shares": shares,
        **found,
    }


def _await(files, jobs):
    deadline = time.monotonic() + _PATIENCE
    while not all(file.exists() for file in files):
        for job in jobs:
            if job.done():
                job.result()
        if time.monotonic() > deadline:
            raise SetupError("The workers do not start.")
        time.sleep(0.02)


# -- the report ---------------------------------------------------------------------


def medians(outcome):
    """Return {crew: median of its seconds}."""
    return {
        crew: statistics.median(turn[crew]["wall_s"] for turn in outcome["rounds"])
        for crew in outcome["rounds"][0]
    }


def speed_ups(outcome):
    """Return {crew: how many times faster than one worker}."""
    seconds = medians(outcome)
    return {crew: round(seconds["1"] / each, 2) for crew, each in seconds.items()}


def text(outcome):
    """The report for people."""
    rows, faster = [], speed_ups(outcome)
    for crew, seconds in medians(outcome).items():
        last = outcome["rounds"][-1][crew]
        shares = ", ".join(
            f"{one['dispatched']}/{one['sent']}/{one['printed']}"
            for one in last.get("shares", [])
        )
        name = {"1": "one worker", "queue": "job queue"}.get(crew, f"{crew} workers")
        rows.append([name, f"{seconds:.2f}", faster[crew], shares or "-"])
    header = ("crew", "wall s", "times faster", "dispatched/sent/printed by each")
    return "\n".join(
        [
            f"{outcome['notices']} notices of {outcome['items']} open invoices:"
            " dispatch, e-mails to a mail server on this machine, letters.",
            f"{outcome['processors']} processors, load average"
            f" {outcome['load']:.2f} at the end: the database and the mail server"
            " need some of them too.",
            "",
            table(rows, header),
        ]
    )
