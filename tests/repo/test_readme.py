"""The README of each addon is what its fragments say."""

from toolkit import readme


def test_readmes_are_up_to_date():
    assert readme.stale() == []


def test_a_changed_fragment_is_noticed(tmp_path):
    addon = tmp_path / "ar_x"
    (addon / "readme").mkdir(parents=True)
    (addon / "__manifest__.py").write_text('{"name": "X", "license": "LGPL-3"}')
    (addon / "readme" / "USAGE.md").write_text("Use it.\n")
    text = readme.render(addon)
    assert text.startswith("# X\n")
    assert "## Usage\n\nUse it." in text
