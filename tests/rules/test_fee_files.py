"""Public examples of fees, rates and periods, replayed where they lie.

They are not part of the repository. `AR_FEE_VECTORS` names their folder; without it the
folder beside the clone is taken, and without that nothing is replayed. Where a file and
the law of the packs disagree, the row stands here with the argument.
"""

import csv
import json
import os
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ar_dunning.rules.interest import accrue
from ar_dunning.rules.law_arithmetic import rates_of
from ar_dunning.rules.law_inputs import CaseError
from ar_dunning.rules.rates import Rate, RateSeries
from toolkit import law_world, paths

FOLDER = Path(
    os.environ.get("AR_FEE_VECTORS")
    or paths.REPOSITORY.parent / "shared" / "data" / "fees"
)
ONE_DAY = timedelta(days=1)

# Rows that are about a program and not about a sum or a day.
NOT_COUNTED = {
    "settled/credit invoices are not claims": "which invoices are claims",
    "consumer default": "who is a consumer",
    "business": "who is a business",
    "only last tier carries WIK": "the levels of one program",
    "first reminder to a consumer": "examples 8.1/18 of the repository",
    "first reminder must name": "the contents that the pack demands of a notice",
    "applies to": "the regimes of the pack",
}
# The file has the base rate of the first half-year on 1 July too; by section 247 BGB it
# changes on that day, and the day of payment bears interest.
OLD_RATE_ON_THE_FIRST_OF_JULY = {
    ("2023-01-01", "2023-07-01", "consumer"),
    ("2023-01-01", "2023-07-01", "business"),
}
# The table goes on from January with what it knew then. The main refinancing rate was
# 2.40 from 17 June 2026, so trade interest is 10.40 from July (art. 6:120 BW); what
# holds in 2027 nobody can know in 2026: it is refused, not guessed.
TRADE_SINCE_JULY_2026 = Decimal("10.40")
UNKNOWN_SINCE = "2027-01-01"


def rows(name):
    """The rows of a file; the test is skipped where it is not."""
    file = FOLDER / name
    if not file.exists():
        pytest.skip(f"no {name} here")
    with file.open(newline="", encoding="utf-8-sig") as opened:
        return list(csv.DictReader(opened))


def same(answer, expected):
    return Decimal(answer) == Decimal(expected)


def numbers(text):
    return [Decimal(found) for found in re.findall(r"\d+(?:\.\d+)?", text)]


def test_belgian_lump_sums():
    for row in rows("be_livre_xix_caps_vectors.csv"):
        case = {"outstanding": row["balance_due_eur"]}
        answer = law_world.run("be_consumer_lump_sum", case)
        assert same(answer["amount"], row["max_indemnity_eur"]), row


def belgian_days(text):
    """The third working day of a letter, the next day of an e-mail, and 14 days."""
    working, calendar = re.search(r"(\d)rd working day.*(calendar day)", text).groups()
    post = law_world.run("be_waiting_period", {"sent_on": "2026-11-02"})
    asked = {"country": "BE", "from": "2026-11-02", "days": int(working)}
    assert post["starts_on"] == law_world.run("working_days", asked)["date"]
    email = {"sent_on": "2026-11-02", "channel": "email"}
    assert calendar
    assert law_world.run("be_waiting_period", email)["starts_on"] == "2026-11-03"
    assert post["last_day"] == "2026-11-18"


def belgian_reminder(text):
    [most] = numbers(text)
    case = {"unpaid_due_date": 4, "postage": "0"}
    assert same(law_world.run("be_extra_reminder", case)["amount"], most)


def belgian_free_reminders(text):
    [free] = numbers(text)
    for place in (int(free), int(free) + 1):
        case = {"unpaid_due_date": place}
        charged = Decimal(law_world.run("be_extra_reminder", case)["amount"])
        assert (charged > 0) == (place > free)


def belgian_business(text):
    fixed, trade, _half, _year, legal, _year = numbers(text)
    assert same(law_world.run("be_fixed_amount", {})["amount"], fixed)
    for series, percentage in (("be_b2b", trade), ("be_legal", legal)):
        asked = {"series": series, "on": "2026-03-01"}
        assert same(law_world.run("rate_on", asked)["percentage"], percentage)


BELGIAN_RULES = {
    "14 calendar days start": belgian_days,
    "extra reminders": belgian_reminder,
    "recurring supply contracts": belgian_free_reminders,
    "B2B": belgian_business,
}


def test_belgian_rules():
    for row in rows("be_livre_xix_rules_vectors.csv"):
        if row["rule"] not in NOT_COUNTED:
            BELGIAN_RULES[row["rule"]](row["expected"])


def test_german_base_rates():
    """Every reference rate of the pack that begins within the file is the file's."""
    file = FOLDER / "de_base_rates_ameax.json"
    if not file.exists():
        pytest.skip("no base rates here")
    told = json.loads(file.read_text(), parse_float=Decimal)
    base = {
        date.fromisoformat(f"{month}-01"): rate for month, rate in told["data"].items()
    }
    last = date.fromisoformat(told["metadata"]["last_updated"][:10])
    for pack in law_world.packs():
        for series in pack.series:
            if not series.code.startswith("de_"):
                continue
            for row in series.rows:
                if row.span.first <= last:
                    known = max(day for day in base if day <= row.span.first)
                    assert row.reference == base[known], (series.code, row.span.first)


def test_german_interest():
    for row in rows("de_bgb288_vectors.csv"):
        if "2 periods" in row["expected_interest"]:
            # For the same reason the day of payment, 1 January 2024, is a third one.
            first, second, third = _german_segments(row)
            assert [first.days, second.days, third.days] == [180, 184, 1]
            continue
        business = row["debtor"] == "business"
        rule = "de_b2b_interest" if business else "de_consumer_interest"
        case = {
            "principal": row["amount"],
            "due_on": row["due"],
            "paid_on": row["paid"],
        }
        ours = law_world.run(rule, case)["interest"]
        if (row["due"], row["paid"], row["debtor"]) in OLD_RATE_ON_THE_FIRST_OF_JULY:
            old = Decimal(row["base_rate"]) + Decimal(row["surcharge"])
            file = _german(row, [Rate(date(2023, 1, 1), old)])
            law = [
                Rate(date(2023, 1, 1), old),
                Rate(date(2023, 7, 1), old + Decimal("1.5")),
            ]
            assert same(file, row["expected_interest"]), "the argument above is wrong"
            assert same(ours, _german(row, law))
        else:
            assert same(ours, row["expected_interest"]), row


def _german(row, rates):
    days = (date.fromisoformat(row["due"]), date.fromisoformat(row["paid"]))
    return accrue(Decimal(row["amount"]), *days, RateSeries(rates), "act/365").amount


def _german_segments(row):
    [series] = [
        series
        for pack in law_world.packs()
        for series in pack.series
        if series.code == "de_consumer"
    ]
    days = (date.fromisoformat(row["due"]), date.fromisoformat(row["paid"]))
    return accrue(Decimal(row["amount"]), *days, rates_of(series), "act/365").segments


def test_dutch_collection_costs():
    for row in rows("nl_bik_staffel_vectors.csv"):
        case = {"principals": [row["principal_eur"]]}
        answer = law_world.run("nl_collection_costs", case)
        assert same(answer["amount"], row["expected_bik_ex_vat"]), row


def test_dutch_rates():
    firsts = {
        "wettelijk": ("nl_consumer", "2009-07-01"),
        "handels": ("nl_trade", "2013-01-01"),
    }
    for row in rows("nl_rentetabel_matthi.csv"):
        for column, (series, first) in firsts.items():
            asked = {"series": series, "on": row["datum"]}
            if row["datum"] >= UNKNOWN_SINCE:
                with pytest.raises(CaseError, match="no rate known"):
                    law_world.run("rate_on", asked)
            elif row["datum"] >= first:
                ours = law_world.run("rate_on", asked)["percentage"]
                assert same(ours, 100 * Decimal(row[column])), (series, row)


def test_dutch_trade_rate_that_the_table_does_not_know():
    table = {row["datum"] for row in rows("nl_rentetabel_matthi.csv")}
    assert "2026-07-01" not in table, "the table was mended: take the argument away"
    asked = {"series": "nl_trade", "on": "2026-07-01"}
    ours = law_world.run("rate_on", asked)["percentage"]
    assert same(ours, TRADE_SINCE_JULY_2026)


def dutch_letter(said):
    """The files count fifteen days from sending, as if it were delivered the same day.

    That is the day from which costs may be charged after an e-mail. A letter is
    presumed delivered on the second day of delivery (HR 25 November 2016), so a debtor
    has longer: the date of the file would be too early on paper.
    """
    sent, until = re.findall(r"\d{4}-\d{2}-\d{2}", said)
    case = {"posted_on": sent}
    email = law_world.run("nl_fourteen_day_letter", {**case, "channel": "email"})
    assert email["costs_from"] == until
    assert law_world.run("nl_fourteen_day_letter", case)["costs_from"] > until


def dutch_leap_day(said):
    sent, following = re.findall(r"\d{4}-\d{2}-\d{2}", said)
    case = {"posted_on": sent, "channel": "email"}
    assert law_world.run("nl_fourteen_day_letter", case)["first_day"] == following


def dutch_bundle(said):
    [found] = re.findall(r"(\d+) open invoices of (\d+) one fee (\S+)", said)
    count, each, fee = map(Decimal, found)
    case = {"principals": [each] * int(count)}
    assert same(law_world.run("nl_collection_costs", case)["amount"], fee)


def dutch_named_fee(said):
    written = re.findall(r"[\d.]+,\d{2}", said)
    fee, principal = (text.replace(".", "").replace(",", ".") for text in written)
    answer = law_world.run("nl_collection_costs", {"principals": [principal]})
    assert same(answer["amount"], fee)


DUTCH_NOTICES = {
    "14-day letter sent": dutch_letter,
    "month boundary": dutch_letter,
    "year boundary": dutch_letter,
    "leap day": dutch_leap_day,
    "one aanmaning per debtor": dutch_bundle,
    "letter must name": dutch_named_fee,
}


def test_dutch_notices():
    for row in rows("nl_wik_notice_vectors.csv"):
        if row["case"] in NOT_COUNTED:
            continue
        [replay] = [
            replay
            for name, replay in DUTCH_NOTICES.items()
            if row["case"].startswith(name)
        ]
        replay(f"{row['case']} {row['input']} {row['expected']}")


def test_numbers_of_a_peer():
    """Of the other program only interest is a sum: 15 days at 10 % on 100.00."""
    replayed = 0
    for row in rows("peer_dunning_numbers.csv"):
        found = re.search(
            r"(\d+\.\d\d), (\d+) days, .*interest (\d+)%", row["scenario"]
        )
        if not found:
            continue
        principal, days, percentage = map(Decimal, found.groups())
        due_on = date(2026, 1, 31)
        series = RateSeries([Rate(date(2026, 1, 1), percentage)])
        last = due_on + int(days) * ONE_DAY
        [interest] = re.findall(r"interest (\d+\.\d\d)", row["expected"])
        assert same(accrue(principal, due_on, last, series).amount, interest)
        replayed += 1
    assert replayed
