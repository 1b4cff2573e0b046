"""Headers and states of the wide lists are read whole in every language.

Odoo gives columns of numbers and days a width that fits them, whatever their header
says: "Vorderingen" became "Vorderi…". Words are counted here, a browser is too slow.
"""

import re
from xml.etree import ElementTree

import polib
import pytest

from toolkit import paths, translations

DUNNING = paths.ADDONS / "ar_dunning"
# The room of a column that has no width of its own, in pixels, and of a character.
ROOM = {"Integer": 71, "Float": 93, "Monetary": 105, "Date": 80}
CHARACTER = 7.9
# A character of a state, which is written smaller, and the frame around it.
SMALL = 7.2
FRAME = 34
# Not one state but all that is out of the ordinary: no width is enough for it.
FREE = ("exception_words",)
LISTS = {
    "ar_claim_view_list": "ar_claim",
    "ar_claim_cost_view_list": "ar_claim_cost",
    "ar_dunning_notice_view_list": "ar_dunning_notice",
    "ar_delivery_view_list": "ar_delivery",
    "ar_dunning_exclusion_view_list": "ar_dunning_exclusion",
    "ar_work_item_view_list": "ar_work_item",
    "ar_dunning_run_view_list": "ar_dunning_run",
    "ar_go_live_view_form": "ar_go_live_bucket",
    "ar_contact_view_list": "ar_contact",
    "ar_health_view_list": "ar_health",
}


def columns(view):
    """The columns of a list that are on the screen unless somebody hides them."""
    for file in (DUNNING / "views").glob("*.xml"):
        for record in ElementTree.parse(file).iter("record"):
            if record.get("id") == view:
                *_others, table = (
                    one
                    for one in record.iter("list")
                    if view != "ar_go_live_view_form"
                    or one.find("field[@name='days_from']") is not None
                )
                return [
                    field
                    for field in table.iterfind("field")
                    if field.get("optional") != "hide"
                    and not field.get("column_invisible")
                ]
    raise AssertionError(f"There is no view {view}.")


def kinds():
    """{name of a field: its kind}, of all models of the addon."""
    found = {}
    for file in (DUNNING / "models").glob("*.py"):
        found.update(
            re.findall(r"^    (\w+) = fields\.(\w+)\(", file.read_text(), re.M)
        )
    return found


def headers(catalogue, model, column):
    """What may head a column: its own words, else the label of the field."""
    own = column.get("string")
    label = f"field_description:ar_dunning.field_{model}__{column.get('name')}"
    return [
        entry.msgstr
        for entry in catalogue
        if entry.msgid == own
        or (not own and any(place.endswith(label) for place, _ in entry.occurrences))
    ]


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_headers_fit_their_columns(language):
    catalogue = polib.pofile(str(DUNNING / "i18n" / f"{language}.po"))
    kind = kinds()
    cut = []
    for view, model in LISTS.items():
        for column in columns(view):
            width = column.get("width")
            room = int(width[:-2]) if width else ROOM.get(kind.get(column.get("name")))
            cut += [
                f"{view}: {header}"
                for header in headers(catalogue, model, column)
                if room and len(header) * CHARACTER > room
            ]
    assert not cut


def states(catalogue, model, column):
    """What may stand in a column that shows a state as a badge."""
    place = f"ar_dunning.selection__{model}__{column.get('name')}__"
    return [
        word
        for entry in catalogue
        for word in (entry.msgid, entry.msgstr)
        if any(place in found for found, _ in entry.occurrences)
    ]


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_states_fit_their_columns(language):
    catalogue = polib.pofile(str(DUNNING / "i18n" / f"{language}.po"))
    cut = []
    for view, model in LISTS.items():
        for column in columns(view):
            if column.get("widget") != "badge" or column.get("name") in FREE:
                continue
            room = int(column.get("width", "0px")[:-2])
            words = states(catalogue, model, column)
            assert words
            cut += [
                f"{view}: {state}"
                for state in words
                if len(state) * SMALL + FRAME > room
            ]
    assert not cut
