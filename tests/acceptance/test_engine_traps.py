"""The traps of the market on the real road: processes, mail server, printed letters.

What leaves is read where the debtor reads it: in the bytes that the mail server kept
and on the pages of the letters.
"""

import base64
import io
import os
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader

import dunning_world
import road

pytestmark = pytest.mark.slow

ON = dunning_world.DAYS[0]
# A debtor by e-mail with one claim of 103.00, and one with two of 104.00.
ONE, TWO = 3, 4
# A debtor by letter with one claim of 136.00.
LETTER = dunning_world.BY_EMAIL


@pytest.fixture(name="town", scope="module")
def fixture_town(databases, installed_database):
    with road.town(databases, installed_database, f"ar_traps_{os.getpid()}") as name:
        yield name


@pytest.fixture(name="way")
def fixture_way(databases, town, request, mail_sink, tmp_path):
    with road.copy(databases, town, request, mail_sink, tmp_path) as way:
        yield way


def mails_to(way, debtor):
    """Return the plain texts that a debtor received, in order."""
    address = f"debtor{debtor}@debtor.example"
    return [
        " ".join(message.get_body(("plain",)).get_content().split())
        for message in way.evidence.mailbox.messages()
        if message["X-Envelope-To"] == address
    ]


def letters_to(way, debtor):
    """Return the texts of the letters to a debtor that can be posted."""
    merged = base64.b64decode(way.workers.call("open_letters"))
    pages = [
        " ".join(page.extract_text().split())
        for page in PdfReader(io.BytesIO(merged)).pages
    ]
    return [page for page in pages if re.search(rf"Debtor {debtor}\b", page)]


def exclusions(way, debtor):
    """Return the codes of the reasons why claims of a debtor were left out."""
    return {
        row["code"]
        for row in way.evidence.rows(
            """SELECT exclusion.code FROM ar_dunning_exclusion exclusion
                 JOIN ar_claim claim ON claim.id = exclusion.claim_id
                 JOIN res_partner partner ON partner.id = claim.partner_id
                WHERE partner.ref = %(ref)s""",
            ref=f"D{debtor}",
        )
    }


# -- T1: what the debtor reads is what he owes -----------------------------------


@pytest.mark.parametrize(
    "spot", ["dispatch_step", "sending", "message_built", "handing_over"]
)
def test_the_mail_asks_for_what_is_left(way, spot):
    """Paid 40 % between proposal and dispatch, or between dispatch and SMTP."""
    job = way.cycle(ON, {"spot": spot, "how": "stop"})
    job.await_stop()
    payment = way.workers.start("pay", debtor=ONE, share=0.4, on=str(ON))
    payment.ended(within=10)
    job.go_on()
    job.wait()
    payment.value()
    way.finish(ON)
    way.evidence.check_all()
    [text] = mails_to(way, ONE)
    assert "61.80" in text
    assert "103.00" in text, "what it was at first is told as well"
    assert not re.search(r"please pay \D*103\.00", text)


@pytest.mark.parametrize("spot", ["dispatch_step", "printing", "letter_built"])
def test_the_letter_asks_for_what_is_left(way, spot):
    """Paid 40 % before dispatch, before the letters are made, and while they are."""
    job = way.cycle(ON, {"spot": spot, "how": "stop"})
    job.await_stop()
    payment = way.workers.start("pay", debtor=LETTER, share=0.4, on=str(ON))
    payment.ended(within=10)
    job.go_on()
    job.wait()
    payment.value()
    way.finish(ON)
    if spot == "letter_built":
        # Too late for the machine, not for the person who prints it.
        way.workers.call("look_at_letters_again")
        way.finish(ON)
    letters = letters_to(way, LETTER)
    assert len(letters) == 1
    assert "81.60" in letters[0]
    assert not re.search(r"please pay \D*136\.00", letters[0])


def test_paid_in_full_there_is_no_letter(way):
    job = way.cycle(ON, {"spot": "printing", "how": "stop"})
    job.await_stop()
    way.workers.call("pay", debtor=LETTER, share=1, on=str(ON))
    job.go_on()
    job.wait()
    way.finish(ON)
    assert letters_to(way, LETTER) == []
    way.evidence.check_all()


# -- T2, T3, T6: credits, instalments, the oldest paid ---------------------------


def test_a_credit_of_the_same_amount_withholds_and_says_why(way):
    way.workers.call("credit", debtor=ONE, amount=103, on=str(ON))
    way.finish(ON)
    assert mails_to(way, ONE) == []
    assert exclusions(way, ONE) == {"covered_by_credit"}


def test_the_oldest_paid_neither_jumps_nor_drops(way):
    way.finish(ON)
    way.workers.call("pay_oldest", debtor=TWO, on=str(ON + timedelta(days=1)))
    way.workers.call("post_letters", on=str(ON))
    levels = []
    for day in dunning_world.DAYS[1:3]:
        way.finish(day)
        way.workers.call("post_letters", on=str(day))
        levels += way.evidence.rows(
            """SELECT claim.level_key, claim.state FROM ar_claim claim
                 JOIN res_partner partner ON partner.id = claim.partner_id
                WHERE partner.ref = %(ref)s AND claim.state = 'open'""",
            ref=f"D{TWO}",
        )
    assert [row["level_key"] for row in levels] == ["level_2", "level_3"]
    texts = mails_to(way, TWO)
    assert len(texts) == 3
    assert "208.00" in texts[0]
    assert all("208.00" not in text for text in texts[1:])


# -- T5: the schedule ------------------------------------------------------------


def test_every_hour_of_a_day_by_two_schedulers(way):
    """Two machines, each hour: one message to each debtor."""
    for _hour in range(6):
        jobs = [way.cycle(ON), way.cycle(ON)]
        outcomes = [job.wait() for job in jobs]
        assert any("value" in outcome for outcome in outcomes), outcomes
    way.finish(ON)
    way.check_day(1)
    assert len(way.evidence.received()) == dunning_world.BY_EMAIL
    assert way.evidence.repeated() == 0


# -- T17: undone, told, and what was chosen --------------------------------------


def test_an_undone_run_is_told_and_sent_again_on_the_chosen_day(way):
    way.finish(ON)
    way.workers.call("post_letters", on=str(ON))
    before = way.workers.call("ledger_differences")
    way.workers.call("undo_run", days=2, on=str(ON))
    counts = []
    for number in range(4):
        day = ON + timedelta(days=number)
        way.finish(day)
        way.workers.call("post_letters", on=str(day))
        counts.append(len(mails_to(way, ONE)))
    # The reminder and the word that takes it back; two days of rest; the reminder.
    assert counts == [2, 2, 3, 3]
    first, correction, again = mails_to(way, ONE)
    assert "103.00" in first
    assert "103.00" in again
    assert first != correction
    assert way.workers.call("ledger_differences") == before == []
    way.evidence.check_messages()
    way.evidence.check_projection()


# -- one broken debtor -----------------------------------------------------------


@pytest.mark.parametrize("where", ["mail", "letter", "dispatch", "proposal"])
def test_one_broken_debtor_stays_alone(way, where):
    """His text, his letter, his rows: the others get theirs the same day."""
    broken = LETTER if where == "letter" else ONE
    job = way.workers.start(
        "run_cycle_with_broken", where=where, debtor=broken, on=str(ON)
    )
    assert job.value() == {"state": "done", "error": ""}
    way.evidence.check_once()
    way.evidence.check_messages()
    way.evidence.check_projection()
    expected = dunning_world.BY_EMAIL - (where != "letter")
    assert len(way.evidence.received()) == expected
    assert mails_to(way, ONE) == [] or where == "letter"
    assert len(letters_to(way, LETTER)) == (where != "letter")
    [row] = way.evidence.rows(
        """SELECT COUNT(*) AS number FROM ar_work_item item
             JOIN ar_debtor debtor ON debtor.id = item.debtor_id
             JOIN res_partner partner ON partner.id = debtor.partner_id
            WHERE item.kind = 'delivery_failed' AND item.state = 'open'
              AND partner.ref = %(ref)s""",
        ref=f"D{broken}",
    )
    assert row["number"] == 1
