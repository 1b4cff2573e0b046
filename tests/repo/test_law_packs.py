"""The law packs of the repository: complete, honest about what is not verified."""

from datetime import date, timedelta
from itertools import product

import pytest

from ar_dunning.rules.law_arithmetic import row_on
from ar_dunning.rules.law_terms import DEBTOR_CLASSES, NATURES
from ar_dunning.rules.reference_rate import statutory_rate
from toolkit import law_world

LANGUAGES = {"en", "nl", "fr", "de"}
BLOCKS = {
    *("claims", "costs_announced", "creditor_identity", "debt_help", "how_to_dispute"),
    *("payment_account", "payment_plan_offer", "total", "waiting_period"),
}
TODAY = date(2026, 11, 22)
# What nobody knows; interest by it is refused, not guessed.
UNKNOWN_TODAY = {"be_tax_interest"}
CONTRACTS = (date(2019, 5, 1), date(2023, 8, 31), date(2023, 9, 1), date(2026, 1, 1))

each_pack = pytest.mark.parametrize("pack", law_world.packs(), ids=lambda p: p.code)


def bases(pack):
    """Everything in a pack that comes from somewhere, with a name for it."""
    for series in pack.series:
        for row in series.rows:
            yield f"{series.code} {row.span.first}", row.basis
    for tariff in pack.tariffs:
        for row in tariff.rows:
            yield f"{tariff.code} {row.span.first}", row.basis
    for wait in pack.waits:
        for row in wait.rows:
            yield f"{wait.code} {row.channel}", row.basis
    for regime in pack.regimes:
        yield regime.code, regime.basis
        if regime.prescription:
            yield f"{regime.code} prescription", regime.prescription.basis
        for content in regime.contents:
            yield f"{regime.code} {content.code}", content.basis


def names(pack):
    """Everything in a pack that has a name."""
    for section in (pack.series, pack.tariffs, pack.waits, pack.regimes):
        for named in section:
            yield named.code, named.name
    for regime in pack.regimes:
        for content in regime.contents:
            yield f"{regime.code} {content.code}", content.name


def test_there_is_a_pack_for_each_country():
    assert {pack.code for pack in law_world.packs()} == {"be", "nl", "de", "fr", "lu"}


@each_pack
def test_codes_begin_with_that_of_the_pack(pack):
    assert pack.country == pack.code.upper()
    for code, _name in names(pack):
        assert code.startswith(f"{pack.code}_")


@each_pack
def test_names_are_in_four_languages(pack):
    assert {code for code, name in names(pack) if name.keys() != LANGUAGES} == set()
    assert all(all(name.values()) for _code, name in names(pack))


@each_pack
def test_articles_are_said_in_every_language(pack):
    assert {
        name for name, basis in bases(pack) if basis.article.keys() != LANGUAGES
    } == set()


@each_pack
def test_what_is_not_verified_says_why(pack):
    silent = {
        name for name, basis in bases(pack) if not basis.verified_by and not basis.note
    }
    assert silent == set()
    assert all(basis.source for _name, basis in bases(pack))


@each_pack
def test_every_claim_is_under_one_law_on_every_day(pack):
    day, last = date(2024, 1, 1), date(2026, 12, 31)
    while day <= last:
        for debtor, nature, contract in product(DEBTOR_CLASSES, NATURES, CONTRACTS):
            if contract > day:
                continue
            found = [
                regime.code
                for regime in pack.regimes
                if debtor in regime.debtor_classes
                and nature in regime.natures
                and regime.span.holds(day)
                and regime.contract.holds(contract)
            ]
            assert len(found) == 1, (debtor, nature, contract, day, found)
        day += timedelta(days=1)


@each_pack
def test_every_rate_of_today_is_known(pack):
    unknown = {
        series.code for series in pack.series if row_on(series.rows, TODAY) is None
    }
    assert unknown <= UNKNOWN_TODAY


@each_pack
def test_derived_rates_are_what_the_law_derives(pack):
    for series in pack.series:
        for row in series.rows:
            if row.reference is not None:
                assert series.margin is not None
                assert row.percentage == statutory_rate(
                    row.reference, series.margin, series.round_up_to
                ), (series.code, row.span.first)


def test_belgian_half_years_have_a_row_each():
    """Since the rule of eight points every row has its reference rate."""
    [series] = [
        series
        for pack in law_world.packs()
        for series in pack.series
        if series.code == "be_b2b"
    ]
    first_days = [row.span.first for row in series.rows]
    assert (
        first_days[2:]
        == [date(year, month, 1) for year in range(2013, 2027) for month in (1, 7)][1:]
    )
    assert all(row.reference is not None for row in series.rows[1:])


@each_pack
def test_contents_name_blocks_that_exist(pack):
    blocks = {content.block for regime in pack.regimes for content in regime.contents}
    assert blocks <= BLOCKS


@each_pack
def test_nothing_of_a_pack_is_unused(pack):
    """Except what another party does: the notice of a collector."""
    used = {regime.wait for regime in pack.regimes}
    used |= {regime.registered for regime in pack.regimes}
    used |= {cost.tariff for regime in pack.regimes for cost in regime.costs}
    for regime in pack.regimes:
        if regime.interest:
            used |= {regime.interest.series, regime.interest.otherwise}
    known = {
        named.code
        for section in (pack.series, pack.tariffs, pack.waits)
        for named in section
    }
    assert known - used <= {"be_collector_notice"}


def test_a_tax_never_bears_costs_of_private_law():
    for pack in law_world.packs():
        for regime in pack.regimes:
            if "municipal_tax" in regime.natures:
                assert regime.costs == ()


def test_a_consumer_never_owes_what_is_between_businesses():
    for pack in law_world.packs():
        kinds = {tariff.code: tariff.kind for tariff in pack.tariffs}
        for regime in pack.regimes:
            if "consumer" in regime.debtor_classes:
                assert "fixed_amount" not in {
                    kinds[cost.tariff] for cost in regime.costs
                }
