"""Every addon says truly what it is."""

import ast
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
MANIFESTS = sorted((REPOSITORY / "addons").glob("*/__manifest__.py"))
NAMES = {file.parent.name for file in MANIFESTS}
LICENCES = {"LGPL-3", "AGPL-3"}
STATES = {"Alpha", "Beta", "Production/Stable", "Mature"}


def read(manifest):
    """The dictionary in a manifest."""
    return ast.literal_eval(manifest.read_text())


def case(manifest):
    """Name a test case by its addon."""
    return manifest.parent.name


each_addon = pytest.mark.parametrize("manifest", MANIFESTS, ids=case)


@each_addon
def test_manifest_is_complete(manifest):
    values = read(manifest)
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", values["version"])
    assert values["license"] in LICENCES
    assert values["author"] == "AR Suite contributors"
    assert values["development_status"] in STATES
    assert 10 <= len(values["summary"]) <= 100
    assert "\n" not in values["summary"]
    assert values["category"]
    assert "base" not in values["depends"] or len(values["depends"]) == 1


@each_addon
def test_described_for_readers_and_buildable(manifest):
    folder = manifest.parent
    assert (folder / "readme" / "DESCRIPTION.md").read_text().strip()
    assert "whool" in (folder / "pyproject.toml").read_text()


@each_addon
def test_every_data_file_is_listed_and_exists(manifest):
    folder = manifest.parent
    values = read(manifest)
    listed = {*values.get("data", []), *values.get("demo", [])}
    missing = {name for name in listed if not (folder / name).exists()}
    assert missing == set()
    on_disk = {
        str(file.relative_to(folder))
        for kind in ("data", "demo", "report", "security", "views", "wizards")
        for file in (folder / kind).rglob("*")
        if file.suffix in (".xml", ".csv")
    }
    assert on_disk - listed == set()


@each_addon
def test_depends_on_agpl_only_when_agpl_itself(manifest):
    values = read(manifest)
    ours = [name for name in values["depends"] if name in NAMES]
    licences = {
        read(REPOSITORY / "addons" / name / "__manifest__.py")["license"]
        for name in ours
    }
    assert values["license"] == "AGPL-3" or "AGPL-3" not in licences


@each_addon
def test_tests_run_after_all_addons_are_installed(manifest):
    """A class without the tag runs at another moment, against half a registry."""
    for file in sorted((manifest.parent / "tests").glob("test_*.py")):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef) and any(
                isinstance(item, ast.FunctionDef) and item.name.startswith("test_")
                for item in node.body
            ):
                tags = " ".join(ast.unparse(one) for one in node.decorator_list)
                assert "post_install" in tags, f"{file.name}: {node.name} has no tag"
                assert "-at_install" in tags, f"{file.name}: {node.name} runs twice"


def test_dependencies_between_our_addons_form_no_circle():
    waiting = {
        file.parent.name: set(read(file)["depends"]) & NAMES for file in MANIFESTS
    }
    while waiting:
        free = {name for name, needs in waiting.items() if not needs & set(waiting)}
        assert free, f"a circle among {sorted(waiting)}"
        for name in free:
            del waiting[name]


def test_siblings_never_depend_sideways():
    allowed = {
        "ar_payment_link": {"ar_dunning"},
        "ar_portal": {"ar_payment_link", "ar_dunning"},
        "ar_legal": {"ar_dunning"},
        "ar_reporting": {"ar_dunning"},
        "ar_dunning": set(),
    }
    for file in MANIFESTS:
        name = file.parent.name
        if name in allowed:
            assert set(read(file)["depends"]) & NAMES <= allowed[name], name
