"""What a mail server, or a program, says about a message that we sent.

Only a report that delivery failed for good means that a message did not arrive. A
server that is still trying (RFC 3464, ``delayed``), a read receipt (RFC 8098) and an
absence notice come back to the same address, and mean the contrary.
"""

from email.message import Message
from typing import Literal

from .reply_reading import is_automatic

FAILED = "failed"
Fate = Literal["failed", "on_its_way", "arrived"]

_ARRIVED = ("delivered", "relayed", "expanded")


def read_report(message: Message) -> Fate:
    """Return what became of the message that this one reports on.

    A report that says nothing readable comes from a server that could not deliver:
    few others write to the address for bounces. Never raises for a parsed message.
    """
    actions = _actions(message)
    if "failed" in actions:
        return FAILED
    if "delayed" in actions:
        return "on_its_way"
    if actions & set(_ARRIVED) or _is_receipt(message):
        return "arrived"
    if not actions and is_automatic(_replied(message), str(message["subject"] or "")):
        return "arrived"
    return FAILED


def _actions(message: Message) -> set[str]:
    """Return what a delivery status says of each recipient, in small letters."""
    return {
        str(block["action"] or "").strip().lower()
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status" and part.is_multipart()
        for block in part.get_payload()
        if block["action"]
    }


def _is_receipt(message: Message) -> bool:
    return any(
        part.get_content_type() == "message/disposition-notification"
        for part in message.walk()
    )


def _replied(message: Message) -> dict[str, str]:
    """Return the header by which a program says that it answers a message.

    Servers that report a failure submit automatically as well (``auto-generated``).
    """
    submitted = str(message["auto-submitted"] or "").strip().lower()
    return {"auto-submitted": submitted} if submitted.startswith("auto-replied") else {}
