"""What came of the trials: the changes that survived, and the score."""

from collections import Counter
from dataclasses import dataclass

from toolkit import paths
from toolkit.console import table

from .changes import Change
from .selection import Module
from .trials import KILLED, SURVIVED, TIMED_OUT

REQUIRED = 90  # percent
_HEADER = ("module", "changes", "killed", "timed out", "survived", "score %")


@dataclass
class Mutant:
    """A module with one change, and how its trial ended."""

    module: Module
    change: Change
    verdict: str = ""


def score(mutants):
    """Return the share of the changes that were noticed, in percent."""
    noticed = sum(mutant.verdict in (KILLED, TIMED_OUT) for mutant in mutants)
    return 100 * noticed / len(mutants) if mutants else 100.0


def suffices(mutants):
    """Whether enough of the changes were noticed."""
    return score(mutants) >= REQUIRED


def scores(mutants):
    """Return the table of the modules, with a last row for all of them."""
    by_module = {}
    for mutant in mutants:
        by_module.setdefault(mutant.module.name, []).append(mutant)
    rows = [_row(name, some) for name, some in by_module.items()]
    return table([*rows, _row("all", mutants)], _HEADER)


def _row(name, mutants):
    counts = Counter(mutant.verdict for mutant in mutants)
    return (
        name,
        len(mutants),
        *(counts[verdict] for verdict in (KILLED, TIMED_OUT, SURVIVED)),
        round(score(mutants), 1),
    )


def told(mutants):
    """Return what came of one module: its score, and below it what survived.

    Each change that no test noticed has a line, as `file:line  kind: old  ->  new`.
    """
    module = mutants[0].module
    file = module.file.relative_to(paths.REPOSITORY)
    lines = [
        f"      {file}:{mutant.change}"
        for mutant in mutants
        if mutant.verdict == SURVIVED
    ]
    return "\n".join([f"   {module.name}: {score(mutants):.1f} %", *lines])


def conclusion(mutants, seed, sample):
    """Return the score in one sentence, with what it was made with."""
    drawn = f"{len(mutants)} changes drawn" if sample else f"all {len(mutants)} changes"
    return f"Mutation score {score(mutants):.1f} %: {drawn}, seed {seed}, setup/mutate"
