"""Placeholders: names are replaced, everything else is text."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.placeholders import Problem, check, fill, fill_html

NAMES = ["debtor", "creditor", "total", "oldest_due_date"]
VALUES = st.dictionaries(st.sampled_from(NAMES), st.text(max_size=12))
PIECES = st.lists(
    st.sampled_from([*(f"{{{name}}}" for name in NAMES), "{", "}", "{x}", "{}", "%s"])
    | st.text(max_size=6)
)
TEXTS = PIECES.map("".join) | st.text()


def fill_by_hand(text, values):
    """Read sign by sign; remember where the last brace opened."""
    done, pending = "", None
    for sign in text:
        if sign == "{":
            done += "" if pending is None else "{" + pending
            pending = ""
        elif pending is None:
            done += sign
        elif sign == "}":
            done += values.get(pending, "{" + pending + "}")
            pending = None
        else:
            pending += sign
    return done if pending is None else done + "{" + pending


@given(TEXTS, VALUES)
def test_fill_is_what_a_reader_fills_in(text, values):
    assert fill(text, values) == fill_by_hand(text, values)


@given(TEXTS, VALUES)
def test_a_text_without_problems_keeps_no_brace(text, values):
    blank = dict.fromkeys(values, "")
    if not check(text, values):
        assert not set("{}") & set(fill(text, blank))
    else:
        assert set("{}") & set(fill(text, blank))


@given(TEXTS)
def test_without_values_nothing_changes(text):
    assert fill(text, {}) == text


@given(TEXTS, VALUES)
def test_problems_are_named_where_they_stand(text, values):
    problems = check(text, values)
    assert [problem.position for problem in problems] == sorted(
        {problem.position for problem in problems}
    )
    for problem in problems:
        assert text.startswith(problem.fragment, problem.position)


@given(PIECES.map("".join), VALUES)
def test_no_value_brings_markup_into_html(text, values):
    filled = fill_html(text, values)
    for sign in "<>\"'":
        assert filled.count(sign) == text.count(sign)
    escaped = {name: html.escape(value) for name, value in values.items()}
    assert filled == fill_by_hand(text, escaped)


@pytest.mark.parametrize(
    "text",
    [
        "{debtor.__class__}",
        "{debtor[0]}",
        "{debtor!r}",
        "{debtor:>999999999}",
        "{0}",
        "{}",
        "{ debtor }",
        "{{debtor.name}}",
        "%(debtor)s ${debtor.x} #{1+1}",
    ],
)
def test_nothing_but_a_name_is_looked_up(text):
    assert fill(text, {"debtor": "SECRET"}) == text
    problems = check(text, {"debtor"})
    assert problems and {problem.kind for problem in problems} == {"malformed"}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("{debtor}", []),
        ("no braces", []),
        ("{debter}", [("unknown", "{debter}", 0)]),
        ("a {Debtor}", [("malformed", "{Debtor}", 2)]),
        ("{debtor", [("malformed", "{", 0)]),
        ("debtor}", [("malformed", "}", 6)]),
        ("{{debtor}}", [("malformed", "{", 0), ("malformed", "}", 9)]),
        ("{x} } {y}", [("unknown", "{x}", 0), ("malformed", "}", 4)]),
    ],
)
def test_check_examples(text, problems):
    found = check(text, {"debtor", "y"})
    assert found == [Problem(*problem) for problem in problems]


def test_a_value_is_not_looked_at_again():
    values = {"debtor": "{creditor}", "creditor": "{debtor}"}
    assert fill("{debtor} {creditor}", values) == "{creditor} {debtor}"


def test_a_value_is_safe_in_a_quoted_attribute():
    filled = fill_html('<a title="{debtor}">', {"debtor": "\"><script>'&"})
    assert filled == '<a title="&quot;&gt;&lt;script&gt;&#x27;&amp;">'
