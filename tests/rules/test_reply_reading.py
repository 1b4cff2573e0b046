"""Answers of debtors: what they seem to say, from when, and on which sentence it rests.

The sentences of `vectors/reply_sentences.csv` are read on Wednesday 4 March 2026.
"""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules import reply_phrases
from ar_dunning.rules.reply_dates import find_days
from ar_dunning.rules.reply_reading import compile_phrase, is_automatic, read_reply
from ar_dunning.rules.reply_text import (
    MAXIMUM_SENTENCE,
    MAXIMUM_TEXT,
    fresh_lines,
    sentences,
)
from ar_dunning.rules.reply_words import fold

TODAY = date(2026, 3, 4)
LANGUAGES = ("nl", "fr", "de", "en")
# Of the suggestions made, so many are right; of those to be made, so many are made.
PRECISION = 0.98
RECALL = 0.95
LEAST_SENTENCES = 30


def corpus():
    path = Path(__file__).parent / "vectors" / "reply_sentences.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


CORPUS = corpus()


def kind_of(text, today=TODAY):
    reading = read_reply(text, today)
    return reading.kind if reading else "none"


# -- the corpus ------------------------------------------------------------------


def test_each_language_has_enough_sentences_of_every_kind():
    counted = Counter(row["language"] for row in CORPUS)
    assert set(counted) == set(LANGUAGES)
    assert min(counted.values()) >= LEAST_SENTENCES
    kinds = {(row["language"], row["kind"]) for row in CORPUS}
    assert kinds == {
        (language, kind)
        for language in LANGUAGES
        for kind in (*reply_phrases.KINDS, "none")
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_suggestions_are_right_and_not_often_missing(language):
    rows = [row for row in CORPUS if row["language"] == language]
    read = [(row["kind"], kind_of(row["sentence"])) for row in rows]
    right = sum(said == meant != "none" for meant, said in read)
    made = sum(said != "none" for _meant, said in read)
    to_be_made = sum(meant != "none" for meant, _said in read)
    assert right / made >= PRECISION
    assert right / to_be_made >= RECALL


@pytest.mark.parametrize(
    "row",
    [row for row in CORPUS if row["date"]],
    ids=lambda row: f"{row['language']}-{row['sentence'][:30]}",
)
def test_day_of_a_promise(row):
    reading = read_reply(row["sentence"], TODAY)
    assert (reading.kind, str(reading.day)) == ("promise", row["date"])


# -- what is denied is not said --------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "I have not paid yet.",
        "Ik heb nog niet betaald.",
        "Je n'ai pas encore payé.",
        "Ich habe noch nicht bezahlt.",
        "I have paid nothing.",
        "As soon as I have paid, I will call you.",
    ],
)
def test_not_paid_is_not_paid(sentence):
    assert kind_of(sentence) == "none"


def test_what_another_clause_denies_is_said():
    assert kind_of("Ik heb het niet vergeten, ik heb al betaald.") == "paid"
    assert kind_of("Ik heb betaald want ik wil geen problemen.") == "paid"


def test_a_phrase_further_on_counts_when_the_first_is_denied():
    assert kind_of("I have not paid A but my wife settled it: it is paid.") == "paid"


def test_the_language_that_denies_decides():
    # "Kopie" is Dutch as well as German; only the Dutch sentence says "not".
    assert kind_of("Een kopie is niet nodig.") == "none"


# -- one suggestion --------------------------------------------------------------


def test_who_objects_and_promises_objects():
    reading = read_reply("Ik betaal vrijdag. Maar ik betwist de kosten.", TODAY)
    assert (reading.kind, reading.sentence) == (
        "dispute",
        "Maar ik betwist de kosten.",
    )


def test_a_promise_with_a_day_goes_before_one_without():
    reading = read_reply("I will pay soon. I will pay on Friday.", TODAY)
    assert (reading.day, reading.sentence) == (
        date(2026, 3, 6),
        "I will pay on Friday.",
    )


def test_a_day_that_has_passed_is_not_promised():
    assert read_reply("I will pay, as on 03.02.2026.", TODAY).day is None


def test_the_language_is_that_of_the_phrase():
    assert [
        read_reply(text, TODAY).language
        for text in ("Ik betaal", "Je paie", "Ich zahle", "I will pay")
    ] == ["nl", "fr", "de", "en"]


@pytest.mark.parametrize("text", ["", "   \n\n", "Bedankt!", "42", "🙂"])
def test_nothing_known_is_no_suggestion(text):
    assert read_reply(text, TODAY) is None


# -- automatic -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "subject", "automatic"),
    [
        ({"auto-submitted": "auto-replied"}, "", True),
        ({"auto-submitted": "Auto-Generated; type=x"}, "", True),
        ({"auto-submitted": "no"}, "", False),
        ({"auto-submitted": ""}, "", False),
        ({"x-autoreply": "yes"}, "", True),
        ({"precedence": "bulk"}, "", True),
        ({"precedence": "first-class"}, "", False),
        ({}, "Automatisch antwoord: Herinnering", True),
        ({}, "Abwesenheitsnotiz", True),
        ({}, "Re: reminder", False),
    ],
)
def test_automatic_by_header_or_subject(headers, subject, automatic):
    assert is_automatic(headers, subject) is automatic


# -- history and signature -------------------------------------------------------


@pytest.mark.parametrize(
    "history",
    [
        "Op ma 2 mrt 2026 om 09:12 schreef Stad <a@example.com>:\n> Ik betaal vrijdag",
        "Le lun. 2 mars 2026 à 09:12, Ville a écrit :\n\nJe paie vendredi",
        "Am 2. März 2026 um 09:12 schrieb Stadt:\nIch zahle am Freitag",
        "On Mon, 2 Mar 2026 at 09:12, The City of Somewhere\n"
        "<city@example.com> wrote:\nI will pay on Friday",
        "-----Original Message-----\nI will pay on Friday",
        "-------- Oorspronkelijk bericht --------\nIk betaal vrijdag",
        "________________________________\nI will pay on Friday",
        "Van: Stad\nVerzonden: maandag\nIk betaal vrijdag",
        "*From:* City\n*Sent:* Monday\nI will pay on Friday",
        "> I will pay on Friday",
        "Met vriendelijke groeten,\nIk betaal vrijdag bv",
        "Cordialement\nJe paie vendredi",
        "-- \nI will pay on Friday",
        "Sent from my phone\nI will pay on Friday",
    ],
)
def test_history_and_signature_say_nothing(history):
    assert kind_of(f"Thank you.\n\n{history}") == "none"


def test_an_answer_under_the_quoted_lines_is_read():
    text = "On Monday the city wrote:\n\n> Please pay\n> now\n\nI will pay tomorrow."
    assert read_reply(text, TODAY).day == date(2026, 3, 5)


def test_words_that_begin_like_history_stay():
    text = "On Friday I will pay.\nVan: ik weet het niet\nDat is alles"
    assert fresh_lines(text) == text.splitlines()
    assert fresh_lines("Van: Stad") == ["Van: Stad"]


def test_wrapped_lines_are_one_sentence():
    wrapped = (
        "Ik heb de factuur waarover u mij hebt aangeschreven vorige\n"
        "Week al betaald.\nDank u\nwel. Tot ziens!"
    )
    assert list(sentences(wrapped)) == [
        "Ik heb de factuur waarover u mij hebt aangeschreven vorige Week al betaald.",
        "Dank u wel.",
        "Tot ziens!",
    ]


def test_a_full_stop_after_a_number_ends_no_sentence():
    assert list(sentences("Ich zahle am 20. März. Danke.")) == [
        "Ich zahle am 20. März.",
        "Danke.",
    ]


def test_long_texts_are_cut():
    assert len(next(sentences("a" * 2 * MAXIMUM_SENTENCE))) == MAXIMUM_SENTENCE
    assert kind_of(" " * MAXIMUM_TEXT + "I will pay on Friday.") == "none"


def test_signs_alone_are_no_sentence():
    assert list(sentences("***\n\nDank u.")) == ["Dank u."]


# -- days ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("2026-03-20", "2026-03-20"),
        ("20/03/2026", "2026-03-20"),
        ("20.3.26", "2026-03-20"),
        ("20-3", "2026-03-20"),
        ("20 maart 2026", "2026-03-20"),
        ("March 20, 2026", "2026-03-20"),
        ("20th of March", "2026-03-20"),
        ("March 20", "2026-03-20"),
        ("1er avril", "2026-04-01"),
        ("3 februari", "2027-02-03"),
        ("eind april", "2026-04-30"),
        ("fin janvier", "2027-01-31"),
        ("Ende nächsten Monats", "2026-04-30"),
        ("fin du mois prochain", "2026-04-30"),
        ("Monatsende", "2026-03-31"),
        ("end of the week", "2026-03-06"),
        ("diese Woche", "2026-03-06"),
        ("la semaine prochaine", "2026-03-13"),
        ("within ten days", "2026-03-14"),
        ("in zwei Wochen", "2026-03-18"),
        ("d'ici trois semaines", "2026-03-25"),
        ("overmorgen", "2026-03-06"),
        ("après-demain", "2026-03-06"),
        ("heute", "2026-03-04"),
        ("woensdag", "2026-03-11"),
        ("de 4de", "2026-03-04"),
        ("am 3.", "2026-04-03"),
        ("le 31", "2026-03-31"),
    ],
)
def test_forms_of_days(sentence, day):
    assert find_days(sentence, TODAY) == (date.fromisoformat(day),)


@pytest.mark.parametrize(
    "sentence",
    [
        "31/02/2026",
        "31 februari",
        "3/17",
        "2/0",
        "de 32",
        "le 0",
        "2029-01-01",
        "in 999 weeks",
        "Guten Morgen",
        "le 20 %",
        "120,50 euro",
    ],
)
def test_what_is_no_day_or_too_far(sentence):
    assert find_days(sentence, TODAY) == ()


def test_a_day_of_the_month_may_skip_a_month():
    assert find_days("the 31st", date(2026, 4, 2)) == (date(2026, 5, 31),)
    assert find_days("the 30th", date(2027, 1, 31)) == (date(2027, 3, 30),)


def test_a_leap_day_without_a_year_may_be_too_far():
    assert find_days("29 februari", date(2027, 3, 1)) == (date(2028, 2, 29),)
    assert find_days("29 februari", TODAY) == ()


def test_the_end_of_time_breaks_nothing():
    assert find_days("tomorrow, next week, in 3 weeks", date.max) == ()
    assert find_days("1 january", date.max) == ()


def test_days_in_the_order_of_the_sentence_each_once():
    assert find_days("vrijdag, of 5 maart, of 6/3", TODAY) == (
        date(2026, 3, 6),
        date(2026, 3, 5),
    )


# -- words and phrases -----------------------------------------------------------


def test_fold():
    assert fold("  L\u2019ÉTÉ\n là,  won't CAN'T ") == "l'ete la, will not can not"


@pytest.mark.parametrize(
    ("phrase", "words", "found"),
    [
        ("heb ... betaald", "ik heb alles betaald", True),
        ("heb ... betaald", "ik heb a b c d e f g h betaald", False),
        ("payé~", "ils sont payees", True),
        ("payé~", "il faut payer", False),
        ("gutschr*", "keine gutschriften", True),
        ("a/b_c d", "b c d", True),
        ("niet", "nietig", False),
    ],
)
def test_compile_phrase(phrase, words, found):
    assert bool(compile_phrase(phrase).search(f" {words} ")) is found


# -- properties ------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(row["sentence"] for row in CORPUS),
        *("\n", "\n\n", "> ", "On Monday you wrote:", "-- ", "Van: x\nAan: y\n"),
        *("31/02/2026", "le 0", "|", "'", "\x00", "\u2028", "é" * 50),
    ]
)
MAILS = st.lists(st.one_of(PIECES, st.text(max_size=40)), max_size=12).map(" ".join)


@given(text=MAILS, today=st.dates())
def test_never_raises_and_quotes_what_was_written(text, today):
    reading = read_reply(text, today)
    if reading:
        assert reading.kind in reply_phrases.KINDS
        assert reading.language in LANGUAGES
        assert not reading.day or reading.day >= today
        written = " ".join(text.split())
        assert " ".join(reading.sentence.split()) in written


@given(text=st.text(), headers=st.dictionaries(st.text(), st.text()))
def test_automatic_never_raises(text, headers):
    assert is_automatic(headers, text) in (True, False)
