"""Text messages: their length, their numbers, their hours, the words of gateways."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_gateway.rules import gateway_answer, gateway_message, sending_hours
from ar_gateway.rules.gateway_message import GatewayTextError, ReportWords
from ar_sms.rules import message_length, mobile_number
from ar_sms.rules.message_length import GSM_7, UCS_2, Length, measure

TEXTS = st.text(max_size=400)
PLAIN = (
    '{"to": "{number}", "text": "{text}", "n": 1, "list": ["{sender}", {"a": null}]}'
)


# -- length -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Length(GSM_7, 0, 0, 160)),
        ("a" * 160, Length(GSM_7, 160, 1, 0)),
        ("a" * 161, Length(GSM_7, 161, 2, 145)),
        ("a" * 306, Length(GSM_7, 306, 2, 0)),
        ("a" * 307, Length(GSM_7, 307, 3, 152)),
        ("€" * 80, Length(GSM_7, 160, 1, 0)),
        # An escape is not cut from its letter: 76 of them fit into 153 septets.
        ("€" * 81, Length(GSM_7, 162, 2, 143)),
        ("ë" * 70, Length(UCS_2, 70, 1, 0)),
        ("ë" * 71, Length(UCS_2, 71, 2, 63)),
        ("🙂" * 35, Length(UCS_2, 70, 1, 0)),
        # Nor are the two units of an emoji: 33 of them fit into 67.
        ("🙂" * 67, Length(UCS_2, 134, 3, 65)),
        ("Ünïcode", Length(UCS_2, 7, 1, 63)),
    ],
)
def test_length(text, expected):
    assert measure(text) == expected


@given(TEXTS)
def test_parts_hold_the_text(text):
    length = measure(text)
    room = {GSM_7: (160, 153), UCS_2: (70, 67)}[length.encoding]
    if length.parts == 1:
        assert length.units + length.left == room[0]
    if length.parts > 1:
        assert room[1] * (length.parts - 1) < length.units + length.parts
        assert length.units <= room[1] * length.parts - length.left
        assert 0 <= length.left < room[1]


@given(TEXTS)
def test_plain_letters_are_never_dearer(text):
    plain = message_length.in_plain_letters(text)
    assert measure(plain).parts <= measure(text).parts or measure(text).parts == 0
    assert plain == text or measure(plain).encoding == GSM_7
    assert message_length.in_plain_letters(plain) == plain


def test_plain_letters():
    dear = "L’été “ça” coûte 12 € – noël… œuf"
    assert message_length.in_plain_letters(dear) == (
        'L\'été "ca" coute 12 € - noel... oeuf'
    )
    assert message_length.in_plain_letters("noël 🙂") == "noël 🙂", "nothing is won"


# -- numbers and hours -------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "country", "expected"),
    [
        ("0470 12 34 56", "BE", "+32470123456"),
        ("+32 (0)470/12.34.56", None, "+32470123456"),
        ("0032470123456", "BE", "+32470123456"),
        ("09 233 12 34", "BE", ""),
        ("06 12345678", "NL", "+31612345678"),
        ("0612345678", None, ""),
        ("0151 23456789", "DE", "+4915123456789"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("621 123 456", "LU", "+352621123456"),
        ("(800) 555-0134", "US", ""),
        ("(646) 736-0134", "US", "+16467360134"),
        ("0470 12 34", "BE", ""),
        ("", "BE", ""),
        ("call me", "BE", ""),
        ("0470 12 34 56", "XX", ""),
    ],
)
def test_mobile_numbers(written, country, expected):
    assert mobile_number.mobile_number(written, country) == expected


@given(st.text(max_size=60), st.sampled_from(["BE", "NL", "DE", "FR", None]))
def test_a_number_is_its_own_number(written, country):
    number = mobile_number.mobile_number(written, country)
    assert not number or mobile_number.mobile_number(number) == number


def test_hours():
    assert sending_hours.is_allowed(8.0, 22.0)
    assert not sending_hours.is_allowed(7.99, 20.0)
    assert not sending_hours.is_allowed(9.0, 22.01)
    assert not sending_hours.is_allowed(9.0, 9.0)
    assert sending_hours.is_open(9.0, 9.0, 20.0)
    assert not sending_hours.is_open(20.0, 9.0, 20.0)
    assert not sending_hours.is_open(8.99, 9.0, 20.0)


# -- what a gateway is told ----------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "kind", "code", "detail"),
    [
        ("", "json", "not_json", None),
        ("{" * 3, "json", "not_json", None),
        ("[" * 100_000, "json", "not_json", None),
        ('["{number}", "{text}"]', "json", "no_object", ""),
        ('{"a": "{number} {text} {amount}"}', "json", "unknown_placeholder", "amount"),
        ('{"a": "{number}"}', "json", "missing_placeholder", "text"),
        ('{"a": "{text}"}', "json", "missing_placeholder", "number"),
        ('{"a": ["{number}", "{text}"]}', "form", "nested_form", ""),
    ],
)
def test_templates_that_cannot_work(template, kind, code, detail):
    with pytest.raises(GatewayTextError) as caught:
        gateway_message.read_template(template, kind)
    assert caught.value.code == code
    assert detail is None or caught.value.detail == detail


def test_requests():
    values = {"number": "+1", "digits": "1", "text": 'a"&b', "sender": "Finance"}
    said = json.loads(gateway_message.write_request(PLAIN, "json", values))
    assert said == {
        "to": "+1",
        "text": 'a"&b',
        "n": 1,
        "list": ["Finance", {"a": None}],
    }
    template = '{"to": "{digits}", "text": "{text}", "flash": true, "n": 2, "x": null}'
    body = gateway_message.write_request(template, "form", values)
    assert body == b"to=1&text=a%22%26b&flash=true&n=2&x="


def test_signatures():
    body, secret = b"delivered", "agreed"
    right = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    signed = gateway_message.is_signed
    assert gateway_message.sign(body, secret) == right.hex()
    assert signed(body, right.hex(), secret)
    assert signed(body, "sha256=" + base64.b64encode(right).decode(), secret)
    assert not signed(body, right.hex(), "another")
    assert not signed(body, right.hex(), "")
    assert not signed(body, "not base64 ü", secret)


@given(TEXTS, TEXTS)
def test_a_text_stays_in_its_field(text, sender):
    values = {"number": "+1", "text": text, "sender": sender}
    said = json.loads(gateway_message.write_request(PLAIN, "json", values))
    assert said == {"to": "+1", "text": text, "n": 1, "list": [sender, {"a": None}]}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
def test_a_form_says_the_same(text):
    template = '{"to": "{digits}", "text": "{text}", "flash": true, "n": 2, "x": null}'
    body = gateway_message.write_request(
        template, "form", {"digits": "1", "text": text}
    )
    assert dict(parse_qsl(body.decode(), keep_blank_values=True)) == {
        "to": "1",
        "text": text,
        "flash": "true",
        "n": "2",
        "x": "",
    }


# -- what it answers and reports -----------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("messages.0.id", "7"),
        ("messages.1.id", ""),
        ("messages.x", ""),
        ("messages", ""),
        ("ok", "true"),
        ("no", "false"),
        ("ok.deeper", ""),
        ("none", ""),
        ("bad", ""),
        ("", ""),
    ],
)
def test_places_of_an_answer(path, expected):
    answer = {"messages": [{"id": 7}], "ok": True, "no": False, "bad": "a\0b"}
    assert gateway_message.find(answer, path) == expected


@given(st.binary(max_size=200), st.sampled_from(["", "application/json", "text/html"]))
def test_anything_can_be_read(body, kind):
    document = gateway_message.read_document(body, kind)
    assert isinstance(gateway_message.find(document, "a.0.b"), str)


def test_answers_are_json_or_a_form():
    read = gateway_message.read_document
    assert read(b'{"id": 1}') == {"id": 1}
    assert read(b"id=1&status=ok") == {"id": "1", "status": "ok"}
    assert read(b"id=1", "application/json") == {}
    assert read(b"[" * 100_000) == {}
    assert read(b"&".join(b"a=1" for _one in range(200))) == {}


def test_words_of_reports():
    words = ReportWords.of("DELIVRD, delivered,", " failed ,expired")
    assert words.meaning(" Delivrd ") == gateway_message.DELIVERED
    assert words.meaning("EXPIRED") == gateway_message.FAILED
    assert words.meaning("accepted") == gateway_message.UNDER_WAY
    assert words.meaning("") == gateway_message.UNDER_WAY


@given(st.binary(max_size=100), st.text(min_size=1, max_size=20), st.binary(max_size=9))
def test_only_the_right_signature_is_right(body, secret, more):
    right = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    signed = gateway_message.is_signed
    assert gateway_message.sign(body, secret) == right.hex()
    for written in (right.hex(), right.hex().upper(), base64.b64encode(right).decode()):
        assert signed(body, written, secret)
        assert signed(body, f" sha256={written} ", secret)
        assert not signed(body, written, secret + "x")
        assert not signed(body, written, "")
        assert not more or not signed(body + more, written, secret)
    assert not signed(body, "", secret)
    assert not signed(body, "not base64 ü", secret)


def test_secrets():
    assert gateway_message.is_same_secret("a", "a")
    assert not gateway_message.is_same_secret("ä", "a")
    assert not gateway_message.is_same_secret("", "")


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (200, "taken"),
        (299, "taken"),
        (302, "about_us"),
        (400, "refused"),
        (401, "about_us"),
        (407, "about_us"),
        (408, "later"),
        (429, "later"),
        (499, "refused"),
        (500, "unknown"),
        (503, "later"),
        (504, "unknown"),
        (100, "unknown"),
    ],
)
def test_fates(status, fate):
    assert gateway_answer.fate_of(status) == fate
    answer = gateway_answer.Answer(fate)
    assert answer.is_taken == (fate == "taken")
    assert answer.is_about_us == (fate == "about_us")


# -- reports ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "reason_path", "expected"),
    [
        ({"id": "1", "status": "Failed", "why": "off"}, "why", ("1", "failed", "off")),
        ({"id": "1", "status": "failed"}, "why", ("1", "failed", "failed")),
        ({"id": 7, "status": "delivered"}, "", ("7", "delivered", "delivered")),
        ({"id": "1", "status": "queued"}, "", ("1", "under_way", "queued")),
        ({"status": "failed"}, "", None),
        ("rubbish", "", None),
    ],
)
def test_what_a_report_says(document, reason_path, expected):
    places = gateway_message.ReportPlaces("id", "status", reason_path)
    words = ReportWords.of("delivered", "failed")
    wanted = [gateway_message.Report(*expected)] if expected else []
    assert gateway_message.read_reports([document], places, words) == wanted
