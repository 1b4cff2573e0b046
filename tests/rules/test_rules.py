"""All rules: their examples run, and they stay free of Odoo and of a clock."""

import ast
import doctest
import importlib
import pkgutil
import sys
from pathlib import Path

import pytest

import ar_dunning.rules

MODULES = sorted(
    module.name for module in pkgutil.iter_modules(ar_dunning.rules.__path__)
)
SOURCES = sorted(Path(next(iter(ar_dunning.rules.__path__))).glob("*.py"))
WITH_EXAMPLES = {"levels", "periods", "placeholders", "references"}
CLOCKS = {"today", "now", "utcnow", "time"}


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_docstrings_are_true(name):
    module = importlib.import_module(f"ar_dunning.rules.{name}")
    result = doctest.testmod(module)
    assert result.failed == 0
    assert result.attempted or name not in WITH_EXAMPLES


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_rules_use_the_standard_library_only(source):
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            imported = [node.module]
        elif isinstance(node, ast.ImportFrom):
            # One dot is a neighbour in this folder; two would leave it.
            assert node.level == 1
            continue
        else:
            continue
        for name in imported:
            assert name.partition(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_rules_have_no_clock_and_no_float(source):
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            assert node.attr not in CLOCKS
        if isinstance(node, ast.Name):
            assert node.id != "float"
        if isinstance(node, ast.Constant):
            assert not isinstance(node.value, float)
