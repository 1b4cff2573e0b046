"""The dossier of a legal case: valid, exact, and the same for the same facts."""

import dataclasses
import json
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ar_legal.rules import dossier
from ar_legal.rules.timeline import Entry

SCHEMA = json.loads(
    Path(dossier.__file__)
    .parents[1]
    .joinpath("static", "schema", "dossier-2.json")
    .read_text()
)
CHOICES = {
    ("Party", "kind"): ("consumer", "enterprise", "public_body", "unknown"),
    ("Party", "country"): ("BE", "NL", None),
    ("Case", "currency"): ("EUR", "GBP"),
    ("Case", "party_role"): ("bailiff", "lawyer", "internal"),
    ("Case", "state"): ("open", "closed"),
    ("Case", "outcome"): ("paid", "returned", "uncollectable", "withdrawn", None),
    ("Claim", "state"): ("open", "settled", "unposted", "void"),
    ("Accessory", "kind"): ("lump_sum", "collection_costs", "reminder", "interest"),
    ("Accessory", "state"): ("announced", "claimed", "posted", "paid", "waived"),
    ("Payment", "kind"): ("payment", "credit_note"),
    ("Delivery", "sha256"): ("0" * 64, "0123456789abcdef" * 4, None),
    ("Delivery", "attempt"): (1, 2, 9),
    ("Cost", "kind"): ("summons", "bailiff_fee", "court_fee", "lawyer", "other"),
    ("Cost", "paid_by"): ("creditor", "party"),
}
SIMPLE = {
    str: st.text(max_size=12),
    int: st.integers(0, 10**6),
    bool: st.booleans(),
    Decimal: st.decimals(-(10**9), 10**9, places=2),
    date: st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    datetime: st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)),
    types.NoneType: st.none(),
}


def facts(kind):
    """Any frozen facts of a kind, with the values that Odoo could give them."""
    hints = typing.get_type_hints(kind)
    return st.builds(
        kind,
        **{
            name: st.sampled_from(CHOICES[kind.__name__, name])
            if (kind.__name__, name) in CHOICES
            else value(hint)
            for name, hint in hints.items()
        },
    )


def value(hint):
    """Any value of a type as the dataclasses name them."""
    if typing.get_origin(hint) is tuple:
        return st.lists(value(typing.get_args(hint)[0]), max_size=2).map(tuple)
    if isinstance(hint, types.UnionType):
        return st.one_of([value(one) for one in typing.get_args(hint)])
    return facts(hint) if dataclasses.is_dataclass(hint) else SIMPLE[hint]


DOSSIERS = facts(dossier.Dossier).filter(lambda told: told.claims)


def validator():
    kind = jsonschema.Draft202012Validator
    return kind(SCHEMA, format_checker=kind.FORMAT_CHECKER)


def test_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == dossier.SCHEMA


@settings(max_examples=25, deadline=None)
@given(DOSSIERS)
def test_every_dossier_is_valid_and_exact(told):
    read = json.loads(dossier.as_json(told, [("claims.csv", "0" * 64, 12)]))
    assert [error.message for error in validator().iter_errors(read)] == []
    for row, claim in zip(read["claims"], told.claims, strict=True):
        assert Decimal(row["open"]) == claim.open
        assert date.fromisoformat(row["due_date"]) == claim.due_date


@settings(max_examples=10, deadline=None)
@given(DOSSIERS)
def test_same_facts_same_bytes(told):
    files = [("b", "0" * 64, 1), ("a", "1" * 64, 2)]
    again = dataclasses.replace(told)
    assert dossier.as_json(told, files) == dossier.as_json(again, files[::-1])


def named(kind, schema):
    """(dataclass, its schema) of a kind and of all kinds within it."""
    yield kind, schema
    for name, hint in typing.get_type_hints(kind).items():
        for inner in (hint, *typing.get_args(hint)):
            if dataclasses.is_dataclass(inner):
                part = json.dumps(schema["properties"][name])
                reference = part.partition('"#/$defs/')[2].partition('"')[0]
                yield from named(inner, SCHEMA["$defs"][reference])


def test_schema_names_every_field_and_no_other():
    extra = {"format", "version", "schema", "files"}
    for kind, schema in named(dossier.Dossier, SCHEMA):
        fields = {field.name for field in dataclasses.fields(kind)}
        if kind is dossier.Dossier:
            fields |= extra
        assert set(schema["properties"]) == fields, kind
        assert set(schema["required"]) == fields, kind
        assert schema["additionalProperties"] is False


def test_reader_refuses_what_is_not_version_one():
    for spoilt in ({"version": 1}, {"claims": []}, {"unknown": 1}):
        told = {"format": "legal-dossier", "version": 2} | spoilt
        assert list(validator().iter_errors(told))


@pytest.mark.parametrize(
    ("amount", "digits", "expected"),
    [
        (0.1 + 0.2, 2, "0.30"),
        (2.675, 2, "2.68"),
        (1e9, 2, "1000000000.00"),
        (-0.005, 2, "-0.01"),
        (1234.5, 0, "1235"),
        (0.0, 3, "0.000"),
    ],
)
def test_money_is_rounded_as_people_read_it(amount, digits, expected):
    assert str(dossier.money(amount, digits)) == expected


@given(st.integers(-(10**12), 10**12))
def test_cents_survive_the_way_through_floats(cents):
    assert dossier.money(cents / 100, 2) == Decimal(cents) / 100


def test_what_stays_in_the_house_does_not_leave():
    entries = [
        Entry(date(2026, 1, 1), "hold", "On hold: illness", internal=True),
        Entry(date(2026, 1, 2), "stage", "Summoned"),
    ]
    assert [told.text for told in dossier.happenings(entries)] == ["Summoned"]


def test_a_happening_without_detail_says_nothing_of_it():
    day = date(2026, 1, 2)
    entries = [
        Entry(day, "cost", "Summons", "Bailiff", Decimal("40.00")),
        Entry(day, "stage", "Summoned"),
    ]
    assert dossier.happenings(entries) == (
        dossier.Happening(day, "cost", "Summons", "Bailiff", Decimal("40.00")),
        dossier.Happening(day, "stage", "Summoned", None, None),
    )


def test_costs_and_interest_are_part_of_what_is_due_on_a_claim():
    claim = dossier.Claim(
        id=1,
        document="INV/1",
        kind=None,
        description=None,
        payment_reference=None,
        invoice_date=None,
        due_date=date(2026, 3, 1),
        state="open",
        joined_on=date(2026, 4, 1),
        left_on=None,
        original=Decimal("400.00"),
        handed_over=Decimal("300.00"),
        covered=Decimal("0.00"),
        open=Decimal("300.00"),
        costs=Decimal("45.00"),
        interest=Decimal("0.95"),
        invoice=dossier.Document(None, "not there"),
        payments=(),
    )
    assert claim.total == Decimal("345.95")


def test_facts_as_the_reader_of_the_dossier_gets_them():
    cost = dossier.Cost(
        date=date(2026, 4, 1),
        kind="summons",
        amount=Decimal("1E+3"),
        paid_by="creditor",
        charged_to_debtor=True,
        note=None,
    )
    told = dossier.as_dict(cost, [("b.pdf", "1" * 64, 2), ("a.pdf", "0" * 64, 1)])
    assert told == {
        "format": "legal-dossier",
        "version": 2,
        "schema": "urn:ar-legal:dossier:2",
        "date": "2026-04-01",
        "kind": "summons",
        "amount": "1000",
        "paid_by": "creditor",
        "charged_to_debtor": True,
        "note": None,
        "files": [
            {"path": "a.pdf", "sha256": "0" * 64, "size": 1},
            {"path": "b.pdf", "sha256": "1" * 64, "size": 2},
        ],
    }


def test_the_file_of_a_dossier_is_read_by_people_too():
    payment = dossier.Payment(date(2026, 4, 1), "BÉ/1", "payment", Decimal("-1.50"))
    lines = dossier.as_json(payment).decode().split("\n")
    assert lines[0] == "{"
    assert '  "document": "BÉ/1",' in lines
    assert '  "amount": "-1.50",' in lines
    assert lines[-2:] == ["}", ""]


def test_a_moment_is_told_in_utc():
    made = dossier.Delivery(
        channel="email",
        attempt=1,
        state="sent",
        address=None,
        message_id="<1@example.org>",
        handed_over_at=datetime(2026, 3, 1, 12, 30, 5),
        sent_at=None,
        effective_on=date(2026, 3, 2),
        answer=None,
        sha256=None,
        content=dossier.Document("notices/1.eml", None),
    )
    notice = dossier.Notice(
        id=7,
        level="Reminder",
        phase=None,
        language="nl",
        dispatched_at=None,
        effective_on=None,
        total=Decimal("12.50"),
        claims=(1, 2),
        deliveries=(made,),
    )
    told = dossier.as_dict(notice)
    assert told["claims"] == [1, 2]
    [delivery] = told["deliveries"]
    assert delivery["handed_over_at"] == "2026-03-01T12:30:05Z"
    assert delivery["effective_on"] == "2026-03-02"
    assert delivery["content"] == {"file": "notices/1.eml", "missing_because": None}
