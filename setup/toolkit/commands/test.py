"""setup/test: run the checks and tests; the last line is `N passed, N failed`.

Without options: checks, tests of the rules, tests of the addons, tests from end to
end. The slow ones (faults, kills, big data, courses by chance) run with --slow only.
"""

import argparse
import json
import os
import secrets
import subprocess
import time
from datetime import datetime, timezone

from .. import paths, postgres
from ..console import SetupError, say, step
from ..results import Tally
from . import prepare

FAST_FOLDERS = ("tests/rules", "tests/repo", "tests/toolkit")


def main():
    """Run what the options ask for and return 1 when anything failed."""
    options = _options()
    prepare.development()
    started = time.monotonic()
    tally = _run(options)
    seconds = time.monotonic() - started
    if options.slow:
        _record(tally, seconds)
    else:
        say(f"\n{_last_slow_run()}")
    if tally.problems:
        say("\nFailed:")
        for problem in tally.problems:
            say(f"   {problem}")
    say(f"\n{seconds:.0f} seconds")
    say(tally.closing_line())
    return 1 if tally.failed else 0


def _options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--fast",
        action="store_true",
        help="checks and rules only: seconds, no database",
    )
    what.add_argument("--addon", metavar="NAME", help="only the tests of this addon")
    what.add_argument(
        "--slow", action="store_true", help="also faults, kills and big data"
    )
    return parser.parse_args()


def _run(options):
    if options.addon:
        return _addon_tests([options.addon])
    with step("Checks of the repository"):
        tally = _checks()
    with step("Tests of rules, repository and set-up"):
        tally += _pytest(FAST_FOLDERS, *([] if options.slow else ["-m", "not slow"]))
    if options.fast:
        return tally
    if options.slow:
        _choose_courses()
    tally += _addon_tests(None)
    with step("Tests from end to end"):
        tally += _pytest(
            ["tests/acceptance"], *([] if options.slow else ["-m", "not slow"])
        )
    return tally


def _checks():
    from .. import checks

    return checks.run_all()


def _pytest(folders, *arguments):
    from .. import pytest_runs

    return pytest_runs.run(folders, *arguments)


def _choose_courses():
    """Let the tests of courses also take new ones; the number takes them again."""
    number = os.environ.setdefault("AR_STATEFUL_SEED", str(secrets.randbelow(2**32)))
    say(f"   courses by chance: again with AR_STATEFUL_SEED={number}")


def _addon_tests(names):
    from .. import odoo_tests

    known = odoo_tests.addons()
    unknown = set(names or []) - set(known)
    if unknown:
        raise SetupError(
            f"There is no addon {', '.join(unknown)}.", f"There are: {', '.join(known)}"
        )
    with step("Tests of the addons"), postgres.serving() as server:
        try:
            return odoo_tests.run(server, names or known)
        except SetupError as error:
            say(f"   {error.message}\n{error.remedy}")
            return Tally.failure(error.message)


def _record_file():
    return paths.cache() / "slow-tests.json"


def _record(tally, seconds):
    """Keep when the slow tests ran and how they ended."""
    entry = {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "commit": _commit(),
        "passed": tally.passed,
        "failed": tally.failed,
        "seconds": round(seconds),
    }
    file = _record_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(entry, indent=1) + "\n")


def _last_slow_run():
    file = _record_file()
    if not file.exists():
        return "The slow tests never ran here: ./setup/test --slow"
    entry = json.loads(file.read_text())
    return (
        "The slow tests last ran on {date} at commit {commit}: {passed} passed,"
        " {failed} failed in {seconds} s.".format(**entry)
    )


def _commit():
    done = subprocess.run(
        ["git", "-C", str(paths.REPOSITORY), "describe", "--always", "--dirty"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "none"
