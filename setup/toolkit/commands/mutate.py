"""setup/mutate: change the rules in small ways; the tests must notice each change.

Every module of rules is changed in one place at a time (a limit, a sign, a constant, a
condition, a result) and tried against its own tests: those that bear its name or
import it, also through a tool of the setup; where none bears its name, those of the
modules that use it as well. A change that no test notices survives. Ends with 1 when
less than 90 % of the changes are noticed. Properties draw the same examples each time,
so the same program has the same score.
"""

import argparse
import dataclasses
import os
import random
import sys
import time
from collections import Counter

from .. import paths
from ..console import SetupError, say, step
from . import prepare

_SEED = 20261123
_HASHES = "PYTHONHASHSEED"


def main():
    """Try the changes, tell which survived, and return 1 when they are too many."""
    options = _options()
    prepare.development()
    _fix_order_of_sets()
    os.chdir(paths.REPOSITORY)
    from mutation import report, trials

    started = time.monotonic()
    mutants = _drawn(_mutants(options.module), options)
    trials.repeatable()
    with step("The tests of each module, without a change"):
        unchanged = _unchanged(mutants)
        usual = _usual_seconds(unchanged, options.jobs)
    with step(f"{len(mutants)} changes"):
        _try(mutants, unchanged, usual, options.jobs)
    say(f"\n{report.scores(mutants)}\n")
    say(f"{time.monotonic() - started:.0f} seconds")
    say(report.conclusion(mutants, options.seed, options.sample))
    return 0 if report.suffices(mutants) else 1


def _options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--module",
        action="append",
        metavar="NAME",
        help="only this module, e.g. ar_dunning.rules.levels; may be repeated",
    )
    parser.add_argument(
        "--sample", type=int, metavar="N", help="only so many changes, drawn at random"
    )
    parser.add_argument(
        "--seed", type=int, default=_SEED, help="of the draw (%(default)s)"
    )
    parser.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="changes at a time (1)"
    )
    return parser.parse_args()


def _fix_order_of_sets():
    """Start again with fixed hashes, so that sets have the same order each time."""
    if os.environ.get(_HASHES) != "0":
        os.environ[_HASHES] = "0"
        os.execv(sys.executable, [sys.executable, *sys.argv])


def _mutants(names):
    """Return the changes of the modules with these names, of all modules without."""
    from mutation import changes, report, selection

    known = {module.name: module for module in selection.modules(paths.ADDONS)}
    unknown = set(names or []) - known.keys()
    if unknown:
        raise SetupError(
            f"There is no module {', '.join(sorted(unknown))}.",
            f"There are: {', '.join(known)}",
        )
    return [
        report.Mutant(known[name], change)
        for name in names or known
        for change in changes.changes(known[name].source())
    ]


def _drawn(mutants, options):
    """Return as many of the mutants as wanted, in their order."""
    if not options.sample or options.sample >= len(mutants):
        return mutants
    places = random.Random(options.seed).sample(range(len(mutants)), options.sample)
    return [mutants[place] for place in sorted(places)]


def _unchanged(mutants):
    """Return {module: trial of the module as it is, by its tests}."""
    from mutation import selection, trials

    known = selection.modules(paths.ADDONS)
    tools = selection.tools(paths.SETUP)
    tests = sorted((paths.REPOSITORY / "tests/rules").glob("test_*.py"))
    return {
        module: trials.Trial(
            module,
            module.name,
            str(module.file),
            tuple(map(str, selection.tests_of(module, known, tests, tools))),
            module.compiled,
        )
        for module in dict.fromkeys(mutant.module for mutant in mutants)
    }


def _usual_seconds(unchanged, jobs):
    """Return {module: seconds of its tests}, which must pass while nothing changed."""
    from mutation import trials

    outcomes = list(trials.run(unchanged.values(), jobs))
    broken = [each.key.name for each in outcomes if each.verdict != trials.SURVIVED]
    if broken:
        raise SetupError(
            f"The tests fail without any change: {', '.join(broken)}.",
            "Mend them first: ./.venv/bin/python -m pytest tests/rules",
        )
    return {outcome.key: outcome.seconds for outcome in outcomes}


def _try(mutants, unchanged, usual, jobs):
    """Note in each mutant how its trial ended; tell of each module when it is done."""
    from mutation import report, trials

    left = Counter(mutant.module for mutant in mutants)
    queue = (
        dataclasses.replace(
            unchanged[mutant.module],
            key=place,
            compiled=mutant.change.compiled,
            limit=trials.limit(usual[mutant.module]),
        )
        for place, mutant in enumerate(mutants)
    )
    for outcome in trials.run(queue, jobs):
        mutant = mutants[outcome.key]
        mutant.verdict = outcome.verdict
        left[mutant.module] -= 1
        if not left[mutant.module]:
            some = [each for each in mutants if each.module == mutant.module]
            say(report.told(some))
