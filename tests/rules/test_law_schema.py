"""What a law pack must say: each key that is needed, and each record only once."""

import copy

import pytest

from ar_dunning.rules import law_schema
from ar_dunning.rules.law_schema import PACK
from ar_dunning.rules.procedure_text import MISSING, TWICE, Problem, check

ACT = {"article": "Act, art. 1", "source": "gazette"}
NAMED = {"code": "one", "name": "One"}
# Nothing but what is needed, in one record of each kind.
LEAST = {
    "pack": "xx",
    "country": "XX",
    "version": "1",
    "series": [
        {
            **NAMED,
            **ACT,
            "compounding": "simple",
            "day_count": "act/act",
            "published": "year",
            "rates": [{"from": "2026-01-01", "percentage": 8}],
        }
    ],
    "tariffs": [
        {
            **NAMED,
            "kind": "lump_sum",
            "rows": [{**ACT, "from": "2026-01-01", "brackets": [{"above": 0}]}],
        }
    ],
    "waits": [
        {
            **NAMED,
            "rows": [
                {
                    **ACT,
                    "from": "2026-01-01",
                    "channel": "letter",
                    "convention": "receipt",
                }
            ],
        }
    ],
    "regimes": [
        {
            **NAMED,
            **ACT,
            "from": "2026-01-01",
            "debtor_classes": ["consumer"],
            "natures": ["rent"],
            "interest": {"series": "one", "starts": "due"},
            "costs": [{"tariff": "one", "starts": "wait"}],
            "prescription": {**ACT},
            "contents": [{**NAMED, "block": "creditor", "on": "every"}],
        }
    ],
}
# A pack may leave these out, and what is in them with them.
_FREE = {"series", "tariffs", "waits", "regimes"}
_FREE_OF_REGIME = {"interest", "costs", "prescription", "contents"}


def inner(data, path):
    for step in path:
        data = data[step]
    return data


def places(data, path=()):
    """Yield the path of each key, and of each list of records."""
    for name, value in data.items():
        yield (*path, name)
        if isinstance(value, dict):
            yield from places(value, (*path, name))
        elif isinstance(value, list) and isinstance(value[0], dict):
            yield from places(value[0], (*path, name, 0))


def is_free(path):
    return (len(path) == 1 and path[0] in _FREE) or (
        path[0] == "regimes" and len(path) == 3 and path[-1] in _FREE_OF_REGIME
    )


def say(path):
    return ".".join(map(str, path))


NEEDED = [path for path in places(LEAST) if not is_free(path)]
LISTS = {
    ("series",): "code",
    ("series", 0, "rates"): "from",
    ("tariffs",): "code",
    ("tariffs", 0, "rows"): "from",
    ("waits",): "code",
    ("regimes",): "code",
    ("regimes", 0, "costs"): "tariff",
    ("regimes", 0, "contents"): "code",
}


def test_a_pack_may_say_no_more_than_is_needed():
    assert list(check(LEAST, PACK)) == []


@pytest.mark.parametrize("path", NEEDED, ids=say)
def test_what_is_needed_is_missed(path):
    pack = copy.deepcopy(LEAST)
    *above, name = path
    del inner(pack, above)[name]
    assert list(check(pack, PACK)) == [Problem(tuple(above), MISSING, "", name)]


@pytest.mark.parametrize("name", sorted(_FREE))
def test_a_pack_need_not_have_each_section(name):
    assert list(check({**LEAST, name: None}, PACK)) == []


@pytest.mark.parametrize("name", sorted(_FREE_OF_REGIME))
def test_a_regime_need_not_give_everything(name):
    [regime] = LEAST["regimes"]
    assert list(check({**LEAST, "regimes": [{**regime, name: None}]}, PACK)) == []


@pytest.mark.parametrize(("path", "key"), LISTS.items(), ids=str)
def test_the_same_record_twice_is_refused(path, key):
    pack = copy.deepcopy(LEAST)
    records = inner(pack, path)
    records.append(copy.deepcopy(records[0]))
    name = records[0][key]
    assert list(check(pack, PACK)) == [Problem((*path, 1), TWICE, name, key)]


@pytest.mark.parametrize(
    "path", [("waits", 0, "rows"), ("tariffs", 0, "rows", 0, "brackets")], ids=say
)
def test_rows_that_no_single_key_tells_apart_may_be_alike(path):
    """Whether two of them say the same is for the reader of packs to tell."""
    pack = copy.deepcopy(LEAST)
    records = inner(pack, path)
    records.append(copy.deepcopy(records[0]))
    assert list(check(pack, PACK)) == []


def test_packs_say_it_in_these_words():
    assert law_schema.CHANNELS == ("email", "letter", "person", "sms")
    assert law_schema.GROUPINGS == ("each", "together")
    assert law_schema.COMPONENTS == ("costs", "interest", "principal")
    assert law_schema.ON == ("first", "announcing", "every", "handover")
    assert law_schema.CHECKLISTS == ("early_warning",)
