"""Measures a piece of work inside Odoo: time, processor, statements, memory."""

import contextlib
import os
import time
from pathlib import Path

from odoo import sql_db
from odoo.tools import SQL

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def measured(env):
    """Measure what happens in the block; commit inside it what belongs to the work.

    Yields a dictionary that is filled at the end: `wall_s`, `cpu_s` (this process and
    its database connections; None without access to the server's processes),
    `statements`, `peak_mb` (highest resident memory of this process meanwhile) and
    `load` (load average of the machine at the end: who else computes).
    """
    env.flush_all()
    result = {}
    _forget_peak()
    before = _server_seconds(env)
    statements, seconds = sql_db.sql_counter, time.process_time()
    started = time.perf_counter()
    yield result
    wall = time.perf_counter() - started
    own = time.process_time() - seconds
    result["statements"] = sql_db.sql_counter - statements
    after = _server_seconds(env)
    result |= {
        "wall_s": wall,
        "cpu_s": None if after is None else own + _spent(before, after),
        "peak_mb": _peak_mb(),
        "load": os.getloadavg()[0],
    }


def _server_seconds(env):
    """Processor seconds of each connection to this database, {process: seconds}."""
    pids = env.execute_query(
        SQL("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
    )
    try:
        return {pid: _process_seconds(pid) for [pid] in pids}
    except (OSError, ValueError):
        return None


def _process_seconds(pid):
    # The second field, the name in brackets, may contain spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND


def _spent(before, after):
    return sum(seconds - before.get(pid, 0) for pid, seconds in after.items())


def _forget_peak():
    """Let the kernel count the peak of resident memory anew from here."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak_mb():
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return None
    kilobytes = status.partition("VmHWM:")[2].split()[0]
    return int(kilobytes) / 1024
