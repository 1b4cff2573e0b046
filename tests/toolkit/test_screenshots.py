"""The pictures of the guides are taken of screens that exist."""

import re
from collections import Counter

import pytest

from toolkit import paths, screenshots


def _view_files():
    return [
        *paths.ADDONS.glob("*/views/*.xml"),
        *paths.ADDONS.glob("*/wizards/*.xml"),
    ]


@pytest.fixture(name="addresses", scope="module")
def fixture_addresses():
    """What may stand behind /odoo/: paths of actions and their identifiers."""
    found = set()
    for file in _view_files():
        text = file.read_text()
        found.update(re.findall(r'<field name="path">([^<]+)</field>', text))
        found.update(
            f"action-{file.parents[1].name}.{name}"
            for name in re.findall(r'<record id="(\w+)" model="ir.actions', text)
        )
    return found


@pytest.mark.parametrize("page", screenshots.PAGES, ids=lambda page: page.name)
def test_screen_exists(page, addresses):
    assert page.path in addresses


def test_every_picture_has_a_name_of_its_own():
    names = Counter(page.name for page in screenshots.chosen(everything=True))
    assert max(names.values()) == 1


def test_guides_show_a_part_of_the_screens():
    guides = screenshots.chosen()
    assert 0 < len(guides) < len(screenshots.chosen(everything=True))
    assert {page.name for page in guides} >= {"work-list", "work-list-phone", "claim"}


def test_every_picture_that_is_kept_is_shown_and_every_one_shown_is_kept():
    kept = {file.stem for file in (paths.REPOSITORY / "docs/images").glob("*.png")}
    assert kept == screenshots.shown()


def test_every_picture_shown_can_be_taken():
    guide = (paths.REPOSITORY / "setup/toolkit/first_procedure.py").read_text()
    pages = {page.name for page in screenshots.chosen(everything=True)}
    for name in screenshots.shown() - pages:
        assert name.startswith("first-"), name
        assert f'"{name.removeprefix("first-")}"' in guide, name


def test_one_screen_can_be_chosen_by_name():
    assert [page.name for page in screenshots.chosen("run")] == ["run"]
    assert screenshots.chosen("no such screen") == []


def test_paths_of_actions_are_used_once():
    found = Counter(
        path
        for file in _view_files()
        for path in re.findall(r'<field name="path">([^<]+)</field>', file.read_text())
    )
    assert [path for path, count in found.items() if count > 1] == []
