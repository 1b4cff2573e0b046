"""Lets the past happen: books what came in, then runs the daily cycle of that day.

The suite's own code does everything, so the history is what it would have been: real
proposals, approvals by the approver, messages handed to a mail server that keeps none
of them, letters confirmed as posted.
"""

import contextlib
import tempfile
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from toolkit import smtp_sink

from . import cast, companies, entities, lawsuits, users

# Days before the day of the demo on which the past daily cycles ran.
DAYS_BEFORE = (84, 68, 56, 49, 42, 35, 28, 21, 14, 7)
# When and where a person decided on the handovers proposed so far; the others wait.
_HANDOVERS_DECIDED = dict.fromkeys((49, 14), (entities.WELFARE, entities.COMPANY))
# Where nobody said that the last letters were posted: the health page tells.
_LETTERS_FORGOTTEN = {7: (entities.COMPANY,)}
_TIMESTAMPED_TABLES = ("mail_message",)


def replay(env, ledger, story, days_before=DAYS_BEFORE):
    """Book the story and run the cycles of the past days, oldest first.

    Whatever happened after the last of these days is booked at the end and left to
    the daily cycle of the day of the demo.
    """
    after = None
    with _mail_server(env):
        for days in sorted(days_before, reverse=True):
            day = story.on - timedelta(days=days)
            ledger.book(story.between(after, day))
            _live_through(
                env,
                day,
                _HANDOVERS_DECIDED.get(days, ()),
                _LETTERS_FORGOTTEN.get(days, ()),
            )
            after = day
    ledger.book(story.between(after, story.on))


def _live_through(env, day, handing_over, forgetful):
    """One past day of all companies, with the people who act in it.

    :param handing_over: entities in which the handovers are approved that day
    :param forgetful: entities in which nobody confirms that the letters were posted
    """
    began = fields.Datetime.now()
    for entity in entities.ENTITIES:
        company = companies.company(env, entity.key)
        _call(env, company, day)
        _run(env, company, day)
        _approve(env, company)
        if entity in handing_over:
            lawsuits.hand_over(env, company, day)
            lawsuits.follow(env, company, day)
        _run(env, company, day)
        if entity not in forgetful:
            _post_letters(env, company, day)
    _date_back(env, began, day)
    env.cr.commit()


def _run(env, company, day):
    cycle = env["ar.cycle"]._run(company, day)
    if cycle.state != "done":
        raise RuntimeError(f"{cycle.display_name}: {cycle.step}: {cycle.error}")


def _approve(env, company):
    """The approver lets all reminders go."""
    waiting = env["ar.dunning.notice"].search(
        [
            ("company_id", "=", company.id),
            ("state", "=", "proposed"),
            ("kind", "=", "dunning"),
        ]
    )
    waiting.with_user(users.user(env, "approver")).action_approve()


def _call(env, company, day):
    """The accountant makes the calls that levels asked for; nothing came of them."""
    tasks = env["ar.work.item"].search(
        [
            ("company_id", "=", company.id),
            ("kind", "=", "task"),
            ("state", "=", "open"),
        ]
    )
    tasks.delivery_id._note_done_by_person(day)
    tasks.with_user(users.user(env, "accountant")).action_done()


def _post_letters(env, company, day):
    batches = env["ar.print.batch"].search(
        [("company_id", "=", company.id), ("state", "=", "open")]
    )
    batches.write({"posted_on": day})
    batches = batches.with_user(users.user(env, "accountant"))
    batches._note_download()
    batches.action_confirm_posted()


def _date_back(env, began, day):
    """Move the moments recorded since `began` to the day that was lived through.

    The suite takes days as arguments but records moments by the clock, which a past
    day cannot turn back.
    """
    env.flush_all()
    shift = fields.Date.context_today(env["res.company"]) - day
    for table, column, kind in env.execute_query(
        SQL(
            """
            SELECT table_name, column_name, data_type
              FROM information_schema.columns
             WHERE table_schema = current_schema
               AND (table_name LIKE 'ar\\_%%' OR table_name IN %s)
               AND (data_type = 'timestamp without time zone'
                    OR (table_name IN ('ar_claim_event', 'ar_legal_event')
                        AND column_name = 'on_date'))
               AND table_name IN (SELECT tablename FROM pg_tables)
            """,
            _TIMESTAMPED_TABLES,
        )
    ):
        began_there = began.date() if kind == "date" else began
        env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(column)s = %(column)s - %(shift)s"
                " WHERE %(column)s >= %(began)s",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                shift=shift.days if kind == "date" else shift,
                began=began_there,
            )
        )
    env.invalidate_all(flush=False)


@contextlib.contextmanager
def _mail_server(env):
    """A mail server for the past: it accepts, refuses some, and is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        smtp_sink.Mailbox(folder).behave(refuse=list(cast.REFUSED))
        with smtp_sink.running(folder) as port:
            companies.point_mail_at(env, smtp_sink.HOST, port)
            env.cr.commit()
            yield
