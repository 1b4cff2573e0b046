"""Mail servers that refuse, stall and hang up; a database that goes away.

Whatever happens: nothing is lost, nothing is doubled. A message is repeated only when
the server kept it without saying so: the same bytes, under the same Message-ID.
"""

import contextlib
import os
import random
import signal
import subprocess
import threading
import time
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

import dunning_world
import road
from toolkit import odoo_server
from workers import await_file

pytestmark = pytest.mark.slow

ON = dunning_world.DAYS[0]
MESSAGES = dunning_world.BY_EMAIL


@pytest.fixture(name="town", scope="module")
def fixture_town(databases, installed_database):
    with road.town(databases, installed_database, f"ar_faults_{os.getpid()}") as name:
        yield name


@pytest.fixture(name="way")
def fixture_way(databases, town, request, mail_sink, tmp_path):
    with road.copy(databases, town, request, mail_sink, tmp_path) as way:
        yield way


def note(way, **figures):
    way.figures.update(
        received=len(way.evidence.received()),
        repeated=way.evidence.repeated(),
        **figures,
    )


def email_states(way):
    """Return {state: number} of the deliveries by e-mail."""
    rows = way.evidence.rows(
        """SELECT state, COUNT(*) AS number FROM ar_delivery
            WHERE channel = 'email' GROUP BY 1"""
    )
    return {row["state"]: row["number"] for row in rows}


# -- the mail server ------------------------------------------------------------


def test_recipients_refused_for_good(way, mail_sink):
    """They get a letter instead; the others get theirs; nobody is tried again."""
    mail_sink.behave(refuse=["debtor1?@debtor.example"])
    assert way.cycle(ON).value()["state"] == "done"
    assert email_states(way) == {"failed": 10, "sent": MESSAGES - 10}
    refused = way.evidence.rows(
        """SELECT failed.error_code, failed.error_text FROM ar_delivery failed
             JOIN ar_delivery letter ON letter.notice_id = failed.notice_id
              AND letter.channel = 'letter' AND letter.state IN ('ready', 'printed')
            WHERE failed.channel = 'email' AND failed.state = 'failed'"""
    )
    assert len(refused) == 10
    assert {delivery["error_code"] for delivery in refused} == {"550"}
    assert all("no such mailbox" in delivery["error_text"] for delivery in refused)
    mail_sink.behave()
    way.check_second_run_is_empty(ON)
    way.evidence.check_messages()
    way.evidence.check_once()
    way.evidence.check_projection()
    note(way, refused=10)
    assert way.evidence.repeated() == 0


def test_messages_refused_for_good(way, mail_sink):
    mail_sink.behave(reply="554 5.7.1 not wanted here", accept=6)
    assert way.cycle(ON).value()["state"] == "done"
    assert email_states(way) == {"failed": MESSAGES - 6, "sent": 6}
    mail_sink.behave()
    way.check_second_run_is_empty(ON)
    way.evidence.check_messages()
    way.evidence.check_once()
    note(way, refused=MESSAGES - 6)


@pytest.mark.parametrize("reply", ["451 4.3.0 try again later", "421 4.3.2 too busy"])
def test_refused_for_now(way, mail_sink, reply):
    """Tried again after a quarter of an hour, not before; then all is as if never."""
    mail_sink.behave(reply=reply, accept=6)
    way.cycle(ON).value()
    assert email_states(way)["sent"] == 6
    if reply.startswith("451"):
        mail_sink.behave()
        way.cycle(ON).value()
        assert email_states(way) == {"ready": MESSAGES - 6, "sent": 6}
    mail_sink.behave()
    way.fifteen_minutes_pass()
    way.finish(ON)
    way.check_day(1)
    way.check_second_run_is_empty(ON)
    note(way)
    assert way.evidence.repeated() == 0


def test_slow_server(way, mail_sink):
    mail_sink.behave(delay=0.2)
    assert way.cycle(ON).value()["state"] == "done"
    way.check_day(1)
    note(way)
    assert way.evidence.repeated() == 0


def test_server_slower_than_our_patience(way, mail_sink):
    """Time-outs leave the fate unknown: the same bytes go again, later."""
    mail_sink.behave(delay=3)
    for _turn in range(3):
        way.cycle(ON, {"patience": 0.5}).value()
    assert email_states(way).get("sent", 0) == 0
    mail_sink.behave()
    way.fifteen_minutes_pass()
    way.finish(ON)
    way.check_day(1)
    note(way, timeouts=3)
    assert way.evidence.repeated() <= 3


@pytest.mark.parametrize("when", ["before", "after"])
def test_server_hangs_up(way, mail_sink, when):
    """`after`: the message arrived each time, which nobody could know."""
    for accept in (0, 5, 5, 1, 0, 3):
        mail_sink.behave(hang_up=when, accept=accept)
        way.cycle(ON).value()
    mail_sink.behave()
    way.fifteen_minutes_pass()
    way.finish(ON)
    way.check_day(1)
    way.check_second_run_is_empty(ON)
    note(way, hang_ups=6)
    assert way.evidence.repeated() == (6 if when == "after" else 0)


def test_server_fails_half_of_the_time(way, mail_sink):
    """Every few moments another mood; half of them are good."""
    cycles = 0
    with moods(mail_sink):
        while cycles < 30 and (cycles == 0 or way.evidence.unfinished()):
            way.cycle(ON).value()
            way.fifteen_minutes_pass()
            cycles += 1
    mail_sink.behave()
    way.fifteen_minutes_pass()
    way.finish(ON)
    way.check_day(1)
    way.check_second_run_is_empty(ON)
    note(way, cycles=cycles)
    assert way.evidence.repeated() <= cycles


@contextlib.contextmanager
def moods(mail_sink):
    """Change the mood of the mail server every 50 milliseconds."""
    bad = [
        {"reply": "451 4.3.0 try again later"},
        {"reply": "421 4.3.2 too busy"},
        {"hang_up": "before"},
        {"hang_up": "after"},
    ]
    chance, ending = random.Random(7), threading.Event()

    def change():
        while not ending.wait(0.05):
            mail_sink.behave(**chance.choice([{}] * len(bad) + bad))

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


def test_server_is_not_there(way, mail_sink):
    """The cycle says so, keeps everything and goes on when the server is back."""
    way.workers.call("use_mail_server", port=odoo_server.free_port())
    for _turn in range(3):
        outcome = way.cycle(ON).value()
        assert outcome["state"] == "failed"
        assert outcome["error"]
    assert email_states(way).get("sent", 0) == 0
    way.workers.call("use_mail_server", port=mail_sink.port)
    way.finish(ON)
    way.check_day(1)
    note(way)
    assert way.evidence.repeated() == 0


class SuspiciousServer:
    """Takes no mail from us, whoever it is for."""

    async def handle_MAIL(self, server, session, envelope, address, options):
        return "550 5.7.1 who are you?"


def test_sender_refused(way, mail_sink):
    """Not the debtors' fault: nothing counts as undeliverable, all waits."""
    server = Controller(SuspiciousServer(), "127.0.0.1", odoo_server.free_port())
    server.start()
    try:
        way.workers.call("use_mail_server", port=server.port)
        outcome = way.cycle(ON).value()
    finally:
        server.stop()
    assert outcome["state"] == "failed"
    assert "who are you?" in outcome["error"]
    assert "failed" not in email_states(way)
    way.workers.call("use_mail_server", port=mail_sink.port)
    way.finish(ON)
    way.check_day(1)
    note(way)
    assert way.evidence.repeated() == 0


# -- the database ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("spot", "most"),
    [
        ("evaluated", 0),
        ("lines_frozen", 0),
        ("messages_logged", 0),
        ("handing_over", 1),
        ("answered", 1),
        ("noted", 1),
    ],
)
def test_database_connection_cut(way, spot, most):
    """The server ends the worker's connection; the worker itself lives on."""
    cuts = 0
    for turn in range(10):
        interrupt = {"spot": spot, "occurrence": 1 + turn % 2, "chunk": 2}
        job = way.cycle(ON, {**interrupt, "how": "stop"})
        if not job.stops():
            job.wait()
            break
        cuts += cut_connections(way, job)
        job.go_on()
        job.wait()
    assert cuts >= 1
    way.finish(ON)
    way.check_day(1)
    way.check_second_run_is_empty(ON)
    note(way, cuts=cuts)
    assert way.evidence.repeated() <= most * cuts


def cut_connections(way, job):
    """End the connections of a job; return how many it was cut off from (1 or 0)."""
    found = way.evidence.rows(
        """SELECT pg_terminate_backend(pid, 5000) AS done FROM pg_stat_activity
            WHERE application_name = %(name)s""",
        name=f"odoo-{job.pid}",
    )
    assert all(row["done"] for row in found)
    return int(bool(found))


def test_another_takes_over_from_a_frozen_worker(way):
    """A worker without connection wakes up late: at most its own message repeats."""
    job = way.cycle(ON, {"spot": "handing_over", "occurrence": 5, "how": "stop"})
    job.await_stop()
    assert cut_connections(way, job)
    way.finish(ON)
    job.go_on()
    job.wait()
    way.finish(ON)
    way.check_day(1)
    note(way)
    assert way.evidence.repeated() <= 1


@pytest.mark.parametrize("spot", ["notices_left", "messages_logged"])
def test_database_error_leaves_the_road_free(way, tmp_path, spot):
    """A worker that met an error and lives on must not keep others from the work."""
    freedom = tmp_path / "freedom"
    job = way.workers.start(
        "run_cycle_then_idle",
        {"spot": spot, "how": "fail"},
        on=str(ON),
        until=str(freedom),
    )
    await_file(freedom.with_suffix(".idle"))
    way.finish(ON)
    freedom.touch()
    job.value()
    way.check_day(1)
    note(way)
    assert way.evidence.repeated() == 0


def test_debtor_changed_while_its_message_is_built(way):
    """Two transactions write the same row: the later one starts again."""
    job = way.cycle(ON, {"spot": "message_built", "how": "stop"})
    job.await_stop()
    way.evidence.change("UPDATE ar_delivery SET error_code = '' WHERE id %% 2 = 0")
    job.go_on()
    job.wait()
    way.finish(ON)
    way.check_day(1)
    note(way)
    assert way.evidence.repeated() == 0


# -- the ledger changes in between ----------------------------------------------

# debtor with one claim of 103.00, and one with two of 104.00
ONE, TWO = 3, 4
MOMENTS = {
    "between_proposal_and_dispatch": {"spot": "dispatch_step"},
    "inside_dispatch": {"spot": "lines_frozen"},
    "between_dispatch_and_sending": {"spot": "sending"},
    "before_its_message_goes": {"spot": "handing_over"},
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_paid_on_the_way(way, moment):
    """40 % of one debt and all of another: the rest is asked for, nothing more."""
    job = way.cycle(ON, {**MOMENTS[moment], "how": "stop"})
    job.await_stop()
    payments = [
        way.workers.start("pay", debtor=ONE, share=0.4, on=str(ON)),
        way.workers.start("pay", debtor=TWO, share=1, on=str(ON)),
    ]
    # A payment may have to wait until the dispatch is over.
    booked = all(payment.ended(within=15) for payment in payments)
    job.go_on()
    job.wait()
    for payment in payments:
        payment.value()
    way.finish(ON)
    way.evidence.check_all()
    note(way, booked_at_once=booked)
    assert asked_for(way, ONE) == [61.8]
    assert messages_to(way, ONE) == 1
    assert messages_to(way, TWO) == 0
    assert way.evidence.repeated() == 0


@pytest.mark.parametrize("spot", ["dispatch_step", "sending"])
def test_credited_on_the_way(way, spot):
    """A credit that nobody matched covers one debt whole, another in part."""
    job = way.cycle(ON, {"spot": spot, "how": "stop"})
    job.await_stop()
    way.workers.call("credit", debtor=ONE, amount=103, on=str(ON))
    way.workers.call("credit", debtor=TWO, amount=8, on=str(ON))
    job.go_on()
    job.wait()
    way.finish(ON)
    way.evidence.check_all()
    assert messages_to(way, ONE) == 0
    assert asked_for(way, TWO) == [200.0]
    [row] = way.evidence.rows(
        """SELECT COUNT(*) AS number FROM ar_dunning_exclusion exclusion
             JOIN ar_claim claim ON claim.id = exclusion.claim_id
             JOIN res_partner partner ON partner.id = claim.partner_id
            WHERE partner.ref = %(ref)s AND exclusion.code = 'covered_by_credit'""",
        ref=f"D{ONE}",
    )
    assert row["number"] == 1


def test_paid_while_the_server_is_down(way, mail_sink):
    """What was prepared but never handed over is looked at again."""
    way.workers.call("use_mail_server", port=odoo_server.free_port())
    way.cycle(ON).value()
    way.workers.call("pay", debtor=ONE, share=0.4, on=str(ON))
    way.workers.call("pay", debtor=TWO, share=1, on=str(ON))
    way.workers.call("use_mail_server", port=mail_sink.port)
    way.finish(ON)
    way.evidence.check_all()
    assert messages_to(way, TWO) == 0
    assert asked_for(way, ONE) == [61.8]


def test_paid_after_a_kill_before_the_message_went(way):
    """The dead worker had prepared a batch; only one of it can have gone out."""
    job = way.cycle(ON, {"spot": "handing_over"})
    assert job.wait() == {"signal": signal.SIGKILL}
    way.workers.call("pay", debtor=ONE, share=0.4, on=str(ON))
    way.workers.call("pay", debtor=TWO, share=1, on=str(ON))
    way.finish(ON)
    way.evidence.check_all()
    assert messages_to(way, TWO) == 0
    assert asked_for(way, ONE) == [61.8]


def test_paid_while_the_server_takes_the_message(way, mail_sink, tmp_path):
    """Too late to change the message, but no reason to send it twice."""
    debtor = first_debtor_written_to(way)
    mark = tmp_path / "mark"
    mail_sink.behave(delay=4)
    job = way.cycle(ON, {"spot": "all_data", "how": "mark", "mark": str(mark)})
    await_file(mark)
    way.workers.call("pay", debtor=debtor, share=1, on=str(ON))
    mail_sink.behave()
    job.value()
    way.finish(ON)
    way.evidence.check_all()
    note(way)
    assert messages_to(way, debtor) == 1
    assert way.evidence.repeated() == 0


def first_debtor_written_to(way):
    """The debtor whose message goes first: notices leave in order of partner."""
    [row] = way.evidence.rows(
        """SELECT substr(ref, 2)::int AS debtor FROM res_partner
            WHERE ref LIKE 'D%%' AND email IS NOT NULL ORDER BY id LIMIT 1"""
    )
    return row["debtor"]


def messages_to(way, debtor):
    """How many different messages a debtor received."""
    address = f"debtor{debtor}@debtor.example"
    return len(
        {
            message["Message-ID"]
            for message in way.evidence.mailbox.messages()
            if message["X-Envelope-To"] == address
        }
    )


def asked_for(way, debtor):
    """The totals of the notices that a debtor received."""
    rows = way.evidence.rows(
        """SELECT notice.amount_total FROM ar_delivery delivery
             JOIN ar_dunning_notice notice ON notice.id = delivery.notice_id
             JOIN res_partner partner ON partner.id = notice.partner_id
            WHERE delivery.state = 'sent' AND partner.ref = %(ref)s
            ORDER BY delivery.id""",
        ref=f"D{debtor}",
    )
    return [float(row["amount_total"]) for row in rows]


# -- the schedule ---------------------------------------------------------------


def test_scheduled_twice(way):
    way.workers.call("run_cron")
    first = len(way.evidence.received())
    way.workers.call("run_cron")
    assert len(way.evidence.received()) == first == MESSAGES
    way.evidence.check_all()


def test_two_schedulers_at_the_same_time(way):
    jobs = [way.workers.start("run_cron") for _number in range(2)]
    outcomes = [job.wait() for job in jobs]
    assert any("value" in outcome for outcome in outcomes), outcomes
    way.workers.call("run_cron")
    way.evidence.check_all()
    assert len(way.evidence.received()) == MESSAGES


def test_two_cycles_at_the_same_time(way):
    """On every day of the town, with another lead of the second."""
    for turn, on in enumerate(dunning_world.DAYS):
        first = way.cycle(on, {"chunk": 2})
        time.sleep(0.15 * turn)
        second = way.cycle(on, {"chunk": 2})
        outcomes = [first.wait(), second.wait()]
        assert any("value" in outcome for outcome in outcomes), outcomes
        way.finish(on)
        way.check_day(turn + 1)
        way.check_second_run_is_empty(on)
        way.workers.call("post_letters", on=str(on))
    note(way, days=len(dunning_world.DAYS))
    assert way.evidence.repeated() == 0


def test_missed_days_are_caught_up_by_one_level(way):
    days = dunning_world.DAYS
    way.finish(days[0])
    way.check_day(1)
    way.workers.call("post_letters", on=str(days[0]))
    # Level 2 was due on 26 March; the machine was off for three days.
    late = days[1].replace(day=29)
    way.finish(late)
    way.check_day(2)
    way.check_second_run_is_empty(late)
    way.finish(days[1])
    way.check_day(2)


@pytest.mark.parametrize(
    ("spot", "occurrence"),
    [
        ("evaluation_committed", 1),
        ("dispatch_step", 1),
        ("claims_advanced", 2),
        ("sending", 1),
        ("handing_over", 5),
    ],
)
def test_unfinished_day_is_carried_into_the_next(way, spot, occurrence):
    """The machine dies and comes back on the next day."""
    today = ON
    job = way.cycle(today, {"spot": spot, "occurrence": occurrence, "chunk": 2})
    assert job.wait() == {"signal": signal.SIGKILL}
    tomorrow = today + timedelta(days=1)
    outcome = way.cycle(tomorrow).value()
    assert outcome["state"] == "done", outcome
    way.check_day(1)
    assert len(set(way.evidence.received())) == MESSAGES


# -- the real server ------------------------------------------------------------


def test_server_killed_again_and_again(way, databases, mail_sink, tmp_path):
    """Odoo itself, with its scheduler, killed whenever some messages have left."""
    mail_sink.behave(delay=0.05)
    kills = 0
    for wanted in (3, 9, 15, 21, 27):
        with scheduler(way, databases, tmp_path) as process:
            await_messages(way, wanted)
            process.kill()
        kills += 1
    with scheduler(way, databases, tmp_path):
        deadline = time.monotonic() + 90
        while way.evidence.unfinished() and time.monotonic() < deadline:
            time.sleep(0.2)
    way.evidence.check_all()
    note(way, kills=kills)
    assert len(set(way.evidence.received())) == MESSAGES
    assert way.evidence.repeated() <= kills


@contextlib.contextmanager
def scheduler(way, databases, folder):
    """Odoo's own server with two threads for scheduled actions."""
    server, name = databases.server, way.database
    with open(folder / "odoo.log", "a") as log:
        process = subprocess.Popen(
            odoo_server.command(
                server, "-d", name, "--no-http", "--max-cron-threads", "2"
            ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=odoo_server.environment(server),
            start_new_session=True,
        )
    ending = threading.Event()
    waker = threading.Thread(target=wake, args=(server, name, ending))
    waker.start()
    try:
        yield process
    finally:
        ending.set()
        waker.join()
        process.kill()
        process.wait()


def wake(server, name, ending):
    """Tell the scheduler every second to look, which it does by itself each minute."""
    with server.connect() as connection, connection.cursor() as cursor:
        while not ending.wait(1):
            cursor.execute("SELECT pg_notify('cron_trigger', %s)", [name])


def await_messages(way, wanted):
    """Wait until the mail server has kept so many messages."""
    deadline = time.monotonic() + 90
    while len(way.evidence.mailbox.files()) < wanted:
        assert time.monotonic() < deadline, "the scheduler sends nothing"
        time.sleep(0.01)
