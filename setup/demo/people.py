"""Invented debtors: names by Faker, addresses of the story, reserved mail domains.

Pure: the same seed always gives the same people.
"""

import random
import re
import unicodedata
from dataclasses import dataclass, replace

from faker import Faker

from . import numbers

DUTCH = "nl_BE"
FRENCH = "fr_BE"
GERMAN = "de_DE"
ENGLISH = "en_US"

# Domains that RFC 2606 reserves: a mail to them never reaches anybody.
_MAIL_DOMAINS = ("example.org", "example.net", "postvak.example")

HOME_TOWN = ("9895", "Rivierbeke")
_DUTCH_TOWNS = (
    HOME_TOWN,
    HOME_TOWN,
    HOME_TOWN,
    HOME_TOWN,
    HOME_TOWN,
    HOME_TOWN,
    ("9000", "Gent"),
    ("9300", "Aalst"),
    ("8000", "Brugge"),
    ("8500", "Kortrijk"),
    ("2000", "Antwerpen"),
    ("3000", "Leuven"),
)
_FRENCH_TOWNS = (
    HOME_TOWN,
    HOME_TOWN,
    ("1000", "Bruxelles"),
    ("1050", "Ixelles"),
    ("4000", "Liège"),
    ("5000", "Namur"),
    ("7000", "Mons"),
    ("7500", "Tournai"),
    ("1300", "Wavre"),
)
_DUTCH_STREETS = (
    "Beekstraat",
    "Dorpsstraat",
    "Kapellestraat",
    "Kasteeldreef",
    "Kerkstraat",
    "Kleine Molenweg",
    "Lindenlaan",
    "Meersstraat",
    "Nieuwstraat",
    "Oude Heirweg",
    "Populierenlaan",
    "Schoolstraat",
    "Stationsplein",
    "Veldwegel",
    "Watermolenstraat",
)
_FRENCH_STREETS = (
    "avenue des Tilleuls",
    "chemin du Moulin",
    "place de la Gare",
    "rue de l'Église",
    "rue de la Station",
    "rue des Écoles",
    "rue du Château",
    "rue Haute",
)
_DUTCH_TRADES = (
    "Bakkerij",
    "Bouwwerken",
    "Brasserie",
    "Drukkerij",
    "Elektro",
    "Fietsen",
    "Garage",
    "Kapsalon",
    "Schrijnwerkerij",
    "Slagerij",
    "Traiteur",
    "Tuinaanleg",
)
_FRENCH_TRADES = (
    "Atelier",
    "Boulangerie",
    "Brasserie",
    "Carrelages",
    "Garage",
    "Imprimerie",
    "Librairie",
    "Menuiserie",
    "Toitures",
)
# Legal forms by language.
_FORMS = {DUTCH: ("BV", "BV", "NV", "VOF"), FRENCH: ("SRL", "SRL", "SA", "SNC")}


@dataclass(frozen=True, slots=True)
class Debtor:
    """One person or firm of the story; empty texts mean "not known"."""

    key: str
    name: str
    is_firm: bool = False
    lang: str = DUTCH
    street: str = ""
    postcode: str = ""
    town: str = ""
    country: str = "BE"
    email: str = ""
    phone: str = ""
    vat: str = ""


def population(count, seed):
    """`count` debtors: one in five a firm, one in five French speaking.

    Some have no e-mail address, so they get letters; a few no street either.
    """
    crowd = _Crowd(seed)
    return [crowd.debtor(position) for position in range(count)]


class _Crowd:
    def __init__(self, seed):
        self._random = random.Random(seed)
        self._faker = {lang: Faker(lang) for lang in (DUTCH, FRENCH)}
        for faker in self._faker.values():
            faker.seed_instance(seed)

    def debtor(self, position):
        lang = FRENCH if self._random.random() < 0.2 else DUTCH
        is_firm = self._random.random() < 0.2
        make = self._firm if is_firm else self._person
        return self._with_gaps(make(position, lang))

    def _person(self, position, lang):
        first = self._faker[lang].first_name()
        last = self._faker[lang].last_name()
        return Debtor(
            key=f"person_{position}",
            name=f"{first} {last}",
            lang=lang,
            email=(
                f"{slug(first)}.{slug(last)}{position}"
                f"@{self._random.choice(_MAIL_DOMAINS)}"
            ),
            phone=f"+32 470 00 {position // 100 % 100:02d} {position % 100:02d}",
            **self._address(lang),
        )

    def _firm(self, position, lang):
        trades = _FRENCH_TRADES if lang == FRENCH else _DUTCH_TRADES
        trade = self._random.choice(trades)
        family = self._faker[lang].last_name()
        mailbox = "compta" if lang == FRENCH else "boekhouding"
        return Debtor(
            key=f"firm_{position}",
            name=f"{trade} {family} {self._random.choice(_FORMS[lang])}",
            is_firm=True,
            lang=lang,
            email=f"{mailbox}@{slug(trade)}-{slug(family)}{position}.example",
            phone=f"+32 9 210 {position // 100 % 100:02d} {position % 100:02d}",
            vat=numbers.vat_number(1000 + position),
            **self._address(lang),
        )

    def _address(self, lang):
        number = self._random.randint(1, 180)
        postcode, town = self._random.choice(
            _FRENCH_TOWNS if lang == FRENCH else _DUTCH_TOWNS
        )
        # In the home town the streets have Dutch names, whoever lives there.
        if lang == FRENCH and town != HOME_TOWN[1]:
            street = f"{self._random.choice(_FRENCH_STREETS)} {number}"
        else:
            street = f"{self._random.choice(_DUTCH_STREETS)} {number}"
        return {"street": street, "postcode": postcode, "town": town}

    def _with_gaps(self, debtor):
        draw = self._random.random()
        if draw < 0.02:
            return replace(debtor, email="", street="", postcode="", town="")
        if draw < 0.08:
            return replace(debtor, email="")
        return debtor


def slug(text):
    """Lower-case ASCII letters, digits and hyphens of `text`, for addresses."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
