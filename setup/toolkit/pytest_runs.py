"""Run pytest in our environment and count its results."""

import subprocess
import tempfile
from pathlib import Path

from . import paths, processes
from .results import Tally, from_junit

_NO_TESTS = 5


def run(folders, *arguments, environment=None):
    """Run the tests below some folders of the repository; show pytest's own output.

    :param folders: paths relative to the repository; missing ones are left out
    :param arguments: further options of pytest
    :param environment: the environment of the tests, ours when not given
    """
    present = [folder for folder in folders if (paths.REPOSITORY / folder).is_dir()]
    if not present:
        return Tally()
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        code = subprocess.call(
            [
                *(str(paths.VENV_PYTHON), "-m", "pytest", "-q", "--no-header"),
                *("--junitxml", str(report), *arguments, *present),
            ],
            cwd=paths.REPOSITORY,
            env=environment or processes.environment(),
            stdin=subprocess.DEVNULL,
        )
        tally = from_junit(report) if report.exists() else Tally()
    if code not in (0, _NO_TESTS) and not tally.failed:
        tally += Tally.failure(f"pytest ended with code {code}")
    return tally
