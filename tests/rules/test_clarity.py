"""Remarks on texts: each kind by a named case, and nothing about plain ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules import clarity
from ar_dunning.rules.clarity import Remark, Words, compare, review

PLAIN = {
    "en": (
        "Dear {debtor}, we have not received your payment of {total} yet. Please pay "
        "it by the end of this week. You can scan the code below with the app of your "
        "bank. Have you paid in the last days? Then you need not do anything. Do you "
        "need more time? Call us: we will find a way."
    ),
    "nl": (
        "Beste {debtor}, we hebben uw betaling van {total} nog niet ontvangen. Wilt u "
        "het bedrag deze week betalen? U kunt de code hieronder scannen met de app van "
        "uw bank. Hebt u de laatste dagen betaald? Dan hoeft u niets te doen. Hebt u "
        "meer tijd nodig? Bel ons: we zoeken samen een weg."
    ),
    "fr": (
        "Bonjour {debtor}, nous n'avons pas encore reçu votre paiement de {total}. "
        "Merci de payer cette semaine. Scannez le code avec l'appli de votre banque. "
        "Vous avez payé ces jours-ci ? Vous ne devez rien faire. Il vous faut plus de "
        "temps ? Appelez-nous : nous cherchons avec vous."
    ),
    "de": (
        "Guten Tag {debtor}, Ihre Zahlung von {total} ist noch nicht da. Bitte zahlen "
        "Sie noch in dieser Woche. Sie können den Code unten mit der App Ihrer Bank "
        "lesen. Haben Sie schon gezahlt? Dann müssen Sie nichts tun. Brauchen Sie mehr "
        "Zeit? Rufen Sie uns an: Wir finden einen Weg."
    ),
}
HARD = {
    "en": (
        "Notwithstanding previous correspondence regarding outstanding obligations, "
        "immediate satisfaction of aforementioned liabilities constitutes a mandatory "
        "prerequisite for avoiding additional administrative consequences, including "
        "the initiation of judicial recovery proceedings before competent authorities."
    ),
    "nl": (
        "Niettegenstaande voorafgaande correspondentie betreffende openstaande "
        "verplichtingen constitueert onmiddellijke voldoening van bovenvermelde "
        "verschuldigdheden een noodzakelijke voorwaarde teneinde bijkomende "
        "administratieve consequenties en gerechtelijke invorderingsprocedures bij "
        "bevoegde instanties te vermijden."
    ),
    "fr": (
        "Nonobstant la correspondance antérieure concernant les obligations "
        "susmentionnées, la satisfaction immédiate desdites responsabilités constitue "
        "une condition indispensable afin d'éviter des conséquences administratives "
        "supplémentaires, notamment l'initiation de procédures judiciaires."
    ),
    "de": (
        "Ungeachtet vorangegangener Korrespondenz bezüglich ausstehender "
        "Verbindlichkeiten konstituiert die unverzügliche Begleichung obiger "
        "Forderungen eine notwendige Voraussetzung zwecks Vermeidung zusätzlicher "
        "administrativer Konsequenzen und gerichtlicher Beitreibungsverfahren seitens "
        "zuständiger Behörden und Institutionen."
    ),
}


def text(language="en", subject="Your payment", opening=None, **values):
    opening = PLAIN[language] if opening is None else opening
    return Words(
        language, subject, values.pop("heading", "Still open"), opening, **values
    )


def kinds(words, **values):
    return {remark.kind for remark in review(words, **values).remarks}


@pytest.mark.parametrize("language", PLAIN)
def test_plain_texts_get_no_remark(language):
    read = review(text(language))
    assert read.remarks == ()
    assert read.ease > clarity.PLAIN_ENOUGH


@pytest.mark.parametrize("language", HARD)
def test_hard_texts_are_told(language):
    found = review(text(language, opening="{debtor}: " + HARD[language]))
    told = {remark.kind for remark in found.remarks}
    assert {clarity.HARD, clarity.HEAVY_WORD, clarity.LONG_SENTENCE} <= told
    assert found.ease < 30


@pytest.mark.parametrize(
    ("words", "kind", "place", "detail"),
    [
        (text(subject=" "), clarity.MISSING, "subject", ""),
        (text(heading=""), clarity.MISSING, "heading", ""),
        (text(opening="Please pay."), clarity.NO_NAME, "opening", ""),
        (text(subject="x" * 61), clarity.LONG_SUBJECT, "subject", "61"),
        (text(subject="Pay now!!"), clarity.LOUD, "subject", "!!"),
        (text(heading="FINAL warning"), clarity.LOUD, "heading", "FINAL"),
        (text(opening="{debtor} pay. " * 41), clarity.LONG_OPENING, "opening", "82"),
        (text(closing="We hereby ask."), clarity.HEAVY_WORD, "closing", "hereby"),
        (
            text("nl", opening="{debtor}, volgens artikel 5 moet u betalen."),
            clarity.LAW_FIRST,
            "opening",
            "artikel",
        ),
        (
            text("fr", opening="{debtor}, la loi du 4 mai le dit."),
            clarity.LAW_FIRST,
            "opening",
            "loi du",
        ),
        (
            text("de", opening="{debtor}, nach § 286 zahlen Sie."),
            clarity.LAW_FIRST,
            "opening",
            "§",
        ),
    ],
)
def test_remarks(words, kind, place, detail):
    assert Remark(kind, place, detail) in review(words).remarks


def test_law_at_the_end_is_where_it_belongs():
    assert clarity.LAW_FIRST not in kinds(text(closing="Article 5 of the act of 2023."))


def test_who_only_thanks_need_not_name_nor_be_short():
    thanks = text(opening="Thank you for your payment. " * 20)
    assert kinds(thanks, demands_payment=False) == set()


def test_a_long_sentence_is_quoted_by_its_beginning():
    opening = "{debtor} " + "pays one more word and " * 6 + "ends."
    [told] = [
        remark
        for remark in review(text(opening=opening)).remarks
        if remark.kind == clarity.LONG_SENTENCE
    ]
    assert told.detail == "X pays one more word and pays one…"


def test_other_languages_are_judged_by_length_and_tone_alone():
    words = text(language="en")
    italian = Words("it", "Pagamento", "Aperto", words.opening)
    assert review(italian).ease is None
    assert kinds(italian) == set()


def test_few_words_are_not_judged():
    assert clarity.reading_ease("Please pay.", "en") is None
    assert review(Words("en", "a", "b", "")).word_count == 0


@pytest.mark.parametrize(
    ("word", "language", "syllables"),
    [
        ("pay", "en", 1),
        ("please", "en", 1),
        ("table", "en", 2),
        ("received", "en", 2),
        ("betalen", "nl", 3),
        ("ideeën", "nl", 3),
        ("zuinig", "nl", 2),
        ("blijven", "nl", 2),
        ("avocat", "fr", 3),
        ("montant", "fr", 2),
        ("facture", "fr", 2),
        ("maïs", "fr", 2),
        ("Zahlung", "de", 2),
        ("müssen", "de", 2),
        ("grr", "de", 1),
        ("e", "fr", 1),
    ],
)
def test_syllables(word, language, syllables):
    assert clarity.syllable_count(word, language) == syllables


def test_languages_say_the_same():
    texts = {
        "en_US": Words("en", "s", "h", "{debtor} {total}"),
        "nl_BE": Words("nl", "s", "h", "{debtor}", "{total}"),
        "fr_BE": Words("fr", "s", "h", "{debtor}"),
    }
    assert compare(texts) == {
        "fr_BE": Remark(clarity.OTHER_PLACEHOLDERS, "opening", "{total}")
    }
    del texts["fr_BE"]
    assert compare(texts) == compare({}) == {}


@given(
    st.sampled_from(["en", "nl", "fr", "de", "it"]),
    st.text(max_size=80),
    st.text(max_size=400),
    st.text(max_size=200),
)
def test_any_text_can_be_read(language, subject, opening, closing):
    read = review(Words(language, subject, "heading", opening, closing))
    assert read.word_count >= 0
    assert all(remark.place in Words.__annotations__ for remark in read.remarks)
