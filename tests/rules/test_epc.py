"""The code for a transfer: banking apps read what the letter says, or nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_payment_link.rules import epc
from strategies import cents

IBANS = [
    "BE68539007547034",
    "BE72000000001616",
    "NL91ABNA0417164300",
    "DE89370400440532013000",
]
# Anything a person may have typed, line breaks and emoji included.
WORDS = st.text(max_size=200)
NAMES = WORDS.filter(lambda name: any(sign.isprintable() for sign in name.strip()))
OGM = "000000065472"


def lines(payload):
    return payload.split("\n")


def test_transfer_with_a_structured_communication():
    payload = epc.prepare(
        "Gemeente Voorbeeld", "BE68 5390 0754 7034", Decimal("123.45"), structured=OGM
    )
    assert payload == (
        "BCD\n002\n1\nSCT\n\nGemeente Voorbeeld\nBE68539007547034\nEUR123.45\n\n"
        "000000065472"
    )
    assert len(payload.encode()) == 74


def test_document_number_stands_in_the_line_for_free_text():
    payload = epc.prepare("Stad", IBANS[0], Decimal(1), text="INV/2026/7", bic="x")
    assert lines(payload)[7:] == ["EUR1.00", "", "", "INV/2026/7"]
    assert lines(payload)[4] == ""


@given(
    NAMES,
    st.sampled_from(IBANS),
    cents(1, 99_999_999_999),
    st.one_of(WORDS.map(lambda text: ("text", text)), st.just(("structured", OGM))),
    st.sampled_from(["", "KREDBEBB", "BPOTBEB1XXX"]),
)
def test_whatever_is_printed_comes_back_within_the_limits(
    name, iban, amount, reference, bic
):
    kind, words = reference
    try:
        payload = epc.prepare(name, iban, amount, bic=bic, **{kind: words})
    except ValueError:
        assert not "".join(filter(str.isprintable, name)).strip()
        return
    assert len(payload.encode()) <= epc.MAXIMUM_BYTES
    assert len(lines(payload)) <= 12
    transfer = epc.read(payload)
    assert (transfer.iban, transfer.amount, transfer.bic) == (iban, amount, bic)
    assert transfer.structured == (words if kind == "structured" else "")
    assert " ".join(name.split()).startswith(transfer.name) or not name.isprintable()
    if kind == "text" and words.isprintable() and len(words.encode()) < 40:
        assert transfer.text == " ".join(words.split())


def test_text_gives_way_before_the_name():
    payload = epc.prepare("é" * 80, IBANS[0], Decimal(1), text="é" * 150)
    transfer = epc.read(payload)
    assert transfer.name == "é" * 70
    assert 0 < len(transfer.text) < 140
    assert len(payload.encode()) in (330, 331)


@pytest.mark.parametrize(
    "values",
    [
        {"iban": "BE68539007547035"},
        {"iban": "US68539007547034"},
        {"iban": ""},
        {"amount": Decimal(0)},
        {"amount": Decimal("0.004")},
        {"amount": Decimal("12.345")},
        {"amount": Decimal("1000000000.00")},
        {"amount": Decimal("-5")},
        {"amount": Decimal("NaN")},
        {"name": ""},
        {"name": " \n\t"},
        {"structured": "X" * 36},
        {"structured": OGM, "text": "both"},
    ],
)
def test_what_no_bank_would_carry_out_is_refused(values):
    facts = {"name": "Stad", "iban": IBANS[0], "amount": Decimal(5), **values}
    with pytest.raises(ValueError):
        epc.prepare(**facts)


@pytest.mark.parametrize(
    ("payload", "amount"),
    [
        # As printed by other programs, old and new.
        (
            "BCD\r\n001\r\n1\r\nSCT\r\nBPOTBEB1\r\nRed Cross\r\nBE72000000001616\r\n"
            "EUR1\r\nCHAR\r\n\r\nUrgency fund\r\nSample",
            Decimal(1),
        ),
        ("BCD\n002\n1\nSCT\n\nVerein\nDE89370400440532013000", None),
        ("BCD\n002\n2\nSCT\n\nFrançois\nFR1420041010050500013M02606\nEUR12.3", 12.3),
    ],
)
def test_payloads_of_others_are_read(payload, amount):
    read = epc.read(payload).amount
    assert (read and float(read)) == (amount and float(amount))


VALID = ["BCD", "002", "1", "SCT", "", "Stad", IBANS[0], "EUR5.00", "", "", "", ""]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (0, "XXX"),
        (1, "003"),
        (1, "001"),
        (2, "9"),
        (3, "INST"),
        (4, "KRED"),
        (5, ""),
        (5, "n" * 71),
        (6, ""),
        (6, "B" * 35),
        (7, "EUR0"),
        (7, "EUR0.004"),
        (7, "EUR9999999999"),
        (7, "USD5.00"),
        (8, "TOOLONG"),
        (10, "t" * 141),
        (11, "i" * 71),
        (11, "\n"),
    ],
)
def test_payloads_that_break_the_standard_are_refused(line, value):
    broken = [*VALID]
    broken[line] = value
    assert epc.read("\n".join(VALID))
    with pytest.raises(ValueError):
        epc.read("\n".join(broken))


def test_too_many_bytes_are_refused():
    full = epc.Transfer(
        "é" * 70, IBANS[0], Decimal(5), text="é" * 140, information="é" * 70
    )
    with pytest.raises(ValueError):
        epc.write(full)
    with pytest.raises(ValueError):
        epc.read(epc._write(full))
