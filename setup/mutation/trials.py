"""Trials: the tests of a module, run against the module with one change.

Each trial is a fork of this process, which has loaded pytest and Hypothesis but no
rule: so it starts in no time, and nothing it does outlives it. No file is written.
"""

import importlib.abc
import importlib.util
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

import hypothesis
import hypothesis.strategies
import pytest

KILLED = "killed"
SURVIVED = "survived"
TIMED_OUT = "timed out"

_PASSED = 0
# A change may make a loop endless. The limit counts the time of the processor, so that
# a busy machine does not take part in the verdict.
_TIMES_USUAL = 5
_SECONDS_MORE = 5
# A process that waits uses no processor: it is ended after so many times the limit.
_PATIENCE = 20
_MEMORY = 4 * 2**30
_OPTIONS = (
    *("-x", "-q", "-p", "no:cacheprovider"),
    # Hypothesis is loaded before pytest asks for it.
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)


@dataclass(frozen=True)
class Trial:
    """What is tried: a module, other code for it, and the tests that judge it.

    :ivar key: whatever tells the trial apart for who asked for it
    :ivar compiled: makes the code, given the name of the file; called in the fork
    :ivar limit: seconds of processor that the tests may take; None: no limit
    """

    key: Any
    module: str
    file: str
    tests: tuple[str, ...]
    compiled: Callable[[str], CodeType]
    limit: int | None = None


@dataclass(frozen=True)
class Outcome:
    """How a trial ended, and the seconds of processor it took."""

    key: Any
    verdict: str
    seconds: float


def repeatable():
    """Let properties draw the same examples each time, and not shrink what fails.

    Profiles that tests make later are based on this one. Nothing is remembered: an
    example that one change failed on must not judge the next. Plug-ins of pytest that
    happen to be installed are left out: they have no part in it and start slowly.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    hypothesis.settings.register_profile(
        "mutation",
        derandomize=True,
        database=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    hypothesis.settings.load_profile("mutation")


def limit(usual):
    """Return the seconds that tests may take which usually take so many."""
    return round(usual * _TIMES_USUAL) + _SECONDS_MORE


def run(trials: Iterable[Trial], jobs: int) -> Iterator[Outcome]:
    """Run the trials, some at a time, and yield their outcomes as they come."""
    running: dict[int, Trial] = {}
    try:
        for trial in trials:
            if len(running) == jobs:
                yield _next_outcome(running)
            running[_start(trial)] = trial
        while running:
            yield _next_outcome(running)
    finally:
        for process in running:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _start(trial: Trial) -> int:
    """Fork, run the tests in the fork, and return its number."""
    process = os.fork()
    if process:
        return process
    try:
        code = _judge(trial)
    except BaseException:  # noqa: BLE001 - whatever happens, the fork ends here
        code = 1
    os._exit(code)


def _judge(trial: Trial) -> int:
    """Run the tests and return the code of pytest; without tests nothing is noticed."""
    if not trial.tests:
        return _PASSED
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(silence, stream)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    if trial.limit:
        resource.setrlimit(resource.RLIMIT_CPU, (trial.limit, trial.limit))
        signal.alarm(trial.limit * _PATIENCE)
    code = trial.compiled(trial.file)
    sys.meta_path.insert(0, _Changed(trial.module, trial.file, code))
    return int(pytest.main([*_OPTIONS, *trial.tests], plugins=[_CasesFirst()]))


def _next_outcome(running: dict[int, Trial]) -> Outcome:
    """Wait for any of the forks to end."""
    process, status, usage = os.wait4(-1, 0)
    trial = running.pop(process)
    return Outcome(trial.key, _verdict(status), usage.ru_utime + usage.ru_stime)


def _verdict(status: int) -> str:
    if os.WIFSIGNALED(status):
        ended_by_limit = (signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL)
        return TIMED_OUT if os.WTERMSIG(status) in ended_by_limit else KILLED
    return SURVIVED if os.WEXITSTATUS(status) == _PASSED else KILLED


class _CasesFirst:
    """Runs tests of single cases before properties: they notice most, and sooner."""

    @staticmethod
    def pytest_collection_modifyitems(items):
        """Sort the tests."""
        items.sort(key=lambda item: getattr(item.obj, "is_hypothesis_test", False))


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module with other code than its file has."""

    def __init__(self, name, file, code):
        self.name = name
        self.file = file
        self.code = code

    def find_spec(self, fullname, path, target=None):
        """Answer for the one module only."""
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.file, loader=self)

    def exec_module(self, module):
        """Run the changed code as the module."""
        exec(self.code, module.__dict__)  # noqa: S102 - our own program, changed
