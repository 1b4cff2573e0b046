"""setup/database: make and remove databases of this clone.

template            make the template of core modules, print its name
create NAME         a new database from the template (an old one is dropped)
copy SOURCE NAME    a copy of a database that nobody uses
drop NAME           remove a database and its files
list                the databases there are
"""

import argparse

from .. import postgres
from ..console import say, step
from . import prepare


def main():
    """Carry out one action."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("template")
    actions.add_parser("list")
    for action in ("create", "drop"):
        actions.add_parser(action).add_argument("name")
    copy = actions.add_parser("copy")
    copy.add_argument("source")
    copy.add_argument("name")
    options = parser.parse_args()
    prepare.require()
    from ..databases import Databases

    with postgres.serving() as server:
        _carry_out(options, Databases(server))


def _carry_out(options, databases):
    if options.action == "list":
        say("\n".join(sorted(databases.names())))
    elif options.action == "drop":
        databases.drop(options.name)
    elif options.action == "copy":
        databases.create(options.name, options.source)
    else:
        with step("Template database") as remarks:
            template = databases.template(say=say)
            remarks.append(template)
        if options.action == "create":
            databases.create(options.name, template)
            say(f"Database {options.name} is ready.")
