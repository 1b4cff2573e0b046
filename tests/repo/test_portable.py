"""No file of the repository speaks of one machine."""

import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
# Put together here, so that this file does not contain what it looks for.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("snapshot", "debian", "org"),
    )
]
FOLDERS = ["/".join(("", name, "")) for name in ("root", "work", "home/[a-z]+")]


def kept_files():
    """The text files that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in listed.splitlines():
        file = REPOSITORY / name
        if file.is_file() and b"\0" not in file.read_bytes()[:4096]:
            yield name, file.read_text(errors="replace")


@pytest.fixture(name="files", scope="module")
def fixture_files():
    return dict(kept_files())


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_host_of_a_package_registry(files, host):
    found = [name for name, text in files.items() if host in text]
    assert found == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_folder_of_one_machine(files, folder):
    pattern = re.compile(rf"(?<![\w.$}}~/-]){folder}")
    found = [name for name, text in files.items() if pattern.search(text)]
    assert found == []


def test_lock_file_names_no_address(files):
    assert '"resolved"' not in files["package-lock.json"]


def test_commands_can_be_run():
    folder = REPOSITORY / "setup"
    commands = [file for file in folder.iterdir() if file.is_file() and not file.suffix]
    assert {"prepare", "run", "test", "bench"} <= {file.name for file in commands}
    for file in commands:
        assert file.stat().st_mode & 0o111, file
        assert file.read_text().startswith("#!/usr/bin/env python3\n"), file
