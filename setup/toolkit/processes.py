"""Start other programs: the environment they get and how failures are told."""

import os
import subprocess

from . import paths
from .console import SetupError


def environment(**extra):
    """The environment of the programs we start.

    Byte code is kept in the cache, even where the shell forbids to write it: without
    it each start of Odoo compiles some thousand files again.
    """
    result = dict(os.environ)
    result.pop("PYTHONDONTWRITEBYTECODE", None)
    result["PYTHONPYCACHEPREFIX"] = str(paths.byte_code())
    result.update({name: str(value) for name, value in extra.items()})
    return result


def run(command, *, purpose, remedy="", **options):
    """Run a program to its end and return its output.

    :param purpose: what it is for; begins the message of the error
    :param remedy: what to do when it fails
    :raises SetupError: when the program is missing or fails; the message carries the
        end of what it printed
    """
    options.setdefault("env", environment())
    command = [str(part) for part in command]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            **options,
        )
    except FileNotFoundError as error:
        raise SetupError(
            f"{purpose}: the program {command[0]} was not found.", remedy
        ) from error
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise SetupError(
            f"{purpose}: {os.path.basename(command[0])} ended with code"
            f" {done.returncode}.",
            f"{tail}\n{remedy}".strip(),
        )
    return done.stdout
