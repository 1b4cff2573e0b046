"""`setup/run` as a person uses it: from nothing to a demo, again, and stopped."""

import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from toolkit import paths

pytestmark = pytest.mark.slow

# What the project promises on two cores, in seconds.
FIRST, LATER = 8 * 60, 40


@pytest.fixture(name="clone")
def fixture_clone(tmp_path_factory):
    """A clone of its own, with this clone's environment but its own server."""
    folder = tmp_path_factory.mktemp("clone") / "clone"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=paths.REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in listed:
        source, target = paths.REPOSITORY / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    (folder / ".venv").symlink_to(paths.VENV)
    yield folder
    subprocess.run([folder / "setup" / "postgres", "reset"], check=True)


def processes_of(clone):
    """The processes that belong to a clone's server or run in it."""
    key = subprocess.run(
        [clone / "setup" / "postgres", "status"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    home = str(Path(key.split("socket ", 1)[1].strip()).parent)
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or [])
        if home in line or str(clone) in line:
            found.append(line)
    return found


def start(clone, *arguments):
    """Start the command; returns the process and the moment."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    environment.pop("AR_SUITE_PREPARED", None)
    process = subprocess.Popen(
        [clone / "setup" / "run", "--port", "8400", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    return process, time.monotonic()


def read_until(process, text):
    """The lines up to the one that contains a text."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


def test_demo_opens_in_time_and_stops_cleanly(clone):
    process, began = start(clone, "--once")
    output, _ = process.communicate(timeout=2 * FIRST)
    assert process.returncode == 0, output
    assert time.monotonic() - began < FIRST
    assert "open claims" in output
    assert processes_of(clone) == []

    process, began = start(clone)
    try:
        output = read_until(process, "Ctrl-C stops everything")
        assert time.monotonic() - began < LATER
        address = re.search(r"Open (http://\S+)", output)[1]
        with urllib.request.urlopen(f"{address}/web/login") as answer:
            assert answer.status == 200
        mail = Path(re.search(r"Mail that Odoo sends: (.+)", output)[1])
        assert mail.is_dir()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert processes_of(clone) == []
