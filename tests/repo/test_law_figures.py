"""Figures of the law packs, held against lists that were written down by themselves."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from ar_dunning.rules.law_arithmetic import row_on
from ar_dunning.rules.regime import choose
from toolkit import law_world

PACKS = {pack.code: pack for pack in law_world.packs()}
SERIES = {series.code: series for pack in PACKS.values() for series in pack.series}

BELGIAN_LEGAL_INTEREST = dict(
    zip(
        range(2007, 2027),
        (
            *("6.00", "7.00", "5.50", "3.25", "3.75", "4.25", "2.75", "2.75", "2.50"),
            *("2.25", "2.00", "2.00", "2.00", "1.75", "1.75", "1.50", "5.25", "5.75"),
            *("4.50", "4.50"),
        ),
        strict=True,
    )
)
# From this month on, until the next one.
CHANGES = {
    "nl_consumer": [
        *(("2009-07", "4"), ("2010-01", "3"), ("2011-07", "4"), ("2012-07", "3")),
        *(("2015-01", "2"), ("2023-01", "4"), ("2023-07", "6"), ("2024-01", "7")),
        *(("2025-01", "6"), ("2026-01", "4")),
    ],
    "nl_trade": [
        *(("2013-07", "8.50"), ("2014-01", "8.25"), ("2014-07", "8.15")),
        *(("2015-01", "8.05"), ("2016-07", "8.00"), ("2023-01", "10.50")),
        *(("2023-07", "12.00"), ("2024-01", "12.50"), ("2024-07", "12.25")),
        *(("2025-01", "11.15"), ("2025-07", "10.15"), ("2026-07", "10.40")),
    ],
    "be_b2b": [
        *(("2013-07", "8.5"), ("2016-07", "8.0"), ("2023-01", "10.5")),
        *(("2023-07", "12.0"), ("2024-01", "12.5"), ("2025-01", "11.5")),
        ("2025-07", "10.5"),
    ],
}
# (years, from the end of the year); regimes that are not named have no period.
PRESCRIPTION = {
    "be": {
        **dict.fromkeys(("be_consumer", "be_consumer_older"), (10, False)),
        "be_enterprise": (10, False),
        **dict.fromkeys(("be_rent", "be_rent_older"), (5, False)),
        "be_enterprise_rent": (5, False),
        **dict.fromkeys(("be_municipal_tax", "be_administrative_fine"), (5, False)),
    },
    "nl": dict.fromkeys(("nl_consumer", "nl_rent", "nl_enterprise"), (5, False)),
    "de": dict.fromkeys(("de_consumer", "de_enterprise"), (3, True)),
    "fr": {"fr_consumer": (2, False), "fr_enterprise": (5, False)},
    "lu": {},
}


def percentage(series, day):
    row = row_on(SERIES[series].rows, day)
    return row and row.percentage


@pytest.mark.parametrize("year", BELGIAN_LEGAL_INTEREST)
def test_belgian_legal_interest_of_each_year(year):
    wanted = Decimal(BELGIAN_LEGAL_INTEREST[year])
    for day in (date(year, 1, 1), date(year, 12, 31)):
        assert percentage("be_legal", day) == wanted


@pytest.mark.parametrize("series", CHANGES)
def test_rates_change_on_these_days_and_no_other(series):
    changes = {
        date.fromisoformat(f"{month}-01"): Decimal(rate)
        for month, rate in CHANGES[series]
    }
    day, rate = min(changes), None
    while day <= date(2026, 12, 31):
        rate = changes.get(day, rate)
        assert percentage(series, day) == rate, day
        day += timedelta(days=1)


@pytest.mark.parametrize("pack", PACKS)
def test_years_of_prescription(pack):
    found = {
        regime.code: (
            regime.prescription.years,
            regime.prescription.from_end_of_year,
        )
        for regime in PACKS[pack].regimes
        if regime.prescription
    }
    assert found == PRESCRIPTION[pack]


@pytest.mark.parametrize(
    "contract, on, nature, code",
    [
        ("2023-08-31", "2023-08-31", "private_contract", None),
        # New contracts from 1 September 2023 on, older ones from 1 December.
        ("2023-09-01", "2023-09-01", "private_contract", "be_consumer"),
        ("2023-08-31", "2023-09-01", "private_contract", None),
        ("2023-08-31", "2023-11-30", "private_contract", None),
        ("2023-08-31", "2023-12-01", "private_contract", "be_consumer_older"),
        ("2023-09-01", "2023-12-01", "private_contract", "be_consumer"),
        (None, "2023-12-01", "private_contract", "be_consumer"),
        ("2023-09-01", "2023-09-01", "rent", "be_rent"),
        ("2023-08-31", "2023-11-30", "rent", None),
        ("2023-08-31", "2023-12-01", "rent", "be_rent_older"),
        ("2023-08-31", "2023-11-30", "municipal_retribution", None),
        (
            "2023-08-31",
            "2023-12-01",
            "municipal_retribution",
            "be_retribution_consumer_older",
        ),
        (
            "2023-09-01",
            "2023-12-01",
            "municipal_retribution",
            "be_retribution_consumer",
        ),
    ],
)
def test_first_days_of_book_xix(contract, on, nature, code):
    found = choose(
        PACKS["be"].regimes,
        "consumer",
        nature,
        contract and date.fromisoformat(contract),
        date.fromisoformat(on),
    )
    assert (found and found.code) == code


# What is still open where the sources stop, and has to say so on the screens.
@pytest.mark.parametrize(
    "pack, section, code, channel, words",
    [
        ("be", "waits", "be_first_reminder", "letter", "Saturday"),
        ("be", "waits", "be_collector_notice", "letter", "Saturday"),
        ("be", "waits", "be_collector_notice", "email", "Saturday"),
        ("be", "tariffs", "be_extra_reminder", None, "7.50"),
        ("be", "regimes", "be_consumer", None, "5.208"),
        ("be", "regimes", "be_consumer_older", None, "5.208"),
        ("be", "regimes", "be_rent", None, "5.208"),
        ("be", "regimes", "be_rent_older", None, "5.208"),
        ("be", "regimes", "be_retribution_consumer", None, "5.208"),
        ("be", "regimes", "be_retribution_consumer_older", None, "5.208"),
        ("be", "regimes", "be_enterprise", None, "C-585/20"),
        ("be", "regimes", "be_enterprise_rent", None, "C-585/20"),
        ("nl", "waits", "nl_fourteen_day_letter", "letter", "weekend"),
        ("nl", "tariffs", "nl_fixed_amount", None, "first day"),
        ("nl", "regimes", "nl_rent", None, "after 2021"),
        ("fr", "regimes", "fr_enterprise", None, "details"),
    ],
)
def test_what_is_open_carries_the_badge(pack, section, code, channel, words):
    [named] = [one for one in getattr(PACKS[pack], section) if one.code == code]
    rows = [named] if section == "regimes" else named.rows
    if channel:
        rows = [row for row in rows if row.channel == channel]
    assert rows
    for row in rows:
        assert row.basis.verified_by == ""
        assert words in row.basis.note


def test_what_the_dutch_decree_wants_a_landlord_to_say_is_open():
    [rent] = [one for one in PACKS["nl"].regimes if one.code == "nl_rent"]
    unverified = {one.code for one in rent.contents if not one.basis.verified_by}
    assert unverified == {"nl_debt_help", "nl_contact_data_offer"}
