"""The course of the dunning benchmark: databases, alternating runs, what they gave."""

import contextlib
import os
import tempfile
import time
from dataclasses import dataclass, field

from toolkit import odoo_server, smtp_sink
from toolkit.console import SetupError, say, step
from toolkit.databases import Databases

from . import peer_package
from .odoo_calls import call

_ADDON = "ar_dunning"
_PEER = "account_credit_control"
# Before each round and after it, beside the one whose notices are dispatched and sent.
_PASSES = 2


@dataclass
class Outcome:
    """What a benchmark found.

    :ivar ledger: counts of the generated ledger, {what: number}
    :ivar once: measurements made once, {what: measurement}
    :ivar rounds: one dictionary per round, {what: measurement}
    :ivar passes: as `rounds`, for what takes seconds alone; they count in its medians
    """

    ledger: dict = field(default_factory=dict)
    once: dict = field(default_factory=dict)
    rounds: list = field(default_factory=list)
    passes: list = field(default_factory=list)


class Comparison:
    """Measures ours, the floor and the other addon by turns, each on a fresh copy.

    :param server: a `postgres.Server`
    :param items: number of open invoices
    :param on: date of the benchmark
    :param mails: how many e-mails of ours are sent in each round
    :param peer_mails: how many of the other addon
    :param with_peer: whether the other addon is measured
    """

    def __init__(self, server, *, items, on, mails, peer_mails, with_peer):
        self.server = server
        self.databases = Databases(server)
        self.items = items
        self.on = on.isoformat()
        self.mails = mails
        self.peer_mails = peer_mails
        self.peer = peer_package.provide() if with_peer else None
        prefix = f"bench_{os.getpid()}"
        self.ledger, self.ours, self.theirs, self.work = (
            f"{prefix}_{name}" for name in ("ledger", "ours", "peer", "work")
        )

    def run(self, rounds):
        """Prepare the databases, measure `rounds` times and remove them.

        :return: an `Outcome`
        """
        outcome = Outcome()
        try:
            self._prepare(outcome)
            with self._mail_sink() as (mailbox, port):
                for number in range(1, rounds + 1):
                    with step(f"Round {number} of {rounds}"):
                        outcome.passes += self._passes()
                        outcome.rounds.append(self._round(mailbox, port))
                        # After the other addon as well: a slow spell meets both.
                        outcome.passes += self._passes()
        finally:
            for name in (self.ledger, self.ours, self.theirs, self.work):
                self.databases.drop(name)
        return outcome

    # Preparation

    def _prepare(self, outcome):
        with step(f"A ledger with {self.items} open invoices"):
            self.databases.create(self.ledger, self.databases.template(say=say))
            outcome.ledger = self._call(self.ledger, "ledger.build", items=self.items)
            self._settle(self.ledger)
        with step("Ours on a copy of it"):
            self.databases.create(self.ours, self.ledger)
            started = time.perf_counter()
            odoo_server.install(self.server, self.ours, [_ADDON])
            wall = time.perf_counter() - started
            outcome.once["install"] = {"wall_s": wall, "rows": self.items}
            outcome.once |= self._call(self.ours, "follow_up.prepare")
            self._settle(self.ours)
            self.databases.create(self.work, self.ours)
            outcome.once["approve"] = self._call(self.work, "ours.approve")
        if self.peer:
            with step(f"{_PEER} {self.peer.version} on another copy"):
                self.databases.create(self.theirs, self.ledger)
                self._call(self.theirs, "peer.install", day=False, peer=True)
                self._call(self.theirs, "peer.prepare", day=False, peer=True)
                self._settle(self.theirs)

    def _settle(self, database):
        """Let no run pay for what was written before: statistics, dead rows, pages."""
        with self.server.connect(database) as connection:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
                with contextlib.suppress(_not_allowed()):
                    cursor.execute("CHECKPOINT")

    # Rounds

    def _passes(self):
        """Measure what takes seconds on fresh copies more often than the rest.

        The pace of a shared processor changes from second to second by more than what
        the limits leave.
        """
        found = []
        for _number in range(_PASSES):
            self.databases.create(self.work, self.ours)
            found.append(self._call(self.work, "ours.propose"))
        return found

    def _round(self, mailbox, port):
        self.databases.create(self.work, self.ours)
        found = self._call(self.work, "ours.propose")
        found["dispatch"] = self._call(self.work, "ours.dispatch")
        found["send"] = self._sent(mailbox, port, "ours.send", count=self.mails)
        if self.peer:
            self.databases.create(self.work, self.theirs)
            found |= self._call(self.work, "peer.compute_and_ready", peer=True)
            found |= self._sent(
                mailbox,
                port,
                "peer.send",
                day=False,
                peer=True,
                count=self.peer_mails,
            )
        return found

    def _sent(self, mailbox, port, function, **arguments):
        """Call what sends e-mails; every one that it counts must have arrived."""
        mailbox.clear()
        found = self._call(self.work, function, smtp_port=port, **arguments)
        counted = found.get("emails", found)["rows"]
        arrived = len(mailbox.files())
        if arrived != counted or not counted:
            raise SetupError(
                f"{function} counts {counted} e-mails, but {arrived} have arrived."
            )
        return found

    def _call(self, database, function, *, day=True, peer=False, **arguments):
        if day:
            arguments["on"] = self.on
        addons = self.peer.addons if peer else None
        return call(self.server, database, function, addons=addons, **arguments)

    @contextlib.contextmanager
    def _mail_sink(self):
        with tempfile.TemporaryDirectory() as folder:
            mailbox = smtp_sink.Mailbox(folder)
            with smtp_sink.running(folder) as port:
                yield mailbox, port


def _not_allowed():
    """The error of a database user who may not write a checkpoint."""
    import psycopg2.errors

    return psycopg2.errors.InsufficientPrivilege
