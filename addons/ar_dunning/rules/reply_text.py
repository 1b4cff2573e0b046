"""What somebody wrote in a mail, without what he answers to and how he signs.

Mail programs put the history under the answer, or quote it line by line with ``>``;
no standard says how they announce it. Whatever is not recognised stays: a sentence too
much is better than an answer that nobody reads.
"""

import re
from collections.abc import Iterator, Sequence

from .reply_words import fold

# What is longer is a document, not an answer; it is kept, but not read to its end.
MAXIMUM_TEXT = 20_000
MAXIMUM_SENTENCE = 600

_WROTE = ("schreef", "a ecrit", "schrieb", "wrote")
_WROTE_BEGINS = ("op ", "le ", "am ", "on ", "il ", "em ")
_WROTE_LINES = 3
_HISTORY = re.compile(
    r"-{2,} ?(?:oorspronkelijk|doorgestuurd|message d'origine|message original|"
    r"message transfere|ursprungliche|original|forwarded|weitergeleitete)\b.*"
    r"|_{20,}|-{30,}"
)
_SENDER = re.compile(r"\*?(?:van|de|von|from) ?:\*? ?\S.*")
_DETAIL = re.compile(
    r"\*?(?:verzonden|datum|aan|envoye|date|a|gesendet|an|sent|to|onderwerp|objet|"
    r"betreff|subject) ?:\*? ?.*"
)
_SIGN_OFF = re.compile(
    r"--|(?:met )?(?:vriendelijke?|hartelijke?|beste) groet(?:en)?|mvg|groet(?:en|jes)?"
    r"|hoogachtend|bien (?:cordialement|a vous)|(?:tres )?cordialement|salutations.*"
    r"|(?:meilleures|sinceres) salutations|mit (?:freundlichen|besten) grussen|mfg|"
    r"(?:freundliche|viele|beste|liebe) grusse|hochachtungsvoll|"
    r"(?:kind|best|warm) regards|regards|yours (?:sincerely|faithfully|truly)|sincerely"
)
_FROM_A_PHONE = re.compile(
    r"(?:verzonden vanaf|verstuurd vanaf|envoye de mon|envoye depuis|von meinem|"
    r"gesendet von|sent from|get outlook for)\b.*"
)
_SENTENCE_END = re.compile(r"(?<=[.!?;…])(?<!\d\.)(?<!\b[A-Za-z]\.)\s+")
_WRAPPED_FROM = 55


def fresh_lines(text: str) -> list[str]:
    """Return the lines that are the sender's own, without history and signature.

    >>> fresh_lines("Betaald.\\n\\nOp 3 maart schreef u:\\n> Gelieve te betalen")
    ['Betaald.', '']
    """
    lines = text[:MAXIMUM_TEXT].splitlines()
    folded = [fold(line) for line in lines]
    fresh: list[str] = []
    place = 0
    while place < len(lines):
        attribution = _attribution(folded, place)
        if folded[place].startswith(">"):
            place += 1
        elif attribution and _quotes(folded, place + attribution):
            # The answer may stand between or under the quoted lines.
            place += attribution
        elif attribution or _ends_answer(folded, place):
            break
        else:
            fresh.append(lines[place])
            place += 1
    return fresh


def sentences(text: str) -> Iterator[str]:
    """Give the sentences of the sender's own text, each on one line."""
    for paragraph in _paragraphs(fresh_lines(text)):
        for sentence in _SENTENCE_END.split(paragraph):
            if words := sentence.strip(" *_\t"):
                yield words[:MAXIMUM_SENTENCE]


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Give lines that belong together as one; mail programs break long ones."""
    paragraph = ""
    for line in [*lines, ""]:
        words = " ".join(line.split())
        goes_on = len(paragraph) >= _WRAPPED_FROM or words[:1].islower()
        if words and paragraph and goes_on:
            paragraph = f"{paragraph} {words}"
            continue
        if paragraph:
            yield paragraph
        paragraph = words


def _attribution(folded: Sequence[str], place: int) -> int:
    """Return how many lines say who wrote what is quoted below; mostly none."""
    if not folded[place].startswith(_WROTE_BEGINS):
        return 0
    said = ""
    for count, line in enumerate(folded[place : place + _WROTE_LINES], 1):
        said = f"{said} {line}"
        if line.endswith(":") and any(f" {word}" in said for word in _WROTE):
            return count
    return 0


def _quotes(folded: Sequence[str], place: int) -> bool:
    """Whether the next line with words on it is quoted."""
    following = next((line for line in folded[place:] if line), "")
    return following.startswith(">")


def _ends_answer(folded: Sequence[str], place: int) -> bool:
    """Whether a line begins the history or the signature."""
    line = folded[place].rstrip(" ,.!")
    if _HISTORY.fullmatch(line) or _SIGN_OFF.fullmatch(line):
        return True
    if _FROM_A_PHONE.fullmatch(line):
        return True
    following = folded[place + 1 : place + 2]
    return bool(
        _SENDER.fullmatch(line) and following and _DETAIL.fullmatch(following[0])
    )
