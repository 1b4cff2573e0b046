"""setup/mutate: which changes are tried."""

import argparse

import pytest

from toolkit.commands import mutate
from toolkit.console import SetupError


def drawn(count, seed, sample):
    options = argparse.Namespace(seed=seed, sample=sample)
    return mutate._drawn(list(range(count)), options)


def test_without_a_sample_all_are_tried():
    assert drawn(20, 1, None) == list(range(20))
    assert drawn(20, 1, 50) == list(range(20))


def test_a_seed_draws_the_same_sample_again_in_the_order_of_the_text():
    sample = drawn(1000, 7, 30)
    assert sample == drawn(1000, 7, 30) == sorted(sample)
    assert len(set(sample)) == 30
    assert sample != drawn(1000, 8, 30)


def test_a_module_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(SetupError, match=r"no module ar_dunning\.rules\.feez") as told:
        mutate._mutants(["ar_dunning.rules.feez"])
    assert "ar_dunning.rules.levels" in told.value.remedy


def test_changes_of_a_module_belong_to_it():
    found = mutate._mutants(["ar_dunning.rules.periods"])
    assert {mutant.module.name for mutant in found} == {"ar_dunning.rules.periods"}
    assert all(not mutant.verdict for mutant in found)
