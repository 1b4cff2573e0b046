"""The changes that mutation tests make: which there are, and what is left alone."""

import textwrap

import pytest

from mutation.changes import changes


def told(source):
    """Every change of a program, as (kind, before, after)."""
    return [
        (change.kind, change.before, change.after)
        for change in changes(textwrap.dedent(source))
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            "a < b",
            [("comparison", "a < b", "a <= b"), ("comparison", "a < b", "a >= b")],
            id="a limit and its contrary",
        ),
        pytest.param(
            "a in b", [("comparison", "a in b", "a not in b")], id="membership"
        ),
        pytest.param("a - b", [("arithmetic", "a - b", "a + b")], id="sign"),
        pytest.param("-a", [("arithmetic", "-a", "a")], id="sign of one figure"),
        pytest.param("a and b", [("boolean", "a and b", "a or b")], id="and"),
        pytest.param("not a", [("boolean", "not a", "a")], id="not"),
        pytest.param("x = 3", [("constant", "3", "4")], id="number"),
        pytest.param("x = True", [("constant", "True", "False")], id="yes"),
        pytest.param("x = 'kept'", [("constant", "'kept'", "'XXkeptXX'")], id="word"),
        pytest.param(
            "D('0.15')", [("constant", "'0.15'", "'0.16'")], id="amount in words"
        ),
        pytest.param("min(a)", [("function", "min", "max")], id="the least"),
        pytest.param(
            "r = ROUND_HALF_UP",
            [("function", "ROUND_HALF_UP", "'ROUND_HALF_DOWN'")],
            id="rounding",
        ),
        pytest.param("x = a if b else c", [("condition", "b", "not b")], id="choice"),
        pytest.param("[a for a in b if a]", [("condition", "a", "not a")], id="filter"),
        pytest.param(
            "while a:\n    break",
            [("condition", "a", "not a"), ("loop", "break", "continue")],
            id="loop",
        ),
        pytest.param("def f(a):\n    return a", [("return", "a", "None")], id="result"),
        pytest.param(
            "if not a:\n    b()", [("boolean", "not a", "a")], id="contrary only once"
        ),
    ],
)
def test_each_kind_of_change(source, expected):
    assert told(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        pytest.param('"""What it does."""', id="docstring"),
        pytest.param('raise ValueError("too late")', id="wording of an error"),
        pytest.param("LATE = 'late'", id="word that repeats its name"),
        pytest.param("x: int | None", id="type hint"),
        pytest.param("def f(a: 'A | B') -> int | None: pass", id="hints of a function"),
        pytest.param("T = Literal['one', 'two']", id="names of a type"),
        pytest.param("@decorate(frozen=True)\nclass A: pass", id="decorator"),
        pytest.param("def f():\n    return None", id="nothing to return"),
    ],
)
def test_what_no_rule_consists_of_is_left_alone(source):
    assert told(source) == []


def test_changes_come_in_the_order_of_the_text_with_their_line():
    found = changes("one = 1\ntwo = [\n    2,\n    3,\n]\n")
    assert [(change.line, change.column) for change in found] == [
        (1, 6),
        (3, 4),
        (4, 4),
    ]


def test_a_change_reads_as_a_line_of_the_report():
    [change] = changes("limit = 30")
    assert str(change) == "1  constant: 30  ->  31"


def test_each_change_is_made_alone_and_taken_back():
    source = "a = 1\nb = a < 2\n"
    results = []
    for change in changes(source):
        space = {}
        exec(change.compiled("rule.py"), space)
        results.append((space["a"], space["b"]))
    # The constant 1; the comparison twice; the constant 2.
    assert results == [(2, False), (1, True), (1, False), (1, True)]


def test_every_comparison_of_a_chain_has_its_turn():
    assert [after for _kind, _before, after in told("a < b <= c")] == [
        "a <= b <= c",
        "a >= b <= c",
        "a < b < c",
        "a < b > c",
    ]
