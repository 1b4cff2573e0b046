"""The course of the benchmark of costs: the same day on a small and a large ledger."""

import os
from datetime import timedelta

from toolkit import odoo_server
from toolkit.console import step, table
from toolkit.databases import Databases

from .odoo_calls import call

# A claim of the large ledger against one of the small.
SLOWER_PER_CLAIM = 1.2
AGO = timedelta(days=120)
_ROWS = (
    ("claim", "lump sums claimed"),
    ("interest", "interest of the day, first time"),
    ("next", "interest of the next day"),
)
_COLUMNS = ("wall_s", "cpu_s", "load", "statements", "peak_mb", "rows")
_HEADER = ("work", "wall s", "CPU s", "load", "statements", "peak MB", "claims")


def run(server, sizes, on):
    """Measure on ledgers of these sizes, one after the other.

    :return: {size: {what: measurement}}
    """
    return {size: _measure(server, size, on) for size in sizes}


def _measure(server, size, on):
    databases = Databases(server)
    name = f"bench_{os.getpid()}_costs"
    day, next_day = on.isoformat(), (on + timedelta(days=1)).isoformat()
    try:
        with step(f"A ledger with {size} open invoices"):
            databases.create(name, databases.template())
            # So long ago that all of it is overdue.
            built = (on - AGO).isoformat()
            call(server, name, "ledger.build", items=size, on=built)
        with step("Ours on it, with costs announced"):
            odoo_server.install(server, name, ["ar_dunning", "ar_law_be"])
            call(server, name, "costs.prepare", on=day)
            with server.connect(name) as connection, connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        with step("Costs and interest of the day"):
            return {
                "claim": call(server, name, "costs.claim", on=day),
                "interest": call(server, name, "costs.interest", on=day),
                "next": call(server, name, "costs.interest", on=next_day),
            }
    finally:
        databases.drop(name)


def figures(outcome):
    """How much longer a claim of the large ledger takes than one of the small."""
    small, large = (outcome[size] for size in sorted(outcome))
    return {
        name: {
            column: round(
                large[name][column]
                / large[name]["rows"]
                / (small[name][column] / small[name]["rows"]),
                2,
            )
            for column in ("wall_s", "cpu_s")
            if small[name][column]
        }
        for name, _title in _ROWS
    }


def missed(told):
    """Names of what grows faster than the ledger; by CPU seconds where known."""
    return [
        name
        for name, ratios in told.items()
        if ratios.get("cpu_s", ratios["wall_s"]) > SLOWER_PER_CLAIM
    ]


def text(outcome):
    """The report for people."""
    parts = []
    for size, found in sorted(outcome.items()):
        rows = [
            [title, *(_shown(found[name][column]) for column in _COLUMNS)]
            for name, title in _ROWS
        ]
        parts += [f"{size} open invoices", "", table(rows, _HEADER), ""]
    told = figures(outcome)
    ratios = [
        [title, *(_shown(told[name].get(column)) for column in ("wall_s", "cpu_s"))]
        for name, title in _ROWS
    ]
    return "\n".join(
        [
            *parts,
            "A claim of the large ledger takes so many times as long as one of the"
            f" small; at most {SLOWER_PER_CLAIM} of the processor.",
            "",
            table(ratios, ("work", "wall", "CPU")),
        ]
    )


def _shown(value):
    if value is None:
        return "-"
    return f"{value:.2f}" if isinstance(value, float) and value < 100 else round(value)
