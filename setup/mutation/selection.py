"""Which modules are rules, and which tests have to notice a change in one of them."""

import ast
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Module:
    """One module of rules.

    :ivar name: as tests import it, e.g. `ar_dunning.rules.levels`
    """

    name: str
    file: Path

    def source(self):
        """Return the text of the program."""
        return self.file.read_text(encoding="utf-8")

    def compiled(self, file):
        """Return the code of the program as it is."""
        return compile(self.source(), file, "exec")


def modules(addons):
    """Return the modules of rules of all addons, by name."""
    return [
        Module(".".join(file.relative_to(addons).with_suffix("").parts), file)
        for file in sorted(addons.glob("*/rules/*.py"))
    ]


def tests_of(module, known, tests):
    """Return the files of tests that have to notice a change in a module.

    They are those that bear its name or import it. A module that no test imports is
    tested through the modules that use it.

    :param known: all modules of rules
    :param tests: the files of tests
    """
    own = [
        file
        for file in tests
        if file.stem == f"test_{module.file.stem}"
        or module.name in imported(file.read_text(encoding="utf-8"))
    ]
    if own:
        return own
    users = [
        user for user in known if module.name in imported(user.source(), user.name)
    ]
    through = {file for user in users for file in tests_of(user, known, tests)}
    return sorted(through)


def imported(source, name=""):
    """Return the names of all modules that a program may import, with their parts.

    :param name: of the program, to which its relative imports refer

    >>> sorted(imported("from .periods import Period", "ar_dunning.rules.levels"))
    ['ar_dunning.rules.periods', 'ar_dunning.rules.periods.Period']
    """
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = name.split(".")[: -node.level] if node.level else []
            origin = ".".join([*above, *filter(None, [node.module])])
            found.add(origin)
            found.update(f"{origin}.{alias.name}" for alias in node.names)
    return found
