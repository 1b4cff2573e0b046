"""Start jobs in processes that may be killed: the side of the tests (`worker.py`)."""

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from pathlib import Path

from toolkit import odoo_server, paths

_PATIENCE = 180


class Job:
    """One running process.

    :ivar pid: its process id, for signals from outside
    """

    def __init__(self, workers, pid):
        self._workers = workers
        self.pid = pid

    def wait(self):
        """Wait for the end; return {"value": …}, {"error": …} or {"signal": …}."""
        return self._workers.ask({"wait": self.pid})

    def value(self):
        """Wait for the end and return the result; anything else fails the test."""
        outcome = self.wait()
        assert "value" in outcome, outcome
        return outcome["value"]

    def kill(self):
        """End it without any chance to tidy up."""
        os.kill(self.pid, signal.SIGKILL)

    def go_on(self):
        """Let it run again after a stop."""
        os.kill(self.pid, signal.SIGCONT)

    def stops(self):
        """Wait until it stops at the spot it was told to; False when it ends first."""
        _await(lambda: self._state() in "TZ", f"process {self.pid} does not stop")
        return self._state() == "T"

    def ended(self, within):
        """Whether it ends within some seconds; it may wait for a lock instead."""
        deadline = time.monotonic() + within
        while self._state() != "Z" and time.monotonic() < deadline:
            time.sleep(0.02)
        return self._state() == "Z"

    def await_stop(self):
        """Wait until it stops at its spot, which it must reach."""
        assert self.stops(), self.wait()

    def _state(self):
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]


class Workers:
    """Jobs on one database, each in a process of its own."""

    def __init__(self, process):
        self._process = process

    def start(self, function, interrupt=None, **arguments):
        """Start a function of `dunning_world`; return its `Job`.

        :param interrupt: arguments of `interrupts.arm`
        """
        job = {"do": function, "with": arguments, "interrupt": interrupt or {}}
        return Job(self, self.ask({"job": job})["pid"])

    def call(self, function, **arguments):
        """Run a function of `dunning_world` to its end and return its result."""
        return self.start(function, **arguments).value()

    def ask(self, order):
        """Send an order to the program and return its answer."""
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self):
        """Return the next answer of the program."""
        ready, _, _ = select.select([self._process.stdout], [], [], _PATIENCE)
        assert ready, "a worker is stuck"
        line = self._process.stdout.readline()
        assert line, "the program that starts the workers has ended"
        return json.loads(line)


@contextlib.contextmanager
def running(server, database, log):
    """The workers of a database; their program ends with the block.

    :param log: file that receives their log
    """
    program = Path(__file__).with_name("worker.py")
    with open(log, "a") as output:
        process = subprocess.Popen(
            [paths.VENV_PYTHON, program, odoo_server.configuration(server), database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
            env=odoo_server.environment(server),
        )
    try:
        workers = Workers(process)
        assert workers.answer() == {"ready": True}
        yield workers
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _await(condition, complaint, seconds=60):
    """Wait until a condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, complaint
        time.sleep(0.005)


def await_file(file):
    """Wait until a file exists: the sign that a worker has reached its spot."""
    _await(Path(file).exists, f"{file} does not appear")
