"""What a gateway is told, and what it tells us: texts in, texts out.

A gateway is described by a person: the fields it wants, where its answer holds the
number of the message, how it signs its delivery reports. Nothing here opens a
connection.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

JSON = "json"
FORM = "form"

PLACEHOLDERS = (
    "number",
    "digits",
    "text",
    "sender",
    "language",
    "reference",
    "report_url",
)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

DELIVERED = "delivered"
FAILED = "failed"
UNDER_WAY = "under_way"


class GatewayTextError(ValueError):
    """A description that cannot work; ``code`` says why, ``detail`` names the place."""

    def __init__(self, code: str, detail: str = ""):
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def read_template(template: str, kind: str) -> object:
    """Return the fields of a request as they are described.

    :param template: a JSON object whose texts may hold placeholders in braces
    :param kind: ``JSON``, or ``FORM``: then the object is flat
    :raises GatewayTextError: not JSON, no object, unknown placeholder, nested form
    """
    try:
        wanted = json.loads(template)
    except (ValueError, RecursionError) as error:
        raise GatewayTextError("not_json", str(error)) from error
    if not isinstance(wanted, dict):
        raise GatewayTextError("no_object")
    names = {name for text in _texts(wanted) for name in _PLACEHOLDER.findall(text)}
    if unknown := sorted(names - set(PLACEHOLDERS)):
        raise GatewayTextError("unknown_placeholder", unknown[0])
    for needed in ("text", "number"):
        if needed not in names and not (needed == "number" and "digits" in names):
            raise GatewayTextError("missing_placeholder", needed)
    if kind == FORM and any(isinstance(part, dict | list) for part in wanted.values()):
        raise GatewayTextError("nested_form")
    return wanted


def write_request(template: str, kind: str, values: Mapping[str, str]) -> bytes:
    """Return the body of a request.

    Values are put into the texts of the fields, never into the text of the request:
    whatever a message says, it cannot become another field.
    """
    filled = _fill(read_template(template, kind), values)
    if kind == FORM:
        pairs = [
            (name, "" if part is None else _as_text(part))
            for name, part in filled.items()
        ]
        return urlencode(pairs).encode()
    return json.dumps(filled, ensure_ascii=False).encode()


def find(document: object, path: str) -> str:
    """Return what stands at a place of an answer, as text; empty: nothing is there.

    :param path: names and numbers with dots between, e.g. ``messages.0.id``
    """
    for step in path.split("."):
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and step.isdecimal():
            document = document[int(step)] if int(step) < len(document) else None
        else:
            return ""
    if isinstance(document, dict | list):
        return ""
    text = _as_text(document)
    # No database holds such a byte: nothing that we know can be meant.
    return "" if "\0" in text else text


def read_document(body: bytes, content_type: str = "") -> object:
    """Return an answer or a report as names and values; nothing of what is unreadable.

    JSON, or a form, whatever the sender says it is.
    """
    text = body.decode("utf-8", errors="replace").strip()
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return {} if "json" in content_type else _read_form(text)


@dataclass(frozen=True)
class ReportWords:
    """Which words of a gateway mean that a message arrived, or never will."""

    delivered: tuple[str, ...]
    failed: tuple[str, ...]

    @classmethod
    def of(cls, delivered: str, failed: str) -> "ReportWords":
        """Read them from two texts with commas."""
        return cls(_words(delivered), _words(failed))

    def meaning(self, status: str) -> str:
        """Return ``DELIVERED``, ``FAILED`` or ``UNDER_WAY``: all that is not said."""
        word = status.strip().lower()
        if word in self.delivered:
            return DELIVERED
        return FAILED if word in self.failed else UNDER_WAY


@dataclass(frozen=True)
class ReportPlaces:
    """Where a report holds what it says; see `find`. Without a reason: an empty one."""

    reference: str
    status: str
    reason: str = ""


@dataclass(frozen=True)
class Report:
    """What became of a message: ``meaning`` is one of `ReportWords.meaning`."""

    reference: str
    meaning: str
    reason: str


def read_reports(
    documents: Iterable[object], places: ReportPlaces, words: ReportWords
) -> list[Report]:
    """Return what documents report, in their order; those that name nothing are left.

    The reason is the status where no reason is given.
    """
    reports = []
    for document in documents:
        if reference := find(document, places.reference):
            status = find(document, places.status)
            reason = find(document, places.reason) if places.reason else ""
            reports.append(Report(reference, words.meaning(status), reason or status))
    return reports


def sign(body: bytes, secret: str) -> str:
    """Return the signature of a report: HMAC with SHA-256, in hexadecimal digits."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether a signature is right: hexadecimal or base64, with or without ``sha256=``.

    Compared in constant time; without a secret nothing is right.
    """
    if not secret:
        return False
    given = signature.strip().removeprefix("sha256=")
    expected = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return hmac.compare_digest(_digest_bytes(given), expected)


def is_same_secret(given: str, secret: str) -> bool:
    """Whether a secret is right, compared in constant time; an empty one never is."""
    return bool(secret) and hmac.compare_digest(given.encode(), secret.encode())


def _read_form(text):
    try:
        return dict(parse_qsl(text, max_num_fields=100))
    except ValueError:
        return {}


def _digest_bytes(text):
    if re.fullmatch(r"[0-9a-fA-F]{64}", text):
        return bytes.fromhex(text)
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _words(text):
    return tuple(word.strip().lower() for word in text.split(",") if word.strip())


def _as_text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _texts(part) -> Iterable[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for inner in part.values():
            yield from _texts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _texts(inner)


def _fill(part, values):
    if isinstance(part, str):
        return _PLACEHOLDER.sub(lambda found: values.get(found[1], ""), part)
    if isinstance(part, dict):
        return {name: _fill(inner, values) for name, inner in part.items()}
    if isinstance(part, list):
        return [_fill(inner, values) for inner in part]
    return part
