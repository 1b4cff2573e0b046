"""Run the tests of our addons with Odoo's own runner, in two databases at a time."""

import ast
import json
import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from . import odoo_log, odoo_server, paths
from .console import say
from .databases import Databases
from .results import Tally

# A run that takes longer hangs.
_LIMIT = 45 * 60
_DEFAULT_SECONDS_PER_TEST = 0.4
_REMEMBERING = threading.Lock()


def addons():
    """The names of all addons of the repository."""
    return sorted(file.parent.name for file in paths.ADDONS.glob("*/__manifest__.py"))


def run(server, modules, processes=2):
    """Install the addons in one database, then test them in copies of it.

    :param modules: names of addons; what they depend on is installed but not tested
    :param processes: how many copies are tested side by side
    :return: the tally of all tests
    """
    databases = Databases(server)
    prefix = f"ar_test_{os.getpid()}"
    names = [f"{prefix}_{number}" for number in range(processes)]
    try:
        template = databases.template(say=say)
        databases.create(prefix, template)
        tally = _install(server, prefix, modules)
        if tally.failed:
            return tally
        shards = _shards(modules, processes)
        for name in names[: len(shards)]:
            databases.create(name, prefix)
        with ThreadPoolExecutor(max_workers=processes) as pool:
            runs = pool.map(
                lambda work: _test(server, *work), zip(names, shards, strict=False)
            )
            return sum(runs, tally)
    finally:
        for name in (prefix, *names):
            databases.drop(name)


def _install(server, database, modules):
    """Install all addons; a failure is the only thing it counts."""
    started = time.monotonic()
    tally = _odoo(server, database, ["-i", ",".join(modules)], "installing")
    say(f"   {len(modules)} addons installed in {time.monotonic() - started:.0f} s")
    return tally


def _test(server, database, tags):
    started = time.monotonic()
    tally = _odoo(server, database, ["--test-tags", ",".join(tags)], database[-1])
    seconds = time.monotonic() - started
    say(f"   {database}: {tally.closing_line()} in {seconds:.0f} s")
    return tally


def _odoo(server, database, options, label):
    """Run Odoo once with tests and judge by its log and its exit code."""
    folder = paths.server_home() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"test-{label}.log"
    command = odoo_server.command(
        server,
        *("-d", database, "--http-port", odoo_server.free_port()),
        *("--stop-after-init", "--max-cron-threads", "0", *options),
    )
    environment = odoo_server.environment(server)
    with open(log, "w") as output:
        try:
            code = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=_LIMIT,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            code = "time-out"
    return _judge(odoo_log.read(log.read_text(errors="replace")), code, log)


def _judge(outcome, code, log):
    tally = Tally(
        passed=outcome.passed,
        failed=len(outcome.failed),
        skipped=len(outcome.skipped),
        problems=list(outcome.failed),
    )
    for record in outcome.errors:
        tally += Tally.failure(f"error in the log: {record.title[:100]}")
    if code != 0 and not tally.failed:
        tally += Tally.failure(f"Odoo ended with {code}; see {log}")
        say(log.read_text(errors="replace")[-3000:])
    for record in [*outcome.details, *outcome.errors]:
        say(f"\n   {record.logger}: {record.message}")
    for test, reason in outcome.skipped.items():
        say(f"   skipped {test}: {reason}")
    for title in sorted({record.title for record in outcome.warnings}):
        say(f"   warning in the log: {title[:200]}")
    _remember(outcome.seconds)
    return tally


# How the tests are divided


def _shards(modules, count):
    """Divide the test classes so that both halves take about as long.

    The last part is told what to leave out instead of what to run: a class that the
    search of the sources missed runs there, none is lost.

    :return: per part the list of Odoo's test tags
    """
    known = _remembered()
    weights = {}
    for module in modules:
        for name, tests in _test_classes(paths.ADDONS / module / "tests").items():
            guess = tests * _DEFAULT_SECONDS_PER_TEST + 3
            weights[f"/{module}:{name}"] = known.get(name, guess)
    parts = [[] for _ in range(count)]
    loads = [0.0] * count
    for tag in sorted(weights, key=lambda tag: (-weights[tag], tag)):
        lightest = loads.index(min(loads))
        parts[lightest].append(tag)
        loads[lightest] += weights[tag]
    chosen = [tags for tags in parts[:-1] if tags]
    left_out = [f"-{tag}" for tags in chosen for tag in tags]
    return [*chosen, [*(f"/{module}" for module in modules), *left_out]]


def _test_classes(folder):
    """Class name -> number of its own test methods, from the sources."""
    found = {}
    for file in sorted(folder.glob("test_*.py")):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef):
                tests = [
                    item
                    for item in node.body
                    if isinstance(item, ast.FunctionDef) and item.name[:5] == "test_"
                ]
                if tests:
                    found[node.name] = found.get(node.name, 0) + len(tests)
    return found


def _duration_file():
    return paths.server_home() / "test-durations.json"


def _remembered():
    """Seconds per test class; without those whose tests stopped the clock."""
    file = _duration_file()
    known = json.loads(file.read_text()) if file.exists() else {}
    return {name: seconds for name, seconds in known.items() if 0 <= seconds < _LIMIT}


def _remember(seconds):
    # The shards end when they like: one at a time, and never half a file.
    with _REMEMBERING:
        durations = {**_remembered(), **seconds}
        file = _duration_file()
        fresh = file.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(durations, indent=1, sort_keys=True))
        fresh.replace(file)
