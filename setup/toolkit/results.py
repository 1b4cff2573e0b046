"""Count what tests and checks gave, and read the counts of the programs we start."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field


@dataclass
class Tally:
    """How many tests passed, failed and were skipped.

    :ivar problems: names of what failed, for the summary
    """

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    problems: list = field(default_factory=list)

    def __add__(self, other):
        return Tally(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.problems + other.problems,
        )

    @classmethod
    def failure(cls, problem):
        """One failure with its name."""
        return cls(failed=1, problems=[problem])

    def closing_line(self):
        """The line that programs read: `N passed, N failed`, and what was skipped."""
        line = f"{self.passed} passed, {self.failed} failed"
        return f"{line}, {self.skipped} skipped" if self.skipped else line


def from_junit(file):
    """The tally of a report in JUnit's format, such as pytest writes."""
    tally = Tally()
    # The file was written by our own pytest a moment ago.
    for case in ElementTree.parse(file).getroot().iter("testcase"):  # noqa: S314
        outcomes = {child.tag for child in case}
        if outcomes & {"failure", "error"}:
            tally += Tally.failure(f"{case.get('classname')}.{case.get('name')}")
        elif "skipped" in outcomes:
            tally.skipped += 1
        else:
            tally.passed += 1
    return tally
