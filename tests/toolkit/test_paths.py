"""Where the set-up keeps things."""

from pathlib import Path

import pytest

from toolkit import paths


def test_cache_follows_the_users_setting(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert paths.cache() == tmp_path / "ar-suite"


def test_two_clones_of_one_name_get_two_servers(monkeypatch):
    monkeypatch.setattr(paths, "REPOSITORY", Path("/a/clone"))
    first = paths.clone_key()
    monkeypatch.setattr(paths, "REPOSITORY", Path("/b/clone"))
    assert first != paths.clone_key()
    assert first.startswith("clone-")


@pytest.mark.parametrize(("mode", "is_open"), [(0o755, True), (0o700, False)])
def test_root_avoids_folders_that_others_cannot_enter(
    tmp_path_factory, monkeypatch, mode, is_open
):
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr(
        paths, "open_to_all", lambda path: bool(folder.stat().st_mode & 0o001)
    )
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.setattr(paths.os, "geteuid", lambda: 0)
    folder.chmod(mode)
    assert str(paths.server_home()).startswith(str(folder)) == is_open


def test_open_to_all_looks_at_every_parent(tmp_path):
    closed = tmp_path / "closed"
    (closed / "inner").mkdir(parents=True)
    closed.chmod(0o700)
    assert not paths.open_to_all(closed / "inner" / "not there yet")
    assert paths.open_to_all("/usr/bin")
