import logging

from odoo import api, fields, models
from odoo.tools import SQL

from .cycle import RETRY_AFTER, OutOfTimeError
from .in_turn import in_turn

_logger = logging.getLogger(__name__)

# How often a worker looks again for what others left to it, before it waits.
ROUNDS = 5


class CycleShare(models.Model):
    """Dispatching, printing and sending: done by all workers that come along.

    Each takes chunks that nobody else has in hands (SKIP LOCKED; e-mails: by shards of
    notices), so two workers need half the time and one that dies leaves its chunk to
    the others. While it works, a worker holds a lock that all of them share. Who can
    take that lock alone afterwards was the last one: the day is closed by him.
    """

    _inherit = "ar.cycle"

    def _share_work(self, company, on):
        """Take a share until nothing is left; the last worker closes the day."""
        for _round in range(ROUNDS):
            self._stay_in_day()
            with company._ar_session_lock("work", share=True):
                # With fresh eyes: the lock may have kept us waiting.
                self._checkpoint()
                self._call_helpers(company, on)
                self._step_dispatch(company, on)
                self._note(step="send", step_done=0)
                self._call_helpers(company, on)
                went_through = self._step_send(company, on)
            if self._close_day(company, on, went_through):
                return
        self._trigger(RETRY_AFTER)
        self.env["ir.cron"]._commit_progress()

    def _close_day(self, company, on, went_through):
        """Note that the day's work is done, unless others are still at it.

        :param went_through: False when the mail server broke off: what is left to
            send waits for the next time
        :return: False when something was left over that this worker can go on with
        """
        with company._ar_session_lock("work") as alone:
            if not alone:
                _logger.info("Others go on with the work of company %s", company.id)
                return True
            # With fresh eyes: others worked until a moment ago.
            self.env["ir.cron"]._commit_progress()
            opened = company._ar_sends_now()
            if self._is_work_left(company, on, went_through):
                return False
            if company._ar_sends_now() != opened:
                # The hours began or ended meanwhile: what was found is of neither.
                return False
            self._wake_when_open(company)
            self._note(
                step="done",
                state="done",
                error=None,
                finished_on=fields.Datetime.now(),
            )
        return True

    def _wake_when_open(self, company):
        """Come back when the sending hours begin, for what waits for them."""
        if company._ar_sends_now():
            return
        opens_on = company._ar_opens_on()
        approved = [("company_id", "=", company.id), ("state", "=", "approved")]
        if opens_on and (
            self.env["ar.dunning.notice"].search_count(approved, limit=1)
            or self._is_sending_left(company)
        ):
            self._trigger(moment=opens_on)

    @api.model
    def _is_sending_left(self, company):
        """Whether deliveries wait for a later moment.

        Not those that wait for a person, who may take weeks, nor what an emergency stop
        keeps back: who lifts it wakes the cycle.
        """
        stops = company._ar_stops()
        if not all(stop.channel for stop in stops):
            return False
        return bool(
            self.env["ar.delivery"].search_count(
                [
                    ("company_id", "=", company.id),
                    ("state", "in", ("ready", "handing_over")),
                    ("channel", "not in", ["person", *stops.mapped("channel")]),
                ],
                limit=1,
            )
        )

    def _is_work_left(self, company, on, went_through):
        if self._is_dispatch_left(company, on):
            return True
        if self.env["ar.print.batch"]._next_letters(company, limit=1, lock=False):
            return True
        # What others had in hands when this worker came by.
        return went_through and bool(self.env["ar.delivery"]._shards_to_do(company))

    def _is_dispatch_left(self, company, on):
        notices = self.env["ar.dunning.notice"]
        return bool(notices._next_chunk(company, on, limit=1, lock=False))

    def _step_dispatch(self, company, on):
        notices = self.env["ar.dunning.notice"]
        while handled := in_turn(self.env, notices._dispatch_next, company, on):
            self._count_shared(handled)
        in_turn(self.env, notices._list_beyond_capacity, company, on)
        in_turn(self.env, self.env["ar.dunning.run"]._close_dispatched, company)
        self._checkpoint()

    def _step_send(self, company, on):
        """Print and send what is ready.

        :return: False when the mail server broke off
        """
        deliveries = self.env["ar.delivery"]
        in_turn(self.env, deliveries._review_tasks, company, on)
        self._checkpoint()
        # Letters first: a mail server that is down does not keep them back.
        self._print_letters(company, on)
        self._send_others(company, on)
        _sent, went_through = deliveries._send_shards(company, on, self._count_shared)
        # What changed between dispatch and sending was approved anew: once more.
        if self._is_dispatch_left(company, on):
            self._step_dispatch(company, on)
            _sent, again = deliveries._send_shards(company, on, self._count_shared)
            went_through = went_through and again
        # Outside the sending hours who closes the day says when to come back.
        if company._ar_sends_now() and self._is_sending_left(company):
            self._trigger(RETRY_AFTER)
            self._checkpoint()
        return went_through

    def _send_others(self, company, on):
        """Send what leaves by the channels of other addons. Extension point."""

    def _print_letters(self, company, on):
        batches = self.env["ar.print.batch"]
        while made := in_turn(self.env, batches._print_company, company, on):
            self._count_shared(made)

    # -- the row that all workers write ------------------------------------------

    def _count_shared(self, number):
        """Make a chunk durable, then add it to what all workers have handled.

        :raises OutOfTimeError: when the company's day is over meanwhile
        """
        self._checkpoint()
        in_turn(
            self.env,
            self.env.execute_query,
            SQL(
                "UPDATE ar_cycle SET step_done = step_done + %s WHERE id = %s"
                " RETURNING id",
                number,
                self.id,
            ),
        )
        self._checkpoint()
        self._stay_in_day()

    def _stay_in_day(self):
        """Stop in good order when the company's day is over: the new one goes on.

        Only for scheduled actions, which work on the day that the clock shows.

        :raises OutOfTimeError: then
        """
        if self.env.context.get("cron_id") and self.company_id._ar_today() > self.date:
            raise OutOfTimeError

    def _note(self, **values):
        """Write on the cycle in a transaction of its own: others write there too."""
        self.env["ir.cron"]._commit_progress()
        in_turn(self.env, self.write, values)
        self.env["ir.cron"]._commit_progress()
