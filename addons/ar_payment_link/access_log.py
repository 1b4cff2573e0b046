"""Keeps the tokens of payment links out of the server's own log.

The log of requests names every address that is asked for. Whoever reads it must not be
able to open a debtor's page, so the secret part is masked before a line is written.
"""

import logging
import re

_LOGGERS = ("werkzeug", "odoo.http")
# All of it, however it was typed: a token with spaces in it opens the page as well.
_SECRET = re.compile(
    r"(/+ar/+pay/+(?!back\b)(?:[0-9a-z]{1,7}-)?)[^\s/?#\"'<>]+", re.IGNORECASE
)


class MaskTokens(logging.Filter):
    """Masks the secret part of addresses of payment pages in what is logged."""

    def filter(self, record):
        """Let every record through, without the secrets in it."""
        record.msg = _mask(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_mask(value) for value in record.args)
        return True


def _mask(value):
    return _SECRET.sub(r"\1…", value) if isinstance(value, str) else value


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(MaskTokens())
