"""What the benchmark tells: the table, the ratios, the file for programs."""

import ast
import os
import platform
import statistics

from toolkit import paths
from toolkit.console import table

# What the project promises itself.
PEER_TARGET = 40
FLOOR_TARGET = 2.5

_ROWS = (
    ("install", "installing ours on the ledger"),
    ("sync", "claims of all items"),
    ("assign", "procedures by 20 segments"),
    ("figures", "payment behaviour, for the first time"),
    ("daily", "cycle: ledger, behaviour, procedures, answers"),
    ("propose", "cycle: evaluate and propose"),
    ("floor", "floor: only writing its rows"),
    ("approve", "approval by a person (not in automatic runs)"),
    ("dispatch", "dispatch"),
    ("send", "send (sample)"),
    ("compute", "peer: compute lines"),
    ("ready", "peer: set to ready"),
    ("communications", "peer: communications (sample)"),
    ("emails", "peer: e-mails (sample)"),
)
_HEADER = ("work", "wall s", "CPU s", "load", "statements", "peak MB", "rows")


class Report:
    """Figures of an outcome: medians over its rounds and passes.

    :param outcome: a `comparison.Outcome`
    :param items: number of open invoices
    :param surroundings: versions and settings, {what: text}
    """

    def __init__(self, outcome, items, surroundings):
        self.outcome = outcome
        self.items = items
        self.surroundings = surroundings

    def figures(self):
        """The figures for programs; what was not measured is None."""
        propose, floor = self._sum("propose"), self._sum("floor")
        cycle, dispatch = self._sum("daily", "propose"), self._sum("dispatch")
        peer = self._sum("compute", "ready")
        return {
            "items": self.items,
            "evaluate_propose_s": _rounded(propose),
            "cycle_s": _rounded(cycle),
            "cycle_and_dispatch_s": _rounded(_together(cycle, dispatch)),
            "dispatch_s": _rounded(dispatch),
            "send_ms_per_mail": _rounded(self._per_mail("send")),
            "peer_compute_ready_s": _rounded(peer),
            "peer_ms_per_mail": _rounded(self._per_mail("communications", "emails")),
            "floor_s": _rounded(floor),
            "ratio_to_peer": None if self.refusal() else _ratio(peer, cycle),
            "ratio_to_floor": _ratio(propose, floor),
            "details": {
                "surroundings": self.surroundings,
                "ledger": self.outcome.ledger,
                "once": self.outcome.once,
                "rounds": self.outcome.rounds,
                "passes": self.outcome.passes,
            },
        }

    def refusal(self):
        """Why the comparison with the other addon does not count, or None."""
        for found in self.outcome.rounds:
            if "compute" not in found:
                return None
            lines, due = found["compute"]["rows"], found["compute"]["due"]
            if lines < due or found["ready"]["rows"] < lines:
                return (
                    f"The other addon made {lines} lines, {found['ready']['rows']} of"
                    f" them ready, for {due} due items: it did less than ours."
                )
        return None

    def text(self):
        """The report for people."""
        parts = [
            *(f"{name}: {value}" for name, value in self.surroundings.items()),
            "Ledger: " + _counts(self.outcome.ledger),
            "",
            table(self._table_rows(), _HEADER),
            "",
            *self._remarks(),
        ]
        return "\n".join(parts)

    # Internals

    def _all(self):
        return [*self.outcome.rounds, *self.outcome.passes]

    def _measurements(self, name):
        rounds = [found[name] for found in self._all() if name in found]
        once = [self.outcome.once[name]] if name in self.outcome.once else []
        return rounds or once

    def _sum(self, *names, column="wall_s"):
        """Median of the seconds of the named pieces of work together.

        None when they were not measured.
        """
        sums = [
            sum(found[name][column] for name in names)
            for found in self._all()
            if all(found.get(name, {}).get(column) is not None for name in names)
        ]
        return statistics.median(sums) if sums else None

    def _per_mail(self, *names):
        """Median of milliseconds per e-mail."""
        found = [
            1000 * sum(each[name]["wall_s"] for name in names) / each[names[-1]]["rows"]
            for each in self.outcome.rounds
            if names[0] in each
        ]
        return statistics.median(found) if found else None

    def _table_rows(self):
        rows = []
        for name, title in _ROWS:
            measurements = self._measurements(name)
            if measurements:
                columns = ("wall_s", "cpu_s", "load", "statements", "peak_mb", "rows")
                cells = [_median(measurements, column) for column in columns]
                rows.append([title, *map(_shown, cells)])
        return rows

    def _remarks(self):
        figures = self.figures()
        first = self.outcome.rounds[0]["propose"]
        to_floor = figures["ratio_to_floor"]
        remarks = [
            f"Of {first['due']} due items {first['proposed']} were proposed on"
            f" {first['notices']} notices, {first['excluded']} were left out with a"
            " reason, the others wait for the end of a hold.",
            f"Medians of {len(self.outcome.rounds)} alternating runs; of cycle and"
            f" floor, which take seconds, of {len(self._all())}. CPU: this process and"
            " its database connections. Load: above 1, others computed too; then the"
            " ratios of CPU seconds say more.",
            f"Evaluate and propose: {to_floor} times the floor"
            f"{self._by_processor(['propose'], ['floor'])}; at most {FLOOR_TARGET}:"
            f" {_met(to_floor <= FLOOR_TARGET)}.",
            f"The nightly cycle up to ready: {figures['cycle_s']} s, with dispatch"
            f" {figures['cycle_and_dispatch_s']} s.",
            f"Send: {figures['send_ms_per_mail']} ms per e-mail.",
        ]
        if figures["peer_compute_ready_s"] is not None:
            remarks += self._peer_remarks(figures)
        return remarks

    def _peer_remarks(self, figures):
        ratio = figures["ratio_to_peer"]
        dispatched = _ratio(
            figures["peer_compute_ready_s"], figures["cycle_and_dispatch_s"]
        )
        return [
            "The other addon is set up to be fast: one policy for the whole company,"
            " superuser, no PDF attached to its e-mails.",
            f"Its e-mail: {figures['peer_ms_per_mail']} ms on the sample. Its"
            " communications grow with the square of the lines, so on all debtors it is"
            " more than that.",
            f"NO COMPARISON. {self.refusal()}"
            if ratio is None
            else f"The nightly cycle up to ready: {ratio} times faster than compute and"
            " ready of the other addon"
            f"{self._by_processor(['compute', 'ready'], ['daily', 'propose'])};"
            f" at least {PEER_TARGET}: {_met(ratio >= PEER_TARGET)}. With dispatch,"
            " which makes its communications, letters and work:"
            f" {dispatched} times.",
        ]

    def _by_processor(self, numerator, denominator):
        ratio = _ratio(
            self._sum(*numerator, column="cpu_s"),
            self._sum(*denominator, column="cpu_s"),
        )
        return "" if ratio is None else f" ({ratio} by CPU seconds)"


def surroundings(server, peer_version):
    """Versions and settings that the figures depend on, {what: text}."""
    from odoo import release

    with server.connect() as connection, connection.cursor() as cursor:
        settings = {}
        for name in ("server_version", "fsync", "shared_buffers", "work_mem"):
            cursor.execute(f"SHOW {name}")
            settings[name] = cursor.fetchone()[0]
    manifest = ast.literal_eval(
        (paths.ADDONS / "ar_dunning" / "__manifest__.py").read_text()
    )
    found = {
        "Versions": f"ar_dunning {manifest['version']}, Odoo {release.version},"
        f" PostgreSQL {settings['server_version']},"
        f" Python {platform.python_version()}",
        "PostgreSQL": f"fsync {settings['fsync']},"
        f" shared_buffers {settings['shared_buffers']},"
        f" work_mem {settings['work_mem']}",
        "Machine": f"{os.cpu_count()} processors,"
        f" load average {os.getloadavg()[0]:.2f} at the end",
    }
    if peer_version:
        found["Peer"] = f"account_credit_control {peer_version}"
    return found


def _together(*medians):
    return None if None in medians else sum(medians)


def _median(measurements, column):
    values = [found.get(column) for found in measurements]
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def _shown(value):
    if value is None:
        return "-"
    return f"{value:.2f}" if isinstance(value, float) and value < 100 else round(value)


def _rounded(value):
    return None if value is None else round(value, 2)


def _ratio(numerator, denominator):
    if numerator is None or not denominator:
        return None
    return round(numerator / denominator, 2)


def _met(fulfilled):
    return "met" if fulfilled else "MISSED"


def _counts(numbers):
    return ", ".join(f"{number} {name}" for name, number in numbers.items())
