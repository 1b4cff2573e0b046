"""What a case of the law asks: which values are read as what, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from ar_dunning.rules.law_inputs import CaseError, Inputs

AMOUNT = 'an amount such as "100.00"'
NUMBER = 'a number such as "2.15"'
DAY = "a day such as 2026-01-31, from 1900 to 2199,"
AMOUNTS = 'a list of amounts such as ["100.00"]'
WORDS = "a list of red, green, blue, each once at most,"
COLOURS = ("red", "green", "blue")
DEFAULT = object()


def read(kind, value, *arguments):
    return getattr(Inputs({"key": value}), kind)("key", *arguments)


def refusal(kind, value, *arguments):
    with pytest.raises(CaseError) as caught:
        read(kind, value, *arguments)
    return str(caught.value)


# -- figures ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("0.01", "0.01"),
        ("-5", "-5"),
        (" 750.00 ", "750.00"),
        ("10.5000", "10.50"),
        (7, "7"),
        (7.25, "7.25"),
        (Decimal("75E1"), "750"),
        (Decimal("7.50"), "7.5"),
        ("1000000000000000", "1E15"),
        ("-1000000000000000.00", "-1E15"),
    ],
)
def test_an_amount(value, amount):
    assert read("amount", value) == Decimal(amount)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "ten",
        "1.001",
        "1.111",
        "1e2",
        "1,00",
        ".5",
        "5.",
        "+5",
        "1 000",
        True,
        [1],
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("0.001"),
        Decimal("1E-999999"),
        "1000000000000000.01",
        "-1000000000000000.01",
        10**16,
    ],
    ids=str,
)
def test_no_amount(value):
    assert refusal("amount", value) == f"key: {AMOUNT} is expected, not {value}"


def test_a_number_may_have_eight_decimals():
    assert read("number", "2.15") == Decimal("2.15")
    assert read("number", "0.12345678") == Decimal("0.12345678")
    assert refusal("number", "0.123456789") == (
        f"key: {NUMBER} is expected, not 0.123456789"
    )


@pytest.mark.parametrize("value", ["-2", 3, "3.00", Decimal(0)])
def test_a_whole_number_lies_between_two_limits_or_is_one_of_them(value):
    whole = read("whole", value, -2, 3)
    assert whole == Decimal(value) and isinstance(whole, int)


@pytest.mark.parametrize("value", ["-3", 4, "0.5", "two", True])
def test_no_whole_number_between_the_limits(value):
    assert refusal("whole", value, -2, 3) == (
        f"key: a whole number from -2 to 3 is expected, not {value}"
    )


@pytest.mark.parametrize(
    ("value", "amounts"),
    [
        (["1.00", 2], [1, 2]),
        ("1.50", [Decimal("1.5")]),
        ([3], [3]),
    ],
    ids=str,
)
def test_amounts(value, amounts):
    assert read("amounts", value) == amounts


@pytest.mark.parametrize("value", [[], ["1.00", "two"], ["1.001"], "two"], ids=str)
def test_no_amounts(value):
    assert refusal("amounts", value) == f"key: {AMOUNTS} is expected, not {value}"


# -- days, yes and no, words --------------------------------------------------


@pytest.mark.parametrize("text", ["1900-01-01", "2024-02-29", "2199-12-31"])
def test_a_day(text):
    assert read("day", text) == date.fromisoformat(text)


@pytest.mark.parametrize(
    "value",
    [
        "1899-12-31",
        "2200-01-01",
        "2026-02-29",
        "2026-1-31",
        "20260131",
        "31-01-2026",
        20260131,
        date(2026, 1, 31),
    ],
    ids=str,
)
def test_no_day(value):
    assert refusal("day", value) == f"key: {DAY} is expected, not {value}"


@pytest.mark.parametrize(
    ("values", "flag"),
    [
        ((True, "true", "True", "yes", " YES ", "1", 1), True),
        ((False, "false", "False", "no", " NO ", "0", 0), False),
    ],
)
def test_yes_and_no_in_the_words_that_programs_have_for_them(values, flag):
    for value in values:
        assert read("flag", value) is flag
        assert read("flag", value, None) is flag


@pytest.mark.parametrize("value", ["", "perhaps", "ja", 2, []], ids=str)
def test_neither_yes_nor_no(value):
    assert refusal("flag", value) == f"key: true or false is expected, not {value}"


def test_a_text_may_come_as_a_number_of_digits():
    assert read("text", "BE68") == "BE68"
    assert read("text", 123) == "123"


@pytest.mark.parametrize("value", [True, 1.5, ["a"]], ids=str)
def test_no_text(value):
    assert refusal("text", value) == f"key: a text is expected, not {value}"


def test_one_of_a_few_words():
    assert read("choice", "green", iter(COLOURS)) == "green"
    assert refusal("choice", "grey", COLOURS) == (
        "key: one of red, green, blue is expected, not grey"
    )


@pytest.mark.parametrize("words", [["blue", "red"], ["green"], []], ids=str)
def test_words_come_in_the_order_given(words):
    assert read("words", words, iter(COLOURS), ()) == tuple(words)


@pytest.mark.parametrize(
    "value",
    [
        "red",
        ["red", "red"],
        ["red", "blue", "blue"],
        ["grey"],
        ["red", "grey"],
        {"red": 1},
    ],
    ids=str,
)
def test_no_words_out_of_a_few(value):
    assert refusal("words", value, COLOURS, ()) == (
        f"key: {WORDS} is expected, not {value}"
    )


# -- records ------------------------------------------------------------------


def test_records_are_read_one_by_one():
    inputs = Inputs({"paid": [{"amount": "1"}, {"amount": "2"}], "refused": ()})
    assert [each.amount("amount") for each in inputs.records("paid")] == [1, 2]
    assert inputs.records("refused") == inputs.records("more") == []
    inputs.refuse_rest()


def test_records_of_two_keys_stay_apart():
    inputs = Inputs({"paid": [{"a": "1"}], "owed": [{"a": "2"}, {"a": "3"}]})
    assert [each.amount("a") for each in inputs.records("paid")] == [1]
    assert [each.amount("a") for each in inputs.records("owed")] == [2, 3]


def test_no_records():
    expected = "key: a list of objects is expected, not 3"
    assert refusal("records", 3) == expected
    assert refusal("records", [{}, 3]) == "key 2: an object with keys is expected"


# -- what is not there, and what is there too much ----------------------------

KINDS = [
    pytest.param("amount", (), AMOUNT, id="amount"),
    pytest.param("number", (), NUMBER, id="number"),
    pytest.param("day", (), DAY, id="day"),
    pytest.param("flag", (), "true or false", id="flag"),
    pytest.param("text", (), "a text", id="text"),
    pytest.param("choice", (COLOURS,), "one of red, green, blue", id="choice"),
]


@pytest.mark.parametrize(("kind", "arguments", "expected"), KINDS)
@pytest.mark.parametrize("said", [{}, {"key": None}], ids=["absent", "null"])
def test_what_is_not_there_is_missed_or_takes_the_default(
    kind, arguments, expected, said
):
    read = getattr(Inputs(said), kind)
    with pytest.raises(CaseError) as caught:
        read("key", *arguments)
    assert str(caught.value) == f"key is missing: {expected} is expected"
    for default in (None, DEFAULT):
        assert read("key", *arguments, default) is default


@pytest.mark.parametrize(
    ("kind", "arguments", "expected"),
    [
        pytest.param("whole", (1, 9), "a whole number from 1 to 9", id="whole"),
        pytest.param("amounts", (), AMOUNTS, id="amounts"),
    ],
)
def test_what_has_no_default_is_missed(kind, arguments, expected):
    with pytest.raises(CaseError) as caught:
        getattr(Inputs({}), kind)("key", *arguments)
    assert str(caught.value) == f"key is missing: {expected} is expected"


def test_words_that_are_not_there_are_the_default():
    assert Inputs({}).words("key", COLOURS, ("red", "red")) == ("red", "red")


def test_what_no_rule_has_read_is_a_slip_of_the_pen():
    inputs = Inputs({"b": 1, "a": 2, "x": 3, "y": 4})
    assert (inputs.amount("b"), inputs.amount("a")) == (1, 2)
    with pytest.raises(CaseError) as caught:
        inputs.refuse_rest()
    assert str(caught.value) == "x: no such key in inputs, only a, b"


def test_keys_of_records_are_looked_at_as_well():
    inputs = Inputs({"paid": [{"amount": 1}, {"amount": 1, "on": 2}]}, "case")
    for each in inputs.records("paid"):
        each.amount("amount")
    with pytest.raises(CaseError) as caught:
        inputs.refuse_rest()
    assert str(caught.value) == "on: no such key in paid 2, only amount"


def test_a_case_is_an_object_with_keys():
    for said in ([], "a", None):
        with pytest.raises(CaseError) as caught:
            Inputs(said)
        assert str(caught.value) == "inputs: an object with keys is expected"


@pytest.mark.parametrize(
    ("length", "shown"), [(60, "x" * 60), (61, "x" * 59 + "…"), (900, "x" * 59 + "…")]
)
def test_a_long_value_is_told_in_sixty_letters(length, shown):
    assert refusal("amount", "x" * length) == (
        f"key: {AMOUNT} is expected, not {shown}"
    )


def test_a_figure_that_would_fill_a_memory_is_refused_as_it_is_written():
    figure = Decimal("1E+999999999")
    assert refusal("amount", figure).endswith("not 1E+999999999")
