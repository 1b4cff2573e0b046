"""Showing a stored e-mail in a browser, as it was sent."""

import base64
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape

_CONTENT_ID = re.compile(r"""(["'])cid:([^"']+)\1""", re.IGNORECASE)


def html_of(content: bytes) -> str:
    """Return the HTML of a message, its inline images in it; its text without HTML.

    Nothing is fetched and nothing is changed but the addresses of images that came
    with the message. An image that is missing stays a dead address.
    """
    message = message_from_bytes(content, policy=policy.default)
    body = message.get_body(preferencelist=("html", "plain"))
    if body is None:
        return ""
    text = body.get_content()
    if body.get_content_type() != "text/html":
        return f"<pre>{escape(text)}</pre>"
    images = _inline_images(message)

    def place(match: re.Match) -> str:
        quote, content_id = match.groups()
        return f"{quote}{images.get(content_id, '')}{quote}"

    return _CONTENT_ID.sub(place, text)


def _inline_images(message: EmailMessage) -> dict[str, str]:
    """Return {Content-ID: data address} of the images in a message."""
    return {
        part["Content-ID"].strip().strip("<>"): _data_address(part)
        for part in message.walk()
        if part.get_content_maintype() == "image" and part["Content-ID"]
    }


def _data_address(part: EmailMessage) -> str:
    data = base64.b64encode(part.get_payload(decode=True)).decode()
    return f"data:{part.get_content_type()};base64,{data}"
