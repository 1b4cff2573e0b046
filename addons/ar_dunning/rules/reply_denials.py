"""What takes back a phrase of `reply_phrases`: "I have not paid" is not "I have paid".

Written like those phrases. A denial counts within its clause: "I paid on Monday, and
you did not see it" says that it is paid.
"""

from .reply_phrases import COPY, DISPUTE, MOVED, PAID, PLAN, PROMISE

_NOT = {
    "nl": ("niet", "geen", "nooit", "niets", "nog te"),
    "fr": ("pas", "jamais", "aucun/aucune", "rien", "ne/n' ... plus"),
    "de": ("nicht", "kein*", "nie", "niemals", "nichts"),
    "en": ("not", "n't", "never", "no", "cannot", "can't", "nothing"),
}
_SUPPOSED = {
    "nl": ("dacht/dachten/meende", "betaald had"),
    "fr": ("croyais/croyions/pensais/pensions", "possible de payer", "être payé"),
    "de": ("dachte/dachten/glaubte", "hätte/hätten"),
    "en": ("thought/believed/assumed", "should/must/to be paid"),
}
_CONDITION = {
    "nl": ("zodra", "wanneer", "als", "indien", "of ik/wij/we/dit/het/die/deze"),
    "fr": ("dès que", "quand", "lorsque", "si/s'il", "une fois que"),
    "de": ("sobald", "wenn", "falls", "ob"),
    "en": ("as soon as i/we/it", "once", "when", "if", "whether"),
}
_NO_NEED = {
    "nl": ("geen", "hoeft niet", "niet nodig", "niet meer nodig", "betwist ... niet"),
    "fr": ("pas besoin", "n'est/n'était pas nécessaire", "sans"),
    "de": ("kein*", "nicht nötig", "nicht mehr nötig", "brauche/brauchen ... nicht"),
    "en": ("no", "not need/necessary", "don't need", "not needed"),
}


def _both(*tables):
    """Return the phrases of several tables together, per language."""
    return {
        language: tuple(phrase for table in tables for phrase in table[language])
        for language in tables[0]
    }


# A clause with one of these does not mean what the phrase in it says.
UNLESS = {
    DISPUTE: {
        "nl": (
            "geen bezwaar/betwisting/klacht*",
            "betwist/betwisten ... niet",
            "niet ... betwisten",
            "niet ... beschadigd",
        ),
        "fr": (
            "ne conteste/contestons pas",
            "aucune/pas_de contestation/réclamation",
            "pas ... abîmé*/endommagé*",
        ),
        "de": (
            "bestreite/bestreiten ... nicht",
            "kein* widerspruch/einspruch/reklamation",
            "nicht ... bestreiten/beschädigt",
        ),
        "en": (
            "not/don't dispute/object/disagree",
            "no dispute/objection",
            "not ... damaged",
        ),
    },
    PAID: _both(_NOT, _SUPPOSED, _CONDITION),
    PROMISE: _both(_NOT, _CONDITION),
    PLAN: _NO_NEED,
    MOVED: {
        "nl": ("niet verhuisd", "geen nieuw/nieuwe adres"),
        "fr": ("pas déménagé",),
        "de": ("nicht umgezogen/verzogen", "keine neue adresse/anschrift"),
        "en": ("not moved", "n't moved", "no new address"),
    },
    COPY: {
        "nl": ("geen kopie/duplicaat", "niet nodig"),
        "fr": ("pas besoin", "n'est pas nécessaire"),
        "de": ("keine kopie", "nicht nötig"),
        "en": ("no copy", "not need/necessary", "don't need"),
    },
}
# Words at which another thought begins; a comma and a semicolon do it as well.
TURNS = {
    "nl": ("maar", "want", "omdat", "doch"),
    "fr": ("mais", "car", "parce"),
    "de": ("aber", "denn", "weil", "sondern"),
    "en": ("but", "because"),
}
