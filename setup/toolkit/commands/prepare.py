"""setup/prepare: everything that must be there before Odoo can start."""

import argparse
import os
import sys

from .. import odoo_source, paths, postgres, printing, venv
from ..console import say, step

RUNTIME = paths.REPOSITORY / "requirements.txt"
DEVELOPMENT = paths.REPOSITORY / "requirements-dev.txt"
# Set for the second pass inside `.venv`: everything is prepared already.
_PREPARED = "AR_SUITE_PREPARED"


def main():
    """Prepare the environment and try the database server once."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--dev", action="store_true", help="also what tests and checks need"
    )
    options = parser.parse_args()
    _make(development=options.dev)
    with step("PostgreSQL") as remarks, postgres.serving() as server:
        with server.connect() as connection:
            version = connection.server_version // 10000
        kind = "private server" if server.private else f"server at {server.host}"
        remarks.append(f"version {version}, {kind}")
    say("\nReady. Next: ./setup/run (the demo) or ./setup/test (the tests).")


def runtime():
    """Prepare what running needs and go on inside `.venv`."""
    _make(development=False)


def development():
    """Prepare what running and testing need and go on inside `.venv`."""
    _make(development=True)


def require():
    """Go on inside `.venv`; prepare it only when that was never done."""
    if not (paths.VENV / "installed").exists():
        _make(development=False)
    _enter_environment()


def _make(development):
    """Make `.venv` complete: Odoo, the pinned packages, what printing needs."""
    if os.environ.get(_PREPARED):
        return
    with step("Python environment in .venv"):
        venv.create()
    with step("Odoo 19.0 Community") as remarks:
        source = odoo_source.provide(say)
        odoo_source.link_into(venv.site_packages(), source)
        remarks.append(str(source))
    with step("Python packages") as remarks:
        files = [RUNTIME, *([DEVELOPMENT] if development else [])]
        installed = [file.name for file in files if venv.install(file)]
        remarks.append(", ".join(installed) or "unchanged")
    with step("Printing and browser"):
        printing.provide(tests=development)
    os.environ[_PREPARED] = "1"
    _enter_environment()


def _enter_environment():
    """Start the same command again inside `.venv`, unless we are there."""
    if os.path.realpath(sys.prefix) == os.path.realpath(paths.VENV):
        return
    os.execv(paths.VENV_PYTHON, [str(paths.VENV_PYTHON), *sys.argv])
