"""The addon test runner against real Odoo: it must see every kind of outcome."""

import pytest

from toolkit import odoo_tests, paths, postgres

pytestmark = pytest.mark.slow

MANIFEST = (
    "{'name': 'Probe', 'version': '19.0.1.0.0', 'license': 'LGPL-3',"
    " 'author': 'AR Suite contributors', 'depends': ['base']}"
)
TESTS = """
import logging
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestGood(TransactionCase):
    def test_one(self):
        self.assertTrue(self.env.company)

    def test_two(self):
        self.skipTest("not today")


@tagged("post_install", "-at_install")
class TestBad(TransactionCase):
    def test_fails(self):
        self.assertEqual(1, 2)

    def test_complains(self):
        logging.getLogger("probe").error("something is wrong")


class TestEarly(TransactionCase):
    def test_at_install(self):
        self.assertTrue(self.env.company)
"""


def write_addon(folder, name, tests):
    """A small addon with one file of tests."""
    addon = folder / name
    (addon / "tests").mkdir(parents=True)
    (addon / "__init__.py").touch()
    (addon / "__manifest__.py").write_text(MANIFEST)
    (addon / "tests" / "__init__.py").write_text("from . import test_probe\n")
    (addon / "tests" / "test_probe.py").write_text(tests)


def test_counts_every_outcome_once(tmp_path, monkeypatch):
    write_addon(tmp_path, "ar_probe_one", TESTS)
    write_addon(tmp_path, "ar_probe_two", "")
    monkeypatch.setattr(paths, "ADDONS", tmp_path)
    with postgres.serving() as server:
        tally = odoo_tests.run(server, odoo_tests.addons())
    assert (tally.passed, tally.failed, tally.skipped) == (3, 2, 1)
    assert sorted(tally.problems) == [
        "TestBad.test_fails",
        "error in the log: something is wrong",
    ]


def test_addon_that_cannot_be_installed_fails(tmp_path, monkeypatch):
    write_addon(tmp_path, "ar_probe_broken", "")
    (tmp_path / "ar_probe_broken" / "__init__.py").write_text("1 / 0\n")
    monkeypatch.setattr(paths, "ADDONS", tmp_path)
    with postgres.serving() as server:
        tally = odoo_tests.run(server, odoo_tests.addons())
    assert tally.passed == 0
    assert tally.failed
