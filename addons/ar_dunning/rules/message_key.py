"""The Message-ID of a delivery by e-mail.

It is worked out, not drawn: when a crash leaves it unknown whether a message went
out, the same attempt goes again under the same Message-ID, so that the receiving side
can tell that both are one message.
"""

import hashlib
import re

# Enough of SHA-256 to make a clash impossible in practice; the whole digest would
# make the header longer than the 78 characters that mail programs like.
_DIGEST_LENGTH = 32
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")


def message_key(database_uuid: str, delivery_id: int, attempt: int, domain: str) -> str:
    """Return the Message-ID (RFC 5322 ``msg-id``, angle brackets included).

    The same delivery and attempt of the same database always give the same key, and
    others give another. It holds no name, address or number of anybody: the left side
    is a digest, the right side the sender's mail domain in its ASCII form.

    Raises ValueError when the attempt is not counted from 1 or ``domain`` is not a
    mail domain.
    """
    if attempt < 1:
        raise ValueError("attempts are counted from 1")
    ascii_domain = _ascii_domain(domain)
    source = f"ar.delivery\n{database_uuid}\n{delivery_id}\n{attempt}"
    digest = hashlib.sha256(source.encode()).hexdigest()[:_DIGEST_LENGTH]
    return f"<ar-{digest}@{ascii_domain}>"


def _ascii_domain(domain: str) -> str:
    """Return the domain as mail servers know it; UnicodeError is a ValueError too."""
    name = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    name = name.lower()
    if not _DOMAIN.fullmatch(name):
        raise ValueError(f"{domain!r} is not a mail domain")
    return name
