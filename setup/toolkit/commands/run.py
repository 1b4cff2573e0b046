"""setup/run: the demo, ready to click.

Builds the demo database the first time, starts a mail sink, runs the daily cycle of all
entities (reminders go to the sink), starts Odoo, says who can log in and stays up until
Ctrl-C. With --once it ends instead of staying up.
"""

import argparse
import contextlib
import signal
import threading
from datetime import date

from .. import odoo_server, paths, postgres, smtp_sink
from ..console import say, step, table
from . import prepare


def main():
    """Open the demo."""
    options = _options()
    prepare.runtime()
    from demo import cast

    from ..databases import Databases
    from ..demo_database import Demo

    with postgres.serving() as server:
        _tell_server(server)
        demo = Demo(Databases(server), options.size)
        with smtp_sink.running(mail_folder(), 2525) as mail_port:
            smtp_sink.Mailbox(mail_folder()).behave(refuse=list(cast.REFUSED))
            _ready(demo, options.fresh)
            port = odoo_server.free_port(options.port)
            with step("Daily cycle of all entities"):
                told = demo.run_daily_cycle(
                    options.date.isoformat(),
                    smtp_sink.HOST,
                    mail_port,
                    odoo_server.address(port),
                )
            _tell(told["summary"])
            _serve(server, demo, options, port, mail_port, told)


def mail_folder():
    """Where the mail sink keeps what the demo sends."""
    return paths.server_home() / "mail"


def _options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--size", type=int, metavar="N", help="a big demo with about N claims"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="build the demo database anew"
    )
    parser.add_argument(
        "--date",
        type=date.fromisoformat,
        default=date.today(),  # noqa: DTZ011 - the user's own calendar
        metavar="YYYY-MM-DD",
        help="the day for which the daily cycle runs (today)",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8069,
        help="port of Odoo; the next free one if taken",
    )
    parser.add_argument(
        "--once", action="store_true", help="end after the table instead of staying up"
    )
    return parser.parse_args()


def _tell_server(server):
    if server.private:
        say(
            "   PostgreSQL: private server of this clone. It does not wait for the"
            " disk (fsync is off): keep no data here that you cannot lose."
        )


def _ready(demo, fresh):
    """The database is there and knows the current addons."""
    if fresh or not demo.exists():
        with step("Demo database (once, some minutes)"):
            demo.build()
        return
    with step("Demo database") as remarks:
        changed = demo.refresh()
        remarks.append("addons updated" if changed else "there already")


def _tell(rows):
    """Print rows, dictionaries with the same keys, as a table."""
    if rows:
        say()
        say(table([list(row.values()) for row in rows], list(rows[0])))


def _tell_links(rows):
    """Print addresses on lines of their own: a terminal opens them with a click."""
    if rows:
        say("\nPayment pages, as in the reminders (no login):")
    for row in rows:
        say(f"   {row['debtor']}: {row['payment page']}")


def _serve(server, demo, options, port, mail_port, told):
    """Run Odoo until Ctrl-C."""
    log = paths.server_home() / "odoo.log"
    with contextlib.ExitStack() as running:
        with step("Odoo") as remarks:
            address = running.enter_context(
                odoo_server.running(
                    server,
                    demo.name,
                    port=port,
                    log=log,
                    arguments=["--smtp", smtp_sink.HOST, "--smtp-port", mail_port],
                )
            )
            remarks.append(address)
        _tell(told["logins"])
        _tell_links(told["links"])
        say(f"\nOpen {address}")
        say(f"\nMail that Odoo sends: {mail_folder()}\nLog of Odoo: {log}")
        if not options.once:
            say("\nCtrl-C stops everything.")
            _wait_for_end()


def _wait_for_end():
    """Return on Ctrl-C or when the process is told to end."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
    say("\nStopping …")
