"""The road from claim to message on a fresh town, for tests of faults and kills."""

import contextlib
import time
from zlib import crc32

import dunning_world
import workers
from evidence import Evidence

# How often a finishing worker is started; more means that something is stuck.
_TRIES = 5


class Road:
    """A town on its own database, its workers, its mail server and the evidence.

    :ivar database: its name
    :ivar figures: numbers of this test, for the reader of the report
    """

    def __init__(self, database, staff, evidence):
        self.database = database
        self.workers = staff
        self.evidence = evidence
        self.figures = {}

    def cycle(self, on, interrupt=None):
        """Start the daily cycle in a process of its own; return its `Job`."""
        return self.workers.start("run_cycle", interrupt, on=str(on))

    def finish(self, on):
        """Run clean cycles until nothing waits; return how many it took."""
        for turn in range(1, _TRIES + 1):
            outcome = self.cycle(on).value()
            if outcome["state"] == "done" and not self.evidence.unfinished():
                return turn
            time.sleep(0.2)
        raise AssertionError((outcome, self.evidence.unfinished()))

    def fifteen_minutes_pass(self):
        """Let waiting deliveries be tried again now."""
        self.evidence.change(
            """UPDATE ar_delivery SET ready_on = ready_on - interval '15 minutes'
                WHERE state = 'ready'"""
        )

    def check_day(self, level):
        """Everything happened exactly once and every claim is where it belongs."""
        self.evidence.check_all()
        first_letter = dunning_world.BY_EMAIL
        first_not_due = first_letter + dunning_world.BY_LETTER
        last = first_not_due + dunning_world.NOT_DUE + dunning_world.HELD
        self.evidence.check_levels(
            {
                (0, first_not_due - 1): f"level_{level}",
                (first_not_due, last + dunning_world.UNREACHABLE - 1): None,
            }
        )
        assert self.workers.call("ledger_differences") == []

    def check_second_run_is_empty(self, on):
        """Another run on the same day proposes nothing and sends nothing."""
        before = len(self.evidence.mailbox.files())
        assert self.workers.call("propose_again", on=str(on)) == 0
        assert self.cycle(on).value()["state"] == "done"
        assert len(self.evidence.mailbox.files()) == before


@contextlib.contextmanager
def town(databases, installed, name):
    """Make the database of a town to copy from; yield its name."""
    databases.create(name, installed)
    log = databases.data_folder / f"{name}.log"
    try:
        with workers.running(databases.server, name, log) as staff:
            staff.call("build")
        yield name
    finally:
        databases.drop(name)
        log.unlink(missing_ok=True)


@contextlib.contextmanager
def copy(databases, template, request, mailbox, folder):
    """Yield a `Road` on a copy of a town; its figures join the test's report."""
    name = f"{template}_{crc32(request.node.nodeid.encode()):08x}"
    databases.create(name, template)
    try:
        with (
            workers.running(databases.server, name, folder / "workers.log") as staff,
            databases.server.connect(name) as connection,
        ):
            staff.call("use_mail_server", port=mailbox.port)
            road = Road(name, staff, Evidence(connection, mailbox))
            begun = time.monotonic()
            yield road
            road.figures["seconds"] = round(time.monotonic() - begun, 1)
            for figure, value in road.figures.items():
                request.node.user_properties.append((figure, value))
    finally:
        databases.drop(name)
