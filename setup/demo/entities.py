"""The three entities of the story and what each of them charges. Pure facts."""

from dataclasses import dataclass
from decimal import Decimal

from . import numbers

# Who is charged: natural persons, firms or both.
PERSONS, FIRMS, ANYONE = "persons", "firms", "anyone"


@dataclass(frozen=True, slots=True)
class Product:
    """One thing that is charged; amounts in euro without VAT, both ends included."""

    name: str
    lowest: int
    highest: int
    vat: str = ""  # "", "6" or "21"
    audience: str = ANYONE

    def price(self, draw):
        """A price for a number between 0 and 1; whole euro above 200."""
        amount = Decimal(self.lowest) + Decimal(str(round(draw, 4))) * (
            self.highest - self.lowest
        )
        step = Decimal(1) if amount > 200 else Decimal("0.05")
        return (amount / step).quantize(Decimal(1)) * step


@dataclass(frozen=True, slots=True)
class Journal:
    """A sales journal, the type of its claims and its payment term in days."""

    code: str
    name: str
    nature: str
    days: int
    products: tuple[Product, ...]
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    """One company of the story."""

    key: str
    name: str
    tagline: str
    street: str
    domain: str
    mailbox: str
    phone: str
    colour: str
    initials: str
    position: int  # of its enterprise and bank account numbers
    layout: str
    journals: tuple[Journal, ...]
    opening: bool = False

    @property
    def email(self):
        """The sender of its notices."""
        return f"{self.mailbox}@{self.domain}"

    @property
    def vat(self):
        """Its VAT number."""
        return numbers.vat_number(self.position)

    @property
    def iban(self):
        """Its current account."""
        return numbers.iban(self.position)


OPENING_JOURNAL = "OPN"

CITY = Entity(
    key="city",
    name="Stad Rivierbeke",
    tagline="Dienst Ontvangsten",
    street="Stationsplein 1",
    domain="rivierbeke.example",
    mailbox="ontvangsten",
    phone="+32 9 210 90 10",
    colour="#14532d",
    initials="SR",
    position=11,
    layout="web.external_layout_standard",
    opening=True,
    journals=(
        Journal(
            code="BEL",
            name="Gemeentebelastingen",
            nature="municipal_tax",
            days=60,
            products=(
                Product("Algemene milieubelasting", 45, 95),
                Product("Algemene milieubelasting", 45, 95, audience=PERSONS),
                Product("Belasting op tweede verblijven", 750, 1200, audience=PERSONS),
                Product("Belasting op leegstaande gebouwen", 900, 3500),
                Product("Belasting op reclameborden", 120, 900, audience=FIRMS),
            ),
        ),
        Journal(
            code="RET",
            name="Retributies",
            nature="municipal_retribution",
            days=30,
            products=(
                Product("Parkeerretributie", 25, 35, audience=PERSONS),
                Product("Ophaling grofvuil", 20, 60, audience=PERSONS),
                Product("Inname van het openbaar domein", 40, 380),
                Product("Stedenbouwkundige inlichtingen", 90, 140),
                Product("Onderhoud van een grafconcessie", 75, 250, audience=PERSONS),
            ),
        ),
        Journal(
            code="GAS",
            name="Administratieve geldboetes",
            nature="administrative_fine",
            days=30,
            products=(
                Product("Administratieve geldboete: sluikstorten", 120, 350),
                Product("Administratieve geldboete: geluidsoverlast", 80, 350),
                Product("Administratieve geldboete: parkeren", 58, 116),
            ),
        ),
    ),
)

WELFARE = Entity(
    key="welfare",
    name="OCMW Rivierbeke",
    tagline="Sociale dienst en dienstverlening",
    street="Meersstraat 24",
    domain="ocmw-rivierbeke.example",
    mailbox="debiteuren",
    phone="+32 9 210 90 20",
    colour="#7c2d12",
    initials="OR",
    position=12,
    layout="web.external_layout_standard",
    journals=(
        Journal(
            code="DIE",
            name="Dienstverlening",
            nature="private_contract",
            days=30,
            products=(
                Product("Maaltijden aan huis", 60, 220, "6", PERSONS),
                Product("Poetshulp aan huis", 90, 240, audience=PERSONS),
                Product("Buitenschoolse kinderopvang", 30, 160, audience=PERSONS),
                Product("Verblijf woonzorgcentrum", 900, 1900, audience=PERSONS),
            ),
        ),
        Journal(
            code="SOC",
            name="Terugvorderingen sociale dienst",
            nature="social_claim",
            days=30,
            sensitive=True,
            products=(
                Product("Terugvordering leefloon", 150, 1100, audience=PERSONS),
                Product("Terugvordering voorschot", 300, 900, audience=PERSONS),
                Product("Bijdrage onderhoudsplichtige", 80, 250, audience=PERSONS),
            ),
        ),
    ),
)

COMPANY = Entity(
    key="company",
    name="AGB Rivierbeke",
    tagline="Sport, evenementen en vastgoed",
    street="Watermolenstraat 3",
    domain="agb-rivierbeke.example",
    mailbox="facturatie",
    phone="+32 9 210 90 30",
    colour="#1e3a8a",
    initials="AR",
    position=13,
    layout="web.external_layout_standard",
    opening=True,
    journals=(
        Journal(
            code="SPO",
            name="Sport en evenementen",
            nature="private_contract",
            days=30,
            products=(
                Product("Huur sporthal", 60, 320, "6"),
                Product("Zwemabonnement", 55, 180, "6", PERSONS),
                Product("Sportkamp", 75, 150, audience=PERSONS),
                Product("Huur feestzaal", 180, 650, "21"),
                Product("Standplaats jaarmarkt", 45, 260, "21", FIRMS),
                Product("Sponsorpakket zomerfestival", 250, 2500, "21", FIRMS),
            ),
        ),
        Journal(
            code="HUR",
            name="Huurgelden",
            nature="rent",
            days=10,
            products=(
                Product("Huur garage", 65, 95),
                Product("Huur appartement", 550, 850, audience=PERSONS),
                Product("Huur handelspand", 900, 1800, audience=FIRMS),
            ),
        ),
    ),
)

ENTITIES = (CITY, WELFARE, COMPANY)


def journal(entity_key, code):
    """The journal of an entity by its code."""
    for entity in ENTITIES:
        if entity.key == entity_key:
            return next(each for each in entity.journals if each.code == code)
    raise KeyError(entity_key)
