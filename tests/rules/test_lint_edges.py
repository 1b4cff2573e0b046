"""Ladders and the law: the exact limits of findings, and what they say."""

from dataclasses import replace

import pytest

from ar_dunning.rules.lint import ERROR, WARNING, Finding, lint, longest_wait, order
from ar_dunning.rules.lint_terms import (
    Law,
    LintedContent,
    LintedCost,
    LintedLevel,
    LintedPolicy,
    LintedRegime,
)

FREE = LintedRegime(Law("Law"))
WAITING = replace(
    FREE,
    costs=(LintedCost("lump_sum", "wait"), LintedCost("interest", "wait")),
    first_free=True,
    notice_channels=frozenset({"email", "letter"}),
    waits=(("email", 15), ("letter", 19)),
    policies=(LintedPolicy("lump_sum", "Lump sum"),),
)
FIRST = LintedLevel("first", offset_days=10)
SECOND = LintedLevel("second", offset_days=40, minimum_wait_days=30)
THIRD = LintedLevel("third", offset_days=70, minimum_wait_days=30)
CALL = LintedLevel("call", channels=frozenset({"person"}), offset_days=20)
HANDOVER = LintedLevel(
    "handover", "handover", "legal", channels=frozenset(), minimum_wait_days=40
)


def announce(level, **values):
    return replace(level, cost_action="announce", **values)


def claim(level, **values):
    return replace(level, cost_action="claim", **values)


def over(level, *channels):
    return replace(level, channels=frozenset(channels))


def codes(levels, *regimes, **values):
    return [
        (one.code, one.severity, one.level_key)
        for one in lint(levels, regimes, **values)
    ]


def values(levels, regime, code):
    """What the findings of one kind name, by level."""
    return {
        one.level_key: dict(one.values)
        for one in lint(levels, [regime])
        if one.code == code
    }


def missing(levels, *contents, **facts):
    """(level, block) of each content that is missed, of a law that wants these."""
    wanted = tuple(LintedContent(*content) for content in contents)
    return [
        (one.level_key, dict(one.values)["block"])
        for one in lint(levels, [replace(FREE, contents=wanted, **facts)])
        if one.code == "content_missing"
    ]


# -- how long to wait ---------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        pytest.param(("working_day_after_sending", 5, 14, 0, False), 21, id="a week"),
        pytest.param(("working_day_after_sending", 6, 14, 0, False), 24, id="a day on"),
        pytest.param(("working_day_after_sending", 11, 1, 0, False), 18, id="three"),
        pytest.param(("delivery_day", 6, 14, 0, False), 25, id="of delivery"),
        pytest.param(("day_after_sending", 6, 14, 0, False), 20, id="of the calendar"),
        pytest.param(("receipt", 1, 0, 2, False), 63, id="two months"),
    ],
)
def test_each_week_of_working_days_has_a_weekend(rule, days):
    assert longest_wait(*rule) == days


@pytest.mark.parametrize(
    ("channels", "days"),
    [
        pytest.param(["email"], 15, id="an e-mail"),
        pytest.param(["letter"], 19, id="a letter"),
        pytest.param(["email", "letter"], 19, id="the longer of the two"),
        pytest.param(["sms"], 19, id="as a letter, where the law names no other"),
    ],
)
def test_the_wait_of_a_channel(channels, days):
    law = replace(WAITING, notice_channels=frozenset())
    second = replace(SECOND, minimum_wait_days=days)
    levels = (announce(over(FIRST, *channels)), second)
    assert codes(levels, law) == []
    [told] = lint((levels[0], replace(second, minimum_wait_days=days - 1)), [law])
    assert (told.code, told.level_key, told.values) == (
        "wait_short",
        "second",
        (("days", days),),
    )


def test_a_channel_without_a_wait_in_a_law_without_letters_waits_for_nothing():
    law = replace(WAITING, notice_channels=frozenset(), waits=(("email", 15),))
    hasty = replace(SECOND, minimum_wait_days=0)
    assert codes((announce(over(FIRST, "letter")), hasty), law) == []


def test_what_is_missing_is_what_has_not_passed():
    """Of 19 days 4 pass on the call between, that is never skipped."""
    call = replace(CALL, minimum_wait_days=4)
    hasty = replace(SECOND, minimum_wait_days=14)
    levels = (announce(FIRST), call, hasty)
    assert values(levels, WAITING, "wait_short") == {"second": {"days": 15}}
    enough = (*levels[:2], replace(hasty, minimum_wait_days=15))
    assert codes(enough, WAITING) == []


def test_only_the_next_one_that_asks_comes_too_soon():
    """Whoever asks after it has time enough, however short his own wait."""
    levels = (announce(FIRST), SECOND, replace(THIRD, minimum_wait_days=0))
    assert codes(levels, WAITING) == []


def test_whoever_may_announce_late_is_watched_from_there():
    """Levels before the one that announces do not end the search for it."""
    hasty = replace(THIRD, minimum_wait_days=18)
    levels = (FIRST, announce(SECOND), hasty)
    assert values(levels, WAITING, "wait_short") == {"third": {"days": 19}}


def test_a_second_announcement_has_its_time_too():
    levels = (
        announce(over(FIRST, "sms")),
        announce(SECOND),
        replace(THIRD, minimum_wait_days=18),
    )
    assert values(levels, WAITING, "wait_short") == {"third": {"days": 19}}


def test_asking_again_too_soon_is_of_no_use_only_where_the_first_notice_may_cost():
    levels = (announce(FIRST), replace(SECOND, minimum_wait_days=18))
    assert codes(levels, WAITING) == [("wait_short", ERROR, "second")]
    assert codes(levels, replace(WAITING, first_free=False)) == [
        ("wait_short", WARNING, "second")
    ]


# -- what counts as a notice --------------------------------------------------


def test_channels_that_do_not_count_are_named_in_their_order():
    levels = (announce(over(FIRST, "sms", "person", "fax")), SECOND)
    assert values(levels, WAITING, "no_notice") == {
        "first": {"channels": "fax, person, sms"}
    }
    levels = (announce(over(FIRST, "sms", "person", "letter")), SECOND)
    assert values(levels, WAITING, "partly_notice") == {
        "first": {"channels": "person, sms"}
    }


def test_a_handover_after_no_notice_that_counts_names_how_the_debtor_was_told():
    levels = (over(CALL, "sms", "person"), replace(CALL, key="again"), HANDOVER)
    law = replace(WAITING, policies=())
    assert values(levels, law, "no_notice") == {"call": {"channels": "person, sms"}}


def test_without_a_handover_nothing_hangs_on_a_notice_that_does_not_count():
    assert codes((CALL,), replace(WAITING, policies=())) == []
    assert codes((HANDOVER,), replace(WAITING, policies=())) == []


# -- costs --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offset", "found"),
    [(-1, [("before_due", ERROR, "first")]), (0, [])],
    ids=["the day before", "the due date"],
)
def test_costs_may_be_spoken_of_from_the_due_date_on(offset, found):
    law = replace(
        FREE,
        costs=(LintedCost("fixed_amount", "due"),),
        policies=(LintedPolicy("fixed_amount", "Fixed amount"),),
    )
    assert codes((announce(replace(FIRST, offset_days=offset)),), law) == found


def test_one_level_of_a_ladder_that_speaks_of_costs_needs_a_law():
    assert codes((FIRST, announce(SECOND))) == [("law_unknown", WARNING, "")]


def test_a_cost_of_each_reminder_is_no_cost_that_has_to_be_announced():
    law = replace(
        FREE,
        costs=(LintedCost("reminder", "wait"),),
        waits=WAITING.waits,
        policies=(LintedPolicy("reminder", "Postage"),),
    )
    levels = (claim(FIRST), replace(SECOND, minimum_wait_days=0))
    assert codes(levels, law) == []


def test_what_was_announced_once_may_be_claimed():
    levels = (announce(FIRST), claim(SECOND), claim(THIRD))
    assert codes(levels, WAITING) == []


def test_only_the_first_that_claims_announces():
    """After it nothing has to wait another time, neither for the law nor for others."""
    law = replace(WAITING, first_free=False)
    levels = (claim(FIRST), claim(SECOND), replace(HANDOVER, minimum_wait_days=0))
    assert {level for _code, _severity, level in codes(levels, law)} == {"first"}


@pytest.mark.parametrize("kind", ["interest", "fixed_amount"])
def test_interest_from_the_due_date_does_not_make_the_first_notice_cost(kind):
    law = replace(
        FREE,
        first_free=True,
        costs=(LintedCost(kind, "due"),),
        policies=(LintedPolicy(kind, "Charged"),),
    )
    costly = [("first_not_free", ERROR, "first")]
    assert codes((claim(FIRST), SECOND), law) == ([] if kind == "interest" else costly)


def test_what_is_not_charged_is_not_meant():
    """He charges what is due at once, and leaves what the law lets wait."""
    law = replace(
        FREE,
        costs=(LintedCost("fixed_amount", "due"), LintedCost("lump_sum", "wait")),
        policies=(LintedPolicy("fixed_amount", "Fixed amount"),),
    )
    assert codes((claim(FIRST), SECOND), law) == []


def test_as_long_as_nobody_said_what_is_charged_all_that_is_allowed_is_meant():
    """So the first that claims announces what has to wait, and has its time."""
    law = replace(WAITING, policies=(), first_free=False)
    levels = (claim(FIRST), replace(SECOND, minimum_wait_days=18))
    assert ("wait_short", WARNING, "second") in codes(levels, law)


def test_one_cost_that_is_charged_is_enough_to_be_never_claimed():
    """Interest is allowed beside it and not charged."""
    assert codes((FIRST, SECOND), WAITING) == [("never_claimed", WARNING, "")]


def test_who_asks_for_nothing_claims_nothing():
    assert codes((CALL,), replace(WAITING, waits=())) == []
    assert codes((CALL, FIRST), replace(WAITING, waits=())) == [
        ("never_claimed", WARNING, "")
    ]


def test_a_rate_that_nobody_knows_matters_to_who_charges_interest():
    unknown = replace(WAITING, rate_known=False)
    levels = (announce(FIRST), SECOND)
    assert codes(levels, unknown) == []
    charged = (*unknown.policies, LintedPolicy("interest", "Interest"))
    assert codes(levels, replace(unknown, policies=charged)) == [
        ("rate_unknown", WARNING, "")
    ]


@pytest.mark.parametrize("facts", [{"rate_known": False}, {"verified": False}])
def test_what_is_never_spoken_of_need_not_be_known(facts):
    charged = (LintedPolicy("interest", "Interest"),)
    assert codes((CALL,), replace(WAITING, policies=charged, waits=(), **facts)) == []


# -- what notices say ---------------------------------------------------------


@pytest.mark.parametrize("block", ["costs_announced", "waiting_period"])
def test_what_only_an_announcement_says_is_not_missed_where_nothing_is_announced(block):
    assert missing((FIRST, SECOND), ("Said", block, "every")) == []
    announced = missing((announce(FIRST), SECOND), ("Said", block, "every"))
    assert announced == [("first", block), ("second", block)]


@pytest.mark.parametrize(
    ("levels", "on", "keys"),
    [
        pytest.param((CALL, FIRST, SECOND), "every", ["first", "second"], id="every"),
        pytest.param((FIRST, announce(SECOND)), "announcing", ["second"], id="one"),
        pytest.param((FIRST, SECOND, HANDOVER), "handover", ["second"], id="the last"),
        pytest.param(
            (FIRST, SECOND, THIRD, HANDOVER), "handover", ["third"], id="of three"
        ),
        pytest.param((FIRST, SECOND), "handover", [], id="no handover"),
        pytest.param((HANDOVER,), "handover", [], id="no notice before it"),
        pytest.param((FIRST, SECOND), "first", ["first"], id="the first"),
        pytest.param((FIRST, announce(SECOND)), "first", ["second"], id="announces"),
        pytest.param((CALL,), "first", [], id="nothing in writing"),
    ],
)
def test_the_notice_that_a_content_is_asked_of(levels, on, keys):
    found = missing(levels, ("Who", "creditor", on))
    assert found == [(key, "creditor") for key in keys]


@pytest.mark.parametrize(
    ("block", "severity"),
    [
        ("how_to_dispute", ERROR),
        ("payment_plan_offer", ERROR),
        ("debt_help", ERROR),
        ("total", WARNING),
        ("creditor_identity", WARNING),
    ],
)
def test_words_of_the_author_are_grave_even_where_nobody_speaks_of_costs(
    block, severity
):
    """What the program prints by itself is not, as long as nothing costs anything."""
    law = replace(FREE, contents=(LintedContent("Said", block, "every"),))
    assert codes((FIRST,), law) == [("content_missing", severity, "first")]
    silent = codes((replace(FIRST, says=frozenset({block})),), law)
    assert silent == []


def test_what_is_not_asked_of_a_notice_does_not_hide_what_is():
    contents = (("Costs", "costs_announced", "every"), ("Sum", "total", "every"))
    assert missing((FIRST,), *contents) == [("first", "total")]


def test_a_missing_content_is_named():
    contents = (LintedContent("Help", "debt_help", "every", "art. 7"),)
    [found] = lint((FIRST,), [replace(FREE, contents=contents)])
    assert found == Finding(
        "content_missing",
        ERROR,
        "first",
        (Law("Law", "art. 7"),),
        (("content", "Help"), ("block", "debt_help")),
    )


# -- hours --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "disturbs"),
    [
        pytest.param((480, 1320), False, id="all the hours there are"),
        pytest.param((479, 1320), True, id="a minute early"),
        pytest.param((480, 1321), True, id="a minute late"),
        pytest.param(None, False, id="none that are known"),
    ],
)
def test_nobody_is_disturbed_a_minute_at_night(hours, disturbs):
    law = replace(FREE, quiet_from=8, quiet_to=22, hours=hours)
    found = values((over(FIRST, "email", "letter"),), law, "quiet_hours")
    assert found == ({"first": {"first": 8, "last": 22}} if disturbs else {})


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        pytest.param(over(FIRST, "letter"), None, id="a letter"),
        pytest.param(
            replace(HANDOVER, channels=frozenset({"email"})), None, id="court"
        ),
        pytest.param(over(FIRST, "email"), WARNING, id="an e-mail"),
        pytest.param(over(FIRST, "letter", "sms"), ERROR, id="a text message"),
        pytest.param(CALL, ERROR, id="a call"),
    ],
)
def test_whom_hours_disturb(level, severity):
    law = replace(FREE, quiet_from=8, quiet_to=22, hours=(0, 1440))
    found = [severity_ for _code, severity_, _key in codes((level,), law)]
    assert found == ([severity] if severity else [])


def test_whom_nobody_disturbs_does_not_hide_whom_somebody_does():
    law = replace(FREE, quiet_from=8, quiet_to=22, hours=(0, 1440))
    levels = (over(FIRST, "letter"), over(SECOND, "email"), CALL)
    assert values(levels, law, "quiet_hours").keys() == {"second", "call"}


# -- before a handover --------------------------------------------------------


@pytest.mark.parametrize(
    ("between", "last", "missing_days"),
    [
        pytest.param(0, 36, None, id="on the day"),
        pytest.param(0, 35, 36, id="a day short"),
        pytest.param(16, 20, None, id="with a notice between"),
        pytest.param(16, 19, 20, id="with a notice between, a day short"),
    ],
)
def test_the_time_after_a_registered_notice(between, last, missing_days):
    """What is told is how long the handover itself has to wait."""
    levels = (
        replace(FIRST, registered=True),
        replace(SECOND, minimum_wait_days=between),
        replace(HANDOVER, minimum_wait_days=last),
    )
    law = replace(FREE, registered_days=36)
    found = values(levels, law, "registered_wait")
    assert found == ({"handover": {"days": missing_days}} if missing_days else {})


def test_time_before_the_registered_notice_does_not_count():
    levels = (
        FIRST,
        SECOND,
        replace(THIRD, registered=True),
        replace(HANDOVER, minimum_wait_days=35),
    )
    law = replace(FREE, registered_days=36)
    assert values(levels, law, "registered_wait") == {"handover": {"days": 36}}


def test_a_second_registered_notice_does_not_begin_the_time_anew():
    levels = (
        replace(FIRST, registered=True),
        replace(SECOND, registered=True),
        replace(HANDOVER, minimum_wait_days=6),
    )
    assert codes(levels, replace(FREE, registered_days=36)) == []


def test_a_registered_notice_that_is_missing_says_how_long_it_would_take():
    found = values(
        (FIRST, HANDOVER), replace(FREE, registered_days=36), "registered_missing"
    )
    assert found == {"handover": {"days": 36}}


# -- order --------------------------------------------------------------------


def test_what_concerns_the_whole_ladder_comes_before_its_first_level():
    """Though among findings of one level it would come last."""
    whole = Finding("unverified", WARNING)
    first = Finding("only_due", WARNING, "first")
    second = Finding("law_unknown", WARNING, "second")
    grave = Finding("registered_wait", ERROR, "second")
    assert order([second, first, whole, grave], (FIRST, SECOND)) == (
        grave,
        whole,
        first,
        second,
    )


def test_findings_of_one_level_come_in_the_order_of_their_kinds():
    late, early = Finding("quiet_hours", ERROR, "a"), Finding("wait_short", ERROR, "a")
    assert order([late, early], (LintedLevel("a"),)) == (early, late)
