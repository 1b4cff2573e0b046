"""The story of the demo is the same each time, and complete."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from demo import cast, entities, events, people, story

DAY = date(2026, 3, 2)
RESERVED = re.compile(r"@(example\.(org|net|com)|([a-z0-9-]+\.)*example)$")


@pytest.fixture(name="told", scope="module")
def fixture_told():
    return story.tell(DAY)


@pytest.fixture(name="documents", scope="module")
def fixture_documents(told):
    return {
        event.key: event for event in told.events if isinstance(event, events.Document)
    }


def test_the_same_day_gives_the_same_story(told):
    assert story.tell(DAY) == told


def test_another_day_moves_the_dates_only(told):
    later = story.tell(DAY + timedelta(days=10))
    assert later.debtors == told.debtors
    assert [event.on for event in later.events] == [
        event.on + timedelta(days=10) for event in told.events
    ]


def test_about_six_hundred_claims(documents):
    assert 550 <= sum(document.terms for document in documents.values()) <= 650


def test_nothing_happens_after_the_day_of_the_demo(told):
    assert max(event.on for event in told.events) <= DAY


def test_windows_hold_each_event_once(told):
    middle = DAY - timedelta(days=40)
    windows = told.between(None, middle) + told.between(middle, DAY)
    assert windows == list(told.events)
    assert told.begins_on() == told.events[0].on


def test_documents_are_known_before_anything_happens_to_them(told, documents):
    for event in told.events:
        if isinstance(event, events.Payment):
            named = event.documents
        elif isinstance(
            event, (events.Credit, events.Reset, events.Returned, events.Hold)
        ):
            named = (event.document,)
        else:
            named = ()
        for key in named:
            assert documents[key].on <= event.on, event


def test_documents_name_a_journal_and_a_debtor_of_the_story(told, documents):
    known = {debtor.key for debtor in told.debtors}
    for document in documents.values():
        assert document.debtor in known
        if not document.opening:
            assert entities.journal(document.entity, document.journal)
        assert all(item.amount > 0 for item in document.items)


def test_every_entity_and_journal_is_used(documents):
    used = Counter((one.entity, one.journal) for one in documents.values())
    wanted = {
        (entity.key, journal.code)
        for entity in entities.ENTITIES
        for journal in entity.journals
    }
    assert wanted <= set(used)


def test_each_named_debtor_owes_to_the_entities_of_the_role(documents):
    owed = {(one.debtor, one.entity) for one in documents.values()}
    for role in cast.CAST:
        assert {entity for debtor, entity in owed if debtor == role.key} == set(
            role.entities
        )


@pytest.mark.parametrize(
    "kind",
    [
        events.Document,
        events.Payment,
        events.Credit,
        events.Reset,
        events.Returned,
        events.Hold,
        events.Stray,
    ],
)
def test_every_kind_of_event_occurs(told, kind):
    assert any(isinstance(event, kind) for event in told.events)


def test_payments_of_every_fate_and_purpose_occur(told):
    payments = [event for event in told.events if isinstance(event, events.Payment)]
    assert {payment.fate for payment in payments} == {
        events.MATCHED,
        events.UNMATCHED,
        events.STATEMENT,
    }
    assert {payment.purpose for payment in payments} == {
        events.STRUCTURED,
        events.NUMBER,
        events.NOTHING,
    }


def test_mail_goes_to_reserved_domains_only(told):
    addresses = [debtor.email for debtor in told.debtors if debtor.email]
    addresses += [entity.email for entity in entities.ENTITIES]
    assert [address for address in addresses if not RESERVED.search(address)] == []
    assert len(set(addresses)) == len(addresses)


def test_debtors_of_every_kind_occur(told):
    crowd = told.debtors[len(cast.CAST) :]
    for wanted in (
        lambda debtor: debtor.is_firm and debtor.vat,
        lambda debtor: debtor.lang == people.FRENCH,
        lambda debtor: debtor.lang == people.DUTCH,
        lambda debtor: not debtor.email and debtor.street,
        lambda debtor: not debtor.email and not debtor.street,
    ):
        assert any(wanted(debtor) for debtor in crowd)


def test_the_table_of_named_debtors_is_in_the_readme(repository):
    text = (repository / "README.md").read_text()
    assert cast.markdown_table() in text


@pytest.fixture(name="repository")
def fixture_repository(request):
    return request.config.rootpath


def test_prices_stay_in_their_range():
    product = entities.Product("x", 45, 950)
    for draw in (0, 0.1, 0.5, 0.999, 1):
        assert 45 <= product.price(draw) <= 950


def test_an_unknown_entity_is_an_error():
    with pytest.raises(KeyError):
        entities.journal("nowhere", "BEL")
