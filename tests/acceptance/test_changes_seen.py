"""A run looks only at what has changed, and misses no change, whoever made it.

With real transactions, side by side: which of them a run has seen is what it goes by.
"""

import os

import pytest

import road

# Long before the first level of anybody.
FIRST, SECOND, THIRD = "2026-01-05", "2026-01-06", "2026-01-07"
CLAIMS_OF = """(SELECT claim.id FROM ar_claim claim
                  JOIN res_partner debtor ON debtor.id = claim.partner_id
                 WHERE debtor.ref = %(debtor)s)"""


@pytest.fixture(name="town", scope="module")
def fixture_town(databases, installed_database):
    with road.town(databases, installed_database, f"ar_seen_{os.getpid()}") as name:
        yield name


@pytest.fixture(name="way")
def fixture_way(databases, town, request, mail_sink, tmp_path):
    with road.copy(databases, town, request, mail_sink, tmp_path) as way:
        way.workers.call("propose", on=FIRST)
        yield way


@pytest.fixture(name="listed")
def fixture_listed(way):
    """Return who is looked at on a day beside those who are looked at each day."""
    always = _look(way, SECOND)

    def listed(on=SECOND):
        return _look(way, on) - always

    return listed


def _look(way, on, quick=True):
    found = way.workers.call("look", on=on)
    assert found["quick"] == quick
    return set(found["debtors"])


def _change(way, change, debtor):
    way.evidence.change(change + CLAIMS_OF, debtor=debtor)


def test_what_did_not_change_is_not_even_compared(way, listed):
    _change(way, "UPDATE ar_claim_candidate SET facts = facts + 1 WHERE id IN", "D0")
    assert listed() == set()


def test_a_claim_changed_by_whatever_program_is_seen(way, listed):
    _change(way, "UPDATE ar_claim SET date_due = date_due - 60 WHERE id IN", "D1")
    assert listed() == {"D1"}


def test_what_was_under_way_during_a_run_is_seen_by_the_next(databases, way, listed):
    with databases.server.connect(way.database) as slow:
        slow.autocommit = False
        with slow.cursor() as cursor:
            cursor.execute(
                "UPDATE ar_claim SET date_due = date_due - 60 WHERE id IN" + CLAIMS_OF,
                {"debtor": "D2"},
            )
            way.workers.call("propose", on=SECOND)
            assert listed(THIRD) == set()
        slow.commit()
    assert listed(THIRD) == {"D2"}


def test_what_a_run_has_seen_is_not_looked_at_again(way, listed):
    _change(way, "UPDATE ar_claim SET date_due = date_due + 60 WHERE id IN", "D1")
    way.workers.call("propose", on=SECOND)
    assert listed(THIRD) == set()


def test_a_hold_is_seen_when_it_comes_changes_and_goes(way, listed):
    way.workers.call("hold", debtor="D3", date_from=FIRST, date_to="2026-01-20")
    assert listed() == {"D3"}
    way.workers.call("propose", on=SECOND)
    assert listed(THIRD) == set()
    of_this_test = "WHERE date_to IS NOT NULL"
    way.evidence.change(f"UPDATE ar_hold SET date_to = '2026-01-25' {of_this_test}")
    assert listed(THIRD) == {"D3"}
    way.workers.call("propose", on=SECOND)
    assert listed(THIRD) == set()
    way.evidence.change(f"DELETE FROM ar_hold {of_this_test}")
    assert listed(THIRD) == {"D3"}


def test_a_claim_whose_level_was_worked_out_anew_is_seen(way, listed):
    """What was kept of it is gone; its row is found because it was written."""
    way.workers.call("project_levels", debtor="D4")
    assert listed() == {"D4"}
    way.workers.call("propose", on=SECOND)
    assert listed(THIRD) == set()


def test_after_a_change_of_levels_everybody_is_compared(way):
    way.evidence.change(
        "UPDATE ar_dunning_level SET offset_days = 11 WHERE level_key = 'level_1'"
    )
    assert way.workers.call("look", on=SECOND) == {"quick": False, "debtors": None}


def test_after_a_change_of_hold_reasons_everybody_is_compared(way):
    """Two that change places leave the number of holds that stop the clock alone."""
    way.evidence.change("UPDATE ar_hold_reason SET freezes_clock = NOT freezes_clock")
    assert not way.workers.call("look", on=SECOND)["quick"]


def test_the_numbers_of_another_cluster_are_not_believed(way):
    """A dump that was restored keeps its rows, written by other transactions."""
    _change(way, "UPDATE ar_claim_candidate SET facts = facts + 1 WHERE id IN", "D0")
    way.evidence.change("UPDATE ar_candidate_watch SET written_by = written_by")
    assert "D0" in _look(way, SECOND, quick=False)
