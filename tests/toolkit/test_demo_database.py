"""The demo database: when its addons count as changed, and what it is called."""

import time

import pytest

from toolkit import demo_database, paths
from toolkit.console import SetupError


@pytest.fixture(name="addons")
def fixture_addons(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ADDONS", tmp_path)
    for name in ("models/claim.py", "tests/test_claim.py", "readme/USAGE.md"):
        file = tmp_path / "ar_x" / name
        file.parent.mkdir(parents=True)
        file.write_text("first")
    return tmp_path / "ar_x"


def test_changed_code_changes_the_fingerprint(addons):
    before = demo_database.source_fingerprint()
    (addons / "models" / "claim.py").write_text("second")
    assert demo_database.source_fingerprint() != before


@pytest.mark.parametrize("name", ["tests/test_claim.py", "readme/USAGE.md"])
def test_tests_and_texts_do_not(addons, name):
    before = demo_database.source_fingerprint()
    (addons / name).write_text("second")
    assert demo_database.source_fingerprint() == before


def test_big_demo_has_a_database_of_its_own():
    class Databases:
        server = None

    assert demo_database.Demo(Databases()).name == "ar_demo"
    assert demo_database.Demo(Databases(), 60000).name == "ar_demo_60000"


@pytest.fixture(name="demo")
def fixture_demo(monkeypatch):
    """A demo whose shell prints what the test puts into `demo.printed`."""

    class Databases:
        server = None

    demo = demo_database.Demo(Databases())
    demo.printed = ""
    monkeypatch.setattr(demo_database.odoo_server, "shell", lambda *_: demo.printed)
    monkeypatch.setattr(demo, "_progress", lambda: "City: send 12")
    return demo


def day(demo):
    """Run a day of the demo."""
    return demo.run_daily_cycle(
        "2026-03-02", "127.0.0.1", 2525, "http://127.0.0.1:8069"
    )


def test_result_of_the_shell_is_read_among_other_output(demo):
    demo.printed = (
        'loading …\nar-suite-result:{"unfinished": [], "summary": [{"claims": 3}]}\n'
    )
    assert day(demo)["summary"] == [{"claims": 3}]


def test_shell_without_result_is_an_error(demo):
    demo.printed = "nothing"
    with pytest.raises(SetupError, match="told no result"):
        day(demo)


def test_unfinished_cycle_is_an_error_that_names_the_company(demo):
    demo.printed = 'ar-suite-result:{"unfinished": ["City: failed, no template"]}\n'
    with pytest.raises(SetupError, match="did not finish") as caught:
        day(demo)
    assert caught.value.remedy == "City: failed, no template"


def test_long_cycle_says_what_it_does_once_for_each_change(demo, capsys):
    with demo._progress_shown(seconds=0.01):
        time.sleep(0.2)
    assert capsys.readouterr().out == "   City: send 12\n"
