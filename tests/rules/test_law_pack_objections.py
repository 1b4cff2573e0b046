"""What is wrong with a law pack is said where it is, in words of their own."""

import copy
from datetime import date

import pytest

from ar_dunning.rules import law_pack

ACT = {"article": "Act, art. 1", "source": "gazette"}
FROM = {**ACT, "from": "2026-01-01"}
LATE = {**ACT, "from": "2028-01-01", "until": "2028-12-31"}
# Right as it is, and plain enough to be wrong in one place.
PACK = {
    "pack": "xx",
    "country": "XX",
    "version": "1",
    "series": [
        {
            **ACT,
            "code": "trade",
            "name": "Trade",
            "compounding": "simple",
            "day_count": "act/act",
            "published": "year",
            "margin": 8,
            "rates": [
                {"from": "2025-01-01", "until": "2025-12-31", "percentage": 10},
                {"from": "2026-01-01", "until": "2026-12-31", "percentage": 9},
            ],
        }
    ],
    "tariffs": [
        {
            "code": code,
            "name": "Tariff",
            "kind": "fixed_amount",
            "rows": [
                {
                    **ACT,
                    "from": "2025-01-01",
                    "until": "2025-12-31",
                    "brackets": [{"above": 0, "base": 40}],
                },
                {**FROM, "brackets": [{"above": 0, "base": 40}]},
            ],
        }
        for code in ("fixed", "other")
    ],
    "waits": [
        {
            "code": "reminder",
            "name": "Reminder",
            "rows": [
                {**FROM, "channel": "email", "convention": "receipt", "days": 14},
                {**FROM, "channel": "letter", "convention": "receipt", "days": 14},
            ],
        }
    ],
    "regimes": [
        {
            **FROM,
            "code": "consumer",
            "name": "Consumer",
            "debtor_classes": ["consumer"],
            "natures": ["rent"],
            "wait": "reminder",
            "notice_channels": ["email"],
            "interest": {"series": "trade", "starts": "due"},
            "costs": [{"tariff": "fixed", "starts": "due"}],
        },
        {
            **FROM,
            "code": "enterprise",
            "name": "Enterprise",
            "debtor_classes": ["enterprise"],
            "natures": ["damages"],
        },
    ],
}
CONSUMER = ("regimes", "consumer")
WHICH = "something starts with a wait: which?"
HOURS = "the hours of contact lie between 0 and 24, the first before the last"
IMPUTATION = "imputation names costs, interest and principal, each once"


def changed(*changes):
    """The pack with other values, given as (path, value); None takes one away."""
    pack = copy.deepcopy(PACK)
    for path, value in changes:
        *above, name = path
        place = pack
        for step in above:
            place = place[step]
        if value is None:
            del place[name]
        else:
            place[name] = value
    return pack


def of_consumer(**values):
    return changed(*((("regimes", 0, name), value) for name, value in values.items()))


def objections(pack):
    with pytest.raises(law_pack.LawPackError) as caught:
        law_pack.read(pack)
    return caught.value.objections


def rate(place, key):
    return ("series", 0, "rates", place, key)


def test_the_pack_is_right_as_it_is():
    assert law_pack.read(PACK).code == "xx"


@pytest.mark.parametrize(
    ("change", "path", "text"),
    [
        pytest.param(
            (rate(0, "until"), "2026-01-01"),
            ("series", "trade"),
            "the row from 2026-01-01 begins before the last one ends",
            id="two rates on one day",
        ),
        pytest.param(
            (rate(1, "from"), "2026-01-02"),
            ("series", "trade"),
            "nothing is known between 2025-12-31 and 2026-01-02",
            id="no rate on a day",
        ),
        pytest.param(
            (rate(1, "until"), None),
            ("series", "trade"),
            "the rate from 2026-01-01 needs its last day (until)",
            id="a rate without an end",
        ),
        pytest.param(
            (rate(1, "reference"), 1.25),
            ("series", "trade"),
            "the rate from 2026-01-01 is 9, by law 9.25",
            id="another rate than the law derives",
        ),
        pytest.param(
            (("tariffs", 0, "rows", 0, "until"), "2026-01-01"),
            ("tariffs", "fixed"),
            "the row from 2026-01-01 begins before the last one ends",
            id="two tariffs on one day",
        ),
        pytest.param(
            (("tariffs", 0, "rows", 0, "until"), None),
            ("tariffs", "fixed"),
            "the row from 2026-01-01 begins before the last one ends",
            id="a tariff after one without an end",
        ),
        pytest.param(
            (("tariffs", 0, "rows", 0), {**LATE, "brackets": [{"above": 0}]}),
            ("tariffs", "fixed"),
            "the row from 2026-01-01 begins before the last one ends",
            id="tariffs that stand the wrong way round",
        ),
        pytest.param(
            (("waits", 0, "rows", 1, "channel"), "email"),
            ("waits", "reminder", "email"),
            "the row from 2026-01-01 begins before the last one ends",
            id="two waits on one day",
        ),
    ],
)
def test_rows_that_do_not_go_together(change, path, text):
    assert objections(changed(change)) == [(path, text)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param({"wait": "x"}, "waits has no x", id="wait"),
        pytest.param({"registered": "x"}, "waits has no x", id="registered"),
        pytest.param(
            {"costs": [{"tariff": "x", "starts": "due"}]},
            "tariffs has no x",
            id="tariff",
        ),
        pytest.param(
            {"interest": {"series": "x", "starts": "due"}},
            "series has no x",
            id="series",
        ),
        pytest.param(
            {"interest": {"series": "trade", "starts": "due", "otherwise": "x"}},
            "series has no x",
            id="otherwise",
        ),
        pytest.param({"imputation": ["costs"]}, IMPUTATION, id="imputation"),
        pytest.param(
            {"notice_channels": ["email", "sms"]},
            "reminder does not say how long to wait after sms",
            id="channel",
        ),
        pytest.param(
            {"costs": [{"tariff": "fixed", "starts": "due", "includes": "other"}]},
            "fixed includes other, which is no other cost here",
            id="includes what is no cost here",
        ),
        pytest.param(
            {"costs": [{"tariff": "fixed", "starts": "due", "includes": "fixed"}]},
            "fixed includes fixed, which is no other cost here",
            id="includes itself",
        ),
        pytest.param({"quiet_from": -1}, HOURS, id="before the day"),
        pytest.param({"quiet_to": 25}, HOURS, id="after the day"),
        pytest.param({"quiet_from": 24}, HOURS, id="no hour at all"),
        pytest.param({"quiet_from": 9, "quiet_to": 8}, HOURS, id="backwards"),
        pytest.param(
            {"quiet_from": 9, "quiet_to": 9}, HOURS, id="no hour in the middle"
        ),
    ],
)
def test_a_regime_that_cannot_be(value, text):
    assert objections(of_consumer(**value)) == [(CONSUMER, text)]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"quiet_from": 0, "quiet_to": 24}, id="all day"),
        pytest.param({"quiet_from": 23}, id="the last hour"),
        pytest.param({"quiet_to": 1}, id="the first hour"),
        pytest.param({"imputation": ["principal", "costs", "interest"]}, id="order"),
        pytest.param(
            {
                "costs": [
                    {"tariff": "fixed", "starts": "due", "includes": "other"},
                    {"tariff": "other", "starts": "due"},
                ]
            },
            id="includes another",
        ),
    ],
)
def test_a_regime_that_may_be(value):
    assert law_pack.read(of_consumer(**value))


@pytest.mark.parametrize(
    "value",
    [
        {"costs": [{"tariff": "fixed", "starts": "wait"}]},
        {"costs": [{"tariff": "fixed", "starts": "sending"}]},
        {"interest": {"series": "trade", "starts": "wait"}},
        {"interest": {"series": "trade", "starts": "sending"}},
        {"interest": {"series": "trade", "starts": "due", "option": "sending"}},
    ],
    ids=str,
)
def test_what_starts_with_a_wait_needs_one(value):
    assert law_pack.read(of_consumer(**value))
    assert objections(of_consumer(**value, wait=None)) == [(CONSUMER, WHICH)]


def test_what_starts_with_the_due_date_needs_no_wait():
    assert law_pack.read(of_consumer(wait=None))


SAME = {
    "natures": ["damages", "rent"],
    "debtor_classes": ["enterprise", "consumer"],
}


def second(**values):
    values = {**SAME, **values}
    return changed(*((("regimes", 1, name), value) for name, value in values.items()))


def test_two_laws_for_one_claim_are_named():
    assert objections(second()) == [
        (("regimes", "enterprise"), "covers what consumer covers")
    ]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"natures": ["damages"]}, id="other debts"),
        pytest.param({"debtor_classes": ["enterprise"]}, id="other debtors"),
        pytest.param({"from": "2025-01-01", "until": "2025-12-31"}, id="other days"),
    ],
)
def test_laws_that_differ_in_one_thing_cover_other_claims(value):
    assert law_pack.read(second(**value))


def test_laws_for_other_contracts_cover_other_claims():
    older = {"contract_until": "2022-05-31"}
    both = second(**older)
    both["regimes"][0]["contract_from"] = "2022-06-01"
    assert law_pack.read(both)
    both["regimes"][0]["contract_from"] = "2022-05-31"
    assert objections(both) == [
        (("regimes", "enterprise"), "covers what consumer covers")
    ]


def test_what_nobody_publishes_may_have_holes_and_no_end():
    open_end = changed(
        (("series", 0, "published"), "open"),
        (rate(1, "from"), "2026-03-01"),
        (rate(1, "until"), None),
    )
    assert law_pack.read(open_end)


def test_a_rate_is_derived_where_the_law_gives_a_margin():
    derived = changed((rate(1, "reference"), 1), (("series", 0, "margin"), None))
    assert law_pack.read(derived)
    rounded = changed((rate(1, "reference"), 0.75), (("series", 0, "round_up_to"), 0.5))
    assert law_pack.read(rounded)
    # Each row by itself: one that names no reference does not let the next one pass.
    both = changed((rate(0, "reference"), 2), (rate(1, "reference"), 2))
    assert objections(both) == [
        (("series", "trade"), "the rate from 2026-01-01 is 9, by law 10")
    ]


# -- where it is --------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "path", "text"),
    [
        pytest.param(
            (rate(1, "until"), "soon"),
            ("series", "trade", "rates", "2026-01-01"),
            "soon is no date: write it as 2026-01-31",
            id="a day",
        ),
        pytest.param(
            (rate(1, "from"), "soon"),
            ("series", "trade", "rates", "soon"),
            "soon is no date: write it as 2026-01-31",
            id="the day that names a row",
        ),
        pytest.param(
            (rate(1, "until"), "2025-12-31"),
            ("series", "trade", "rates", "2026-01-01"),
            "2025-12-31 lies before 2026-01-01",
            id="an end before its beginning",
        ),
        pytest.param(
            (("waits", 0, "rows", 0, "days"), 0),
            ("waits", "reminder", "rows", "2026-01-01"),
            "a time to wait lasts a day at least",
            id="no wait",
        ),
        pytest.param(
            (("regimes", 0, "contract_from"), "2026"),
            CONSUMER,
            "2026 is no date: write it as 2026-01-31",
            id="a contract",
        ),
        pytest.param(
            (("regimes", 0, "like"), "nobody"),
            CONSUMER,
            "no regime above is nobody",
            id="like nobody",
        ),
    ],
)
def test_a_value_that_cannot_be(change, path, text):
    assert objections(changed(change)) == [(path, text)]


def test_a_row_may_last_a_day():
    [first, _second] = (
        law_pack.read(changed((rate(0, "from"), "2025-12-31"))).series[0].rows
    )
    assert first.span.first == first.span.last == date(2025, 12, 31)


def test_a_regime_is_like_one_above_it():
    """Not like one below, nor like itself; what it says itself counts."""
    like = {"code": "late", "name": "Late", "like": "consumer", "natures": ["other"]}
    below = {**PACK, "regimes": [like, *PACK["regimes"]]}
    assert objections(below) == [(("regimes", "late"), "no regime above is consumer")]
    above = law_pack.read({**PACK, "regimes": [*PACK["regimes"], like]})
    assert above.regimes[2].natures == ("other",)
    assert above.regimes[2].debtor_classes == ("consumer",)
    again = {**like, "code": "later", "like": "late", "natures": ["social_claim"]}
    chain = law_pack.read({**PACK, "regimes": [*PACK["regimes"], like, again]})
    assert chain.regimes[3].wait == "reminder"


def test_all_that_is_wrong_is_said_at_once():
    pack = of_consumer(quiet_to=25, imputation=["costs"])
    assert objections(pack) == [(CONSUMER, IMPUTATION), (CONSUMER, HOURS)]
    with pytest.raises(law_pack.LawPackError) as caught:
        law_pack.read(pack)
    assert str(caught.value) == (
        f"regimes > consumer: {IMPUTATION}; regimes > consumer: {HOURS}"
    )


def test_what_does_not_fit_the_schema_is_said_with_what_would():
    pack = changed((("tariffs", 0, "kind"), "fee"), (("regimes", 0, "quiet_from"), "8"))
    assert objections(pack) == [
        (
            ("tariffs", 0, "kind"),
            "no_choice fee lump_sum, collection_costs, fixed_amount, reminder",
        ),
        (("regimes", 0, "quiet_from"), "wrong_type 8 integer"),
    ]
    assert objections(changed((("version",), None))) == [((), "missing version")]
