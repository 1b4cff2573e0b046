"""Two workers share the work of one company; two companies write to one debtor.

Each worker is a process with connections of its own. Whoever dies, and whenever: what
he had in hands is done by the other, nothing is lost and nothing is doubled.
"""

import os
import random
import time

import pytest

import dunning_world
import road

pytestmark = pytest.mark.slow

ON = dunning_world.DAYS[0]
PAIRS = 15
CHUNK = 2
# What a debtor of both entities gets when each may be written to once a week.
ONCE = dunning_world.BY_EMAIL


@pytest.fixture(name="town", scope="module")
def fixture_town(databases, installed_database):
    with road.town(databases, installed_database, f"ar_two_{os.getpid()}") as name:
        yield name


@pytest.fixture(name="way")
def fixture_way(databases, town, request, mail_sink, tmp_path):
    with road.copy(databases, town, request, mail_sink, tmp_path) as way:
        yield way


@pytest.fixture(name="entities", scope="module")
def fixture_entities(databases, town):
    """A town whose debtors owe a second entity too, with one contact a week in all."""
    name = f"{town}_entities"
    databases.create(name, town)
    log = databases.data_folder / f"{name}.log"
    with road.workers.running(databases.server, name, log) as staff:
        staff.call("build_second_entity")
    yield name
    databases.drop(name)
    log.unlink(missing_ok=True)


@pytest.fixture(name="both")
def fixture_both(databases, entities, request, mail_sink, tmp_path):
    with road.copy(databases, entities, request, mail_sink, tmp_path) as way:
        yield way


def test_both_take_their_share(way):
    """The one who proposed wakes nobody: the other just comes along."""
    first = way.cycle(
        ON, {"spot": "claims_advanced", "how": "stop", "occurrence": 2, "chunk": CHUNK}
    )
    first.await_stop()
    # The chunk of the first is in his hands; all others are done by the second, who
    # leaves the day open.
    second = way.cycle(ON, {"chunk": CHUNK}).value()
    assert second["state"] == "running"
    assert way.evidence.unfinished()["notices"] == CHUNK
    assert len(way.evidence.received()) == dunning_world.BY_EMAIL - CHUNK
    first.go_on()
    assert first.value()["state"] == "done"
    way.check_day(1)
    way.check_second_run_is_empty(ON)
    assert way.evidence.repeated() == 0


def test_one_message_has_one_sender(way):
    """While one is in the middle of a message, the other sends the other shards."""
    first = way.cycle(ON, {"spot": "all_data", "how": "stop", "occurrence": 3})
    first.await_stop()
    second = way.cycle(ON).value()
    assert second["state"] == "running"
    assert 0 < way.evidence.unfinished()["deliveries"] < dunning_world.BY_EMAIL
    first.go_on()
    assert first.value()["state"] == "done"
    way.check_day(1)
    assert way.evidence.repeated() == 0


def test_the_other_takes_over_from_the_dead(way):
    """Killed with a chunk in hands: the second does it in the same turn."""
    first = way.cycle(
        ON, {"spot": "claims_advanced", "how": "stop", "occurrence": 2, "chunk": CHUNK}
    )
    first.await_stop()
    second = way.cycle(ON, {"spot": "sending", "how": "stop", "chunk": CHUNK})
    second.await_stop()
    first.kill()
    first.wait()
    second.go_on()
    assert second.value()["state"] == "done"
    way.check_day(1)
    assert way.evidence.repeated() == 0


def test_letters_of_both_are_one_batch(way):
    """The first has made the batch and not committed it when the second needs it."""
    first = way.cycle(
        ON, {"spot": "letter_built", "how": "stop", "occurrence": 1, "chunk": CHUNK}
    )
    first.await_stop()
    second = way.cycle(ON, {"chunk": CHUNK})
    # Time enough to come to the letters that the first left over.
    second.ended(3)
    first.go_on()
    assert first.value()["state"] != "failed"
    assert second.value()["state"] != "failed"
    way.finish(ON)
    way.check_day(1)
    batches = way.evidence.rows("SELECT id FROM ar_print_batch")
    assert len(batches) == 1
    printed = way.evidence.rows("SELECT id FROM ar_delivery WHERE state = 'printed'")
    assert len(printed) == dunning_world.BY_LETTER


def test_letters_that_nobody_downloaded_are_in_another_batch(way):
    """One letter is drawn while a person downloads: it is not on paper."""
    worker = way.cycle(
        ON, {"spot": "letter_built", "how": "stop", "occurrence": 2, "chunk": 1}
    )
    worker.await_stop()
    assert way.workers.call("download_letters") == 1
    worker.go_on()
    assert worker.value()["state"] == "done"
    way.check_day(1)
    letters = way.evidence.rows(
        """SELECT batch.downloaded_on IS NOT NULL AS downloaded, COUNT(*) AS number
             FROM ar_delivery JOIN ar_print_batch batch ON batch.id = print_batch_id
            WHERE ar_delivery.state = 'printed' GROUP BY 1 ORDER BY 1"""
    )
    later = dunning_world.BY_LETTER - 1
    assert [tuple(row.values()) for row in letters] == [(False, later), (True, 1)]


def test_killed_by_twos(way, mail_sink):
    """Pairs of workers, killed at random moments on several days."""
    chance, level, kills = random.Random(20), 1, 0
    # Slow enough that one day has many moments.
    mail_sink.behave(delay=0.05)
    for turn in range(PAIRS):
        on = dunning_world.DAYS[level - 1]
        pair = [way.cycle(on, {"chunk": CHUNK}) for _number in range(2)]
        for job in pair:
            time.sleep(chance.uniform(0.02, 0.8))
            job.kill()
            kills += "signal" in job.wait()
        if turn % (PAIRS // 3) == PAIRS // 3 - 1:
            way.finish(on)
            way.check_day(level)
            way.check_second_run_is_empty(on)
            way.workers.call("post_letters", on=str(on))
            level += 1
    mail_sink.behave()
    way.figures.update(kills=kills, repeated=way.evidence.repeated())
    assert way.evidence.repeated() <= kills


def await_blocked(way, job):
    """Wait until a job waits for a lock of another; fail when it never does."""
    deadline = time.monotonic() + 30
    while not way.evidence.rows(
        """SELECT pid FROM pg_stat_activity
            WHERE application_name = %(name)s AND wait_event_type = 'Lock'
              AND cardinality(pg_blocking_pids(pid)) > 0""",
        name=f"odoo-{job.pid}",
    ):
        assert not job.ended(0.1), "it did not wait for the first"
        assert time.monotonic() < deadline, "it is not blocked"


def test_the_same_work_is_listed_once(way):
    """The second has looked before the first has listed it."""
    first = way.workers.start(
        "list_work", {"spot": "place_taken", "how": "stop"}, key="call/1"
    )
    first.await_stop()
    second = way.workers.start("list_work", key="call/1")
    await_blocked(way, second)
    first.go_on()
    assert first.value() == 1
    assert second.value() == 1


def test_an_invoice_is_charged_once_by_two(way):
    """Its instalments are on two notices, and each worker has one of them in hands."""
    assert way.workers.call("owe_by_instalments") == 2
    first = way.cycle(ON, {"spot": "claims_advanced", "how": "stop", "chunk": 1})
    first.await_stop()
    second = way.cycle(ON, {"chunk": 1})
    await_blocked(way, second)
    first.go_on()
    first.wait()
    second.wait()
    way.finish(ON)
    left = way.evidence.rows(
        "SELECT id FROM ar_dunning_notice WHERE state = 'dispatched'"
    )
    assert len(left) == 2
    charged = way.evidence.rows(
        """SELECT amount_announced, state FROM ar_claim_cost
            WHERE kind = 'fixed_amount'"""
    )
    assert [tuple(row.values()) for row in charged] == [(40, "announced")]


# -- two entities, one debtor -----------------------------------------------------


@pytest.mark.parametrize("spot", ["partner_lock", "partners_locked", "claims_advanced"])
def test_contact_limit_holds_over_entities(both, spot):
    """Wherever the first stands when the second comes: one contact in all."""
    first = both.workers.start("run_entity", {"spot": spot, "how": "stop"}, number=0)
    first.await_stop()
    second = both.workers.start("run_entity", number=1)
    # Before the guard the second overtakes; behind it, it waits for the first.
    second.ended(3)
    first.go_on()
    first.wait()
    second.wait()
    for number in (0, 1):
        both.workers.call("run_entity", number=number)
    contacts = both.evidence.rows(
        """SELECT partner_id, COUNT(*) AS number FROM ar_dunning_notice
            WHERE state = 'dispatched' AND kind = 'dunning' GROUP BY 1"""
    )
    assert {row["number"] for row in contacts} == {1}
    assert len(both.evidence.received()) == ONCE


def test_capacity_holds_for_two_workers(way):
    """Ten e-mails a day, and the approved ones of two workers are many more."""
    way.workers.call("approve_then_limit", on=str(ON), channel="email", per_day=10)
    jobs = [way.cycle(ON, {"chunk": 3}) for _number in range(2)]
    for job in jobs:
        assert job.value()["state"] != "failed"
    for day, left in ((0, 10), (1, 20), (2, 30), (3, 36)):
        on = ON.replace(day=ON.day + day)
        way.cycle(on).value()
        assert len(way.evidence.received()) == left
    waiting = way.evidence.rows(
        """SELECT DISTINCT until FROM ar_dunning_exclusion WHERE code = 'capacity'"""
    )
    assert waiting
