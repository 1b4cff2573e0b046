"""Which tests have to notice a change in a module of rules."""

from pathlib import Path

import pytest

from mutation import selection
from toolkit import paths


@pytest.fixture
def addons(tmp_path):
    """An addon with three rules; `scale` is used by `fee` and bears no test's name."""
    rules = tmp_path / "addons" / "ar_x" / "rules"
    rules.mkdir(parents=True)
    (rules / "fee.py").write_text("from .scale import SCALE\n")
    (rules / "scale.py").write_text("SCALE = 1\n")
    (rules / "lonely.py").write_text("ALONE = 1\n")
    return tmp_path / "addons"


@pytest.fixture
def tests(tmp_path):
    sources = {
        "test_fee": "",
        "test_sums": "from ar_x.rules import fee\n",
        "test_other": "from ar_y.rules.fee import fee\n",
    }
    files = [tmp_path / f"{name}.py" for name in sorted(sources)]
    for file in files:
        file.write_text(sources[file.stem])
    return files


@pytest.fixture
def tools(tmp_path):
    """A command that counts with `world`, which imports a rule and the command."""
    sources = {
        "toolkit/__init__.py": "",
        "toolkit/world.py": "import ar_x.rules.lonely, toolkit.commands.run\n",
        "toolkit/commands/__init__.py": "",
        "toolkit/commands/run.py": "def main():\n    from .. import world\n",
        "other/world.py": "from ar_x.rules import fee\n",
    }
    for name, source in sources.items():
        file = tmp_path / "setup" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    return selection.tools(tmp_path / "setup")


def names(module, addons, tests, tools=None):
    known = {each.name: each for each in selection.modules(addons)}
    found = selection.tests_of(known[module], known.values(), tests, tools)
    return [file.stem for file in found]


def test_modules_are_named_as_tests_import_them(addons):
    assert [module.name for module in selection.modules(addons)] == [
        "ar_x.rules.fee",
        "ar_x.rules.lonely",
        "ar_x.rules.scale",
    ]


def test_tests_of_a_module_bear_its_name_or_import_it(addons, tests):
    assert names("ar_x.rules.fee", addons, tests) == ["test_fee", "test_sums"]


def test_the_test_that_bears_the_name_comes_first(addons, tests):
    """It notices most, and the first failure ends the trial."""
    for files in (tests, tests[::-1]):
        assert names("ar_x.rules.fee", addons, files) == ["test_fee", "test_sums"]


def test_a_module_whose_name_no_test_bears_is_tested_through_its_users(addons, tests):
    assert names("ar_x.rules.scale", addons, tests) == ["test_fee", "test_sums"]


def test_its_users_have_their_say_even_where_a_test_imports_it(addons, tests):
    """A test may import an error of it only, and test something else."""
    tests[1].write_text("from ar_x.rules.scale import SCALE\n")
    assert names("ar_x.rules.scale", addons, tests) == [
        "test_other",
        "test_fee",
        "test_sums",
    ]


def test_a_module_with_a_test_of_its_name_is_left_to_it(addons, tests):
    """What everything uses would have every test otherwise."""
    own = tests[0].with_name("test_scale.py")
    own.write_text("")
    assert names("ar_x.rules.scale", addons, [*tests, own]) == ["test_scale"]


@pytest.mark.parametrize(
    "source",
    [
        "from toolkit import world\n",
        "from toolkit.world import lonely\n",
        "import toolkit.world\n",
        "from toolkit.commands import run\n",
    ],
)
def test_whoever_imports_a_tool_tests_what_the_tool_imports(
    addons, tests, tools, source
):
    tests[1].write_text(source)
    assert names("ar_x.rules.lonely", addons, tests, tools) == ["test_other"]
    assert names("ar_x.rules.fee", addons, tests, tools) == ["test_fee", "test_sums"]
    assert names("ar_x.rules.lonely", addons, tests) == []


def test_examples_of_the_law_test_what_counts_them():
    """The tool of the examples is the only one that imports the rules of cases."""
    known = {each.name: each for each in selection.modules(paths.ADDONS)}
    found = selection.tests_of(
        known["ar_dunning.rules.law_case_costs"],
        known.values(),
        sorted((paths.REPOSITORY / "tests/rules").glob("test_*.py")),
        selection.tools(paths.SETUP),
    )
    assert {"test_law_cases", "test_law_vectors"} <= {file.stem for file in found}


def test_a_module_may_have_no_test_at_all(addons, tests):
    assert names("ar_x.rules.lonely", addons, tests) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a.b", {"a.b"}),
        ("from a.b import c", {"a.b", "a.b.c"}),
        ("from . import c", {"x.rules", "x.rules.c"}),
        ("from .c import d", {"x.rules.c", "x.rules.c.d"}),
        ("from ..c import d", {"x.c", "x.c.d"}),
    ],
)
def test_names_that_are_imported(source, expected):
    assert selection.imported(source, "x.rules.fee") == expected


def test_code_of_a_module_as_it_is(tmp_path):
    file = Path(tmp_path) / "fee.py"
    file.write_text("FEE = 40\n")
    space = {}
    exec(selection.Module("x.rules.fee", file).compiled("fee.py"), space)
    assert space["FEE"] == 40
