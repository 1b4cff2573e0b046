"""Our side: evaluate and propose, the floor of it, dispatch, send."""

from datetime import date

from odoo.tools import SQL

from . import floor, shape
from .meter import measured

# What the cycle does each night before it evaluates.
_STEPS = ("sync", "match", "figures", "assign", "review")


def propose(env, on):
    """Measure the nightly cycle up to notices that are ready, and its floor.

    `daily` is what comes before the evaluation, on a ledger that was looked at the
    night before; `propose` one proposal for the whole company; `floor` the writing of
    its rows.

    All levels of the benchmark need nobody's decision, so the notices are approved,
    that is ready to leave, at the end.

    :return: {"daily": measurement, "propose": measurement, "floor": measurement}
    :raises RuntimeError: when a due item is neither proposed nor excluded for a reason
    """
    on = date.fromisoformat(on)
    warm_up(env)
    daily = before_evaluation(env, on)
    with measured(env) as result:
        env["ar.dunning.run"]._propose_company(env.company, on)
        env.cr.commit()
    result |= _require_complete(env, on)
    return {"daily": daily, "propose": result, "floor": floor.measure(env)}


def before_evaluation(env, on):
    """Measure the steps of the cycle up to the evaluation, with a commit each."""
    cycle = env["ar.cycle"]._of_day(env.company, on)
    with measured(env) as result:
        for step in _STEPS:
            getattr(cycle, f"_step_{step}")(env.company, on)
            env.cr.commit()
    result["rows"] = cycle.step_done
    return result


def approve(env, on):
    """Measure a person's approval of everything in a run.

    The same run, but with levels that somebody has to approve.
    """
    env.cr.execute("UPDATE ar_dunning_level SET mode = 'approval'")
    env["ar.dunning.run"]._propose_company(env.company, date.fromisoformat(on))
    env.cr.commit()
    runs = env["ar.dunning.run"].search([("state", "=", "proposed")])
    with measured(env) as result:
        runs.action_approve()
        env.cr.commit()
    result["rows"] = env["ar.dunning.notice"].search_count([("state", "=", "approved")])
    return result


def dispatch(env, on):
    """Measure the dispatch of all approved notices, chunk by chunk."""
    notices = env["ar.dunning.notice"]
    on = date.fromisoformat(on)
    for table in ("ar_dunning_notice", "ar_dunning_notice_line"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.cr.commit()
    with measured(env) as result:
        while notices._dispatch_next(env.company, on):
            env.cr.commit()
    [[dispatched, left]] = env.execute_query(
        SQL(
            """
            SELECT COUNT(*) FILTER (WHERE state = 'dispatched'),
                   COUNT(*) FILTER (WHERE state IN ('proposed', 'approved'))
              FROM ar_dunning_notice
            """
        )
    )
    if left:
        raise RuntimeError(f"{left} notices were not dispatched.")
    result["rows"] = dispatched
    return result


def send(env, on, count):
    """Measure sending `count` of the e-mails that are ready, one commit each."""
    env.cr.execute(
        SQL(
            """
            UPDATE ar_delivery SET state = 'withdrawn'
             WHERE state = 'ready' AND id NOT IN (
                   SELECT id FROM ar_delivery
                    WHERE state = 'ready' AND channel = 'email'
                    ORDER BY id LIMIT %s)
            """,
            count,
        )
    )
    env.cr.execute("ANALYZE ar_delivery")
    env.cr.commit()
    with measured(env) as result:
        result["rows"], _went_through = env["ar.delivery"]._send_shards(
            env.company, date.fromisoformat(on)
        )
        env.cr.commit()
    return result


def warm_up(env):
    """Load what a server that runs since the morning has loaded."""
    env["ar.dunning.notice"].search_count([])
    env["ar.claim"].search([], limit=1).mapped("partner_id.name")
    env.invalidate_all()


def _require_complete(env, on):
    """Count what the run made; every due item must be in it.

    Due is counted from the ledger alone. A claim whose clock a hold has stopped is not
    due yet; it is on hold all the same.
    """
    [[due, proposed, excluded, forgotten, notices]] = env.execute_query(
        SQL(
            """
            WITH due AS (
                SELECT claim.id, claim.debtor_id
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN ar_claim claim ON claim.line_id = line.id
                 WHERE account.account_type = 'asset_receivable'
                   AND line.parent_state = 'posted'
                   AND line.amount_residual > 0
                   AND line.date_maturity <= %(on)s::date - %(days)s
            )
            SELECT COUNT(*),
                   COUNT(*) FILTER (WHERE EXISTS (
                       SELECT FROM ar_dunning_notice_line line
                        WHERE line.claim_id = due.id AND line.state = 'approved')),
                   COUNT(*) FILTER (WHERE EXISTS (
                       SELECT FROM ar_dunning_exclusion excluded
                        WHERE excluded.claim_id = due.id)),
                   COUNT(*) FILTER (WHERE NOT EXISTS (
                       SELECT FROM ar_dunning_notice_line line
                        WHERE line.claim_id = due.id AND line.state = 'approved')
                   AND NOT EXISTS (
                       SELECT FROM ar_dunning_exclusion excluded
                        WHERE excluded.claim_id = due.id)
                   AND NOT EXISTS (
                       SELECT FROM ar_hold hold
                        WHERE hold.claim_id = due.id
                           OR hold.debtor_id = due.debtor_id)),
                   (SELECT COUNT(*) FROM ar_dunning_notice WHERE state = 'approved')
              FROM due
            """,
            on=on,
            days=shape.FIRST_LEVEL_DAYS,
        )
    )
    if forgotten or not proposed:
        raise RuntimeError(f"{forgotten} of {due} due items were forgotten.")
    return {
        "rows": proposed + notices,
        "due": due,
        "proposed": proposed,
        "excluded": excluded,
        "notices": notices,
    }
