"""Message keys: the same attempt has one, every other attempt another."""

import re
from email.headerregistry import HeaderRegistry

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.message_key import message_key

DATABASE = "1d5b3c1e-7a0f-4d7e-9d57-0c7d1f6a2b10"
FACTS = st.tuples(
    st.sampled_from([DATABASE, "another-database", DATABASE + "\n1"]),
    st.integers(1, 20),
    st.integers(1, 20),
)
# RFC 5322: dot-atom-text on both sides of the sign.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
MESSAGE_ID = re.compile(rf"<{ATOM}(\.{ATOM})*@{ATOM}(\.{ATOM})*>")


@given(FACTS, FACTS)
def test_one_key_for_one_attempt(one, other):
    same = message_key(*one, "example.org") == message_key(*other, "example.org")
    assert same == (one == other)


@given(FACTS)
def test_a_key_is_a_message_id_that_mail_programs_read(facts):
    key = message_key(*facts, "mail.example.org")
    assert MESSAGE_ID.fullmatch(key)
    assert key.startswith("<ar-") and key.endswith("@mail.example.org>")
    assert len(f"Message-ID: {key}") <= 78
    header = HeaderRegistry()("Message-ID", key)
    assert not header.defects and str(header) == key


def test_a_key_never_changes_between_releases():
    # Worked out with sha256sum: a repeated delivery must meet its first Message-ID.
    expected = "<ar-ac0dadb28e3b977140c30c45ffa7ccff@example.org>"
    assert message_key("database", 42, 1, "example.org") == expected


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("Example.ORG", "example.org"),
        ("localhost", "localhost"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_domains_are_written_as_mail_servers_know_them(domain, expected):
    assert message_key(DATABASE, 1, 1, domain).endswith(f"@{expected}>")


@pytest.mark.parametrize(
    "domain",
    [
        "",
        ".",
        "a..b",
        "é..b",
        "-a.example",
        "a_b.example",
        "a b.example",
        "a.example\n",
        "a.example\r\nBcc: x@y.example",
        "x@y.example",
        "a" * 64 + ".example",
        ".".join(["a" * 60] * 5),
    ],
)
def test_what_is_no_domain_is_refused(domain):
    with pytest.raises(ValueError, match=r"."):
        message_key(DATABASE, 1, 1, domain)


def test_attempts_are_counted_from_one():
    with pytest.raises(ValueError, match="counted from 1"):
        message_key(DATABASE, 1, 0, "example.org")
