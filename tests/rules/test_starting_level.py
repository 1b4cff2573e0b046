"""Starting levels: no mandatory level is passed over without a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.starting_level import Step, needs_reason, passed_over, suggest

PHASES = ("proactive", "amicable", "collection", "legal")
LADDER = [
    Step(1, "friendly", -3, False, "proactive"),
    Step(2, "first", 10, False, "amicable"),
    Step(3, "reminder", 20, True, "amicable"),
    Step(4, "default", 30, True, "collection"),
]


@st.composite
def ladders(draw):
    steps = draw(
        st.lists(
            st.tuples(st.integers(-10, 90), st.booleans(), st.sampled_from(PHASES)),
            min_size=1,
            max_size=6,
        )
    )
    return [Step(place, f"level {place}", *step) for place, step in enumerate(steps, 1)]


@pytest.mark.parametrize(
    ("days", "level"), [(-5, None), (1, None), (10, "first"), (1000, "reminder")]
)
def test_suggestions(days, level):
    assert suggest(LADDER, days) == level


def test_what_is_passed_over():
    assert passed_over(LADDER, "default") == ("reminder",)
    assert passed_over(LADDER, "reminder") == ()
    assert needs_reason(LADDER, "default")
    assert not needs_reason(LADDER, "reminder")
    with pytest.raises(KeyError):
        passed_over(LADDER, "unknown")


@given(ladders(), st.integers(0, 2000))
def test_a_suggestion_never_needs_a_reason(steps, days):
    level = suggest(steps, days)
    if level is not None:
        assert not needs_reason(steps, level)
        assert not passed_over(steps, level)


@given(ladders(), st.integers(0, 2000), st.integers(0, 2000))
def test_an_older_claim_never_begins_with_an_earlier_level(steps, one, other):
    places = {step.level_key: step.sequence for step in steps} | {None: 0}
    younger, older = sorted((one, other))
    assert places[suggest(steps, younger)] <= places[suggest(steps, older)]


@pytest.mark.parametrize(
    ("days", "level"), [(9, None), (19, "first"), (20, "reminder")]
)
def test_a_level_is_suggested_from_its_day_on(days, level):
    assert suggest(LADDER[::-1], days) == level


def test_a_first_word_before_the_due_date_needs_no_reason():
    assert not needs_reason(LADDER, "friendly")
    assert needs_reason(LADDER[:1] + [Step(2, "court", 5, True, "legal")], "court")
