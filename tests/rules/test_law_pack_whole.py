"""A law pack that says everything there is to say, and one that says the least.

No value of the first is what a pack means that is silent, so that one that does not
arrive is missed.
"""

from datetime import date
from decimal import Decimal

import pytest

from ar_dunning.rules import law_pack, law_schema
from ar_dunning.rules import law_terms as terms
from ar_dunning.rules.procedure_text import RECORD, RECORDS

NAMES = {"en": "Name", "nl": "Naam"}
SAID_OF_ROW = {
    "article": {"en": "art. 2", "nl": "artikel 2"},
    "source": "gazette 2",
    "verified_by": "A. Jurist",
    "note": "read twice",
}
ROW = terms.Basis(SAID_OF_ROW["article"], "gazette 2", "A. Jurist", "read twice")
FROM_TO = {"from": "2026-01-01", "until": "2026-06-30"}
SPAN = terms.Span(date(2026, 1, 1), date(2026, 6, 30))

EVERYTHING = {
    "pack": "xx_law",
    "country": "XX",
    "version": "7",
    "series": [
        {
            "code": "trade",
            "name": NAMES,
            "article": "art. 1",
            "source": "gazette 1",
            "compounding": "yearly",
            "day_count": "act/365",
            "published": "half_year",
            "margin": 7,
            "round_up_to": 0.5,
            "rates": [{**FROM_TO, **SAID_OF_ROW, "percentage": 9.5, "reference": 2.15}],
        }
    ],
    "tariffs": [
        {
            "code": "scale",
            "name": NAMES,
            "kind": "lump_sum",
            "currency": "CHF",
            "rows": [
                {
                    **FROM_TO,
                    **SAID_OF_ROW,
                    "brackets": [
                        {"above": 0, "base": 20, "percentage": 0.5},
                        {"above": 150.5, "base": 30, "percentage": 10},
                    ],
                    "minimum": 12.5,
                    "maximum": 2000,
                    "vat": 21,
                    "free_per_year": 3,
                    "postage": True,
                }
            ],
        },
        {
            "code": "fixed",
            "name": "Fixed",
            "kind": "fixed_amount",
            "rows": [
                {
                    "from": "2026-01-01",
                    "article": "art. 3",
                    "source": "gazette 3",
                    "brackets": [{"above": 0}],
                }
            ],
        },
    ],
    "waits": [
        {
            "code": "reminder",
            "name": NAMES,
            "rows": [
                {
                    **FROM_TO,
                    **SAID_OF_ROW,
                    "channel": "letter",
                    "convention": "working_day_after_sending",
                    "offset": 3,
                    "days": 14,
                    "months": 2,
                    "extend": True,
                },
                {
                    "from": "2026-01-01",
                    "article": "art. 3",
                    "source": "gazette 3",
                    "channel": "email",
                    "convention": "day_after_sending",
                    "days": 1,
                },
            ],
        }
    ],
    "regimes": [
        {
            "code": "old",
            "name": NAMES,
            **FROM_TO,
            **SAID_OF_ROW,
            "debtor_classes": ["consumer", "enterprise"],
            "natures": ["rent", "damages"],
            "contract_from": "2000-01-01",
            "contract_until": "2022-05-31",
            "wait": "reminder",
            "first_free": True,
            "notice_channels": ["letter", "email"],
            "interest": {
                "series": "trade",
                "starts": "wait",
                "clause": True,
                "otherwise": "trade",
                "option": "sending",
            },
            "costs": [
                {
                    "tariff": "scale",
                    "starts": "sending",
                    "clause": True,
                    "grouping": "together",
                    "regular_supply": True,
                    "includes": "fixed",
                },
                {"tariff": "fixed", "starts": "due"},
            ],
            "imputation": ["principal", "interest", "costs"],
            "prescription": {
                **SAID_OF_ROW,
                "years": 5,
                "months": 6,
                "from_end_of_year": True,
            },
            "registered": "reminder",
            "quiet_from": 8,
            "quiet_to": 22,
            "checklist": "early_warning",
            "contents": [
                {
                    **SAID_OF_ROW,
                    "code": "who",
                    "name": NAMES,
                    "block": "creditor",
                    "on": "handover",
                },
                {"code": "sum", "name": "Sum", "block": "total", "on": "every"},
            ],
        },
        {
            "code": "new",
            "like": "old",
            "name": "New",
            "contract_from": "2022-06-01",
            "contract_until": "2022-06-01",
        },
    ],
}

PLAIN = terms.Basis({"en": "art. 3"}, "gazette 3", "", "")
OPEN = terms.Span(date(2026, 1, 1), None)
READ_SERIES = terms.Series(
    code="trade",
    name=NAMES,
    compounding="yearly",
    day_count="act/365",
    published="half_year",
    margin=Decimal(7),
    round_up_to=Decimal("0.5"),
    rows=(terms.RateRow(SPAN, Decimal("9.5"), Decimal("2.15"), ROW),),
)
READ_TARIFFS = (
    terms.Tariff(
        code="scale",
        name=NAMES,
        kind="lump_sum",
        currency="CHF",
        rows=(
            terms.TariffRow(
                span=SPAN,
                brackets=(
                    terms.BracketRow(Decimal(0), Decimal(20), Decimal("0.5")),
                    terms.BracketRow(Decimal("150.5"), Decimal(30), Decimal(10)),
                ),
                minimum=Decimal("12.5"),
                maximum=Decimal(2000),
                vat=Decimal(21),
                free_per_year=3,
                postage=True,
                basis=ROW,
            ),
        ),
    ),
    terms.Tariff(
        code="fixed",
        name={"en": "Fixed"},
        kind="fixed_amount",
        currency="EUR",
        rows=(
            terms.TariffRow(
                span=OPEN,
                brackets=(terms.BracketRow(Decimal(0), Decimal(0), Decimal(0)),),
                minimum=Decimal(0),
                maximum=None,
                vat=None,
                free_per_year=0,
                postage=False,
                basis=PLAIN,
            ),
        ),
    ),
)
READ_WAIT = terms.Wait(
    code="reminder",
    name=NAMES,
    rows=(
        terms.WaitRow(
            span=SPAN,
            channel="letter",
            convention="working_day_after_sending",
            offset=3,
            days=14,
            months=2,
            extend=True,
            basis=ROW,
        ),
        terms.WaitRow(
            span=OPEN,
            channel="email",
            convention="day_after_sending",
            offset=1,
            days=1,
            months=0,
            extend=False,
            basis=PLAIN,
        ),
    ),
)
READ_REGIME = terms.Regime(
    code="old",
    name=NAMES,
    debtor_classes=("consumer", "enterprise"),
    natures=("rent", "damages"),
    contract=terms.Span(date(2000, 1, 1), date(2022, 5, 31)),
    span=SPAN,
    wait="reminder",
    first_free=True,
    notice_channels=("letter", "email"),
    interest=terms.InterestTerms(
        series="trade",
        starts="wait",
        clause=True,
        otherwise="trade",
        option="sending",
    ),
    costs=(
        terms.CostTerms(
            tariff="scale",
            starts="sending",
            clause=True,
            grouping="together",
            regular_supply=True,
            includes="fixed",
        ),
        terms.CostTerms(
            tariff="fixed",
            starts="due",
            clause=False,
            grouping="each",
            regular_supply=False,
            includes="",
        ),
    ),
    imputation=("principal", "interest", "costs"),
    prescription=terms.PrescriptionTerms(5, 6, True, ROW),
    registered="reminder",
    quiet_from=8,
    quiet_to=22,
    checklist="early_warning",
    contents=(
        terms.Content("who", NAMES, "creditor", "handover", ROW),
        terms.Content(
            code="sum",
            name={"en": "Sum"},
            block="total",
            on="every",
            # What it does not say itself is that of its regime, but for who read it.
            basis=terms.Basis(SAID_OF_ROW["article"], "gazette 2", "", ""),
        ),
    ),
    basis=ROW,
)


def test_a_file_says_everything_and_all_of_it_arrives():
    pack = law_pack.read(EVERYTHING)
    assert (pack.code, pack.country, pack.version) == ("xx_law", "XX", "7")
    assert pack.series == (READ_SERIES,)
    assert pack.tariffs == READ_TARIFFS
    assert pack.waits == (READ_WAIT,)
    assert pack.regimes[0] == READ_REGIME


def test_a_regime_like_another_is_it_but_for_what_it_says():
    _old, new = law_pack.read(EVERYTHING).regimes
    assert new.code == "new" and new.name == {"en": "New"}
    assert new.contract == terms.Span(date(2022, 6, 1), date(2022, 6, 1))
    assert new.contents == READ_REGIME.contents and new.basis == READ_REGIME.basis


LEAST = {
    "pack": "xx",
    "country": "XX",
    "version": "1",
    "regimes": [
        {
            "code": "all",
            "name": "All",
            "article": "art. 3",
            "source": "gazette 3",
            "from": "2026-01-01",
            "debtor_classes": ["consumer"],
            "natures": ["other"],
        }
    ],
}


def least(**values):
    [regime] = LEAST["regimes"]
    return {**LEAST, "regimes": [{**regime, **values}]}


def test_a_regime_that_says_the_least_forbids_and_allows_nothing():
    assert law_pack.read(LEAST).regimes == (
        terms.Regime(
            code="all",
            name={"en": "All"},
            debtor_classes=("consumer",),
            natures=("other",),
            contract=terms.Span(date(1900, 1, 1), None),
            span=OPEN,
            wait="",
            first_free=False,
            notice_channels=(),
            interest=None,
            costs=(),
            imputation=("costs", "interest", "principal"),
            prescription=None,
            registered="",
            quiet_from=0,
            quiet_to=24,
            checklist="",
            contents=(),
            basis=PLAIN,
        ),
    )


def test_interest_that_says_the_least_is_owed_without_a_clause():
    said = least(interest={"series": "trade", "starts": "due"})
    [regime] = law_pack.read({**said, "series": EVERYTHING["series"]}).regimes
    assert regime.interest == terms.InterestTerms("trade", "due", False, "", "")


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ({"years": 3}, (3, 0, False)),
        ({"months": 18}, (0, 18, False)),
        ({}, (0, 0, False)),
    ],
    ids=["years", "months", "nothing"],
)
def test_prescription_that_says_the_least_runs_from_the_day(said, period):
    basis = {"article": "art. 3", "source": "gazette 3"}
    [regime] = law_pack.read(least(prescription={**basis, **said})).regimes
    assert regime.prescription == terms.PrescriptionTerms(*period, PLAIN)


def test_a_series_that_no_law_derives_has_no_margin():
    [series] = EVERYTHING["series"]
    [rate] = series["rates"]
    plain = {key: series[key] for key in series if key not in ("margin", "round_up_to")}
    own = {**FROM_TO, "percentage": rate["percentage"]}
    [read] = law_pack.read({**LEAST, "series": [{**plain, "rates": [own]}]}).series
    assert (read.margin, read.round_up_to) == (None, None)
    # Its rates rest on what the series rests on, but nobody has read them.
    assert read.rows == (
        terms.RateRow(
            SPAN, Decimal("9.5"), None, terms.Basis({"en": "art. 1"}, "gazette 1")
        ),
    )


# -- the schema ---------------------------------------------------------------


def keys_of(record, path=()):
    """Yield the path of each key that a record of the schema may have."""
    for name, field in record.fields.items():
        yield (*path, name)
        if field.kind in (RECORD, RECORDS):
            yield from keys_of(field.record, (*path, name))


def keys_in(said, path=()):
    """Yield the path of each key that a file has, but for words in languages."""
    for name, value in said.items():
        yield (*path, name)
        inner = value if isinstance(value, list) else [value]
        if name not in ("name", "article"):
            for each in inner:
                if isinstance(each, dict):
                    yield from keys_in(each, (*path, name))


def test_there_is_nothing_else_to_say():
    """Whoever adds a key to the schema says it here, and what comes of it."""
    assert set(keys_in(EVERYTHING)) == set(keys_of(law_schema.PACK))
