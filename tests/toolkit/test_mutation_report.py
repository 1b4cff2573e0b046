"""The report of mutation tests: scores, survivors, and the verdict."""

import pytest

from mutation.changes import changes
from mutation.report import Mutant, conclusion, score, scores, suffices, told
from mutation.selection import Module
from mutation.trials import KILLED, SURVIVED, TIMED_OUT
from toolkit import paths

FEE = Module("ar_x.rules.fee", paths.ADDONS / "ar_x/rules/fee.py")
SCALE = Module("ar_x.rules.scale", paths.ADDONS / "ar_x/rules/scale.py")


def mutants(module, *verdicts):
    [change] = changes("\n\nlimit = 30")
    return [Mutant(module, change, verdict) for verdict in verdicts]


def test_a_change_that_never_ends_is_noticed():
    assert score(mutants(FEE, KILLED, TIMED_OUT, SURVIVED, SURVIVED)) == 50


def test_without_changes_nothing_is_missed():
    assert score([]) == 100


@pytest.mark.parametrize(("survived", "enough"), [(10, True), (11, False)])
def test_nine_of_ten_are_enough(survived, enough):
    verdicts = [SURVIVED] * survived + [KILLED] * (100 - survived)
    assert suffices(mutants(FEE, *verdicts)) is enough


def test_a_module_is_told_with_what_survived():
    assert told(mutants(FEE, KILLED, SURVIVED)) == (
        "   ar_x.rules.fee: 50.0 %\n"
        "      addons/ar_x/rules/fee.py:3  constant: 30  ->  31"
    )


def test_table_counts_each_module_and_all():
    some = [*mutants(FEE, KILLED, SURVIVED), *mutants(SCALE, TIMED_OUT, KILLED)]
    lines = [line.split() for line in scores(some).splitlines()[2:]]
    assert lines == [
        ["ar_x.rules.fee", "2", "1", "0", "1", "50.0"],
        ["ar_x.rules.scale", "2", "1", "1", "0", "100.0"],
        ["all", "4", "2", "1", "1", "75.0"],
    ]


def test_conclusion_names_what_the_score_was_made_with():
    some = mutants(FEE, KILLED, KILLED, SURVIVED)
    assert conclusion(some, 7, None) == (
        "Mutation score 66.7 %: all 3 changes, seed 7, setup/mutate"
    )
    assert "3 changes drawn, seed 7" in conclusion(some, 7, 3)
