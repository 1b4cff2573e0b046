"""Configuration as text: what is refused, what differs, and YAML there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.procedure_text import (
    BOOLEAN,
    CHOICE,
    INTEGER,
    MISSING,
    NO_CHOICE,
    NO_ENGLISH,
    RECORDS,
    TEXT,
    TEXTS,
    TWICE,
    UNKNOWN,
    WORDS,
    WRONG_TYPE,
    Field,
    Problem,
    Record,
    check,
    differences,
    flatten,
)
from ar_dunning.tools import yaml_file

LEVEL = Record(
    {
        "key": Field(TEXT, required=True),
        "name": Field(WORDS),
        "days": Field(INTEGER),
        "mandatory": Field(BOOLEAN),
        "mode": Field(CHOICE, choices=("automatic", "task")),
        "channels": Field(TEXTS, choices=("email", "letter")),
    },
    "key",
)
FILE = Record({"levels": Field(RECORDS, record=LEVEL)})

# What a file can hold: no control characters, which YAML cannot write down.
TEXTS_OF_FILES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(-1000, 1000).map(lambda number: round(number, 2))
    | TEXTS_OF_FILES
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXTS_OF_FILES, inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_any_value_is_judged_without_an_error(value):
    for problem in check(value, FILE):
        assert isinstance(problem, Problem)
        assert problem.code


@given(st.lists(VALUES, max_size=3))
def test_any_list_of_levels_is_judged_without_an_error(levels):
    list(check({"levels": levels}, FILE))


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ({"name": "A"}, MISSING),
        ({"key": 1}, WRONG_TYPE),
        ({"key": "a", "days": True}, WRONG_TYPE),
        ({"key": "a", "days": 10**12}, WRONG_TYPE),
        ({"key": "a", "dayz": 1}, UNKNOWN),
        ({"key": "a", "mode": "letter"}, NO_CHOICE),
        ({"key": "a", "channels": ["email", "email"]}, TWICE),
        ({"key": "a", "channels": ["pigeon"]}, NO_CHOICE),
        ({"key": "a", "name": {"nl": "A"}}, NO_ENGLISH),
    ],
)
def test_mistakes(level, code):
    assert [problem.code for problem in check({"levels": [level]}, FILE)] == [code]


def test_a_key_that_looks_like_another_is_suggested():
    [problem] = check({"levels": [{"key": "a", "dayz": 1}]}, FILE)
    assert (problem.path, problem.hint) == (("levels", 0, "dayz"), "days")


def test_a_key_like_no_other_gets_only_the_nearest():
    [problem] = check({"levels": [{"key": "a", "xylophone": 1}]}, FILE)
    assert 1 <= len(problem.hint.split(", ")) <= 3


@given(VALUES)
def test_nothing_differs_from_itself(value):
    assert differences(value, value) == []


@given(
    st.dictionaries(TEXTS_OF_FILES, SCALARS), st.dictionaries(TEXTS_OF_FILES, SCALARS)
)
def test_every_difference_is_told_once(old, new):
    told = {path: (before, after) for path, before, after in differences(old, new)}
    before, after = flatten(old), flatten(new)
    for path in before.keys() | after.keys():
        pair = (before.get(path, ""), after.get(path, ""))
        assert told.get(path) == (pair if pair[0] != pair[1] else None)


def test_a_level_in_between_is_not_a_change_of_all_that_follow():
    old = {"levels": [{"key": "a", "days": 1}, {"key": "c", "days": 3}]}
    new = {"levels": [*old["levels"][:1], {"key": "b", "days": 2}, old["levels"][1]]}
    assert [path for path, _old, _new in differences(old, new)] == [
        ("levels", "order"),
        ("levels", "b", "key"),
        ("levels", "b", "days"),
    ]


@given(st.dictionaries(TEXTS_OF_FILES, VALUES, min_size=1, max_size=4))
def test_what_is_written_is_read_again(data):
    text = written(data)
    assert yaml_file.read(text).data == data
    assert written(yaml_file.read(text).data) == text


def written(data):
    comment = ["A comment: with [brackets]"]
    sections = [(key, value, comment) for key, value in data.items()]
    return yaml_file.write(["Title"], sections)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        yaml_file.read(text)
    except yaml_file.YamlError as error:
        assert error.code
        assert error.line >= 0


def test_lines_are_those_of_the_file():
    found = yaml_file.read("# title\nlevels:\n  - key: a\n    days: 1\n")
    assert found.lines["levels", 0, "days"] == 4
