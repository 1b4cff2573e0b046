"""What the linter looks at: a level as it is by itself, and what it asks for."""

import pytest

from ar_dunning.rules.lint_terms import (
    ANNOUNCE,
    CLAIM,
    Law,
    LintedContent,
    LintedLevel,
    LintedPolicy,
    LintedRegime,
)


def test_a_level_is_a_friendly_notice_that_says_nothing_of_costs():
    level = LintedLevel("first")
    assert level == LintedLevel(
        "first",
        kind="notice",
        phase="amicable",
        cost_action="none",
        channels=frozenset({"email", "letter"}),
        offset_days=0,
        minimum_wait_days=0,
        mandatory=True,
        registered=False,
        says=frozenset(),
    )


@pytest.mark.parametrize(
    ("facts", "is_written", "is_demand"),
    [
        pytest.param({}, True, True, id="a notice"),
        pytest.param({"phase": "proactive"}, True, False, id="before the due date"),
        pytest.param({"channels": frozenset({"person"})}, False, False, id="a call"),
        pytest.param(
            {"channels": frozenset({"person", "email"})}, True, True, id="call and mail"
        ),
        pytest.param({"kind": "task"}, False, False, id="a task"),
        pytest.param({"kind": "handover"}, False, True, id="a handover"),
        pytest.param(
            {"kind": "handover", "phase": "proactive"}, False, True, id="an early one"
        ),
    ],
)
def test_what_asks_for_what_is_overdue(facts, is_written, is_demand):
    level = LintedLevel("level", **facts)
    assert level.is_written is is_written
    assert level.is_demand is is_demand


@pytest.mark.parametrize(
    ("cost_action", "speaks"), [(ANNOUNCE, True), (CLAIM, True), ("none", False)]
)
def test_who_announces_or_claims_speaks_of_costs(cost_action, speaks):
    assert LintedLevel("level", cost_action=cost_action).speaks_of_costs is speaks


def test_a_law_of_which_nothing_is_known_demands_nothing():
    """It has no costs, no waits and no quiet hours, and its rows are all verified."""
    assert LintedRegime(Law("law")) == LintedRegime(
        Law("law", article=""),
        sure=True,
        costs=(),
        first_free=False,
        notice_channels=frozenset(),
        waits=(),
        registered_days=0,
        quiet_from=0,
        quiet_to=24,
        checklist=False,
        contents=(),
        policies=(),
        hours=None,
        rate_known=True,
        verified=True,
    )


def test_what_is_not_said_is_not_there():
    assert LintedPolicy("interest", "Interest").aimed is False
    assert LintedContent("Who", "creditor", "every").article == ""
