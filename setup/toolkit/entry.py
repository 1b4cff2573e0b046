"""The way into every command; any Python 3 reads it and finds a better one."""

import importlib
import os
import shutil
import subprocess
import sys

OLDEST, NEWEST = (3, 10), (3, 13)


def start(command):
    """Run the module toolkit.commands.<command> and leave with its exit code.

    A first pass on the machine's Python makes the environment; commands that need it
    start themselves again inside it.
    """
    _require_python()
    from . import console

    module = importlib.import_module("toolkit.commands." + command)
    sys.exit(console.run_command(module.main))


def _require_python():
    """Go on only with a Python that Odoo 19 supports; look for one if need be."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)
        # A name may lead to nothing, as the stand-ins of version managers do.
        if found and subprocess.call([found, "-c", ""]) == 0:
            os.execv(found, [found] + sys.argv)
    sys.stderr.write(
        "error: Odoo 19 runs on Python 3.10 to 3.13, this is Python %d.%d.\n"
        "  Install one of them, e.g.: apt-get install python3.12 python3.12-venv\n"
        "  (or, with uv: uv python install 3.12), then try again.\n"
        % sys.version_info[:2]
    )
    sys.exit(1)
