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
    """Run a program on this terminal; Ctrl-C is for the program, not for us."""
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.call(
            [str(part) for part in command],
            env=environment,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
    except FileNotFoundError as error:
        raise SetupError(f"{command[0]} is missing.", "Run setup/prepare.") from error
    finally:
        signal.signal(signal.SIGINT, previous)
