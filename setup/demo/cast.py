"""The named debtors: one for each situation, to be looked up in the demo."""

from dataclasses import dataclass

from . import numbers
from .people import ENGLISH, FRENCH, Debtor

# Recipients that the mail servers of the demo refuse, in the past and today.
REFUSED = ("*@refused.example",)


@dataclass(frozen=True, slots=True)
class Role:
    """A named debtor, the entities that have claims and what is to be seen there."""

    debtor: Debtor
    entities: tuple[str, ...]
    situation: str

    @property
    def key(self):
        """The debtor's key in the story."""
        return self.debtor.key


def _person(key, name, street, **facts):
    first, _, last = name.partition(" ")
    address = f"{first}.{last}".replace(" ", "").replace("'", "").lower()
    known = {
        "email": f"{address}@example.org",
        "street": street,
        "postcode": "9895",
        "town": "Rivierbeke",
    }
    return Debtor(key=key, name=name, **(known | facts))


def _firm(key, name, street, position, **facts):
    known = {
        "email": f"boekhouding@{key}.example",
        "street": street,
        "postcode": "9895",
        "town": "Rivierbeke",
        "vat": numbers.vat_number(position),
    }
    return Debtor(key=key, name=name, is_firm=True, **(known | facts))


CAST = (
    Role(
        _person("upcoming", "Lotte Vercauteren", "Lindenlaan 8"),
        ("company",),
        "Nothing is overdue: an invoice falls due in two days, so the friendly notice "
        "before the due date is all that leaves.",
    ),
    Role(
        _person("first_reminder", "Pieter Deschepper", "Kerkstraat 41"),
        ("city",),
        "The plain case: a retribution is overdue, the first reminder leaves today.",
    ),
    Role(
        _person(
            "french",
            "Amandine Lejeune",
            "rue des Écoles 17",
            postcode="7500",
            town="Tournai",
            lang=FRENCH,
        ),
        ("city",),
        "Speaks French: gets everything in French, and is one level further.",
    ),
    Role(
        _firm("gouden-koren", "Bakkerij Het Gouden Koren BV", "Dorpsstraat 3", 21),
        ("company",),
        "A firm with four invoices of different ages: one notice under the highest "
        "level, each claim at its own level; it waits for an approver. Sales people "
        "see that it gets no more orders.",
    ),
    Role(
        _person("instalments", "Yassin Benali", "Nieuwstraat 112"),
        ("city",),
        "A tax bill in three terms: one paid, one overdue, one to come.",
    ),
    Role(
        _person("part_paid", "Greet Wauters", "Oude Heirweg 5"),
        ("welfare",),
        "Paid half: only the rest is demanded.",
    ),
    Role(
        _person("held", "Bart Callens", "Populierenlaan 60"),
        ("city",),
        "Disputes a fine: a hold stops the clock, the reason says until when.",
    ),
    Role(
        _person("covered", "Nele Maeyens", "Schoolstraat 22"),
        ("company",),
        "Paid in advance without a reference: the money is not matched yet, but it "
        "covers the claim, so no reminder leaves.",
    ),
    Role(
        _person("pays_today", "Wim Goossens", "Veldwegel 14"),
        ("city",),
        "Was reminded and paid this morning with the structured reference: the claim "
        "closes by itself and a thank-you leaves.",
    ),
    Role(
        _person("overpays", "Carine Hoste", "Beekstraat 73"),
        ("welfare",),
        "Paid too much, naming the invoice number: the claim closes, the rest is on "
        "the work list.",
    ),
    Role(
        _person("pays_online", "Fien Delaere", "Lindenlaan 77"),
        ("city",),
        "Opened the link of her reminder and paid both amounts online: one payment, "
        "both claims closed.",
    ),
    Role(
        _person("pays_twice", "Joris Maertens", "Schoolstraat 51"),
        ("company",),
        "Paid online and by transfer: what came second is an open credit and stands "
        "on the work list.",
    ),
    Role(
        _person("promises", "Annelies Roets", "Kerkstraat 88"),
        ("city",),
        "Promised on the telephone to pay within five days: a hold until then, and "
        "work for the collector if the money does not come.",
    ),
    Role(
        _person("guarded", "Maurits Claeys", "Meersstraat 31"),
        ("welfare",),
        "Has an administrator: today's reminder goes to him, the debtor stays the "
        "debtor.",
    ),
    Role(
        _person("small_rest", "Hilde Vermassen", "Beekstraat 12"),
        ("company",),
        "Rounded her transfer down: the rest of 0.80 is among the small balances, to "
        "be written off in two clicks.",
    ),
    Role(
        _person("owes_costs", "Steven Van Laere", "Beekstraat 40"),
        ("company",),
        "Let the 14 days of the free first reminder pass: the lump sum that it "
        "announced is owed and booked. *Proof of the amount* shows how it came about.",
    ),
    Role(
        _person("owes_the_rest", "Evelien Bracke", "Lindenlaan 52"),
        ("company",),
        "Paid the rent when the costs were already owed, and only the rent: the costs "
        "stay open, until they are paid or waived with a reason.",
    ),
    Role(
        _person("letter", "Godelieve Dhondt", "Kapellestraat 30", email=""),
        ("city", "welfare"),
        "Has no e-mail address: gets letters.",
    ),
    Role(
        _person(
            "unreachable",
            "Kristof Lemmens",
            "",
            email="",
            postcode="",
            town="",
        ),
        ("city",),
        "Neither address nor e-mail: nothing can be sent, so a person is asked to "
        "find the address.",
    ),
    Role(
        _person("three_entities", "Sara Yildirim", "Stationsplein 12"),
        ("city", "welfare", "company"),
        "Owes to all three entities: three dossiers apart, one person. She has a "
        "portal account and sees them together.",
    ),
    Role(
        _person("social", "Tom Aertsens", "Meersstraat 9"),
        ("welfare",),
        "A social claim: only members of its group see that it exists.",
    ),
    Role(
        _person("handover", "Dirk Hermans", "Watermolenstraat 48"),
        ("city",),
        "Went through all levels: the handover is proposed, a person decides.",
    ),
    Role(
        _person("bailiff", "Luc Segers", "Nieuwstraat 4"),
        ("company",),
        "Handed over two weeks ago: a legal case with the bailiff, with deadline, "
        "costs and the dossier that he got. No reminder leaves any more.",
    ),
    Role(
        _firm(
            "prairie-sound",
            "Prairie Sound Booking Inc.",
            "1200 Main Street",
            0,
            postcode="66044",
            town="Lawrence",
            country="US",
            lang=ENGLISH,
            vat="",
        ),
        ("company",),
        "A foreign firm: invoices in dollars and in euro never share a notice.",
    ),
    Role(
        _person("corrected", "Ilse Cools", "Kleine Molenweg 2"),
        ("company",),
        "Her invoice went back to draft and was posted with a later due date: the "
        "claim kept its history.",
    ),
    Role(
        _person("returned", "Ruben Declercq", "Nieuwstraat 29"),
        ("company",),
        "His direct debit was returned yesterday: the claim is open again, nothing "
        "is collected from him any more, and the work list says why and to call him.",
    ),
    Role(
        _person("undone", "Katrien Moens", "Kapellestraat 55"),
        ("city",),
        "Was reminded by mistake: the notice is undone and stays as evidence, a "
        "correction leaves today, nothing else for two weeks.",
    ),
    Role(
        _firm("garage-molenhoek", "Garage Molenhoek NV", "Oude Heirweg 101", 22),
        ("city",),
        "A balance taken over from the former accounting system: no invoice, yet a "
        "claim like any other.",
    ),
    Role(
        _person(
            "rejected", "Jan Verhelst", "Kasteeldreef 7", email="jan@refused.example"
        ),
        ("company",),
        "His mail server refuses every message: the delivery failed, which is on the "
        "work list, and no further level comes before somebody finds another way.",
    ),
)


def markdown_table():
    """The named debtors as a Markdown table, for the README."""
    names = {"city": "Stad", "welfare": "OCMW", "company": "AGB"}
    lines = ["| debtor | owes to | situation |", "| --- | --- | --- |"]
    lines += [
        f"| {role.debtor.name} | {', '.join(names[key] for key in role.entities)} "
        f"| {role.situation} |"
        for role in CAST
    ]
    return "\n".join(lines)
