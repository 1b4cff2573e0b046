"""Read the log of an Odoo test run."""

import re
from dataclasses import dataclass
from datetime import datetime

_RECORD = re.compile(
    r"^(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) \d+ (?P<level>[A-Z]+) \S+"
    r" (?P<logger>[\w.?-]+): (?P<message>.*)$"
)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_STARTING = re.compile(r"^Starting (?P<test>(?P<class>\w+)\.\w+)")
_PROBLEM = re.compile(r"^(?:FAIL|ERROR): (?P<test>.+?)\s*$")
_SUBTEST = re.compile(r"^Subtest (?P<test>\w+\.\w+)")
_SKIPPED = re.compile(r"^skipped (?P<test>\w+\.\w+)(?P<reason>.*)$")


@dataclass(frozen=True)
class Record:
    """One record of the log, with the lines that belong to it."""

    time: datetime
    level: str
    logger: str
    message: str

    @property
    def title(self):
        """Its first line."""
        return self.message.split("\n", 1)[0].rstrip()


def records(text):
    """Split a log into records; lines without a head belong to the one before."""
    found = []
    for raw in text.splitlines():
        line = _COLOURS.sub("", raw)
        match = _RECORD.match(line)
        if match:
            moment = datetime.strptime(match["time"], "%Y-%m-%d %H:%M:%S,%f")
            found.append([moment, match["level"], match["logger"], [match["message"]]])
        elif found:
            found[-1][3].append(line)
    return [Record(*head, "\n".join(lines)) for *head, lines in found]


@dataclass
class Outcome:
    """What a log tells of a test run.

    :ivar started: names of tests that began, `Class.method`
    :ivar failed: names of tests, or of what could not be set up, that failed
    :ivar skipped: test name -> reason
    :ivar errors: records of level ERROR or worse that are no test's failure
    :ivar warnings: records of level WARNING
    :ivar details: the records of the failures, with their tracebacks
    :ivar seconds: class name -> time its tests took, set-up of the class left out
    """

    started: list
    failed: list
    skipped: dict
    errors: list
    warnings: list
    details: list
    seconds: dict

    @property
    def passed(self):
        """How many tests began, did not fail and were not skipped."""
        return len(set(self.started) - set(self.failed) - set(self.skipped))


def read(text):
    """Return the `Outcome` of a log."""
    outcome = Outcome([], [], {}, [], [], [], {})
    current = None
    for record in records(text):
        current = _time_class(outcome, record, current)
        _note(outcome, record)
    return outcome


def _note(outcome, record):
    """Sort one record into the outcome."""
    problem = _PROBLEM.match(record.title)
    if record.level in ("ERROR", "CRITICAL") and problem:
        subtest = _SUBTEST.match(problem["test"])
        name = subtest["test"] if subtest else problem["test"]
        if name not in outcome.failed:
            outcome.failed.append(name)
        outcome.details.append(record)
    elif record.level in ("ERROR", "CRITICAL"):
        if record.logger != "odoo.tests.result":
            outcome.errors.append(record)
    elif record.level == "WARNING":
        outcome.warnings.append(record)
    elif match := _STARTING.match(record.title):
        outcome.started.append(match["test"])
    elif match := _SKIPPED.match(record.title):
        outcome.skipped[match["test"]] = match["reason"].strip(" :")


def _time_class(outcome, record, current):
    """Add the time since the last record to the class whose tests run."""
    match = _STARTING.match(record.title)
    name = match["class"] if match else current and current[0]
    if current:
        passed = (record.time - current[1]).total_seconds()
        outcome.seconds[current[0]] = outcome.seconds.get(current[0], 0) + passed
    return (name, record.time) if name else None
