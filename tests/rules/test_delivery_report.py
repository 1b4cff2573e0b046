"""Reports on what we sent: a failure is told from a delay, a receipt and an absence."""

from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.delivery_report import read_report


def report(status, kind="delivery-status", headers=""):
    return (
        f"{headers}Content-Type: multipart/report; boundary=b\n\n"
        f"--b\nContent-Type: text/plain\n\nSorry\n"
        f"--b\nContent-Type: message/{kind}\n\n{status}\n\n--b--\n"
    )


def parse(text):
    content = text if isinstance(text, bytes) else text.encode()
    return message_from_bytes(content, policy=policy.SMTP)


@pytest.mark.parametrize(
    ("text", "fate"),
    [
        (report("Reporting-MTA: dns; x\n\nAction: failed"), "failed"),
        (report("Reporting-MTA: dns; x\n\nAction: FAILED"), "failed"),
        (report("A: b\n\nAction: delayed\n\nAction: failed"), "failed"),
        (report("A: b\n\nAction: delayed"), "on_its_way"),
        (report("A: b\n\nAction: relayed"), "arrived"),
        (report("A: b\n\nAction: unheard-of"), "failed"),
        (report("Disposition: x; displayed", "disposition-notification"), "arrived"),
        ("Auto-Submitted: auto-replied\n\nI am away", "arrived"),
        ("Subject: Out of office\n\nI am away", "arrived"),
        ("Auto-Submitted: auto-generated\n\nNo such user", "failed"),
        ("Subject: Undelivered\n\nNo such user", "failed"),
        ("Content-Type: message/delivery-status; x\n\n", "failed"),
        ("", "failed"),
    ],
)
def test_fate(text, fate):
    assert read_report(parse(text)) == fate


@given(st.binary(max_size=300))
def test_never_raises(noise):
    whole = report("A: b\n\nAction: failed").encode()
    for content in (noise, whole[: len(noise)] + noise, noise + whole):
        assert read_report(parse(content)) in ("failed", "on_its_way", "arrived")
