"""The README of an addon, made of the fragments in its folder `readme`."""

import ast

from . import paths

TITLES = {
    "DESCRIPTION": None,
    "CONTEXT": "Context",
    "INSTALL": "Installation",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "ROADMAP": "Known limits",
    "DEVELOP": "Development",
}
_NOTE = "<!-- Made by setup/readme from the folder readme: change the fragments. -->"


def addons():
    """Return the folders of the repository's addons, sorted by name."""
    return sorted(file.parent for file in paths.ADDONS.glob("*/__manifest__.py"))


def render(addon):
    """Return the text of an addon's README.md."""
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    parts = [f"# {manifest['name']}", _NOTE]
    for name, title in TITLES.items():
        fragment = addon / "readme" / f"{name}.md"
        if not fragment.exists():
            continue
        if title:
            parts.append(f"## {title}")
        parts.append(fragment.read_text().strip())
    parts.append(f"## Licence\n\n{manifest['license']}")
    return "\n\n".join(parts) + "\n"


def stale():
    """Return the addons whose README.md is not what the fragments say."""
    return [
        addon.name
        for addon in addons()
        if not (addon / "README.md").exists()
        or (addon / "README.md").read_text() != render(addon)
    ]
