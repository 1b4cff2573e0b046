"""Finding Odoo and making it importable."""

import importlib.metadata

import pytest

from toolkit import odoo_source
from toolkit.console import SetupError

RELEASE = "version_info = ({major}, {minor}, 0, FINAL, 0, '')\n"


def write_source(folder, major=19, minor=0, addons="odoo/addons"):
    """A folder that looks like Odoo of some version."""
    for path in (folder / "odoo" / "addons" / "base", folder / addons / "account"):
        path.mkdir(parents=True)
    release = folder / "odoo" / "release.py"
    release.write_text(RELEASE.format(major=major, minor=minor))
    return folder


@pytest.mark.parametrize("addons", ["odoo/addons", "addons"])
def test_source_named_by_the_user_is_taken(tmp_path, monkeypatch, addons):
    write_source(tmp_path, addons=addons)
    monkeypatch.setenv("ODOO_SOURCE", str(tmp_path))
    assert odoo_source.provide() == tmp_path


def test_folder_without_odoo_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_SOURCE", str(tmp_path))
    with pytest.raises(SetupError, match="holds no Odoo"):
        odoo_source.provide()


def test_other_series_is_refused(tmp_path, monkeypatch):
    write_source(tmp_path, major=18)
    monkeypatch.setenv("ODOO_SOURCE", str(tmp_path))
    with pytest.raises(SetupError, match=r"is Odoo 18\.0, 19\.0 is needed"):
        odoo_source.provide()


def test_source_without_addons_is_refused(tmp_path, monkeypatch):
    write_source(tmp_path)
    (tmp_path / "odoo" / "addons" / "account").rmdir()
    monkeypatch.setenv("ODOO_SOURCE", str(tmp_path))
    with pytest.raises(SetupError, match="has no addons"):
        odoo_source.provide()


def test_pip_knows_the_source_as_a_distribution(tmp_path):
    odoo_source.link_into(tmp_path, tmp_path / "source")
    (found,) = importlib.metadata.distributions(path=[str(tmp_path)])
    assert (found.metadata["Name"], found.version) == ("odoo", "19.0")
    assert {str(file) for file in found.files} >= {"odoo-source.pth"}
    assert (tmp_path / "odoo-source.pth").read_text().strip() == str(
        tmp_path / "source"
    )


def test_our_environment_imports_odoo_of_that_series():
    assert importlib.metadata.version("odoo") == "19.0"
    release = importlib.import_module("odoo.release")
    assert release.series == "19.0"
