"""The course of the ageing benchmark: one database, some rounds, what they gave."""

import os
import statistics

from toolkit import odoo_server
from toolkit.console import step, table
from toolkit.databases import Databases

from .odoo_calls import call

# What the project promises itself, in seconds.
TARGETS = {
    "ageing_today": 2,
    "ageing_past": 2,
    "ageing_rows": 2,
    "months": 2,
    "dashboard": 3,
    "workbook": None,
}
_TITLES = {
    "ageing_today": "ageing today: claim type × age",
    "ageing_past": "ageing 90 days ago",
    "ageing_rows": "ageing today: all rows and columns",
    "months": "24 months: open, overdue, DSO",
    "dashboard": "dashboard",
    "workbook": "workbook (bytes)",
}


def run(server, items, on, rounds):
    """Measure `rounds` times on a ledger of `items` open invoices.

    :return: {"ledger": counts, "checked": sums compared, "rounds": measurements}
    """
    databases = Databases(server)
    name = f"bench_{os.getpid()}_ageing"
    day = on.isoformat()
    try:
        with step(f"A ledger with {items} open invoices"):
            databases.create(name, databases.template())
            ledger = call(server, name, "ledger.build", items=items, on=day)
            _settle(server, name)
        with step("Ours on it"):
            odoo_server.install(server, name, ["ar_reporting"])
            call(server, name, "follow_up.prepare", on=day)
            _settle(server, name)
        with step("The sums of ten days, made differently"):
            checked = call(server, name, "ageing.check", on=day)
        found = []
        for number in range(1, rounds + 1):
            with step(f"Round {number} of {rounds}"):
                found.append(call(server, name, "ageing.measure", on=day))
    finally:
        databases.drop(name)
    return {"ledger": ledger, "checked": checked, "rounds": found}


def _settle(server, name):
    """Statistics and dead rows as on a server that has run for a while."""
    with server.connect(name) as connection, connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def figures(outcome):
    """Medians of the seconds over the rounds, {what: seconds}."""
    return {
        name: round(
            statistics.median(one[name]["wall_s"] for one in outcome["rounds"]), 3
        )
        for name in TARGETS
    }


def missed(outcome):
    """Names of what took longer than promised."""
    return [
        name
        for name, seconds in figures(outcome).items()
        if TARGETS[name] is not None and seconds > TARGETS[name]
    ]


def text(outcome):
    """The report for people."""
    seconds = figures(outcome)
    last = outcome["rounds"][-1]
    rows = [
        [
            _TITLES[name],
            f"{seconds[name]:.2f}",
            "" if TARGETS[name] is None else str(TARGETS[name]),
            str(last[name]["statements"]),
            str(last[name]["rows"]),
        ]
        for name in TARGETS
    ]
    counts = ", ".join(f"{count} {what}" for what, count in outcome["ledger"].items())
    return "\n".join(
        [
            f"Ledger: {counts}",
            "",
            table(rows, ("work", "wall s", "at most s", "statements", "rows")),
            "",
            f"{outcome['checked']} sums of ten days equal those made differently from"
            " all items and matchings, to the cent.",
            f"Medians of {len(outcome['rounds'])} rounds; load of the machine"
            f" {last['dashboard']['load']:.1f}.",
        ]
    )
