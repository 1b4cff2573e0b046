"""What a debtor's answer seems to say, with the sentence on which that rests.

A suggestion for a person, who accepts or corrects it: never a decision. It rests on
the phrases of `reply_phrases`, in four languages at once, and is always quoted, so
that nobody needs to trust it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from . import reply_denials as denying
from . import reply_phrases as phrases
from .reply_dates import find_days
from .reply_text import sentences
from .reply_words import fold

_GAP = 7
_TURN = "|"
_TURNING = re.compile(r"[,;:()\u2013\u2014]")
_SIGNS = re.compile(r"[^a-z0-9|]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer seems to say.

    ``kind`` is one of `reply_phrases.KINDS`; ``sentence`` the sender's own words;
    ``language`` theirs (nl, fr, de, en); ``day`` the day until which a promise asks to
    wait, when it names one.
    """

    kind: str
    sentence: str
    language: str
    day: date | None = None


def read_reply(text: str, today: date) -> Reading | None:
    """Return what a mail's text seems to say, or None when it says nothing known.

    ``today`` is the day on which it was written: days are read from it on. History
    and signature are left out. Never raises.

    >>> read_reply("Beste, ik betaal vrijdag. Groeten", date(2026, 3, 4)).day
    datetime.date(2026, 3, 6)
    """
    readings = [
        reading
        for sentence in sentences(text)
        for reading in _read_sentence(sentence, today)
    ]
    # The weightiest kind; among equals one with a day, then the first.
    return min(
        readings,
        key=lambda one: (phrases.KINDS.index(one.kind), one.day is None),
        default=None,
    )


def is_automatic(headers: Mapping[str, str], subject: str = "") -> bool:
    """Whether the headers of a mail, or its subject, say that no person wrote it.

    RFC 3834 has ``Auto-Submitted``; the others are older customs. ``headers`` are
    asked by their names in small letters.

    >>> is_automatic({"auto-submitted": "auto-replied"}), is_automatic({})
    (True, False)
    """
    submitted = headers.get("auto-submitted", "no").strip().lower()
    if submitted and not submitted.startswith("no"):
        return True
    if any(headers.get(name) for name in _AUTOMATIC_HEADERS):
        return True
    if headers.get("precedence", "").strip().lower() in _AUTOMATIC_PRECEDENCE:
        return True
    return bool(_says(phrases.AUTOMATIC, _clauses(subject)))


_AUTOMATIC_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder")
_AUTOMATIC_PRECEDENCE = ("auto_reply", "auto-reply", "bulk", "junk")


def _read_sentence(sentence: str, today: date) -> Iterator[Reading]:
    clauses = _clauses(sentence)
    for kind in phrases.KINDS:
        for language in _says(kind, clauses):
            days = find_days(sentence, today) if kind == phrases.PROMISE else ()
            coming = [day for day in days if day >= today]
            yield Reading(kind, sentence, language, coming[0] if coming else None)


def _says(kind: str, clauses: str) -> list[str]:
    """Return the languages in which a sentence says what this kind says.

    Languages share words: what its own language denies, no other one says.
    """
    saying = []
    for language, patterns in _compiled(kind).items():
        denials = _denials(kind).get(language, ())
        matches = list(_matches(patterns, clauses))
        if any(not _denied(denials, clauses, match) for match in matches):
            saying.append(language)
        elif matches:
            return []
    return saying


def _matches(patterns: Sequence[re.Pattern], clauses: str) -> Iterator[re.Match]:
    return filter(None, (pattern.search(clauses) for pattern in patterns))


def _denied(denials: Sequence[re.Pattern], clauses: str, match: re.Match) -> bool:
    begin = clauses.rfind(_TURN, 0, match.start() + 1) + 1
    end = clauses.find(_TURN, match.end() - 1)
    clause = clauses[begin : end if end >= 0 else None]
    return any(denial.search(clause) for denial in denials)


def _clauses(sentence: str) -> str:
    """Return the words of a sentence, with a bar wherever another thought begins."""
    words = _SIGNS.sub(" ", _TURNING.sub(f" {_TURN} ", fold(sentence))).split()
    turning = (f"{_TURN} {word}" if word in _turns() else word for word in words)
    return f" {' '.join(turning)} "


@cache
def _turns() -> frozenset[str]:
    return frozenset(word for words in denying.TURNS.values() for word in words)


@cache
def _compiled(kind: str) -> dict[str, tuple[re.Pattern, ...]]:
    return {
        language: tuple(compile_phrase(phrase) for phrase in table)
        for language, table in phrases.PHRASES[kind].items()
    }


@cache
def _denials(kind: str) -> dict[str, tuple[re.Pattern, ...]]:
    return {
        language: tuple(compile_phrase(phrase) for phrase in table)
        for language, table in denying.UNLESS.get(kind, {}).items()
    }


def compile_phrase(phrase: str) -> re.Pattern:
    """Return the pattern of a phrase of `reply_phrases`, for words with one blank.

    >>> bool(compile_phrase("heb ... betaald").search(" ik heb alles betaald "))
    True
    """
    pattern = ""
    for part in phrase.split():
        if part == "...":
            pattern += rf"(?: [a-z0-9|]+){{0,{_GAP}}}"
            continue
        words = (fold(word.replace("_", " ")) for word in part.split("/"))
        pattern += f" (?:{'|'.join(map(_word_pattern, words))})"
    return re.compile(f"{pattern}(?= )")


def _word_pattern(word: str) -> str:
    pattern = _SIGNS.sub(" ", word.rstrip("*~")).strip()
    return pattern + {"*": "[a-z0-9]*", "~": "(?:e?s?)"}.get(word[-1:], "")
