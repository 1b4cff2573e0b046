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
    NUMBER,
    RECORD,
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
    key_of,
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
        ({"key": "a", "mandatory": "yes"}, WRONG_TYPE),
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


SETTINGS = Record(
    {
        "rate": Field(NUMBER),
        "words": Field(WORDS),
        "tags": Field(TEXTS),
        "sender": Field(RECORD, record=Record({"email": Field(TEXT, required=True)})),
    }
)


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        pytest.param({"rate": 0.5, "tags": ["a", "b"]}, [], id="all is well"),
        pytest.param({"rate": None}, [], id="nothing is no mistake"),
        pytest.param(
            {"rate": "a half"},
            [Problem(("rate",), WRONG_TYPE, "a half", NUMBER)],
            id="words for a number",
        ),
        pytest.param(
            {"rate": float("nan")},
            [Problem(("rate",), WRONG_TYPE, "nan", NUMBER)],
            id="a number that is none",
        ),
        pytest.param(
            {"sender": "me"},
            [Problem(("sender",), WRONG_TYPE, "me", RECORD)],
            id="a text for a record",
        ),
        pytest.param(
            {"sender": {}},
            [Problem(("sender",), MISSING, "", "email")],
            id="a record without what it needs",
        ),
        pytest.param(
            {"tags": "a"},
            [Problem(("tags",), WRONG_TYPE, "a", TEXTS)],
            id="a text for a list",
        ),
        pytest.param(
            {"tags": ["a", 2]},
            [Problem(("tags", 1), WRONG_TYPE, "2", TEXT)],
            id="a number in a list of texts",
        ),
        pytest.param({"words": "Reminder"}, [], id="words in one language"),
        pytest.param({"words": {"en": "Reminder", "nl": "Herinnering"}}, [], id="two"),
        pytest.param(
            {"words": 7},
            [Problem(("words",), WRONG_TYPE, "7", WORDS)],
            id="a number for words",
        ),
        pytest.param(
            {"words": {"en": "Reminder", "nl": 1}},
            [Problem(("words", "nl"), WRONG_TYPE, "1", TEXT)],
            id="a number for a translation",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(data, problems):
    assert list(check(data, SETTINGS)) == problems


def test_a_file_of_another_shape_is_refused():
    assert list(check(["levels"], FILE)) == [
        Problem((), WRONG_TYPE, "['levels']", RECORD)
    ]
    assert list(check({"levels": "none"}, FILE)) == [
        Problem(("levels",), WRONG_TYPE, "none", RECORDS)
    ]


def test_two_levels_with_one_key_are_told():
    levels = [{"key": "a"}, {"key": "b"}, {"key": "a"}]
    assert list(check({"levels": levels}, FILE)) == [
        Problem(("levels", 2), TWICE, "a", "key")
    ]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        pytest.param({"name": "Fee"}, "Fee", id="text"),
        pytest.param({"name": {"nl": "Kost", "en": "Fee"}}, "Fee", id="words"),
        pytest.param({"name": {"nl": "Kost"}}, "", id="words without English"),
        pytest.param({"name": 7}, "", id="number"),
        pytest.param({}, "", id="without"),
        pytest.param("Fee", "", id="no record"),
    ],
)
def test_by_what_a_record_is_told_apart(value, name):
    assert key_of(value, "name") == name


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(True, "yes", id="yes"),
        pytest.param(False, "no", id="no"),
        pytest.param(None, "", id="nothing"),
        pytest.param([1, 2], "1, 2", id="list"),
        pytest.param([], "", id="empty list"),
        pytest.param(0.5, "0.5", id="number"),
    ],
)
def test_values_as_text(value, shown):
    assert flatten({"rate": value}) == {("rate",): shown}


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


LIMIT = 2_147_483_647  # of a whole number in the database


@pytest.mark.parametrize("key", ["days", "rate"])
@pytest.mark.parametrize("number", [LIMIT, -LIMIT, 0])
def test_numbers_that_the_database_holds_are_taken(key, number):
    kinds = Record({"days": Field(INTEGER), "rate": Field(NUMBER)})
    assert list(check({key: number}, kinds)) == []
    larger = number + 1 if number >= 0 else number - 1
    refused = [Problem((key,), WRONG_TYPE, str(larger), kinds.fields[key].kind)]
    assert list(check({key: larger}, kinds)) == (refused if number else [])


def test_a_level_without_mistakes():
    level = {
        "key": "a",
        "name": {"en": "Reminder"},
        "days": 14,
        "mandatory": False,
        "mode": "task",
        "channels": ["email", "letter"],
    }
    assert list(check({"levels": [level]}, FILE)) == []


def test_only_the_nearest_key_is_suggested():
    known = Record({"day": Field(INTEGER), "days": Field(INTEGER)})
    [problem] = check({"dayss": 1}, known)
    assert problem == Problem(("dayss",), UNKNOWN, "dayss", "days")


def test_keys_unlike_all_others_get_three_suggestions():
    known = Record({name: Field(TEXT) for name in ("aa", "bb", "cc", "dd")})
    [problem] = check({"xyz": 1}, known)
    assert problem.hint == "dd, cc, bb"


def test_a_choice_is_told_with_those_there_are():
    level = {"key": "a", "mode": "letter", "channels": ["pigeon"]}
    assert list(check({"levels": [level]}, FILE)) == [
        Problem(("levels", 0, "mode"), NO_CHOICE, "letter", "automatic, task"),
        Problem(("levels", 0, "channels", 0), NO_CHOICE, "pigeon", "email, letter"),
    ]


def test_words_without_english_are_told_with_their_place():
    [problem] = check({"words": {"nl": "Herinnering"}}, SETTINGS)
    assert (problem.path, problem.code) == (("words",), NO_ENGLISH)
    assert (problem.value, problem.hint) == ("", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("x" * 40, "x" * 40), ("x" * 41, "x" * 39 + "…")],
)
def test_a_long_value_is_shortened(text, shown):
    level = {"key": "a", "mode": text}
    [problem] = check({"levels": [level]}, FILE)
    assert problem.value == shown


def test_the_order_of_levels_is_a_value_too():
    old, new = [{"key": "a"}, {"key": "b"}], [{"key": "b"}, {"key": "a"}]
    assert differences({"levels": old}, {"levels": new}) == [
        (("levels", "order"), "a, b", "b, a")
    ]


def test_a_record_without_a_value_has_no_name():
    assert flatten([{}]) == {("order",): ""}
