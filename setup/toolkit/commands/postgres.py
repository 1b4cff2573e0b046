"""setup/postgres start|stop|status|reset|env: the private server of this clone.

start   run it and keep it running when no command uses it
stop    stop it, and let commands start and stop it again as they need
status  say whether it runs and where
reset   delete it with all databases of this clone
env     print the variables for other programs: eval "$(setup/postgres env)"
"""

import argparse

from .. import paths, postgres
from ..console import say
from . import prepare


def main():
    """Carry out the one word given."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("action", choices=["start", "stop", "status", "reset", "env"])
    action = parser.parse_args().action
    prepare.require()
    cluster = postgres.Cluster(paths.server_home())
    _ACTIONS[action](cluster)


def _start(cluster):
    cluster.start()
    cluster.keep.touch()
    _status(cluster)


def _stop(cluster):
    cluster.keep.unlink(missing_ok=True)
    cluster.stop()
    _status(cluster)


def _status(cluster):
    state = "runs" if cluster.running() else "is stopped"
    say(f"The private PostgreSQL server {state}: socket {cluster.server().host}")


def _reset(cluster):
    cluster.remove()
    say("The private PostgreSQL server and its databases are deleted.")


def _environment(cluster):
    for name, value in cluster.server().environment().items():
        say(f"export {name}='{value}'")


_ACTIONS = {
    "start": _start,
    "stop": _stop,
    "status": _status,
    "reset": _reset,
    "env": _environment,
}
