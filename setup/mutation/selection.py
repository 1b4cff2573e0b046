"""Which modules are rules, and which tests have to notice a change in one of them."""

import ast
import functools
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


def tools(setup):
    """Return the tools of the setup by name, as tests import them."""
    files = sorted(setup.glob("toolkit/**/*.py"))
    names = [".".join(file.relative_to(setup).with_suffix("").parts) for file in files]
    return {name: Module(name, file) for name, file in zip(names, files, strict=True)}


def tests_of(module, known, tests, tools=None):
    """Return the files of tests that have to notice a change in a module.

    They are those that bear its name, which come first, and those that import it, be it
    through tools. A module whose name no test bears is tested through the modules that
    use it as well: what it is for shows there.

    :param known: all modules of rules
    :param tests: the files of tests
    :param tools: modules that are no rules, by name; whoever imports one of them tests
        what it imports
    """
    own = [file for file in tests if file.stem == f"test_{module.file.stem}"]
    found = [*own, *(file for file in tests if module.name in _seen(file, tools or {}))]
    if not own:
        for user in known:
            if module.name in imported(user.source(), user.name):
                found += tests_of(user, known, tests, tools)
    return list(dict.fromkeys(found))


def _seen(test, tools):
    """Return the names of all modules that a test imports, itself or through tools."""
    seen = set(imported(test.read_text(encoding="utf-8")))
    new = seen & tools.keys()
    while new:
        more = set().union(*(imported(tools[name].source(), name) for name in new))
        new = (more - seen) & tools.keys()
        seen |= more
    return seen


@functools.cache
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
    return frozenset(found)
