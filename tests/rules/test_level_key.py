import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules import level_key as rule


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Second reminder", "second_reminder"),
        ("Mise en demeure (recommandé)", "mise_en_demeure_recommande"),
        ("Letzte Mahnung – Größe", "letzte_mahnung_grosse"),
        ("  1. Reminder!  ", "1_reminder"),
        ("督促", "level"),
        ("", "level"),
    ],
)
def test_names_become_keys(name, key):
    assert rule.suggest(name, ()) == key


def test_what_is_taken_gets_a_number():
    assert rule.suggest("Reminder", {"reminder"}) == "reminder_2"
    assert rule.suggest("Reminder", {"reminder", "reminder_2"}) == "reminder_3"


@given(st.text(), st.lists(st.text()))
def test_keys_are_plain_and_new(name, names):
    taken = []
    for other in names:
        taken.append(rule.suggest(other, taken))
    assert len(set(taken)) == len(taken)
    key = rule.suggest(name, taken)
    assert key not in taken
    assert re.fullmatch(r"[a-z0-9_]+", key)


def test_a_long_name_gives_a_key_of_forty_signs():
    assert (
        rule.suggest("Reminder " * 9, ()) == "reminder_reminder_reminder_reminder_remi"
    )


def test_signs_between_words_become_one_underscore():
    assert rule.suggest("First / second", ()) == "first_second"
