"""The same day's work as jobs of OCA's queue_job, on a server with its job runner."""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from toolkit import odoo_server, smtp_sink
from toolkit.console import SetupError

from .odoo_calls import call

_PATIENCE = 900
# The package `odoo` cannot start the extra process of several workers by itself.
_PROGRAM = "from odoo.cli.command import main\nmain()\n"
_NO_LIMIT = 24 * 3600


def measure(server, database, day, jobs):
    """Run the shared work of a day with so many jobs at once.

    First the dispatch, then what it made ready: as the daily cycle does.

    :return: {"wall_s", and what `shares.check` counts}
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        smtp_sink.running(Path(folder) / "mail") as port,
        _runner(server, database, Path(folder), port, jobs),
        server.connect(database) as connection,
    ):
        seconds = 0.0
        for _part in ("dispatch", "print and send"):
            call(server, database, "queue_course.enqueue", on=day)
            seconds += _seconds(connection)
        found = call(server, database, "shares.check")
    return {"wall_s": seconds, **found}


def enqueue(env, on):
    """Make the jobs of what is ready; called inside Odoo."""
    from datetime import date

    env["ar.cycle"]._enqueue_shares(env.company, date.fromisoformat(on))


def _seconds(connection):
    """Wait until all jobs are done; return the seconds from first start to last end."""
    deadline = time.monotonic() + _PATIENCE
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                """SELECT COUNT(*) FILTER (WHERE state NOT IN ('done', 'failed')),
                          MAX(exc_info) FILTER (WHERE state = 'failed')
                     FROM queue_job"""
            )
            [[left, failure]] = cursor.fetchall()
            if failure:
                raise SetupError("A job has failed.", failure)
            if not left:
                break
            if time.monotonic() > deadline:
                raise SetupError(f"{left} jobs do not end.")
            time.sleep(0.2)
        cursor.execute(
            """SELECT EXTRACT(EPOCH FROM MAX(date_done) - MIN(date_started))
                 FROM queue_job"""
        )
        [[seconds]] = cursor.fetchall()
        # The next part is measured by itself.
        cursor.execute("DELETE FROM queue_job")
    return float(seconds)


@contextlib.contextmanager
def _runner(server, database, folder, smtp_port, jobs):
    """Odoo's server with processes for so many jobs, and the job runner."""
    program = folder / "odoo-bin"
    program.write_text(_PROGRAM)
    command = odoo_server.command(
        server,
        *("-d", database, "--http-port", odoo_server.free_port()),
        *("--workers", jobs, "--load", "base,web,queue_job"),
        *("--max-cron-threads", "0", "--log-level", "warn"),
        *("--limit-time-cpu", _NO_LIMIT, "--limit-time-real", _NO_LIMIT),
        *("--smtp", smtp_sink.HOST, "--smtp-port", smtp_port),
    )
    with open(folder / "odoo.log", "w") as log:
        process = subprocess.Popen(
            [command[0], str(program), *command[command.index("odoo") + 1 :]],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=odoo_server.environment(server, ODOO_QUEUE_JOB_CHANNELS=f"root:{jobs}"),
            start_new_session=True,
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
