"""One worker among several: takes its share of a day when it is told to."""

import time
from datetime import date
from pathlib import Path

from odoo.tools import SQL

# Small chunks, so that a small benchmark has several for everybody too.
NOTICES_PER_CHUNK = 200


def prepare(env, on, letters):
    """Propose the day; let it begin with the work that is shared.

    :param letters: how many letters are printed; further ones are left out, because
        they would hide what the e-mails cost
    :return: {"notices": number of notices that are ready to leave}
    """
    day = date.fromisoformat(on)
    _cut_off_letters(env, letters)
    cycle = env["ar.cycle"]._run_alone(env.company, day)
    if cycle.step != "dispatch":
        raise RuntimeError(f"The day stands at {cycle.step}: {cycle.error}")
    notices = env["ar.dunning.notice"].search_count([("state", "=", "approved")])
    for table in ("ar_dunning_notice", "ar_dunning_notice_line", "ar_claim"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    return {"notices": notices}


def _cut_off_letters(env, letters):
    """Take the address of all debtors without e-mail but some."""
    env.cr.execute(
        SQL(
            """
            UPDATE res_partner SET street = NULL
             WHERE email IS NULL AND id NOT IN (
                   SELECT id FROM res_partner
                    WHERE email IS NULL AND name LIKE 'Debtor %%'
                    ORDER BY id LIMIT %s)
            """,
            letters,
        )
    )
    env.invalidate_all()


def take(env, on, ready, go):
    """Wait for the start, then run the day as a scheduled action would.

    :param ready: file to make when this worker can start
    :param go: file that appears when all can
    :return: {"began", "ended": seconds of the machine's clock; "cpu_s": of this one;
        "dispatched", "sent", "printed": notices, e-mails and letters}
    """
    day = date.fromisoformat(on)
    notices, deliveries = env["ar.dunning.notice"], env["ar.delivery"]
    handled = {"dispatched": 0, "sent": 0, "printed": 0}
    _count(notices, "_dispatch_next", handled, "dispatched", limit=NOTICES_PER_CHUNK)
    _count(deliveries, "_hand_over", handled, "sent", pick=lambda result: result[0])
    _count(env["ar.print.batch"], "_print_company", handled, "printed")
    notices.search_count([])
    env.cr.commit()
    Path(ready).touch()
    while not Path(go).exists():
        time.sleep(0.001)
    began, seconds = time.monotonic(), time.process_time()
    # One that comes while the other is about to begin is called by him: it comes again.
    while env["ar.cycle"]._run(env.company, day).state != "done":
        env.cr.commit()
        time.sleep(0.05)
    env.cr.commit()
    return {
        "began": began,
        "ended": time.monotonic(),
        "cpu_s": time.process_time() - seconds,
        **handled,
    }


def _count(model, method, handled, what, pick=lambda result: result, **defaults):
    """Count what a method of this process handles."""
    owner = model.env.registry[model._name]
    original = getattr(owner, method)

    def counting(self, *args, **kwargs):
        result = original(self, *args, **{**defaults, **kwargs})
        handled[what] += pick(result)
        return result

    setattr(owner, method, counting)


def check(env):
    """Return what became of the day; everything must have left exactly once.

    :raises RuntimeError: when something waits or left twice
    """
    [[waiting, ready, twice, dispatched, sent, printed]] = env.execute_query(
        SQL(
            """
            SELECT (SELECT COUNT(*) FROM ar_dunning_notice WHERE state = 'approved'),
                   (SELECT COUNT(*) FROM ar_delivery
                     WHERE state IN ('ready', 'handing_over')),
                   (SELECT COUNT(*) FROM (
                        SELECT claim_id FROM ar_dunning_notice_line
                         WHERE state = 'dispatched' AND role = 'claimed'
                         GROUP BY claim_id, level_key, cycle HAVING COUNT(*) > 1
                    ) doubled),
                   (SELECT COUNT(*) FROM ar_dunning_notice
                     WHERE state = 'dispatched'),
                   (SELECT COUNT(*) FROM ar_delivery
                     WHERE state = 'sent' AND channel = 'email'),
                   (SELECT COUNT(*) FROM ar_delivery WHERE state = 'printed')
            """
        )
    )
    if waiting or ready or twice:
        raise RuntimeError(
            f"{waiting} notices and {ready} deliveries wait, {twice} left twice."
        )
    return {"dispatched": dispatched, "sent": sent, "printed": printed}
