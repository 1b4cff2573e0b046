"""What happened in the half year before the day of the demo. Pure and seeded.

Dates count back from that day, so the demo is always fresh; a share of everything is
paid in time, late, in part, credited, held or corrected, and the named debtors of
`cast` have their own lines.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from . import cast, entities, people
from .events import (
    NOTHING,
    NUMBER,
    STATEMENT,
    STRUCTURED,
    UNMATCHED,
    Credit,
    Document,
    Hold,
    Item,
    OnlinePayment,
    Payment,
    Reset,
    Returned,
    Stray,
)

SEED = 19
# Documents of the crowd per entity; each third tax bill of the size below has terms.
_DOCUMENTS = {"city": 220, "welfare": 130, "company": 180}
_OPENING = {"city": 8, "company": 8}
_IN_TERMS = 12
_CROWD = 300
# Due dates of the crowd, in days before the day of the demo.
_OLDEST, _LATEST, _MOST = 120, -30, 15
# Transfers of the last week are still to be matched: the first day's work.
_UNMATCHED_DAYS = 7
DAYS_OF_TERMS = (30, 60, 90)


@dataclass(frozen=True, slots=True)
class Story:
    """Everybody who owes and everything that happened until `on` (inclusive)."""

    on: date
    debtors: tuple[people.Debtor, ...]
    events: tuple[object, ...]

    def between(self, after, until):
        """The events later than `after` (None: from the beginning) up to `until`."""
        return [
            event
            for event in self.events
            if (after is None or event.on > after) and event.on <= until
        ]

    def begins_on(self):
        """The day of the first event."""
        return min(event.on for event in self.events)


def tell(on, seed=SEED):
    """The story as it stands on a day."""
    crowd = people.population(_CROWD, seed)
    teller = _Teller(on, crowd, random.Random(seed))
    events = sorted(
        [*_cast_events(on), *teller.crowd_events()], key=lambda event: event.on
    )
    named = [role.debtor for role in cast.CAST]
    return Story(on, (*named, *crowd), tuple(events))


class _Teller:
    """Draws the fate of what the crowd owes."""

    def __init__(self, on, crowd, draw):
        self._on = on
        self._draw = draw
        self._crowd = {
            entities.ANYONE: crowd,
            entities.PERSONS: [debtor for debtor in crowd if not debtor.is_firm],
            entities.FIRMS: [debtor for debtor in crowd if debtor.is_firm],
        }
        self._fates = (
            (0.24, self._paid_in_time),
            (0.20, self._paid_late),
            (0.09, self._paid_in_part),
            (0.03, self._credited),
            (0.03, self._credit_left_open),
            (0.03, self._paid_without_reference),
            (0.04, self._held),
            (0.03, self._corrected),
        )

    def crowd_events(self):
        for entity in entities.ENTITIES:
            for position in range(_DOCUMENTS[entity.key]):
                yield from self._documented(entity, position)
            for position in range(_OPENING.get(entity.key, 0)):
                yield self._opening(entity, position)
            for position in range(3):
                yield self._stray(entity, position)
        for position in range(_IN_TERMS):
            yield from self._in_terms(position)

    def _documented(self, entity, position):
        journal = self._draw.choice(entity.journals)
        product = self._draw.choice(journal.products)
        debtor = self._draw.choice(self._crowd[product.audience])
        due_on = self._due_on()
        issued_on = min(due_on - timedelta(days=journal.days), self._on)
        document = Document(
            key=f"{entity.key}_{position}",
            entity=entity.key,
            journal=journal.code,
            debtor=debtor.key,
            on=issued_on,
            due_on=due_on,
            items=self._items(journal, product),
        )
        yield document
        yield from self._fate(document)

    def _items(self, journal, product):
        products = [product]
        # A second line on one invoice in five, for whoever the first is meant for.
        if self._draw.random() < 0.2:
            products += [
                other
                for other in journal.products
                if other.audience == product.audience and other is not product
            ][:1]
        return tuple(
            Item(each.name, each.price(self._draw.random()), each.vat)
            for each in products
        )

    def _due_on(self):
        overdue = round(self._draw.triangular(_LATEST, _OLDEST, _MOST))
        return self._on - timedelta(days=overdue)

    def _fate(self, document):
        draw = self._draw.random()
        if document.due_on >= self._on:
            return self._paid_in_time(document) if draw < 0.08 else ()
        for weight, fate in self._fates:
            if draw < weight:
                return fate(document)
            draw -= weight
        # What is old has mostly been paid by now.
        if document.due_on < self._on - timedelta(days=75) and draw < 0.2:
            return self._paid_late(document)
        return ()

    def _paid_in_time(self, document):
        paid_on = document.due_on - timedelta(days=self._draw.randint(0, 9))
        return self._payment(document, max(paid_on, document.on))

    def _paid_late(self, document):
        days = self._draw.randint(8, 48)
        return self._payment(document, document.due_on + timedelta(days=days))

    def _paid_in_part(self, document):
        paid_on = document.due_on + timedelta(days=self._draw.randint(0, 25))
        share = Decimal(self._draw.choice(("0.25", "0.4", "0.5", "0.75")))
        return self._payment(document, paid_on, share=share)

    def _payment(self, document, paid_on, **facts):
        if paid_on >= self._on:
            return
        purpose = STRUCTURED if self._draw.random() < 0.85 else NUMBER
        if paid_on > self._on - timedelta(days=_UNMATCHED_DAYS):
            facts["fate"] = STATEMENT
        yield Payment((document.key,), paid_on, purpose=purpose, **facts)

    def _credited(self, document):
        on = document.due_on + timedelta(days=self._draw.randint(1, 20))
        if on < self._on:
            yield Credit(document.key, on)

    def _credit_left_open(self, document):
        on = document.due_on + timedelta(days=self._draw.randint(1, 20))
        if on < self._on:
            yield Credit(document.key, on, share=Decimal("0.3"), applied=False)

    def _paid_without_reference(self, document):
        paid_on = document.due_on + timedelta(days=self._draw.randint(1, 30))
        if paid_on < self._on:
            yield Payment((document.key,), paid_on, purpose=NOTHING, fate=UNMATCHED)

    def _held(self, document):
        on = max(
            document.due_on + timedelta(days=self._draw.randint(2, 30)), document.on
        )
        if on < self._on:
            yield Hold(
                document.key,
                on,
                reason=self._draw.choice(
                    ("dispute", "hardship", "plan_requested", "promise")
                ),
                until=on + timedelta(days=self._draw.choice((20, 30, 45, 60))),
            )

    def _corrected(self, document):
        on = document.due_on + timedelta(days=self._draw.randint(3, 20))
        if on < self._on:
            later = on + timedelta(days=30) if self._draw.random() < 0.5 else None
            yield Reset(document.key, on, later)

    def _opening(self, entity, position):
        product = self._draw.choice(entity.journals[0].products)
        return Document(
            key=f"{entity.key}_opening_{position}",
            entity=entity.key,
            journal=entities.OPENING_JOURNAL,
            debtor=self._draw.choice(self._crowd[product.audience]).key,
            on=_opening_day(self._on),
            due_on=self._on - timedelta(days=self._draw.randint(70, 160)),
            items=(Item("Openstaand saldo", product.price(self._draw.random())),),
            opening=True,
        )

    def _in_terms(self, position):
        issued_on = self._on - timedelta(days=self._draw.randint(10, 110))
        product = entities.journal("city", "BEL").products[-2]
        document = Document(
            key=f"city_terms_{position}",
            entity="city",
            journal="BEL",
            debtor=self._draw.choice(self._crowd[entities.PERSONS]).key,
            on=issued_on,
            due_on=issued_on + timedelta(days=DAYS_OF_TERMS[-1]),
            items=(Item(product.name, product.price(self._draw.random())),),
            terms=len(DAYS_OF_TERMS),
        )
        yield document
        paid_on = issued_on + timedelta(days=DAYS_OF_TERMS[0] - 4)
        if paid_on < self._on and self._draw.random() < 0.6:
            yield from self._payment(document, paid_on, terms=(1,))

    def _stray(self, entity, position):
        texts = ("bedankt", "betaling rekening", "virement facture")
        return Stray(
            entity=entity.key,
            on=self._on - timedelta(days=1 + position * 2),
            payer=self._draw.choice(self._crowd[entities.ANYONE]).name,
            amount=Decimal(self._draw.randint(2000, 30000)) / 100,
            text=texts[position],
        )


def _opening_day(on):
    return on - timedelta(days=165)


# -- the named debtors --------------------------------------------------------------


def _cast_events(on):
    """The lines of the named debtors; see `cast` for what they show."""
    return [*_plain_roles(on), *_answering_roles(on), *_special_roles(on)]


def _due(today, role, entity, journal_code, overdue, name, amount, **facts):
    """A document of a named debtor that has been due for `overdue` days."""
    days = entities.journal(entity, journal_code).days
    due_on = today - timedelta(days=overdue)
    known = {
        "key": f"{role}_{entity}_{journal_code}_{overdue}",
        "entity": entity,
        "journal": journal_code,
        "debtor": role,
        "on": min(due_on - timedelta(days=days), today),
        "due_on": due_on,
        "items": (Item(name, Decimal(amount), facts.pop("vat", "")),),
    }
    return Document(**(known | facts))


def _plain_roles(on):
    yield _due(
        on, "upcoming", "company", "SPO", -2, "Zwemabonnement", "120.00", vat="6"
    )
    yield _due(
        on, "first_reminder", "city", "RET", 11, "Inname van het openbaar domein", "86"
    )
    yield _due(on, "french", "city", "BEL", 40, "Algemene milieubelasting", "75.00")
    yield _due(on, "letter", "city", "BEL", 16, "Algemene milieubelasting", "62.50")
    yield _due(
        on, "letter", "welfare", "DIE", 12, "Maaltijden aan huis", "148.40", vat="6"
    )
    yield _due(on, "unreachable", "city", "RET", 20, "Ophaling grofvuil", "35.00")
    yield _due(
        on, "three_entities", "city", "RET", 26, "Inname van het openbaar domein", "94"
    )
    yield _due(on, "three_entities", "welfare", "DIE", 13, "Poetshulp aan huis", "132")
    yield _due(on, "three_entities", "company", "HUR", 12, "Huur garage", "80.00")
    yield _due(on, "social", "welfare", "SOC", 15, "Terugvordering leefloon", "412.30")
    yield _due(
        on, "handover", "city", "BEL", 135, "Belasting op tweede verblijven", "950.00"
    )
    yield _due(on, "bailiff", "company", "HUR", 118, "Huur garage", "240.00")
    yield _due(on, "bailiff", "company", "HUR", 104, "Huur garage", "80.00")
    yield _due(on, "rejected", "company", "SPO", 12, "Huur sporthal", "96.00", vat="6")
    firm = ("gouden-koren", "company", "SPO")
    for overdue, amount in ((38, "1250.00"), (24, "420.00"), (12, "180.00")):
        yield _due(on, *firm, overdue, "Standplaats jaarmarkt", amount, vat="21")
    yield _due(on, *firm, -12, "Sponsorpakket zomerfestival", "750.00", vat="21")


def _answering_roles(on):
    part_paid = _due(
        on, "part_paid", "welfare", "DIE", 34, "Verblijf woonzorgcentrum", "1480.00"
    )
    yield part_paid
    yield Payment((part_paid.key,), on - timedelta(days=25), share=Decimal("0.5"))
    fine = _due(
        on, "held", "city", "GAS", 30, "Administratieve geldboete: parkeren", "116.00"
    )
    yield fine
    yield Hold(
        fine.key,
        on - timedelta(days=16),
        reason="dispute",
        until=on + timedelta(days=14),
        note="Betwist de vaststelling; wacht op het antwoord van de sanctionerend "
        "ambtenaar.",
    )
    covered = _due(on, "covered", "company", "HUR", 18, "Huur appartement", "695.00")
    yield covered
    yield Payment(
        (covered.key,), on - timedelta(days=9), purpose=NOTHING, fate=UNMATCHED
    )
    pays = _due(
        on, "pays_today", "city", "RET", 27, "Onderhoud van een grafconcessie", "150.00"
    )
    yield pays
    yield Payment((pays.key,), on, fate=STATEMENT)
    for overdue, amount in ((24, "64.00"), (19, "47.50")):
        both = _due(
            on, "pays_online", "city", "RET", overdue, "Ophaling grofvuil", amount
        )
        yield both
    yield OnlinePayment(both.key, on - timedelta(days=1))
    twice = _due(on, "pays_twice", "company", "SPO", 22, "Zwemabonnement", "90.00")
    yield twice
    yield OnlinePayment(twice.key, on - timedelta(days=2), twice=True)
    overpays = _due(
        on, "overpays", "welfare", "DIE", 25, "Buitenschoolse kinderopvang", "96.00"
    )
    yield overpays
    yield Payment(
        (overpays.key,), on, extra=Decimal("4.00"), purpose=NUMBER, fate=STATEMENT
    )

    yield _due(
        on, "promises", "city", "RET", 26, "Stedenbouwkundige inlichtingen", "118.00"
    )
    yield _due(
        on, "guarded", "welfare", "DIE", 12, "Maaltijden aan huis", "164.00", vat="6"
    )
    yield _due(on, "owes_costs", "company", "HUR", 47, "Huur appartement", "685.00")
    rent = _due(on, "owes_the_rest", "company", "HUR", 46, "Huur garage", "80.00")
    yield rent
    yield Payment((rent.key,), on - timedelta(days=8))
    rounded = _due(on, "small_rest", "company", "HUR", 36, "Huur garage", "80.00")
    yield rounded
    yield Payment((rounded.key,), rounded.due_on, share=Decimal("0.99"))


def _special_roles(on):
    debit = _due(on, "returned", "company", "SPO", 20, "Zwemabonnement", "132.00")
    yield debit
    yield Payment((debit.key,), debit.due_on)
    yield Returned(
        debit.key, on - timedelta(days=1), "MD06", "Terugbetaling gevraagd door betaler"
    )
    yield _due(on, "undone", "city", "RET", 18, "Ophaling grofvuil", "54.00")
    tax = _due(
        on,
        "instalments",
        "city",
        "BEL",
        -15,
        "Belasting op tweede verblijven",
        "900.00",
        on=on - timedelta(days=75),
        terms=len(DAYS_OF_TERMS),
    )
    yield tax
    yield Payment((tax.key,), on - timedelta(days=47), terms=(1,))
    booking = ("prairie-sound", "company", "SPO")
    yield _due(on, *booking, 24, "Huur feestzaal", "1850.00", currency="USD")
    yield _due(on, *booking, 50, "Huur feestzaal", "640.00", currency="USD")
    yield _due(on, *booking, 13, "Huur sporthal", "260.00")
    corrected = _due(
        on, "corrected", "company", "SPO", 55, "Huur feestzaal", "380.00", vat="21"
    )
    yield corrected
    yield Reset(corrected.key, on - timedelta(days=31), on - timedelta(days=11))
    yield Document(
        key="garage-molenhoek_opening",
        entity="city",
        journal=entities.OPENING_JOURNAL,
        debtor="garage-molenhoek",
        on=_opening_day(on),
        due_on=on - timedelta(days=100),
        items=(Item("Openstaand saldo", Decimal("486.20")),),
        opening=True,
    )
