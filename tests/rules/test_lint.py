"""Ladders and the law: one example of every finding, and what holds for all ladders."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.lint import (
    CODES,
    ERROR,
    WARNING,
    Finding,
    lint,
    longest_wait,
    merge,
)
from ar_dunning.rules.lint_terms import (
    Law,
    LintedContent,
    LintedCost,
    LintedLevel,
    LintedPolicy,
    LintedRegime,
)

CONSUMER = LintedRegime(
    law=Law("Consumer", "art. XIX.2"),
    costs=(LintedCost("lump_sum", "wait"), LintedCost("interest", "wait")),
    first_free=True,
    notice_channels=frozenset({"email", "letter"}),
    waits=(("email", 15), ("letter", 19)),
    quiet_from=8,
    quiet_to=22,
    contents=(
        LintedContent("Amount", "total", "first", "art. XIX.2, § 3"),
        LintedContent("Penalty", "costs_announced", "first"),
        LintedContent("Period", "waiting_period", "announcing"),
    ),
    policies=(LintedPolicy("lump_sum", "Lump sum"),),
    hours=(510, 1080),
)
ENTERPRISE = LintedRegime(
    law=Law("Enterprise", "art. 5"),
    costs=(LintedCost("fixed_amount", "due"), LintedCost("interest", "due")),
    policies=(LintedPolicy("fixed_amount", "Fixed amount"),),
)
TAX = LintedRegime(law=Law("Tax", "art. 11"), registered_days=36, first_free=True)

PRINTED = frozenset({"total", "claims", "creditor_identity"})
ANNOUNCED = PRINTED | {"costs_announced", "waiting_period"}
FRIENDLY = LintedLevel("friendly", phase="proactive", offset_days=-3)
REMINDER = LintedLevel("reminder", offset_days=10, says=PRINTED)
ANNOUNCING = replace(REMINDER, cost_action="announce", says=ANNOUNCED)
CALL = LintedLevel("call", channels=frozenset({"person"}), offset_days=25)
NOTICE = LintedLevel(
    "notice", phase="collection", offset_days=40, minimum_wait_days=19, says=PRINTED
)
HANDOVER = LintedLevel(
    "handover",
    kind="handover",
    phase="legal",
    channels=frozenset(),
    offset_days=90,
    minimum_wait_days=40,
)
LAWFUL = (FRIENDLY, ANNOUNCING, CALL, NOTICE, HANDOVER)


def codes(levels, *regimes, **values):
    return [
        (one.code, one.severity, one.level_key)
        for one in lint(levels, regimes, **values)
    ]


@pytest.mark.parametrize("regime", [CONSUMER, ENTERPRISE], ids=lambda one: one.law.name)
def test_a_lawful_ladder_has_no_finding(regime):
    assert codes(LAWFUL, regime) == []


def test_a_ladder_that_says_nothing_of_costs_needs_no_period():
    hasty = replace(NOTICE, minimum_wait_days=0)
    assert codes((REMINDER, hasty, HANDOVER), replace(CONSUMER, policies=())) == []


def test_a_lawful_ladder_of_a_tax():
    demand = replace(NOTICE, registered=True)
    assert codes((REMINDER, demand, HANDOVER), TAX) == []


def example(code, severity, key, levels, regime):
    return pytest.param(levels, regime, (code, severity, key), id=f"{code}-{key}")


def claim(level):
    return replace(level, cost_action="claim")


SMS = frozenset({"sms"})


@pytest.mark.parametrize(
    ("levels", "regime", "finding"),
    [
        example(
            "before_due",
            ERROR,
            "friendly",
            (replace(FRIENDLY, cost_action="announce"), REMINDER),
            ENTERPRISE,
        ),
        example(
            "first_not_free",
            ERROR,
            "reminder",
            (claim(REMINDER), NOTICE),
            replace(
                ENTERPRISE,
                first_free=True,
                costs=(LintedCost("reminder", "due"), *ENTERPRISE.costs),
                policies=(*ENTERPRISE.policies, LintedPolicy("reminder", "Postage")),
            ),
        ),
        example(
            "unannounced",
            ERROR,
            "notice",
            (REMINDER, replace(claim(NOTICE), says=ANNOUNCED)),
            CONSUMER,
        ),
        example(
            "only_due",
            WARNING,
            "reminder",
            (claim(REMINDER), NOTICE),
            replace(
                ENTERPRISE,
                costs=(*ENTERPRISE.costs, LintedCost("collection_costs", "wait")),
                policies=(
                    *ENTERPRISE.policies,
                    LintedPolicy("collection_costs", "Collection costs"),
                ),
            ),
        ),
        example(
            "no_notice",
            ERROR,
            "reminder",
            (replace(ANNOUNCING, channels=SMS), NOTICE),
            CONSUMER,
        ),
        example(
            "no_notice",
            ERROR,
            "call",
            (CALL, HANDOVER),
            replace(CONSUMER, policies=()),
        ),
        example(
            "partly_notice",
            WARNING,
            "reminder",
            (replace(ANNOUNCING, channels=SMS | {"letter"}), NOTICE),
            CONSUMER,
        ),
        example(
            "wait_short",
            ERROR,
            "notice",
            (ANNOUNCING, replace(NOTICE, minimum_wait_days=18)),
            CONSUMER,
        ),
        example(
            "nothing_allowed", ERROR, "reminder", (ANNOUNCING,), replace(TAX, waits=())
        ),
        example(
            "cost_not_allowed",
            ERROR,
            "",
            (REMINDER,),
            replace(TAX, policies=(LintedPolicy("lump_sum", "Lump sum, tax", True),)),
        ),
        example("never_claimed", WARNING, "", (REMINDER, NOTICE), CONSUMER),
        example(
            "content_missing",
            ERROR,
            "reminder",
            (replace(ANNOUNCING, says=PRINTED - {"total"} | {"waiting_period"}),),
            replace(CONSUMER, contents=CONSUMER.contents[:1]),
        ),
        example(
            "content_missing",
            ERROR,
            "reminder",
            (REMINDER,),
            replace(TAX, contents=(LintedContent("Help", "debt_help", "every"),)),
        ),
        example(
            "content_missing",
            WARNING,
            "notice",
            (REMINDER, replace(NOTICE, registered=True), HANDOVER),
            replace(TAX, contents=(LintedContent("Who", "creditor", "handover"),)),
        ),
        example(
            "quiet_hours",
            ERROR,
            "call",
            (ANNOUNCING, CALL),
            replace(CONSUMER, hours=(480, 1350), notice_channels=frozenset()),
        ),
        example(
            "quiet_hours",
            WARNING,
            "reminder",
            (ANNOUNCING,),
            replace(CONSUMER, hours=(420, 1080)),
        ),
        example("registered_missing", ERROR, "handover", (REMINDER, HANDOVER), TAX),
        example(
            "registered_missing",
            ERROR,
            "handover",
            (REMINDER, replace(NOTICE, registered=True, mandatory=False), HANDOVER),
            TAX,
        ),
        example(
            "registered_wait",
            ERROR,
            "handover",
            (replace(NOTICE, registered=True), replace(HANDOVER, minimum_wait_days=35)),
            TAX,
        ),
        example(
            "checklist",
            WARNING,
            "handover",
            (REMINDER, HANDOVER),
            LintedRegime(Law("Rent"), checklist=True),
        ),
        example(
            "rate_unknown",
            WARNING,
            "",
            (ANNOUNCING,),
            replace(
                CONSUMER,
                rate_known=False,
                policies=(*CONSUMER.policies, LintedPolicy("interest", "Interest")),
            ),
        ),
        example(
            "unverified", WARNING, "", (ANNOUNCING,), replace(CONSUMER, verified=False)
        ),
    ],
)
def test_one_thing_that_is_wrong(levels, regime, finding):
    found = codes(levels, regime)
    assert finding in found
    assert {one for one in found if one[1] == ERROR} <= {finding}


def test_without_any_law_nothing_can_be_charged():
    assert codes((ANNOUNCING,)) == [("law_unknown", WARNING, "")]
    assert codes((REMINDER,), charges=True) == [("law_unknown", WARNING, "")]
    assert codes((REMINDER,)) == []


def test_costs_announced_after_they_were_claimed_come_too_late():
    late = replace(NOTICE, cost_action="announce", says=ANNOUNCED)
    assert ("unannounced", ERROR, "reminder") in codes(
        (claim(REMINDER), late), CONSUMER
    )


def test_what_an_enterprise_has_to_be_told_first_is_announced_by_the_claim():
    waiting = replace(
        ENTERPRISE,
        costs=tuple(replace(cost, starts="wait") for cost in ENTERPRISE.costs),
    )
    found = codes((claim(REMINDER), NOTICE), waiting)
    assert ("only_due", WARNING, "reminder") in found
    assert "unannounced" not in {code for code, _severity, _level in found}


def test_time_passes_on_the_levels_between_that_are_never_skipped():
    hasty = replace(NOTICE, minimum_wait_days=10)
    call = replace(CALL, minimum_wait_days=9)
    assert codes((ANNOUNCING, call, hasty), CONSUMER) == []
    skipped = replace(call, mandatory=False)
    found = lint((ANNOUNCING, skipped, hasty), [CONSUMER])
    assert [(one.code, one.values) for one in found] == [
        ("wait_short", (("days", 19),))
    ]


def test_time_passes_between_the_registered_notice_and_the_handover():
    registered = replace(NOTICE, registered=True)
    handover = replace(HANDOVER, minimum_wait_days=20)
    last = replace(REMINDER, key="last", minimum_wait_days=16)
    assert codes((registered, last, handover), TAX) == []
    assert codes((registered, replace(last, mandatory=False), handover), TAX) == [
        ("registered_wait", ERROR, "handover")
    ]


def test_a_short_period_over_the_channel_that_is_used():
    by_email = replace(ANNOUNCING, channels=frozenset({"email"}))
    assert codes((by_email, replace(NOTICE, minimum_wait_days=15)), CONSUMER) == []


def test_a_cost_for_others_is_nothing_to_this_law():
    everybody = LintedPolicy("fixed_amount", "Fixed amount")
    regime = replace(CONSUMER, policies=(*CONSUMER.policies, everybody))
    assert codes(LAWFUL, regime) == []
    # Where the law allows no cost at all, a ladder that speaks of costs means it.
    taxed = replace(TAX, costs=(LintedCost("interest", "due"),), policies=(everybody,))
    assert codes((ANNOUNCING,), taxed) == [("cost_not_allowed", ERROR, "reminder")]
    # A policy for everybody is no mistake where others of them may be charged.
    contracts = replace(taxed, agreements=True)
    assert codes((ANNOUNCING,), contracts) == [
        ("cost_not_allowed", WARNING, "reminder")
    ]


def test_a_ladder_for_everybody_may_speak_of_costs_where_a_contract_bears_none():
    nothing = replace(TAX, waits=(), agreements=True)
    assert codes((ANNOUNCING,), nothing) == [("nothing_allowed", WARNING, "reminder")]


def test_what_may_come_but_need_not_is_a_warning():
    assert codes((REMINDER, HANDOVER), replace(TAX, sure=False)) == [
        ("registered_missing", WARNING, "handover")
    ]


def test_the_same_under_several_laws_is_said_once():
    older = replace(TAX, law=Law("Fine", "art. 12"))
    [found] = lint((REMINDER, HANDOVER), [TAX, older, TAX])
    assert found.laws == (TAX.law, older.law)
    [found] = lint((REMINDER, HANDOVER), [replace(TAX, sure=False), older])
    assert (found.laws, found.is_error) == ((older.law,), True)
    [found] = lint((REMINDER, HANDOVER), [older, replace(TAX, sure=False)])
    assert found.laws == (older.law,)


def test_a_required_content_names_its_own_article():
    silent = replace(ANNOUNCING, says=ANNOUNCED - {"total"})
    [found] = lint((silent,), [CONSUMER])
    assert found.laws == (Law("Consumer", "art. XIX.2, § 3"),)


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (("day_after_sending", 1, 14, 0, False), 15),
        (("receipt", 1, 14, 0, False), 15),
        (("working_day_after_sending", 3, 14, 0, False), 19),
        (("delivery_day", 2, 14, 0, False), 19),
        (("working_day_after_sending", 3, 0, 1, False), 36),
        (("day_after_sending", 1, 14, 0, True), 17),
    ],
)
def test_the_longest_wait(rule, days):
    assert longest_wait(*rule) == days


actions = st.sampled_from(("none", "announce", "claim"))
channel_sets = st.frozensets(st.sampled_from(("email", "letter", "sms", "person")))


@st.composite
def ladders(draw):
    steps = draw(
        st.lists(
            st.tuples(
                st.sampled_from(("notice", "handover")),
                st.sampled_from(("proactive", "amicable", "legal")),
                actions,
                channel_sets,
                st.integers(-5, 90),
                st.integers(0, 60),
                st.booleans(),
                st.booleans(),
            ),
            max_size=5,
        )
    )
    return tuple(LintedLevel(f"level {at}", *step) for at, step in enumerate(steps))


@st.composite
def regimes(draw):
    base = draw(st.sampled_from((CONSUMER, ENTERPRISE, TAX)))
    return replace(base, sure=draw(st.booleans()), verified=draw(st.booleans()))


@given(ladders(), st.lists(regimes(), max_size=4), st.booleans())
def test_findings_are_told_once_errors_first_and_of_levels_there_are(
    levels, known, charges
):
    found = lint(levels, known, charges)
    assert len({(one.code, one.level_key, one.values) for one in found}) == len(found)
    assert sorted(one.severity for one in found) == [one.severity for one in found]
    assert {one.level_key for one in found} <= {"", *(one.key for one in levels)}
    assert {one.code for one in found} <= set(CODES)


@given(ladders(), st.lists(regimes(), max_size=4))
def test_nothing_that_is_only_possible_stops_a_ladder(levels, known):
    possible = [replace(regime, sure=False) for regime in known]
    assert not any(one.is_error for one in lint(levels, possible))


@given(ladders(), st.lists(regimes(), min_size=1, max_size=4))
def test_a_law_more_never_takes_a_finding_away(levels, known):
    def said(findings):
        return {(one.code, one.level_key, one.values) for one in findings}

    assert said(lint(levels, known[1:] or known)) <= said(lint(levels, known))


@given(ladders(), regimes())
def test_whoever_says_nothing_of_costs_makes_no_error_of_costs(levels, regime):
    silent = [replace(level, cost_action="none") for level in levels]
    errors = {one.code for one in lint(silent, [regime]) if one.is_error}
    assert errors <= {"no_notice", "registered_missing", "registered_wait"}


@given(ladders(), st.lists(regimes(), max_size=4))
def test_the_order_of_the_laws_changes_nothing_but_their_order(levels, known):
    def said(findings):
        return {
            (one.code, one.severity, one.level_key, one.values, frozenset(one.laws))
            for one in findings
        }

    assert said(lint(levels, known)) == said(lint(levels, known[::-1]))


def test_findings_that_differ_stay_apart():
    one = Finding("wait_short", ERROR, "notice", values=(("days", 15),))
    assert len(merge([one, replace(one, values=(("days", 19),))])) == 2
