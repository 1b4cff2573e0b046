"""Spots of the daily cycle where a worker dies or stops: for tests alone.

Nothing of this is in the addon: a worker puts a wrapper around a method of its own
process, right after its fork.
"""

import os
import signal
import smtplib
from pathlib import Path

# spot -> (model, method, before or after it). Several spots make one phase.
SPOTS = {
    "evaluated": ("ar.dunning.run", "_insert_notices", "after"),
    "proposed": ("ar.dunning.run", "_propose_company", "after"),
    "dispatch_step": ("ar.cycle", "_step_dispatch", "before"),
    "partner_lock": ("ar.dunning.notice", "_lock_partners", "before"),
    "partners_locked": ("ar.dunning.notice", "_lock_partners", "after"),
    "lines_frozen": ("ar.dunning.notice", "_freeze_lines", "after"),
    "notices_left": ("ar.dunning.notice", "_let_leave", "after"),
    "notices_dropped": ("ar.dunning.notice", "_drop_empty", "after"),
    "claims_advanced": ("ar.dunning.notice", "_advance_claims", "after"),
    "sending": ("ar.delivery", "_send_shards", "before"),
    "message_built": ("ar.delivery", "_build_email", "after"),
    "messages_logged": ("ar.delivery", "_log_messages", "after"),
    "handing_over": ("ar.delivery", "_transmit", "before"),
    "answered": ("ar.delivery", "_transmit", "after"),
    "noted": ("ar.delivery", "_note_sent", "after"),
    "committed": ("ar.delivery", "_checkpoint", "after"),
    "place_taken": ("ar.work.item", "_take_places", "after"),
    "printing": ("ar.print.batch", "_print_company", "before"),
    "letter_built": ("ar.delivery", "_build_letter", "after"),
    "step_committed": ("ar.cycle", "_checkpoint", "after"),
}
_END_OF_MESSAGE = b"\r\n.\r\n"


def arm(env, spot=None, occurrence=1, how="kill", mark=None, chunk=None, patience=None):
    """Prepare this process; without arguments nothing is changed.

    :param spot: a name of `SPOTS`, or `evaluation_committed`: the proposal is durable
        but the step is not closed; `half_data`: half of a message was written;
        `all_data`: all of it was, and the server's answer is not read yet
    :param occurrence: at which passage of the spot, counted from 1
    :param how: `kill`, `stop` (until it is told to go on), `mark` (only tell) or
        `fail`: a statement fails in the database
    :param mark: file that is made when the spot is reached
    :param chunk: debtors per dispatch, letters and messages per batch: more of them
    :param patience: seconds to wait for the mail server
    """
    if chunk:
        _use_chunks(env, chunk)
    if patience:
        from odoo.addons.base.models import ir_mail_server

        ir_mail_server.SMTP_TIMEOUT = patience
    if spot:
        trap = _Trap(occurrence, how, mark)
        if spot in SPOTS:
            _wrap(env, *SPOTS[spot], trap.pass_by)
        elif spot == "evaluation_committed":
            _wrap_commit(env, "ar.dunning.run", "_propose_company", trap)
        else:
            _wrap_data(spot, trap)


class _Trap:
    """Counts passages and acts at the one it waits for."""

    def __init__(self, occurrence, how, mark):
        self.left, self.how, self.mark = occurrence, how, mark

    def pass_by(self, record=None):
        """Count a passage; at the awaited one leave the mark, stop, fail or die."""
        self.left -= 1
        if self.left == 0:
            if self.mark:
                Path(self.mark).touch()
            if self.how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            elif self.how == "stop":
                os.kill(os.getpid(), signal.SIGSTOP)
            elif self.how == "fail":
                record.env.cr.execute("SELECT 1 / 0")


def _wrap(env, model, method, when, act):
    owner = env.registry[model]
    original = getattr(owner, method)

    def wrapper(self, *args, **kwargs):
        if when == "before":
            act(self)
        result = original(self, *args, **kwargs)
        if when == "after":
            act(self)
        return result

    setattr(owner, method, wrapper)


def _wrap_commit(env, model, method, trap):
    """Act at the first checkpoint of the cycle after a method."""
    passed = []
    _wrap(env, model, method, "after", lambda _self: passed.append(method))
    _wrap(
        env, "ar.cycle", "_checkpoint", "after", lambda _self: passed and trap.pass_by()
    )


def _wrap_data(spot, trap):
    send = smtplib.SMTP.send

    def wrapper(self, data):
        if not isinstance(data, bytes) or not data.endswith(_END_OF_MESSAGE):
            send(self, data)
            return
        half = len(data) // 2
        send(self, data[:half])
        if spot == "half_data":
            trap.pass_by()
        send(self, data[half:])
        if spot == "all_data":
            trap.pass_by()

    smtplib.SMTP.send = wrapper


def _use_chunks(env, chunk):
    from odoo.addons.ar_dunning.models import delivery_email, print_batch

    delivery_email.MAILS_PER_BATCH = chunk
    print_batch.LETTERS_PER_TRANSACTION = chunk
    notices = env.registry["ar.dunning.notice"]
    original = notices._dispatch_next

    def dispatch_next(self, company, on):
        return original(self, company, on, limit=chunk)

    notices._dispatch_next = dispatch_next
