"""setup/psql: PostgreSQL's own client, connected to this clone's server."""

import sys

from .. import paths, postgres, processes
from . import prepare
from .odoo import run_in_foreground


def main():
    """Pass all arguments on to psql and return its exit code."""
    prepare.require()
    with postgres.serving() as server:
        program = "psql"
        if server.private:
            program = postgres.Cluster(paths.server_home()).program("psql")
        environment = processes.environment(**server.environment())
        environment.setdefault("PGDATABASE", "postgres")
        return run_in_foreground([program, *sys.argv[1:]], environment)
