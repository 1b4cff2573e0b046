"""What the file of a law pack may hold: sections, keys and the kinds of their values.

Checked by procedure_text.check, as every readable file of ours.
"""

from .day_count import CONVENTIONS as DAY_COUNTS
from .law_terms import (
    COMPOUNDING,
    COST_KINDS,
    DEBTOR_CLASSES,
    NATURES,
    PUBLISHED,
    STARTS,
)
from .procedure_text import (
    BOOLEAN,
    CHOICE,
    INTEGER,
    NUMBER,
    RECORD,
    RECORDS,
    TEXT,
    TEXTS,
    WORDS,
    Field,
    Record,
)
from .waiting import CONVENTIONS

CHANNELS = ("email", "letter", "person", "sms")
GROUPINGS = ("each", "together")
COMPONENTS = ("costs", "interest", "principal")
ON = ("first", "announcing", "every", "handover")
CHECKLISTS = ("early_warning",)

_BASIS = {
    "article": Field(WORDS, required=True),
    "source": Field(TEXT, required=True),
    "verified_by": Field(TEXT),
    "note": Field(TEXT),
}
_SPAN = {"from": Field(TEXT, required=True), "until": Field(TEXT)}
_NAMED = {"code": Field(TEXT, required=True), "name": Field(WORDS, required=True)}

_RATE = Record(
    {
        **_SPAN,
        **_BASIS,
        "article": Field(WORDS),
        "source": Field(TEXT),
        "percentage": Field(NUMBER, required=True),
        "reference": Field(NUMBER),
    },
    key="from",
)
_SERIES = Record(
    {
        **_NAMED,
        "article": Field(WORDS, required=True),
        "source": Field(TEXT, required=True),
        "compounding": Field(CHOICE, required=True, choices=COMPOUNDING),
        "day_count": Field(CHOICE, required=True, choices=DAY_COUNTS),
        "published": Field(CHOICE, required=True, choices=PUBLISHED),
        "margin": Field(NUMBER),
        "round_up_to": Field(NUMBER),
        "rates": Field(RECORDS, required=True, record=_RATE),
    },
    key="code",
)
_BRACKET = Record(
    {
        "above": Field(NUMBER, required=True),
        "base": Field(NUMBER),
        "percentage": Field(NUMBER),
    }
)
_TARIFF_ROW = Record(
    {
        **_SPAN,
        **_BASIS,
        "brackets": Field(RECORDS, required=True, record=_BRACKET),
        "minimum": Field(NUMBER),
        "maximum": Field(NUMBER),
        "vat": Field(NUMBER),
        "free_per_year": Field(INTEGER),
        "postage": Field(BOOLEAN),
    },
    key="from",
)
_TARIFF = Record(
    {
        **_NAMED,
        "kind": Field(CHOICE, required=True, choices=COST_KINDS),
        "currency": Field(TEXT),
        "rows": Field(RECORDS, required=True, record=_TARIFF_ROW),
    },
    key="code",
)
_WAIT_ROW = Record(
    {
        **_SPAN,
        **_BASIS,
        "channel": Field(CHOICE, required=True, choices=CHANNELS),
        "convention": Field(CHOICE, required=True, choices=CONVENTIONS),
        "offset": Field(INTEGER),
        "days": Field(INTEGER),
        "months": Field(INTEGER),
        "extend": Field(BOOLEAN),
    }
)
_WAIT = Record(
    {**_NAMED, "rows": Field(RECORDS, required=True, record=_WAIT_ROW)}, key="code"
)
_INTEREST = Record(
    {
        "series": Field(TEXT, required=True),
        "starts": Field(CHOICE, required=True, choices=STARTS),
        "clause": Field(BOOLEAN),
        "otherwise": Field(TEXT),
        "option": Field(CHOICE, choices=STARTS),
    }
)
_COST = Record(
    {
        "tariff": Field(TEXT, required=True),
        "starts": Field(CHOICE, required=True, choices=STARTS),
        "clause": Field(BOOLEAN),
        "grouping": Field(CHOICE, choices=GROUPINGS),
        "regular_supply": Field(BOOLEAN),
        "includes": Field(TEXT),
    },
    key="tariff",
)
_PRESCRIPTION = Record(
    {
        **_BASIS,
        "years": Field(INTEGER),
        "months": Field(INTEGER),
        "from_end_of_year": Field(BOOLEAN),
    }
)
_CONTENT = Record(
    {
        **_NAMED,
        **_BASIS,
        "article": Field(WORDS),
        "source": Field(TEXT),
        "block": Field(TEXT, required=True),
        "on": Field(CHOICE, required=True, choices=ON),
    },
    key="code",
)
_REGIME = Record(
    {
        **_NAMED,
        **_SPAN,
        **_BASIS,
        "like": Field(TEXT),
        "debtor_classes": Field(TEXTS, required=True, choices=DEBTOR_CLASSES),
        "natures": Field(TEXTS, required=True, choices=NATURES),
        "contract_from": Field(TEXT),
        "contract_until": Field(TEXT),
        "wait": Field(TEXT),
        "first_free": Field(BOOLEAN),
        "notice_channels": Field(TEXTS, choices=CHANNELS),
        "interest": Field(RECORD, record=_INTEREST),
        "costs": Field(RECORDS, record=_COST),
        "imputation": Field(TEXTS, choices=COMPONENTS),
        "prescription": Field(RECORD, record=_PRESCRIPTION),
        "registered": Field(TEXT),
        "quiet_from": Field(INTEGER),
        "quiet_to": Field(INTEGER),
        "checklist": Field(CHOICE, choices=CHECKLISTS),
        "contents": Field(RECORDS, record=_CONTENT),
    },
    key="code",
)
PACK = Record(
    {
        "pack": Field(TEXT, required=True),
        "country": Field(TEXT, required=True),
        "version": Field(TEXT, required=True),
        "series": Field(RECORDS, record=_SERIES),
        "tariffs": Field(RECORDS, record=_TARIFF),
        "waits": Field(RECORDS, record=_WAIT),
        "regimes": Field(RECORDS, record=_REGIME),
    }
)
