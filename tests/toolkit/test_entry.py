"""The way into the commands: a Python that Odoo does not support names a better one."""

import sys

import pytest

from toolkit import entry


def test_supported_python_goes_on(monkeypatch):
    monkeypatch.setattr(entry.sys, "version_info", (3, 12, 1))
    entry._require_python()


@pytest.mark.parametrize("version", [(3, 9, 18), (3, 14, 0)])
def test_other_python_is_refused_with_a_hint(version, monkeypatch, capsys):
    monkeypatch.setattr(entry.sys, "version_info", version)
    monkeypatch.setattr(entry.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit) as caught:
        entry._require_python()
    assert caught.value.code == 1
    assert "apt-get install python3.12" in capsys.readouterr().err


def test_other_python_hands_over_to_a_supported_one(monkeypatch):
    started = []
    monkeypatch.setattr(entry.sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(
        entry.shutil,
        "which",
        lambda name: {"python3.13": "/bin/false", "python3.11": sys.executable}.get(
            name
        ),
    )

    def execv(program, arguments):
        started.append(program)
        raise SystemExit

    monkeypatch.setattr(entry.os, "execv", execv)
    with pytest.raises(SystemExit):
        entry._require_python()
    assert started == [sys.executable]
