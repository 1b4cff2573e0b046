"""Checks of the repository that need no database: linters, formatters, contracts."""

import hashlib
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from . import paths, processes
from .console import SetupError, say
from .results import Tally

_TOOLS = paths.VENV / "bin"
# Messages of pylint-odoo that contradict the layout of this repository: texts for
# readers are in readme/, and a big model is divided over files by concern.
_UNWANTED = "missing-readme,consider-merging-classes-inherited"


@dataclass(frozen=True)
class Check:
    """One program that judges the repository by its exit code.

    :ivar command: the program and its arguments; empty: there is nothing to check
    :ivar unavailable: why it cannot run here; it then counts as skipped
    """

    name: str
    command: list
    environment: dict = field(default_factory=dict)
    unavailable: str = ""


def run_all():
    """Run all checks, two at a time, and say how each ended.

    :return: a tally in which each check counts as one test
    """
    tally = Tally()
    with ThreadPoolExecutor(max_workers=2) as pool:
        for check, done in pool.map(_run, all_checks()):
            tally += _judge(check, done)
    return tally


def all_checks():
    """The checks in the order in which they are reported."""
    manifests = sorted(paths.ADDONS.glob("*/__manifest__.py"))
    addons = [file.parent for file in manifests]
    messages = [*paths.ADDONS.glob("*/i18n/*.po"), *paths.ADDONS.glob("*/i18n/*.pot")]
    return [
        Check("pylint-odoo", _tool("pylint", f"--disable={_UNWANTED}", *addons)),
        Check("ruff", _tool("ruff", "check", "--quiet", "--output-format=concise")),
        Check("ruff format", _tool("ruff", "format", "--check", "--quiet")),
        Check(
            "import contracts", _tool("lint-imports"), {"PYTHONPATH": str(paths.ADDONS)}
        ),
        Check(
            "branch coverage of rules",
            [paths.VENV_PYTHON, "-m", "toolkit.rule_coverage", paths.REPOSITORY],
            {"PYTHONPATH": str(paths.SETUP)},
        ),
        Check(
            "data files of addons",
            _tool("oca-checks-odoo-module", "--disable=prefer-readme-rst", *manifests),
        ),
        Check(
            "translations",
            _tool("oca-checks-po", "--disable=po-pretty-format", *messages)
            if messages
            else [],
        ),
        _prettier(),
    ]


def _tool(name, *arguments):
    return [str(_TOOLS / name), *map(str, arguments)]


def _run(check):
    if not check.command or check.unavailable:
        return check, None
    done = subprocess.run(
        check.command,
        cwd=paths.REPOSITORY,
        env=processes.environment(**check.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return check, done


def _judge(check, done):
    if check.unavailable:
        say(f"   {check.name}: skipped: {check.unavailable}")
        return Tally(skipped=1)
    if done is None or done.returncode == 0:
        say(f"   {check.name}: passed")
        return Tally(passed=1)
    say(f"   {check.name}: FAILED")
    for line in done.stdout.strip().splitlines()[-60:]:
        say(f"      {line}")
    return Tally.failure(check.name)


def _prettier():
    """Formatting of XML and of what the browser gets; needs npm."""
    name = "prettier"
    if not shutil.which("npm"):
        return Check(name, [], unavailable="npm missing")
    try:
        _install_node_modules()
    except SetupError as error:
        return Check(name, [], unavailable=f"{error.message} {error.remedy}")
    program = paths.REPOSITORY / "node_modules" / ".bin" / "prettier"
    patterns = ["addons/**/*.xml", "addons/**/static/**/*.{js,scss,xml}"]
    return Check(
        name,
        [str(program), "--check", "--no-error-on-unmatched-pattern", *patterns],
    )


def _install_node_modules():
    """Install what package-lock.json names, unless that was done before."""
    lock = paths.REPOSITORY / "package-lock.json"
    stamp = paths.REPOSITORY / "node_modules" / "installed"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    processes.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--loglevel", "error"],
        purpose="Installing npm packages",
        cwd=paths.REPOSITORY,
        env={**os.environ, "CI": "true"},
    )
    stamp.write_text(wanted)
