"""Making the virtual environment: what is skipped, and what is said when it fails."""

import pytest

from toolkit import paths, processes, venv
from toolkit.console import SetupError


@pytest.fixture(name="calls")
def fixture_calls(tmp_path, monkeypatch):
    """Record the commands instead of running them."""
    calls = []

    def run(command, **_options):
        calls.append([str(part) for part in command])
        return ""

    monkeypatch.setattr(processes, "run", run)
    monkeypatch.setattr(paths, "VENV", tmp_path)
    monkeypatch.setattr(paths, "VENV_PYTHON", tmp_path / "bin" / "python")
    monkeypatch.setattr(venv.shutil, "which", lambda name: None)
    monkeypatch.setattr(venv.sys, "version_info", (3, 12, 1))
    return calls


@pytest.fixture(name="requirements")
def fixture_requirements(tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text("one==1\n")
    return file


def test_unchanged_requirements_are_installed_once(calls, requirements):
    assert venv.install(requirements)
    assert not venv.install(requirements)
    assert len(calls) == 1
    assert calls[0][-2:] == ["-r", str(requirements)]


def test_changed_requirements_are_installed_again(calls, requirements):
    venv.install(requirements)
    requirements.write_text("one==2\n")
    assert venv.install(requirements)
    assert len(calls) == 2


def test_uv_is_preferred_where_it_is_present(calls, requirements, monkeypatch):
    monkeypatch.setattr(venv.shutil, "which", lambda name: f"/opt/{name}")
    venv.install(requirements)
    assert calls[0][:3] == ["/opt/uv", "pip", "install"]


def test_newest_python_gets_another_renderer(calls, requirements, monkeypatch):
    monkeypatch.setattr(venv.sys, "version_info", (3, 13, 0))
    venv.install(requirements)
    assert calls[1][-2] == "--no-deps"
    assert calls[1][-1].startswith("rlpycairo==")


def test_python_without_venv_names_the_package(calls, monkeypatch):
    monkeypatch.setattr(venv, "_has_ensurepip", lambda: False)
    monkeypatch.setattr(venv.os, "geteuid", lambda: 1000)
    with pytest.raises(SetupError) as caught:
        venv.create()
    assert "apt-get install python3.12-venv" in caught.value.remedy
    assert calls == []


def test_root_gets_the_missing_package(calls, monkeypatch):
    answers = iter([False, True])
    monkeypatch.setattr(venv, "_has_ensurepip", lambda: next(answers))
    monkeypatch.setattr(venv.os, "geteuid", lambda: 0)
    monkeypatch.setattr(
        venv.shutil, "which", lambda name: None if name == "uv" else f"/usr/bin/{name}"
    )
    venv.create()
    assert ["apt-get", "install", "-y", "-q", "python3.12-venv"] in calls
    assert calls[-1][-2:] == ["venv", str(paths.VENV)]
