"""The file of a law pack: what is read, and each kind of mistake that is refused."""

import copy
from datetime import date
from decimal import Decimal

import pytest

from ar_dunning.rules import law_arithmetic, law_pack
from ar_dunning.rules.law_terms import Span

ACT = {"article": "Act, art. 1", "source": "gazette"}
RATES = [
    {"from": "2025-01-01", "until": "2025-12-31", "percentage": 10.5, "reference": 2.3},
    {"from": "2026-01-01", "until": "2026-12-31", "percentage": 8},
]
PACK = {
    "pack": "xx",
    "country": "XX",
    "version": "1",
    "series": [
        {
            **ACT,
            "code": "trade",
            "name": {"en": "Trade", "nl": "Handel"},
            "compounding": "simple",
            "day_count": "act/act",
            "published": "year",
            "margin": 8,
            "round_up_to": 0.5,
            "rates": RATES,
        },
        {
            **ACT,
            "code": "legal",
            "name": "Legal",
            "compounding": "yearly",
            "day_count": "act/365",
            "published": "open",
            "rates": [
                {"from": "2020-01-01", "until": "2021-12-31", "percentage": 1},
                {"from": "2023-01-01", "percentage": 2, **ACT, "source": "other"},
            ],
        },
    ],
    "tariffs": [
        {
            "code": "fixed",
            "name": "Fixed",
            "kind": "fixed_amount",
            "rows": [
                {**ACT, "from": "2020-01-01", "brackets": [{"above": 0, "base": 40}]}
            ],
        },
        {
            "code": "scale",
            "name": "Scale",
            "kind": "collection_costs",
            "currency": "USD",
            "rows": [
                {
                    **ACT,
                    "from": "2020-01-01",
                    "until": "2025-12-31",
                    "brackets": [{"above": 0, "percentage": 15}],
                    "minimum": 40,
                    "maximum": 6775,
                    "vat": 21,
                    "free_per_year": 3,
                    "postage": True,
                },
                {**ACT, "from": "2026-01-01", "brackets": [{"above": 0, "base": 1}]},
            ],
        },
    ],
    "waits": [
        {
            "code": "reminder",
            "name": "Reminder",
            "rows": [
                {
                    **ACT,
                    "from": "2020-01-01",
                    "channel": "email",
                    "convention": "day_after_sending",
                    "days": 14,
                },
                {
                    **ACT,
                    "from": "2020-01-01",
                    "channel": "letter",
                    "convention": "working_day_after_sending",
                    "offset": 3,
                    "months": 1,
                    "extend": True,
                },
            ],
        }
    ],
    "regimes": [
        {
            **ACT,
            "code": "consumer",
            "name": {"en": "Consumer", "fr": "Consommateur"},
            "debtor_classes": ["consumer"],
            "natures": ["private_contract"],
            "contract_from": "2023-09-01",
            "from": "2023-09-01",
            "wait": "reminder",
            "first_free": True,
            "notice_channels": ["email", "letter"],
            "interest": {
                "series": "trade",
                "starts": "wait",
                "clause": True,
                "otherwise": "legal",
                "option": "sending",
            },
            "costs": [
                {"tariff": "fixed", "starts": "due"},
                {
                    "tariff": "scale",
                    "starts": "wait",
                    "clause": True,
                    "grouping": "together",
                    "regular_supply": True,
                    "includes": "fixed",
                },
            ],
            "imputation": ["principal", "interest", "costs"],
            "prescription": {**ACT, "years": 5, "months": 6, "from_end_of_year": True},
            "registered": "reminder",
            "quiet_from": 8,
            "quiet_to": 22,
            "checklist": "early_warning",
            "contents": [
                {"code": "who", "name": "Who", "block": "creditor", "on": "first"},
            ],
            "verified_by": "somebody",
            "note": "as it stands",
        },
        {
            "code": "older",
            "like": "consumer",
            "name": "Older",
            "contract_from": "1900-01-01",
            "contract_until": "2023-08-31",
            "from": "2023-12-01",
            "verified_by": "",
            "prescription": None,
        },
        {
            **ACT,
            "code": "enterprise",
            "name": "Enterprise",
            "debtor_classes": ["enterprise"],
            "natures": ["private_contract"],
            "from": "2023-09-01",
            "until": "2026-12-31",
            "interest": {"series": "trade", "starts": "due"},
        },
    ],
}


def changed(*path, to=None, of=PACK):
    """A pack in which one value is another one; None takes it away."""
    pack = copy.deepcopy(of)
    place = pack
    for step in path[:-1]:
        place = place[step]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return pack


def objections(data):
    with pytest.raises(law_pack.LawPackError) as caught:
        law_pack.read(data)
    return str(caught.value)


def test_everything_of_a_file_is_read():
    pack = law_pack.read(PACK)
    assert (pack.code, pack.country, pack.version) == ("xx", "XX", "1")
    trade, legal = pack.series
    assert trade.name == {"en": "Trade", "nl": "Handel"}
    assert (trade.margin, trade.round_up_to) == (Decimal(8), Decimal("0.5"))
    assert trade.rows[0].reference == Decimal("2.3")
    assert trade.rows[1].reference is None
    assert trade.rows[0].basis.article == {"en": "Act, art. 1"}
    assert trade.rows[0].span == Span(date(2025, 1, 1), date(2025, 12, 31))
    assert legal.rows[1].span.last is None
    assert legal.rows[1].basis.source == "other"
    fixed, scale = pack.tariffs
    assert (fixed.currency, scale.currency) == ("EUR", "USD")
    assert fixed.rows[0].vat is None and fixed.rows[0].maximum is None
    first = scale.rows[0]
    assert (first.vat, first.free_per_year, first.postage) == (Decimal(21), 3, True)
    letter = pack.waits[0].rows[1]
    assert (letter.offset, letter.days, letter.months, letter.extend) == (3, 0, 1, True)
    assert pack.waits[0].rows[0].offset == 1


def test_a_regime_is_read():
    consumer, _older, enterprise = law_pack.read(PACK).regimes
    assert consumer.contract == Span(date(2023, 9, 1))
    assert consumer.interest.option == "sending"
    assert consumer.costs[1].includes == "fixed"
    assert consumer.costs[0].grouping == "each"
    assert consumer.prescription.months == 6
    assert consumer.contents[0].basis.article == {"en": "Act, art. 1"}
    assert consumer.contents[0].basis.verified_by == ""
    assert (consumer.quiet_from, consumer.quiet_to) == (8, 22)
    assert enterprise.contract == Span(law_pack.FIRST_DAY)
    assert enterprise.imputation == ("costs", "interest", "principal")
    assert (enterprise.quiet_from, enterprise.quiet_to) == (0, 24)
    assert enterprise.prescription is None and enterprise.costs == ()


def test_a_regime_like_another_says_only_what_differs():
    consumer, older, _enterprise = law_pack.read(PACK).regimes
    assert older.contents == consumer.contents
    assert older.costs == consumer.costs
    assert older.basis.note == "as it stands" and older.basis.verified_by == ""
    assert older.prescription is None
    assert older.contract.last == date(2023, 8, 31)


def test_a_pack_may_be_nearly_empty():
    pack = law_pack.read({"pack": "xx", "country": "XX", "version": "1"})
    assert pack.regimes == pack.series == pack.tariffs == pack.waits == ()


ADDED_SERIES = [*PACK["series"], PACK["series"][0]]
NOT_DERIVED = ("series", 0, "rates", 0, "percentage")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "wrong_type"),
        ({**PACK, "regimes": 3}, "regimes: wrong_type"),
        ({**PACK, "regimes": [3]}, "regimes > 0: wrong_type"),
        ({**PACK, "series": ADDED_SERIES}, "twice trade"),
        (changed("version"), "missing version"),
        (
            changed("regimes", 1, "like", to="nobody"),
            "older: no regime above is nobody",
        ),
        (changed("regimes", 0, "wate", to="x"), "unknown wate wait"),
        (
            changed("series", 0, "rates", 0, "until", to="soon"),
            "trade > rates > 2025-01",
        ),
        (changed("series", 0, "rates", 0, "until", to="soon"), "soon is no date"),
        (changed("series", 0, "rates", 0, "until", to="2024-01-01"), "lies before"),
        (changed("series", 0, "rates", 1, "percentage", to=-1), "lies below zero"),
        (
            changed("series", 0, "rates", 1, "from", to="2025-12-31"),
            "before the last one",
        ),
        (changed("series", 0, "rates", 1, "from", to="2026-01-02"), "nothing is known"),
        (changed("series", 0, "rates", 1, "until"), "needs its last day"),
        (changed("series", 0, "rates", 0, "until"), "needs its last day"),
        (changed(*NOT_DERIVED, to=10), "is 10, by law 10.5"),
        (changed("series", 0, "published", to="weekly"), "no_choice weekly half_year"),
        (changed("series", 0, "day_count", to="act"), "no_choice act act/act"),
        (
            changed("tariffs", 1, "rows", 1, "from", to="2025-01-01"),
            "tariffs > scale: the row from 2025-01-01 begins before",
        ),
        (
            changed("tariffs", 0, "rows", 0, "brackets", 0, "above", to=1),
            "begins with a bracket above zero",
        ),
        (changed("waits", 0, "rows", 0, "days"), "lasts a day at least"),
        (changed("waits", 0, "rows", 0, "convention", to="receipt"), None),
        (
            changed("waits", 0, "rows", 1, "convention", to="receipt"),
            "reminder > rows > 2020-01-01: after receipt",
        ),
        (
            changed("waits", 0, "rows", 1, "channel", to="email"),
            "waits > reminder > email: the row from 2020-01-01 begins before",
        ),
        (
            changed("waits", 0, "rows", 1, "channel", to="sms"),
            "reminder does not say how long to wait after letter",
        ),
        (changed("regimes", 0, "wait", to="letter"), "consumer: waits has no letter"),
        (changed("regimes", 0, "registered", to="x"), "consumer: waits has no x"),
        (changed("regimes", 0, "wait"), "something starts with a wait: which?"),
        (changed("regimes", 0, "costs", 1, "tariff", to="fee"), "tariffs has no fee"),
        (changed("regimes", 0, "costs", 1, "includes", to="scale"), "no other cost"),
        (changed("regimes", 0, "interest", "series", to="x"), "series has no x"),
        (changed("regimes", 0, "interest", "otherwise", to="x"), "series has no x"),
        (changed("regimes", 0, "imputation", to=["costs"]), "each once"),
        (changed("regimes", 0, "quiet_to", to=25), "hours of contact"),
        (changed("regimes", 0, "quiet_to", to=8), "hours of contact"),
        (changed("regimes", 0, "quiet_from", to=-1), "hours of contact"),
        (changed("regimes", 0, "contract_until", to="2023-01-01"), "lies before"),
        (changed("regimes", 1, "contract_until"), "older: covers what consumer covers"),
        (changed("regimes", 2, "debtor_classes", to=["consumer"]), "covers what"),
    ],
)
def test_a_mistake_is_named(data, words):
    if words is None:
        assert law_pack.read(data)
    else:
        assert words in objections(data)


@pytest.mark.parametrize(
    "data",
    [
        changed("regimes", 1, "from", to="2027-01-01", of=PACK),
        changed("regimes", 2, "natures", to=["rent"]),
    ],
)
def test_regimes_that_never_meet_are_no_mistake(data):
    assert law_pack.read(data)


def test_a_row_is_found_by_its_day():
    _fixed, scale = law_pack.read(PACK).tariffs
    assert law_arithmetic.row_on(scale.rows, date(2025, 12, 31)) is scale.rows[0]
    assert law_arithmetic.row_on(scale.rows, date(2026, 1, 1)) is scale.rows[1]
    assert law_arithmetic.row_on(scale.rows, date(2019, 12, 31)) is None


def test_a_wait_ends_on_working_days_where_its_row_or_the_case_says_so():
    email, letter = law_pack.read(PACK).waits[0].rows
    rule = law_arithmetic.waiting_rule_of
    assert [rule(row).extend_to_working_day for row in (email, letter)] == [False, True]
    assert rule(email, extend=True).extend_to_working_day
    assert rule(letter, extend=False).extend_to_working_day


def test_spans_meet_where_they_share_a_day():
    year = Span(date(2026, 1, 1), date(2026, 12, 31))
    assert year.meets(Span(date(2026, 12, 31)))
    assert not year.meets(Span(date(2027, 1, 1)))
    assert not Span(date(2027, 1, 1)).meets(year)
    assert Span(date(2027, 1, 1)).meets(Span(date(2000, 1, 1)))
    assert year.holds(date(2026, 1, 1)) and not year.holds(date(2027, 1, 1))
