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


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"name": ""}, "the name has 1 to 70 signs"),
        ({"name": "n" * 71}, "the name has 1 to 70 signs"),
        ({"iban": ""}, "the IBAN has at most 34 signs"),
        ({"iban": "B" * 35}, "the IBAN has at most 34 signs"),
        ({"amount": Decimal("0.001")}, "the amount is out of range"),
        ({"text": "both", "structured": OGM}, "only one kind of reference is allowed"),
        ({"structured": "X" * 36}, "the reference is too long"),
        ({"text": "t" * 141}, "the text is too long"),
        ({"bic": "KREDBEBBX"}, "the BIC has 8 or 11 signs"),
        ({"purpose": "CHARS"}, "the purpose has 1 to 4 letters"),
        ({"information": "i" * 71}, "too much information"),
    ],
)
def test_a_refusal_says_why(values, reason):
    facts = {"name": "Stad", "iban": IBANS[0], "amount": Decimal(5), **values}
    with pytest.raises(ValueError, match=f"^{reason}$"):
        epc.Transfer(**facts)


@pytest.mark.parametrize(
    "values",
    [
        {"name": "n" * 70},
        {"name": "n"},
        {"iban": "B" * 34},
        {"iban": "B"},
        {"amount": Decimal("0.01")},
        {"amount": Decimal("999999999.99")},
        {"amount": None},
        {"structured": "X" * 35},
        {"text": "t" * 140},
        {"bic": "KREDBEBB"},
        {"bic": "KREDBEBBXXX"},
        {"purpose": "C"},
        {"purpose": "CHAR"},
        {"information": "i" * 70},
    ],
)
def test_whatever_is_within_the_limits_is_carried_out(values):
    facts = {"name": "Stad", "iban": IBANS[0], "amount": Decimal(5), **values}
    assert epc.read(epc.write(epc.Transfer(**facts))) == epc.Transfer(**facts)


def test_a_payload_may_have_331_bytes_and_no_more():
    facts = {"name": "n" * 70, "iban": IBANS[0], "amount": Decimal(5)}
    room = 331 - len(epc.write(epc.Transfer(**facts, text=".")).encode()) + 1
    full = "é" * (room // 2) + "t" * (room % 2)
    payload = epc.write(epc.Transfer(**facts, text=full))
    assert len(payload.encode()) == 331
    assert epc.read(payload).text == full
    with pytest.raises(ValueError, match="more than 331 bytes"):
        epc.write(epc.Transfer(**facts, text=full + "t"))
    with pytest.raises(ValueError, match="more than 331 bytes"):
        epc.read(payload + "t")


def test_without_an_amount_the_payer_fills_it_in():
    assert lines(epc.prepare("Stad", IBANS[0], None, text="gift"))[7] == ""


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("1", "Łódź €"),
        ("2", "Liège"),
        ("3", "Łódź"),
        ("4", "Rīga"),
        ("5", "София"),
        ("6", "Αθήνα"),
        ("7", "Þórshöfn"),
        ("8", "Œuvre €"),
    ],
)
def test_bytes_are_counted_in_the_character_set_of_the_code(charset, name):
    head = ["BCD", "002", charset, "SCT", "", name, IBANS[0], "EUR5.00", "", "", ""]
    assert epc.read("\n".join(head)).name == name
    foreign = name + "字"
    if charset != "1":
        with pytest.raises(ValueError):
            epc.read("\n".join([*head[:5], foreign, *head[6:]]))


def test_the_shortest_payload_has_seven_lines():
    assert epc.read("\n".join(VALID[:7])).amount is None
    with pytest.raises(ValueError, match="7 to 12 lines"):
        epc.read("\n".join(VALID[:6]))


def test_other_payloads_may_say_a_purpose_and_information():
    payload = "\n".join([*VALID[:8], "CHAR", "", "gift", "Thank you"])
    read = epc.read(payload)
    assert (read.purpose, read.text, read.information) == ("CHAR", "gift", "Thank you")
    assert epc.write(read) == payload


def test_an_old_payload_with_its_bic_is_read():
    old = ["BCD", "001", "1", "SCT", "KREDBEBB", "Stad", IBANS[0]]
    assert epc.read("\n".join(old)).bic == "KREDBEBB"


def test_control_signs_become_spaces():
    payload = epc.prepare("Stad\x00Gent", IBANS[0], Decimal(1), text="one\ttwo\n three")
    assert lines(payload)[5] == "Stad Gent"
    assert lines(payload)[10] == "one two three"


def test_a_bic_with_spaces_in_small_letters_is_understood():
    payload = epc.prepare("Stad", IBANS[0].lower(), Decimal(1), bic="kred be bb")
    assert lines(payload)[4] == "KREDBEBB"
    assert lines(payload)[6] == IBANS[0]


def test_a_valid_account_outside_the_sepa_area_cannot_be_paid():
    assert epc.can_be_paid("BE68539007547034")
    assert not epc.can_be_paid("GE29NB0000000101904917")


@pytest.mark.parametrize("name", ["n" * 69, "n" * 70])
def test_no_sign_is_cut_in_two(name):
    transfer = epc.read(epc.prepare(name, IBANS[0], Decimal(1), text="é" * 140))
    assert transfer.name == name
    assert set(transfer.text) == {"é"}
