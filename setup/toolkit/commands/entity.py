"""setup/entity: set up an entity from its file.

apply FILE          make the database say what the file says; again: nothing to do
apply FILE --dry-run    only show what it would change
"""

import argparse
import json
from pathlib import Path

from .. import odoo_server, postgres
from ..console import SetupError, say
from . import prepare

_MARK = "ar-suite-entity:"
_CODE = """
import json
from odoo.exceptions import UserError
try:
    found = env["ar.config.file"]._load({text!r}, {dry_run!r})
    told = {{"steps": found}}
    env.cr.{end}()
except UserError as error:
    env.cr.rollback()
    told = {{"error": str(error.args[0])}}
print({mark!r} + json.dumps(told))
"""
_SIGNS = {"create": "+", "update": "~", "draft": "~", "activate": "!", "same": " "}


def main():
    """Apply one file and say what it changed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("action", choices=["apply"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--database", "-d", default="ar_demo")
    options = parser.parse_args()
    try:
        text = options.file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(
            f"{options.file} cannot be read: {error}", "Name a text file in UTF-8."
        ) from error
    prepare.require()
    with postgres.serving() as server:
        told = _load(server, options.database, text, options.dry_run)
    if "error" in told:
        raise SetupError(
            f"{options.file} was refused, nothing is changed.\n{told['error']}",
            "Mend the lines and apply the file again.",
        )
    _report(told["steps"], options)


def _load(server, database, text, dry_run):
    end = "rollback" if dry_run else "commit"
    code = _CODE.format(text=text, dry_run=dry_run, end=end, mark=_MARK)
    printed = odoo_server.shell(server, database, code)
    for line in printed.splitlines():
        if line.startswith(_MARK):
            return json.loads(line[len(_MARK) :])
    raise SetupError(
        f"The database {database} gave no answer.",
        f"Is ar_dunning installed in it? It said:\n{printed[-2000:]}",
    )


def _report(steps, options):
    work = [step for step in steps if step["action"] != "same"]
    for step in work:
        sign = _SIGNS[step["action"]]
        say(f"{sign} {step['section']}: {step['key']} ({step['action']})")
        if step["action"] == "create":
            continue
        for path, old, new in step["changes"]:
            say(f"      {path}: {old or '(nothing)'} -> {new or '(nothing)'}")
    if not work:
        say(
            f"Nothing to do: all of {options.file.name} is in the database"
            f" {options.database} already."
        )
        return
    records = "1 record" if len(work) == 1 else f"{len(work)} records"
    if options.dry_run:
        say(f"{records} would be made or changed. Nothing was.")
    else:
        say(f"{records} made or changed in the database {options.database}.")
