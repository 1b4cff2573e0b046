"""Translation files of the addons: exported from Odoo, merged, checked.

The texts come from a fresh database with all addons installed, so nothing is missed
and nothing that has gone stays.
"""

import base64
import json
import re

from . import odoo_server, odoo_tests, paths

LANGUAGES = ("nl", "fr", "de")
# Placeholders that a translation must carry over: %s, %(name)s, {name}.
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")

_EXPORT = """
import base64, io, json
from odoo.tools.translate import trans_export
exported = {{}}
for module in {modules!r}:
    with io.BytesIO() as buffer:
        if trans_export(False, [module], buffer, "po", env):
            exported[module] = base64.b64encode(buffer.getvalue()).decode()
print(json.dumps(exported))
"""


def export(databases):
    """Return {addon: text of its .pot} of all addons of the repository."""
    modules = odoo_tests.addons()
    name = "ar_translations"
    databases.create(name, databases.template())
    try:
        odoo_server.install(databases.server, name, modules)
        printed = odoo_server.shell(
            databases.server, name, _EXPORT.format(modules=modules)
        )
    finally:
        databases.drop(name)
    exported = json.loads(printed.strip().splitlines()[-1])
    return {
        module: base64.b64decode(text).decode() for module, text in exported.items()
    }


def merge(module, source):
    """Write the .pot of an addon and bring its .po files in line with it.

    :return: {language: number of texts without a translation}
    """
    import polib

    folder = paths.REPOSITORY / "addons" / module / "i18n"
    template = _steady(polib.pofile(source))
    if not len(template):
        return {}
    folder.mkdir(exist_ok=True)
    template.save(str(folder / f"{module}.pot"))
    missing = {}
    for language in LANGUAGES:
        file = folder / f"{language}.po"
        known = polib.pofile(str(file)) if file.exists() else polib.POFile()
        memory = {entry.msgid: entry.msgstr for entry in known if not entry.obsolete}
        merged = _steady(polib.pofile(source))
        merged.metadata["Language"] = language
        for entry in merged:
            entry.msgstr = memory.get(entry.msgid, "")
        merged.save(str(file))
        missing[language] = len(merged.untranslated_entries())
    return missing


def problems(file):
    """Return what is wrong with a .po file, as sentences."""
    import polib

    found = []
    for entry in polib.pofile(str(file)):
        if not entry.msgstr or "fuzzy" in entry.flags:
            found.append(f"{file.name}: not translated: {entry.msgid[:60]!r}")
        elif sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(
            PLACEHOLDER.findall(entry.msgstr)
        ):
            found.append(f"{file.name}: other placeholders: {entry.msgid[:60]!r}")
    return found


def _steady(catalogue):
    """Take out what changes with every export, and what Odoo itself fills in."""
    for key in ("POT-Creation-Date", "PO-Revision-Date"):
        catalogue.metadata.pop(key, None)
    catalogue.wrapwidth = 80
    return catalogue
