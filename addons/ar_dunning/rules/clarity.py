"""Is a text to a debtor clear? What a careful editor would remark, by fixed rules.

Reading ease, each for its own language: Flesch (1948) for English, Douma (1960) for
Dutch, Kandel and Moles (1958) for French, Amstad (1978) for German. About 0 to 100:
higher is easier; 60 and more is plain language (CEFR B1). Syllables are counted by
groups of vowels, which is right on average, not for each word.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

SUBJECT_LENGTH = 60
OPENING_WORDS = 80
SENTENCE_WORDS = 25
PLAIN_ENOUGH = 50
# Fewer words say nothing about how hard a text is.
WORDS_TO_JUDGE = 25

# (words per sentence, syllables per word): ease = first - second * a - third * b
_EASE = {
    "en": (Decimal("206.835"), Decimal("1.015"), Decimal("84.6")),
    "nl": (Decimal("206.84"), Decimal("0.93"), Decimal("77")),
    "fr": (Decimal("207"), Decimal("1.015"), Decimal("73.6")),
    "de": (Decimal("180"), Decimal("1"), Decimal("58.5")),
}
_VOWELS = "aeiouyàâäáåæèéêëìíîïòóôöõøœùúûüÿ"
# A trema begins a syllable of its own in Dutch and French; in German it does not.
_SYLLABLE = {
    "de": re.compile(f"[{_VOWELS}]+"),
    "": re.compile(f"(?:ij|[ëïöü]|[{_VOWELS}])(?:(?![ëïöü])[{_VOWELS}])*"),
}
_SILENT = {
    "en": re.compile(r"(?<=[^aeiouyl])e[sd]?$"),
    "fr": re.compile(r"e(?:s|nt)?$"),
}
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:;…]+(?:\s|$)|\n+")
_PLACEHOLDER = re.compile(r"\{\w+\}")

# Law is quoted at the end of a letter, where whoever wants it finds it.
_LAW = {
    "nl": r"\b(?:artikel|art\.|wetboek|wet van|decreet|krachtens|ingevolge)",
    "fr": r"\b(?:article|art\.|code (?:civil|de droit)|loi du|décret|en vertu de)",
    "de": r"§|\b(?:paragraf|artikel|art\.|gesetzbuch|gesetz vom|gemäß)",
    "en": r"\b(?:article|art\.|act of|section \d|decree|pursuant to)",
}
# Said with a simpler word, or not at all.
_HEAVY = {
    "nl": (
        "bovenvermeld",
        "bovenstaande",
        "dienaangaande",
        "heden",
        "hierbij",
        "hoofdens",
        "middels",
        "onderhavig",
        "teneinde",
        "uwentwege",
        "verzuimd",
        "voornoemd",
        "welke",
        "zulks",
    ),
    "fr": (
        "afférent",
        "ci-dessus",
        "diligenter",
        "incessamment",
        "nonobstant",
        "par la présente",
        "sous huitaine",
        "susmentionné",
        "susvisé",
        "veuillez trouver",
    ),
    "de": (
        "anbei",
        "bezüglich",
        "diesbezüglich",
        "hiermit",
        "obig",
        "seitens",
        "unverzüglich",
        "vorbezeichnet",
        "zwecks",
    ),
    "en": (
        "aforementioned",
        "forthwith",
        "hereby",
        "herewith",
        "in lieu of",
        "notwithstanding",
        "pursuant",
        "remit",
        "said amount",
        "undersigned",
    ),
}

# Kinds of remarks, in the order in which they weigh.
MISSING = "missing"
NO_NAME = "no_name"
LAW_FIRST = "law_first"
LONG_OPENING = "long_opening"
LONG_SUBJECT = "long_subject"
LOUD = "loud"
HARD = "hard"
LONG_SENTENCE = "long_sentence"
HEAVY_WORD = "heavy_word"
OTHER_PLACEHOLDERS = "other_placeholders"


@dataclass(frozen=True)
class Words:
    """The words of a text in one language, without markup.

    ``language`` is two letters; of other languages than the four above, length and
    tone alone are judged.
    """

    language: str
    subject: str
    heading: str
    opening: str
    closing: str = ""


@dataclass(frozen=True)
class Remark:
    """``place`` is a field of `Words`; ``detail`` names what was found there."""

    kind: str
    place: str
    detail: str = ""


@dataclass(frozen=True)
class Review:
    """How a text reads: ``ease`` is None where it cannot be judged."""

    language: str
    word_count: int
    ease: int | None
    remarks: tuple[Remark, ...] = field(default=())


def review(words: Words, demands_payment: bool = True) -> Review:
    """Return how a text reads, and what an editor would remark.

    :param demands_payment: the text asks for money; a thank-you does not
    """
    whole = "\n".join((words.opening, words.closing))
    sentences = _sentences(whole)
    count = sum(len(_words(sentence)) for sentence in sentences)
    ease = reading_ease(whole, words.language)
    return Review(
        words.language,
        count,
        ease,
        tuple(_remarks(words, demands_payment, ease)),
    )


def reading_ease(text: str, language: str) -> int | None:
    """Return the reading ease of a text, rounded.

    None: the language is unknown, or there are too few words.
    """
    sentences = _sentences(text)
    words = [word for sentence in sentences for word in _words(sentence)]
    if language not in _EASE or len(words) < WORDS_TO_JUDGE:
        return None
    first, by_sentence, by_word = _EASE[language]
    syllables = sum(syllable_count(word, language) for word in words)
    return round(
        first
        - by_sentence * len(words) / len(sentences)
        - by_word * syllables / len(words)
    )


def syllable_count(word: str, language: str) -> int:
    """Return about how many syllables a word has; at least one."""
    lowered = word.lower()
    if silent := _SILENT.get(language):
        lowered = silent.sub("", lowered) or lowered
    pattern = _SYLLABLE.get(language, _SYLLABLE[""])
    return max(1, len(pattern.findall(lowered)))


def placeholders_of(words: Words) -> frozenset[str]:
    """Return the placeholders that a text names, with their braces."""
    texts = (words.subject, words.heading, words.opening, words.closing)
    return frozenset(_PLACEHOLDER.findall(" ".join(texts)))


def compare(texts: Mapping[str, Words]) -> dict[str, Remark]:
    """Return {language: remark} where one language lacks what another says.

    Whoever forgets the amount in one language has forgotten it for those who read it.
    """
    named = {language: placeholders_of(words) for language, words in texts.items()}
    everywhere = frozenset().union(*named.values())
    return {
        language: Remark(
            OTHER_PLACEHOLDERS, "opening", ", ".join(sorted(everywhere - own))
        )
        for language, own in named.items()
        if everywhere - own
    }


def _remarks(words, demands_payment, ease) -> Iterator[Remark]:
    yield from _first_look(words, demands_payment)
    yield from _tone(words)
    if ease is not None and ease < PLAIN_ENOUGH:
        yield Remark(HARD, "opening", str(ease))
    for place in ("opening", "closing"):
        for sentence in _sentences(getattr(words, place)):
            if len(_words(sentence)) > SENTENCE_WORDS:
                yield Remark(LONG_SENTENCE, place, _shortened(sentence))


def _first_look(words, demands_payment):
    """What is seen before the payment instructions: there, short, to the point."""
    for place in ("subject", "heading", "opening"):
        if not getattr(words, place).strip():
            yield Remark(MISSING, place)
    if len(words.subject) > SUBJECT_LENGTH:
        yield Remark(LONG_SUBJECT, "subject", str(len(words.subject)))
    if law := _find(_LAW.get(words.language), words.opening):
        yield Remark(LAW_FIRST, "opening", law)
    if demands_payment and "{debtor}" not in words.opening:
        yield Remark(NO_NAME, "opening")
    opening = len(_words(words.opening))
    if demands_payment and opening > OPENING_WORDS:
        yield Remark(LONG_OPENING, "opening", str(opening))


def _tone(words):
    for place in ("subject", "heading", "opening", "closing"):
        if loud := _loud(getattr(words, place)):
            yield Remark(LOUD, place, loud)
    for place in ("opening", "closing"):
        text = getattr(words, place).lower()
        for heavy in _HEAVY.get(words.language, ()):
            if re.search(rf"\b{re.escape(heavy)}", text):
                yield Remark(HEAVY_WORD, place, heavy)


def _find(pattern, text):
    found = re.search(pattern, text, re.IGNORECASE) if pattern else None
    return found[0] if found else ""


def _loud(text):
    """Return what shouts: several exclamation marks, or words all in capitals."""
    if found := re.search(r"!\s*!|!\?|\?!", text):
        return found[0]
    capitals = [word for word in _words(text) if len(word) > 4 and word == word.upper()]
    return capitals[0] if capitals else ""


def _sentences(text):
    # A placeholder stands for a name or an amount: one word.
    plain = _PLACEHOLDER.sub("X", text)
    return [part for part in _SENTENCE_END.split(plain) if _words(part)]


def _words(text):
    return _WORD.findall(_PLACEHOLDER.sub("X", text))


def _shortened(sentence):
    words = sentence.split()
    return " ".join(words[:8]) + ("…" if len(words) > 8 else "")
