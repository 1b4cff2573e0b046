"""The texts that the addons ship, in each language, as a debtor reads them."""

import html
import re
from pathlib import Path

import polib
from lxml import etree

from ar_dunning.rules.clarity import Words

ADDON = Path(__file__).parents[1] / "addons" / "ar_dunning"
LANGUAGES = ("en", "nl", "fr", "de")
FIELDS = ("subject", "heading", "opening", "closing")


def shipped_texts():
    """Return {xmlid: (kind, {language: Words})} of all texts in the data files."""
    files = {
        language: _translations(ADDON / "i18n" / f"{language}.po")
        for language in LANGUAGES
        if language != "en"
    }
    texts = {}
    for path in sorted((ADDON / "data").glob("ar_dunning_template*_data.xml")):
        for record in etree.parse(str(path)).iter("record"):
            if record.get("model") != "ar.dunning.template":
                continue
            fields = {one.get("name"): one for one in record.iter("field")}
            if "subject" in fields:
                kind = (fields["kind"].text or "notice").strip()
                texts[record.get("id")] = (kind, _languages(fields, files))
    return texts


def _languages(fields, files):
    spoken = {}
    for language in LANGUAGES:
        said = files.get(language, {})
        words = {
            name: _text(fields[name], said) if name in fields else "" for name in FIELDS
        }
        spoken[language] = Words(language, **words)
    return spoken


def _text(field, said):
    """Return the plain words of a field; each paragraph is translated by itself."""
    if field.get("type") != "html":
        text = " ".join((field.text or "").split())
        return said.get(text, text)
    paragraphs = []
    for part in field:
        inner = (part.text or "") + "".join(
            etree.tostring(child, encoding="unicode") for child in part
        )
        source = _normal(inner)
        paragraphs.append(_plain(said.get(source, source)))
    return "\n".join(paragraphs)


def _translations(path):
    return {
        _normal(entry.msgid): _normal(entry.msgstr)
        for entry in polib.pofile(str(path))
        if entry.msgstr and not entry.obsolete
    }


def _normal(markup):
    """Return markup with single spaces, also where the file breaks inside a tag."""
    markup = re.sub(r"\s+", " ", markup)
    return re.sub(r"\s+>", ">", markup).strip()


def _plain(markup):
    return html.unescape(re.sub(r"<[^>]+>", "", markup))
