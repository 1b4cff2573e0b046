"""The course of the benchmark of size: the same work on a small and a large ledger."""

import os
import statistics

from toolkit import odoo_server
from toolkit.console import step, table
from toolkit.databases import Databases

from .odoo_calls import call

# What the project promises itself.
SLOWER_PER_CLAIM = 1.2
SHARE_OF_ORDINARY_DAY = 0.05
# With less due the share would mean nothing.
DUE_ON_ORDINARY_DAY = 0.01
PEAK_MB = 600
# Statements per debtor, large against small: a constant number for each chunk.
MORE_STATEMENTS = 1.05
# Seconds that the marking of restricted money may add to a payment, at any size.
MARKING = 0.05
PAYMENTS = 20

_ROWS = (
    ("sync", "claims of all items"),
    ("assign", "procedures by 20 segments"),
    ("first", "first run: everything overdue is due"),
    ("evening", "run after all has changed, nothing due"),
    ("daily", "ordinary day: ledger, behaviour, procedures"),
    ("ordinary", "ordinary day: run"),
    ("plain", f"{PAYMENTS} payments"),
    ("marked", f"{PAYMENTS} payments beside a restricted journal"),
)
_HEADER = ("work", "wall s", "CPU s", "load", "statements", "peak MB", "rows")


def run(server, sizes, on, rounds):
    """Measure on ledgers of these sizes, one after the other.

    :param sizes: numbers of open invoices, the smaller first
    :return: {size: {what: measurement, or list of them over the rounds}}
    """
    return {size: _measure(server, size, on.isoformat(), rounds) for size in sizes}


def _measure(server, size, day, rounds):
    databases = Databases(server)
    name = f"bench_{os.getpid()}_scale"
    try:
        with step(f"A ledger with {size} open invoices"):
            databases.create(name, databases.template())
            call(server, name, "ledger.build", items=size, on=day)
            _settle(server, name)
        with step("Ours on it"):
            odoo_server.install(server, name, ["ar_dunning"])
            found = call(server, name, "scale.prepare", on=day)
            _settle(server, name)
        return found | _days(server, name, day, rounds)
    finally:
        databases.drop(name)


def _days(server, name, day, rounds):
    """The first run, as often as there are rounds; then one ordinary day."""
    found = {}
    with step("The first run"):
        found["first"] = [
            call(server, name, "scale.first", on=day) for _round in range(rounds)
        ]
    with step("The evening before an ordinary day"):
        call(server, name, "scale.grow_old", on=day)
        _settle(server, name, rewritten="ar_claim")
        found["evening"] = call(server, name, "scale.evening", on=day)
        _settle(server, name)
    with step("An ordinary day"):
        ordinary = call(server, name, "scale.ordinary", on=day)
        found |= {"daily": ordinary["daily"], "ordinary": ordinary["run"]}
    with step("Payments, with and without a restricted journal"):
        found |= call(server, name, "marking.payments", on=day, number=PAYMENTS)
    return found


def _settle(server, name, rewritten=None):
    """Statistics and dead rows as on a server that has run for a while.

    :param rewritten: table of which every row was just written anew; on a real server
        that happens over years, and the room of the old rows is used again meanwhile
    """
    with server.connect(name) as connection, connection.cursor() as cursor:
        if rewritten:
            cursor.execute(f"VACUUM (FULL) {rewritten}")
        cursor.execute("VACUUM ANALYZE")


def figures(outcome):
    """The figures that the promises are about."""
    small, large = (outcome[size] for size in sorted(outcome))
    first, ordinary = _median(large, "first"), large["ordinary"]
    per_claim = {
        column: round(
            _column(large, column)
            / first["claims"]
            / (_column(small, column) / _median(small, "first")["claims"]),
            2,
        )
        for column in ("wall_s", "cpu_s")
        if _column(large, column) and _column(small, column)
    }
    share = {
        column: round(ordinary[column] / _column(large, column), 3)
        for column in ("wall_s", "cpu_s")
        if ordinary[column] and _column(large, column)
    }
    marking = {
        column: round(
            (large["marked"][column] - large["plain"][column]) / large["plain"]["rows"],
            4,
        )
        for column in ("wall_s", "cpu_s")
        if large["plain"][column] and large["marked"][column]
    }
    return {
        "slower_per_claim": per_claim,
        "share_of_ordinary_day": share,
        "due_on_ordinary_day": round(ordinary["lines"] / ordinary["claims"], 4),
        "statements_per_1000_debtors": {
            size: round(
                1000
                * _median(found, "first")["statements"]
                / _median(found, "first")["debtors"],
                2,
            )
            for size, found in outcome.items()
        },
        "marking_of_a_payment": marking,
        "peak_mb": max(
            one["peak_mb"] or 0
            for found in large.values()
            for one in (found if isinstance(found, list) else [found])
        ),
    }


def missed(told):
    """Names of the promises that were not kept; by CPU seconds where known."""
    wrong = []
    if _best(told["slower_per_claim"]) > SLOWER_PER_CLAIM:
        wrong.append("time per claim")
    if _best(told["share_of_ordinary_day"]) > SHARE_OF_ORDINARY_DAY:
        wrong.append("ordinary day")
    if told["due_on_ordinary_day"] < DUE_ON_ORDINARY_DAY:
        wrong.append("an ordinary day with enough due")
    if told["peak_mb"] > PEAK_MB:
        wrong.append("memory")
    small, *_between, large = _by_size(told["statements_per_1000_debtors"])
    if large > small * MORE_STATEMENTS:
        wrong.append("statements per debtor")
    if _best(told["marking_of_a_payment"]) > MARKING:
        wrong.append("marking")
    return wrong


def text(outcome):
    """The report for people."""
    parts = []
    for size, found in sorted(outcome.items()):
        rows = []
        for name, title in _ROWS:
            one = _median(found, name)
            cells = [one.get(column) for column in _COLUMNS]
            rows.append([title, *map(_shown, cells)])
        parts += [f"{size} open invoices", "", table(rows, _HEADER), ""]
    told = figures(outcome)
    return "\n".join(
        [
            *parts,
            f"A claim of the large ledger takes {told['slower_per_claim']} times as"
            f" long as one of the small; at most {SLOWER_PER_CLAIM}.",
            f"The run of an ordinary day ({100 * told['due_on_ordinary_day']:.1f} %"
            f" due) takes {told['share_of_ordinary_day']} of a first run; at most"
            f" {SHARE_OF_ORDINARY_DAY}. That is evaluating and proposing alone; ledger,"
            " behaviour and procedures are the row above it.",
            f"Statements per 1,000 debtors: {told['statements_per_1000_debtors']}; at"
            f" most {MORE_STATEMENTS} times as many on the large ledger.",
            f"A restricted journal adds {told['marking_of_a_payment']} seconds to a"
            f" payment on the large ledger; at most {MARKING}.",
            f"Memory: {told['peak_mb']:.0f} MB at most; at most {PEAK_MB}.",
        ]
    )


# Internals

_COLUMNS = ("wall_s", "cpu_s", "load", "statements", "peak_mb", "rows")


def _median(found, name):
    """The measurement, or the medians of several."""
    value = found[name]
    if not isinstance(value, list):
        return value
    return {
        column: None
        if value[0][column] is None
        else statistics.median(one[column] for one in value)
        for column in value[0]
    }


def _by_size(told):
    """The values of {size: value}, the smallest size first."""
    return [value for _size, value in sorted(told.items())]


def _column(found, column):
    return _median(found, "first")[column]


def _best(ratios):
    """By CPU seconds: on a shared machine wall time measures the neighbours."""
    return ratios.get("cpu_s", ratios.get("wall_s", 0))


def _shown(value):
    if value is None:
        return "-"
    return f"{value:.2f}" if isinstance(value, float) and value < 100 else round(value)
