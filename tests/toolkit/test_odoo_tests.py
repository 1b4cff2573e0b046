"""Dividing the addons' tests over processes."""

from toolkit import odoo_tests, paths


def write_tests(folder, module, classes):
    """An addon's tests folder; classes: name -> number of tests."""
    tests = folder / module / "tests"
    tests.mkdir(parents=True)
    for name, count in classes.items():
        methods = "".join(
            f"    def test_{number}(self):\n        pass\n" for number in range(count)
        )
        file = tests / f"test_{name.lower()}.py"
        file.write_text(f"class {name}(Base):\n{methods}")


def test_every_class_runs_in_exactly_one_part(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ADDONS", tmp_path)
    monkeypatch.setattr(odoo_tests, "_remembered", dict)
    write_tests(tmp_path, "ar_a", {"TestOne": 9, "TestTwo": 3})
    write_tests(tmp_path, "ar_b", {"TestThree": 5})
    first, last = odoo_tests._shards(["ar_a", "ar_b"], 2)
    assert first == ["/ar_a:TestOne"]
    assert last == ["/ar_a", "/ar_b", "-/ar_a:TestOne"]


def test_known_durations_weigh_more_than_guesses(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ADDONS", tmp_path)
    monkeypatch.setattr(odoo_tests, "_remembered", lambda: {"TestTwo": 100.0})
    write_tests(tmp_path, "ar_a", {"TestOne": 9, "TestTwo": 1, "TestSix": 9})
    first, _last = odoo_tests._shards(["ar_a"], 2)
    assert first == ["/ar_a:TestTwo"]


def test_addons_without_tests_leave_one_part(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ADDONS", tmp_path)
    monkeypatch.setattr(odoo_tests, "_remembered", dict)
    (tmp_path / "ar_a").mkdir()
    assert odoo_tests._shards(["ar_a"], 2) == [["/ar_a"]]


def test_a_stopped_clock_does_not_weigh(tmp_path, monkeypatch):
    file = tmp_path / "durations.json"
    file.write_text('{"TestOne": 21000000.5, "TestTwo": 12.5, "TestSix": -3}')
    monkeypatch.setattr(odoo_tests, "_duration_file", lambda: file)
    assert odoo_tests._remembered() == {"TestTwo": 12.5}
