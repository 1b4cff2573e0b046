"""A worker is killed in the middle of its work, at least thirty times at each spot.

Whatever the moment: nothing is lost, nothing is doubled, and the only repetition is a
message whose answer the dead worker had not yet written down: the same bytes again,
under the same Message-ID.
"""

import os
import random
import signal
import time

import pytest

import dunning_world
import road
from workers import await_file

pytestmark = pytest.mark.slow

KILLS = 30
# Debtors per transaction and messages per batch: many chances on one day.
CHUNK = 2
# phase -> (spots, in turn; least and most repeated messages per kill)
PHASES = {
    "before_lock": (["partner_lock"], 0, 0),
    "inside_dispatch": (
        [
            "partners_locked",
            "lines_frozen",
            "notices_left",
            "notices_dropped",
            "claims_advanced",
        ],
        0,
        0,
    ),
    "preparing": (["message_built", "messages_logged"], 0, 0),
    "between_commit_and_send": (["handing_over"], 0, 0),
    "inside_data": (["half_data"], 0, 0),
    "after_data_before_answer": (["all_data"], 0, 1),
    "after_250": (["answered"], 1, 1),
    "after_250_before_commit": (["noted"], 1, 1),
    "after_commit": (["committed"], 0, 0),
    "printing": (["letter_built"], 0, 0),
}


@pytest.fixture(name="town", scope="module")
def fixture_town(databases, installed_database):
    with road.town(databases, installed_database, f"ar_kills_{os.getpid()}") as name:
        yield name


@pytest.fixture(name="way")
def fixture_way(databases, town, request, mail_sink, tmp_path):
    with road.copy(databases, town, request, mail_sink, tmp_path) as way:
        yield way


class Calendar:
    """Goes through the days of the town: each brings every claim to its next level."""

    def __init__(self, way):
        self.way = way
        self.level = 1
        self.kills = 0

    @property
    def on(self):
        return dunning_world.DAYS[self.level - 1]

    def run(self, **interrupt):
        """Run a cycle that is to be interrupted; count it when it was killed."""
        outcome = self.way.cycle(self.on, interrupt).wait()
        if outcome.get("signal") == signal.SIGKILL:
            self.kills += 1
        else:
            assert outcome["value"]["state"] == "done", outcome

    def close_day(self):
        """Finish the day with workers that live, and check all of it."""
        self.way.finish(self.on)
        self.way.check_day(self.level)
        self.way.check_second_run_is_empty(self.on)

    def next_day(self):
        self.close_day()
        self.way.workers.call("post_letters", on=str(self.on))
        self.level += 1
        assert self.level <= len(dunning_world.DAYS), "too few days for the kills"

    def close(self):
        """Finish the last day and keep the figures."""
        self.close_day()
        received = len(self.way.evidence.received())
        repeated = self.way.evidence.repeated()
        assert received - repeated == dunning_world.BY_EMAIL * self.level
        self.way.figures.update(
            kills=self.kills, days=self.level, received=received, repeated=repeated
        )


@pytest.mark.parametrize("phase", PHASES)
def test_killed_at_a_spot(way, phase):
    spots, least, most = PHASES[phase]
    calendar, turn = Calendar(way), 0
    while calendar.kills < KILLS:
        if calendar.kills and not way.evidence.unfinished():
            calendar.next_day()
        calendar.run(
            spot=spots[turn % len(spots)],
            # Not always at the first passage: so that the work gets on in between.
            occurrence=1 + turn // len(spots) % 2,
            chunk=CHUNK,
        )
        turn += 1
    calendar.close()
    assert least * KILLS <= way.evidence.repeated() <= most * KILLS


@pytest.mark.parametrize("spot", ["evaluated", "proposed", "evaluation_committed"])
def test_killed_while_proposing(way, spot):
    """What a cycle passes once a day, over and over on each day."""
    calendar = Calendar(way)
    while calendar.kills < KILLS:
        if calendar.kills and calendar.kills % (KILLS // len(dunning_world.DAYS)) == 0:
            calendar.next_day()
        calendar.run(spot=spot)
    calendar.close()
    assert way.evidence.repeated() == 0


def test_killed_between_steps(way):
    """Right after a step has begun or has ended, on each day."""
    calendar, chance = Calendar(way), random.Random(1)
    while calendar.kills < KILLS:
        if calendar.kills and not way.evidence.unfinished():
            calendar.next_day()
        calendar.run(spot="step_committed", occurrence=chance.randint(1, 4))
    calendar.close()
    assert way.evidence.repeated() == 0


def test_killed_while_the_server_thinks(way, mail_sink, tmp_path):
    """From outside, after the last byte of a message and before its answer."""
    calendar = Calendar(way)
    mail_sink.behave(delay=0.1)
    for turn in range(KILLS):
        mark = tmp_path / f"mark_{turn}"
        interrupt = {
            "spot": "all_data",
            "how": "mark",
            "mark": str(mark),
            "occurrence": 1 + turn % 2,
        }
        job = way.cycle(calendar.on, interrupt)
        await_file(mark)
        job.kill()
        assert job.wait() == {"signal": signal.SIGKILL}
        calendar.kills += 1
    mail_sink.behave()
    calendar.close()
    assert way.evidence.repeated() <= KILLS


def test_killed_at_any_moment(way, mail_sink):
    """At random moments of the whole cycle, twice as often."""
    calendar, chance = Calendar(way), random.Random(2026)
    # Slow enough that one day has many moments.
    mail_sink.behave(delay=0.1)
    while calendar.kills < 2 * KILLS:
        if calendar.kills and not way.evidence.unfinished():
            calendar.next_day()
        job = way.cycle(calendar.on, {"chunk": CHUNK})
        time.sleep(chance.uniform(0.02, 1.2))
        job.kill()
        if job.wait().get("signal") == signal.SIGKILL:
            calendar.kills += 1
    mail_sink.behave()
    calendar.close()
    assert way.evidence.repeated() <= calendar.kills
