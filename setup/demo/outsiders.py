"""Who is neither debtor nor colleague: the bailiff and the lawyer of the story."""

from .names import remember
from .people import DUTCH, HOME_TOWN

_CONTACTS = {
    "bailiff": {
        "name": "Gerechtsdeurwaarders Beek & Meers BV",
        "email": "kantoor@beek-meers.example",
        "phone": "+32 9 220 00 01",
        "street": "Gerechtsplein 2",
    },
    "lawyer": {
        "name": "Advocatenkantoor Ter Linden BV",
        "email": "dossiers@terlinden-advocaten.example",
        "phone": "+32 9 220 00 02",
        "street": "Stationsplein 40",
    },
}


def register(env):
    """Make their contacts, shared by the three companies."""
    country = env.ref("base.be").id
    zip_code, city = HOME_TOWN
    for key, facts in _CONTACTS.items():
        contact = env["res.partner"].create(
            {
                **facts,
                "is_company": True,
                "lang": DUTCH,
                "tz": "Europe/Brussels",
                "zip": zip_code,
                "city": city,
                "country_id": country,
            }
        )
        remember(env, key, contact)
