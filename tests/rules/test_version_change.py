"""Versions: what is different, and where running claims go on."""

from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.version_change import (
    ADDED,
    CHANGED,
    CHOSEN,
    KEY_MISSING,
    MOVES,
    REMOVED,
    WOULD_SKIP,
    Change,
    Move,
    Step,
    compare,
    move,
)

KEYS = st.sampled_from("abcde")


@st.composite
def ladders(draw):
    keys = draw(st.lists(KEYS, unique=True, max_size=5))
    return [Step(place, key, draw(st.booleans())) for place, key in enumerate(keys, 1)]


def texts(keys):
    fields = st.dictionaries(st.sampled_from(["days", "name"]), st.text(max_size=2))
    return st.dictionaries(keys, fields)


@given(texts(KEYS), texts(KEYS))
def test_comparison_names_every_difference_once(old, new):
    changes = compare(old, new)
    assert len({(change.key, change.field) for change in changes}) == len(changes)
    assert {c.key for c in changes if c.kind == ADDED} == new.keys() - old.keys()
    assert {c.key for c in changes if c.kind == REMOVED} == old.keys() - new.keys()
    for key in old.keys() & new.keys():
        told = {c.field: (c.old, c.new) for c in changes if c.key == key}
        for field in old[key].keys() | new[key].keys():
            pair = (old[key].get(field, ""), new[key].get(field, ""))
            assert told.get(field) == (pair if pair[0] != pair[1] else None)


def test_comparison_reads_in_order():
    assert compare({"a": {"days": "1"}, "x": {}}, {"b": {}, "a": {"days": "2"}}) == [
        Change(ADDED, "b"),
        Change(CHANGED, "a", "days", "1", "2"),
        Change(REMOVED, "x"),
    ]


@given(ladders(), ladders(), st.data())
def test_nobody_skips_a_mandatory_level_or_gets_one_twice(old, new, data):
    reached = data.draw(st.sampled_from([None, *old]))
    sent = data.draw(st.sets(KEYS))
    key = reached.level_key if reached else ""
    place = reached.sequence if reached else 0
    found = move(old, new, key, place, sent)
    keys = {step.level_key for step in new}
    if key and key not in keys:
        assert found.outcome == KEY_MISSING
        return
    dealt = sent | {step.level_key for step in old if step.sequence <= place}
    below = [step for step in new if step.sequence < found.sequence]
    if found.outcome == MOVES:
        assert all(step.level_key in dealt for step in below if step.mandatory)
        if key:
            later = {s.level_key for s in new if s.sequence > found.sequence}
            assert not later & (sent | {key})
    else:
        assert found.outcome == WOULD_SKIP
        assert found.level_key not in dealt


def test_examples():
    old = [Step(1, "reminder", True), Step(2, "default", True)]
    new = [Step(1, "reminder", True), Step(2, "call", True), Step(3, "default", True)]
    assert move(old, new, "", 0, ()) == Move(MOVES, 0)
    assert move(old, new, "reminder", 1, ["reminder"]) == Move(MOVES, 1)
    skipping = Move(WOULD_SKIP, level_key="call")
    assert move(old, new, "default", 2, ["reminder", "default"]) == skipping
    assert move(old, new, "default", 2, ["call", "default"]) == Move(MOVES, 3)
    assert move(old, new, "reminder", 1, (), ["reminder"]) == Move(CHOSEN)
    assert move(old, old[:1], "default", 2, ()) == Move(KEY_MISSING)


def test_a_field_that_stays_is_no_change():
    old = {"a": {"days": "1", "name": "One"}}
    new = {"a": {"days": "1", "name": "First"}}
    assert compare(old, new) == [Change(CHANGED, "a", "name", "One", "First")]


def test_a_whole_level_has_no_field_and_no_values():
    [change] = compare({}, {"a": {"days": "1"}})
    assert (change.kind, change.key) == (ADDED, "a")
    assert (change.field, change.old, change.new) == ("", "", "")


def test_a_claim_that_moves_names_no_level():
    assert move([], [], "", 0, ()).level_key == ""
