"""setup/odoo: run Odoo with this clone's configuration, database server and addons."""

import signal
import subprocess
import sys

from .. import odoo_server, postgres
from ..console import SetupError
from . import prepare


def main():
    """Pass all arguments on to Odoo and return its exit code."""
    prepare.require()
    with postgres.serving() as server:
        return run_in_foreground(
            odoo_server.command(server, *sys.argv[1:]), odoo_server.environment(server)
        )


def run_in_foreground(command, environment):
    """Run a program on this terminal and return its exit code.

    Ctrl-C is for the program, not for us; being told to end is passed on to it. Either
    way we outlive it and leave the database server in good order.
    """
    interrupted = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=environment,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    except FileNotFoundError as error:
        signal.signal(signal.SIGINT, interrupted)
        raise SetupError(f"{command[0]} is missing.", "Run setup/prepare.") from error
    ended = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        return process.wait()
    finally:
        signal.signal(signal.SIGTERM, ended)
        signal.signal(signal.SIGINT, interrupted)
