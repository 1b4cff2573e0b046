"""Cases of the law: what is refused, and with which words."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from ar_dunning.rules.law_inputs import CaseError, Inputs
from strategies import cents
from toolkit import law_world

LOAN = {"principal": "1000", "due_on": "2026-01-31", "paid_on": "2026-03-02"}
FAR = {"country": "be", "from": "2026-01-01"}
OWED = {"outstandings": ["300"], "sent_on": "2026-11-02", "on": "2026-12-31"}


def refusal(rule, **inputs):
    """The sentence with which a case is refused."""
    with pytest.raises(CaseError) as caught:
        law_world.run(rule, inputs)
    return str(caught.value)


@pytest.mark.parametrize(
    ("rule", "inputs", "words"),
    [
        ("be_lump_sum", {}, "there is no rule be_lump_sum; the nearest is be_"),
        ("be_consumer_lump_sum", {}, "outstanding is missing: an amount such as"),
        (
            "be_consumer_lump_sum",
            {"outstanding": "ten"},
            'outstanding: an amount such as "100.00" is expected, not ten',
        ),
        ("be_consumer_lump_sum", {"outstanding": "1.005"}, "not 1.005"),
        ("be_consumer_lump_sum", {"outstanding": True}, "not True"),
        ("be_consumer_lump_sum", {"outstanding": "1e5"}, "not 1e5"),
        ("be_consumer_lump_sum", {"outstanding": Decimal("1E+999999")}, "1E+999999"),
        ("be_consumer_lump_sum", {"outstanding": "9999999999999999"}, "an amount"),
        ("be_consumer_lump_sum", {"outstanding": "1", "of": 1}, "of: no such key"),
        (
            "be_consumer_lump_sum",
            {"outstanding": 1, "on": "2023-08-31"},
            "the pack says nothing of be_consumer_lump_sum on 2023-08-31",
        ),
        ("be_b2b_interest", {**LOAN, "due_on": "31/01/2026"}, "due_on: a day such as"),
        ("be_b2b_interest", {**LOAN, "due_on": "2026-02-30"}, "due_on: a day such as"),
        ("be_b2b_interest", {**LOAN, "due_on": "2026-W05-1"}, "due_on: a day such as"),
        ("be_b2b_interest", {**LOAN, "due_on": 20260131}, "due_on: a day such as"),
        ("be_b2b_interest", {**LOAN, "due_on": "1000-01-01"}, "from 1900 to 2199"),
        ("be_b2b_interest", {**LOAN, "day_count": "act"}, "one of act/act, act/365"),
        (
            "be_b2b_interest",
            {**LOAN, "paid_on": "2027-01-01"},
            "no rate known for 2027-01-01 in be_b2b: it holds from 2013-01-01 to "
            "2026-12-31",
        ),
        (
            "be_tax_interest",
            LOAN,
            "no rate known for 2026-02-01 in be_tax_interest",
        ),
        ("be_b2b_interest", {**LOAN, "payments": 3}, "payments: a list of objects"),
        ("be_b2b_interest", {**LOAN, "payments": [3]}, "payments 1: an object"),
        (
            "be_b2b_interest",
            {**LOAN, "payments": [{"date": "2026-02-01", "amount": "1", "x": 1}]},
            "x: no such key in payments 1, only amount, date",
        ),
        (
            "be_b2b_interest",
            {**LOAN, "payments": [{"date": "2026-02-01", "amount": "-1"}]},
            "above zero",
        ),
        ("be_b2b_interest", {**LOAN, "order": ["interest"]}, "both expected"),
        ("be_b2b_interest", {**LOAN, "order": "interest"}, "order: a list of costs"),
        ("be_b2b_interest", {**LOAN, "order": ["fees"]}, "order: a list of costs"),
        (
            "be_b2b_interest",
            {**LOAN, "order": ["interest", "interest"]},
            "each once at most",
        ),
        (
            "be_b2b_interest",
            {**LOAN, "paid_on": "2027-01-31", "order": ["interest", "principal"]},
            "no rate known for 2027-01-01",
        ),
        ("rate_on", {"series": "be_b2b", "on": "2012-12-31"}, "no rate known for"),
        ("rate_on", {"series": "be_b3b", "on": "2026-01-01"}, "no pack knows be_b3b"),
        ("rate_on", {"series": True, "on": "2026-01-01"}, "series: a text"),
        ("statutory_rate", {"series": "nl_consumer", "reference": 1}, "not derive"),
        ("be_waiting_period", {"sent_on": "2026-11-02", "channel": "sms"}, "channel:"),
        (
            "be_waiting_period",
            {"sent_on": "2023-08-31", "channel": "post"},
            "the pack says nothing of be_first_reminder over letter on 2023-08-31",
        ),
        (
            "be_waiting_period",
            {"sent_on": "2026-11-02", "saturday_is_working": "perhaps"},
            "saturday_is_working: true or false is expected, not perhaps",
        ),
        ("be_consumer_claim", {**OWED, "outstandings": []}, "a list of amounts"),
        ("be_consumer_claim", {**OWED, "outstandings": ["a"]}, "a list of amounts"),
        ("be_consumer_claim", {**OWED, "paid_in_time": "-1"}, "zero or more"),
        ("be_extra_reminder", {"unpaid_due_date": 0}, "a whole number from 1"),
        ("be_extra_reminder", {"unpaid_due_date": "1.5"}, "a whole number from 1"),
        ("imputation", {"payment": "-1"}, "below zero"),
        ("instalments", {"amount": "0.02", "count": 3}, "less than a cent"),
        ("working_days", {"country": "XX", "from": "2026-01-01", "days": 1}, "of XX"),
        ("working_days", {"country": "os.", "from": "2026-01-01", "days": 1}, "of OS."),
        ("ogm", {"base": "12a"}, "base: ten digits are expected"),
        ("ogm", {"base": "12345678901"}, "ten digits"),
        ("rf_reference", {"base": ""}, "1 to 21"),
        ("dutch_reference", {"base": "1"}, "15 digits"),
        ("dutch_reference", {"base": "0" * 15}, "not all zero"),
        ("swiss_reference", {"base": "1"}, "26 digits"),
        ("epc_payload", {"name": "A", "iban": "BE00", "amount": 1}, "account"),
        ("epc_read", {"payload": "BCD"}, "7 to 12 lines"),
    ],
)
def test_refused_with_a_sentence(rule, inputs, words):
    assert words in refusal(rule, **inputs)


def test_inputs_are_an_object():
    with pytest.raises(CaseError, match="inputs: an object with keys is expected"):
        Inputs(["principal"])


def test_values_come_as_texts_or_as_values_of_json():
    for outstanding in ("750", "750.00", 750, 750.0, Decimal("750.0"), Decimal("75E1")):
        answer = law_world.run("be_consumer_lump_sum", {"outstanding": outstanding})
        assert answer["amount"] == "77.50"
    for vat in (True, "true", "yes", 1, "1"):
        costs = law_world.run("nl_collection_costs", {"principals": 500, "vat": vat})
        assert costs["amount"] == "90.75"


def test_null_is_absent():
    answer = law_world.run("be_fixed_amount", {"principal": None, "on": "2026-01-01"})
    assert answer == {"amount": "40.00"}


def test_a_claim_without_a_clause_bears_legal_interest_after_the_period():
    answer = law_world.run(
        "be_consumer_claim", {**OWED, "channel": "email", "clause": False}
    )
    # 45 days at 4.5 %, not the 10.5 % of a clause.
    assert answer == {"lump_sum": "0.00", "interest": "1.66"}


def test_a_small_creditor_without_a_clause_waits_like_everybody():
    large = {**OWED, "channel": "email", "clause": False}
    small = {**large, "small_creditor": True}
    assert law_world.run("be_consumer_claim", small) == law_world.run(
        "be_consumer_claim", large
    )


@pytest.mark.parametrize(
    ("inputs", "interest"),
    [
        # 43 days at 10.5 % after a letter of the 2nd and its period until the 18th.
        pytest.param({}, "3.71", id="nothing said"),
        pytest.param({"small_creditor": False}, "3.71", id="a large creditor"),
        # 59 days from the day after sending.
        pytest.param({"small_creditor": True}, "5.09", id="a small creditor"),
        pytest.param({"channel": "letter"}, "3.71", id="a letter is post"),
        pytest.param({"channel": "email"}, "3.88", id="two days earlier by e-mail"),
        pytest.param({"on": "2026-11-18"}, "0.00", id="the last day of the period"),
        pytest.param({"on": "2026-11-19"}, "0.09", id="the day after it"),
    ],
)
def test_interest_of_a_consumer_by_what_is_said_of_the_creditor(inputs, interest):
    answer = law_world.run("be_consumer_claim", {**OWED, **inputs})
    assert answer["interest"] == interest


@pytest.mark.parametrize(
    ("inputs", "starts_on"),
    [
        pytest.param({}, "2026-11-10", id="Tuesday, for Saturday is none"),
        pytest.param({"channel": "letter"}, "2026-11-10", id="a letter is post"),
        pytest.param({"saturday_is_working": True}, "2026-11-09", id="Monday"),
        pytest.param({"channel": "email"}, "2026-11-06", id="the next day"),
    ],
)
def test_the_third_working_day_after_a_thursday(inputs, starts_on):
    answer = law_world.run("be_waiting_period", {"sent_on": "2026-11-05", **inputs})
    first = date.fromisoformat(starts_on)
    assert answer == {
        "starts_on": starts_on,
        "last_day": (first + timedelta(days=13)).isoformat(),
        "claimable_from": (first + timedelta(days=14)).isoformat(),
    }


@pytest.mark.parametrize(
    ("inputs", "last_day"),
    [
        pytest.param({}, "2026-11-21", id="a Saturday, as it comes"),
        pytest.param({"channel": "letter"}, "2026-11-21", id="a letter is post"),
        pytest.param({"weekend_extension": True}, "2026-11-23", id="not at a weekend"),
    ],
)
def test_the_end_of_a_fourteen_day_letter(inputs, last_day):
    answer = law_world.run(
        "nl_fourteen_day_letter", {"posted_on": "2026-11-05", **inputs}
    )
    assert answer["last_day"] == last_day


def test_a_letter_of_a_friday_is_delivered_on_tuesday():
    """The Dutch post rests on Sunday and Monday."""
    answer = law_world.run("nl_fourteen_day_letter", {"posted_on": "2026-11-06"})
    assert answer["delivered_on"] == "2026-11-10"


@pytest.mark.parametrize(
    ("inputs", "answer"),
    [
        pytest.param({"unpaid_due_date": 3, "postage": "1.10"}, "0.00", id="the third"),
        pytest.param({"unpaid_due_date": 4, "postage": "1.10"}, "8.60", id="fourth"),
        pytest.param({"unpaid_due_date": 4}, "7.50", id="without postage"),
        pytest.param({"unpaid_due_date": 1000}, "7.50", id="the most of a year"),
    ],
)
def test_the_first_three_reminders_of_a_year_are_free(inputs, answer):
    assert law_world.run("be_extra_reminder", inputs) == {"amount": answer}


def test_what_a_debt_does_not_name_is_nothing():
    nothing = {"costs": "0.00", "interest": "0.00", "principal": "0.00"}
    left = {f"{part}_left": amount for part, amount in nothing.items()}
    assert law_world.run("imputation", {"payment": "10"}) == {
        **nothing,
        "overpayment": "10.00",
        **left,
    }


def test_a_part_that_the_order_does_not_name_comes_last():
    debt = {"costs": "1", "interest": "2", "principal": "4"}
    answer = law_world.run(
        "imputation", {**debt, "payment": "5", "order": ["principal"]}
    )
    assert (answer["principal"], answer["costs"], answer["interest"]) == (
        "4.00",
        "1.00",
        "0.00",
    )
    assert answer["interest_left"] == "2.00"


@pytest.mark.parametrize(("count", "each"), [(1, "1200.00"), (1200, "1.00")])
def test_a_plan_has_one_to_twelve_hundred_instalments(count, each):
    asked = {"amount": "1200", "count": count}
    assert law_world.run("instalments", asked) == {"amounts": [each] * count}


@pytest.mark.parametrize(
    ("rule", "inputs", "limits"),
    [
        ("instalments", {"amount": "2000", "count": 0}, "1 to 1200"),
        ("instalments", {"amount": "2000", "count": 1201}, "1 to 1200"),
        ("be_extra_reminder", {"unpaid_due_date": 1001}, "1 to 1000"),
        ("working_days", {**FAR, "days": 2001}, "-2000 to 2000"),
        ("working_days", {**FAR, "days": -2001}, "-2000 to 2000"),
    ],
)
def test_counts_have_limits(rule, inputs, limits):
    assert f"a whole number from {limits} is expected" in refusal(rule, **inputs)


@pytest.mark.parametrize(("days", "on"), [(2000, "2033-11-28"), (-2000, "2018-02-02")])
def test_working_days_reach_eight_years(days, on):
    assert law_world.run("working_days", {**FAR, "days": days}) == {"date": on}


@pytest.mark.parametrize(
    ("inputs", "on"),
    [
        pytest.param({}, "2026-11-09", id="nothing said"),
        pytest.param({"saturday_is_working": True}, "2026-11-07", id="Saturday too"),
    ],
)
def test_whether_saturday_is_a_working_day_is_said(inputs, on):
    asked = {"country": "be", "from": "2026-11-05", "days": 2, **inputs}
    assert law_world.run("working_days", asked) == {"date": on}


@pytest.mark.parametrize(
    ("inputs", "answer"),
    [
        ({}, {"costs": "150.00", "interest": "19.84", "total": "1169.84"}),
        (
            {"business": True},
            {"costs": "150.00", "interest": "50.33", "total": "1200.33"},
        ),
    ],
    ids=["a consumer", "a business"],
)
def test_a_dutch_claim_and_all_that_comes_to_it(inputs, answer):
    """181 days of half a year, at 4 % of a consumer and 10.15 % of a business."""
    asked = {"principal": "1000", "due_on": "2025-12-31", "paid_on": "2026-06-30"}
    assert law_world.run("nl_total", {**asked, **inputs}) == answer


def test_a_reminder_of_another_contract_costs_nothing():
    answer = law_world.run(
        "be_extra_reminder", {"unpaid_due_date": 9, "regular_supply": False}
    )
    assert answer == {"amount": "0.00"}


def test_interest_that_is_paid_first_never_bears_interest():
    """Paid at the end of each month or not: simple interest runs on the principal."""
    payments = [
        {"date": f"2026-0{month}-28", "amount": "1.00"} for month in range(2, 7)
    ]
    loan = {"principal": "1000", "due_on": "2025-12-31", "paid_on": "2026-06-30"}
    alone = law_world.run("be_b2b_interest", loan)
    with_payments = law_world.run(
        "be_b2b_interest",
        {**loan, "payments": payments, "order": ["costs", "interest", "principal"]},
    )
    assert with_payments["interest"] == alone["interest"]
    assert Decimal(with_payments["open"]) == Decimal(alone["open"]) - 5


def test_interest_owed_at_the_end_of_a_year_bears_interest_where_it_compounds():
    loan = {"principal": "1000", "due_on": "2023-12-31", "paid_on": "2025-12-31"}
    order = {"order": ["interest", "principal"]}
    assert law_world.run("nl_consumer_interest", {**loan, **order}) == {
        "interest": "134.20",
        "open": "1134.20",
    }
    # The 70.00 of the first year are paid in time, so the second bears 6 % of 1000.
    paid = {**loan, **order, "payments": [{"date": "2024-12-31", "amount": "70"}]}
    assert law_world.run("nl_consumer_interest", paid) == {
        "interest": "130.00",
        "open": "1060.00",
    }


def test_what_was_paid_before_the_due_date_bears_no_interest():
    early = {**LOAN, "payments": [{"date": "2026-01-01", "amount": "1000"}]}
    for order in (["interest", "principal"], ["principal", "interest"]):
        answer = law_world.run("be_b2b_interest", {**early, "order": order})
        assert answer == {"interest": "0.00", "open": "0.00"}


def test_nothing_runs_before_the_due_date():
    backwards = {**LOAN, "paid_on": "2025-01-01"}
    for order in (["interest", "principal"], ["principal", "interest"]):
        answer = law_world.run("nl_trade_interest", {**backwards, "order": order})
        assert answer["interest"] == "0.00"


def test_a_payment_first_settles_interest_when_the_law_says_so():
    """Of 100.00 half a year's interest is taken, the rest lowers the principal."""
    loan = {"principal": "1000", "due_on": "2025-12-31", "paid_on": "2026-12-31"}
    paid = {**loan, "payments": [{"date": "2026-06-30", "amount": "100"}]}
    first = law_world.run(
        "be_b2b_interest", {**paid, "order": ["interest", "principal"]}
    )
    last = law_world.run("be_b2b_interest", paid)
    assert Decimal(first["interest"]) > Decimal(last["interest"])
    # 181 days on 1000.00 are 52.0685; then 184 days on 952.0685, or on 900.00.
    assert first["interest"] == "102.46"
    assert last["interest"] == "99.71"


def test_working_days_backwards():
    asked = {"country": "be", "from": "2026-11-05", "days": -3}
    assert law_world.run("working_days", asked) == {"date": "2026-11-02"}


def test_an_email_of_the_netherlands_is_received_at_once():
    asked = {"posted_on": "2026-11-03", "channel": "email"}
    assert law_world.run("nl_fourteen_day_letter", asked) == {
        "delivered_on": "2026-11-03",
        "first_day": "2026-11-04",
        "last_day": "2026-11-17",
        "costs_from": "2026-11-18",
    }


@given(cents(1, 10_000_000), st.dates(date(2013, 1, 1), date(2026, 1, 1)), cents(1, 9))
def test_interest_grows_with_the_principal(principal, due_on, more):
    asked = {"due_on": due_on.isoformat(), "paid_on": "2026-11-22"}
    small = law_world.run("nl_trade_interest", {**asked, "principal": principal})
    large = law_world.run("nl_trade_interest", {**asked, "principal": principal + more})
    assert Decimal(small["interest"]) <= Decimal(large["interest"])


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=21))
def test_creditor_references_hold_before_another_implementation(body):
    made = law_world.run("rf_reference", {"base": body})["reference"]
    assert iso11649.is_valid(made)
    assert law_world.run("rf_valid", {"value": made}) == {"valid": True}


def test_information_gives_way_when_a_payload_is_full():
    asked = {"name": "é" * 70, "iban": "BE68539007547034", "amount": 1}
    short = law_world.run("epc_payload", {**asked, "info": "x"})
    assert short["payload"].endswith("\nx")
    full = law_world.run("epc_payload", {**asked, "text": "é" * 66, "info": "x" * 70})
    assert "x" not in full["payload"]
    assert full["bytes"] <= 331
