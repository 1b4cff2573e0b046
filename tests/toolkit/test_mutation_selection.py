"""Which tests have to notice a change in a module of rules."""

from pathlib import Path

import pytest

from mutation import selection


@pytest.fixture
def addons(tmp_path):
    """An addon with three rules; `scale` is used by `fee` and imported by no test."""
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


def names(module, addons, tests):
    known = {each.name: each for each in selection.modules(addons)}
    found = selection.tests_of(known[module], known.values(), tests)
    return [file.stem for file in found]


def test_modules_are_named_as_tests_import_them(addons):
    assert [module.name for module in selection.modules(addons)] == [
        "ar_x.rules.fee",
        "ar_x.rules.lonely",
        "ar_x.rules.scale",
    ]


def test_tests_of_a_module_bear_its_name_or_import_it(addons, tests):
    assert names("ar_x.rules.fee", addons, tests) == ["test_fee", "test_sums"]


def test_a_module_that_no_test_imports_is_tested_through_its_users(addons, tests):
    assert names("ar_x.rules.scale", addons, tests) == ["test_fee", "test_sums"]


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
