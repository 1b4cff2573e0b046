"""Placeholders such as ``{debtor}`` in the texts that users write.

Names in braces are looked up and nothing else: no attributes, no indexes, no format
instructions, no expressions, no second look at what a value brings in. Whatever is
not a known name stays in the text as it is, and ``check`` tells the author of it.
"""

import html
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

_BRACES = re.compile(r"\{([^{}]*)\}")
_BRACES_OR_STRAY = re.compile(r"\{([^{}]*)\}|[{}]")
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a text that will not be replaced.

    ``kind`` is ``unknown`` for a well-formed name that does not exist and
    ``malformed`` for anything else with a brace. ``fragment`` is the piece of text,
    ``position`` the number of characters before it.
    """

    kind: Literal["unknown", "malformed"]
    fragment: str
    position: int


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with every known ``{name}`` replaced by its value.

    For plain text. Unknown names and stray braces are left as they are; braces that
    come with a value are not looked at again.

    >>> fill("Dear {debtor}, {unknown}", {"debtor": "A {unknown} B"})
    'Dear A {unknown} B, {unknown}'
    """
    return _BRACES.sub(lambda match: values.get(match[1], match[0]), text)


def fill_html(text: str, values: Mapping[str, str]) -> str:
    """Return the HTML text with every known ``{name}`` replaced by its escaped value.

    The text itself is trusted markup and stays as it is. Values are safe as content
    and inside a quoted attribute.

    >>> fill_html("<p>{debtor}</p>", {"debtor": "Smith & <Sons>"})
    '<p>Smith &amp; &lt;Sons&gt;</p>'
    """
    escaped = {name: html.escape(value) for name, value in values.items()}
    return fill(text, escaped)


def check(text: str, known: Collection[str]) -> list[Problem]:
    """Return what ``fill`` would leave unreplaced, in order; empty when all is well.

    >>> [problem.fragment for problem in check("{debtor} {name.x} }", {"debtor"})]
    ['{name.x}', '}']
    """
    return [
        Problem(_kind(match[1]), match[0], match.start())
        for match in _BRACES_OR_STRAY.finditer(text)
        if match[1] is None or match[1] not in known
    ]


def _kind(name: str | None) -> Literal["unknown", "malformed"]:
    if name is not None and _NAME.fullmatch(name):
        return "unknown"
    return "malformed"
