"""Dutch, French and German are complete, with the placeholders of the source."""

from pathlib import Path

import polib
import pytest

from toolkit import translations

ADDONS = Path(__file__).parents[2] / "addons"
TEMPLATES = sorted(ADDONS.glob("*/i18n/*.pot"))
FILES = [
    template.with_name(f"{language}.po")
    for template in TEMPLATES
    for language in translations.LANGUAGES
]


def test_there_are_translations():
    assert {template.stem for template in TEMPLATES} >= {
        "ar_dunning",
        "ar_bank_camt",
        "ar_payment_return",
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: "/".join(file.parts[-3:]))
def test_language_is_complete(file):
    assert translations.problems(file) == []
    template = polib.pofile(str(file.with_name(f"{file.parts[-3]}.pot")))
    wanted = {entry.msgid for entry in template}
    assert {entry.msgid for entry in polib.pofile(str(file))} == wanted


def test_a_missing_placeholder_is_found(tmp_path):
    file = tmp_path / "nl.po"
    file.write_text('msgid "On hold: %(reason)s."\nmsgstr "Opgeschort."\n')
    assert len(translations.problems(file)) == 1
