"""What debtors read out of the box is clear, in each language."""

import pytest

import shipped_texts
from ar_dunning.rules import clarity

TEXTS = shipped_texts.shipped_texts()
CASES = [
    pytest.param(kind, words, id=f"{name}-{language}")
    for name, (kind, languages) in TEXTS.items()
    for language, words in languages.items()
]


def test_there_are_texts_in_four_languages():
    assert len(TEXTS) >= 20
    assert all(
        set(languages) == set(shipped_texts.LANGUAGES)
        for _kind, languages in TEXTS.values()
    )
    for _kind, languages in TEXTS.values():
        for name in ("opening", "heading"):
            said = {getattr(words, name) for words in languages.values()}
            assert len(said) == len(languages), "a language says what another does"


@pytest.mark.parametrize(("kind", "words"), CASES)
def test_an_editor_has_no_remarks(kind, words):
    found = clarity.review(words, demands_payment=kind == "notice")
    assert found.remarks == ()
    assert found.ease is None or found.ease >= clarity.PLAIN_ENOUGH


@pytest.mark.parametrize("name", TEXTS)
def test_each_language_says_the_same(name):
    _kind, languages = TEXTS[name]
    assert clarity.compare(languages) == {}
