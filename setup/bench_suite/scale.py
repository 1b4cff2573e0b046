"""A run over very many claims, and an ordinary day after it."""

from datetime import date, timedelta

from odoo.tools import SQL

from . import follow_up, ours
from .meter import measured


def first(env, on):
    """Measure a run on a day on which everything overdue is due for the first time.

    Nothing of it is kept.

    :return: measurement with `claims` evaluated, `notices`, `debtors`
    """
    on = date.fromisoformat(on)
    ours.warm_up(env)
    with measured(env) as result:
        runs = env["ar.dunning.run"]._propose_company(env.company, on)
    result |= _counts(env, runs)
    env.cr.rollback()
    env.invalidate_all(flush=False)
    return result


def grow_old(env, on):
    """Let each claim have reached what it would have by the evening before a day.

    Its levels are set as if each had been sent and had arrived on its day. Then the
    run of that evening finds nothing to send, and knows when to look again.

    :return: measurement of that run
    """
    evening = date.fromisoformat(on) - timedelta(days=1)
    env.cr.execute(
        SQL(
            """
            UPDATE ar_claim claim
               SET level_id = reached.id, level_key = reached.level_key,
                   level_sequence = reached.sequence, level_occurrence = 1,
                   dispatched_on = claim.date_due + reached.offset_days,
                   effective_on = claim.date_due + reached.offset_days
              FROM ar_dunning_level reached
             WHERE reached.version_id = claim.version_id AND claim.state = 'open'
               AND claim.date_due + reached.offset_days <= %(evening)s
               AND NOT EXISTS (
                   SELECT FROM ar_dunning_level higher
                    WHERE higher.version_id = reached.version_id
                      AND higher.sequence > reached.sequence
                      AND claim.date_due + higher.offset_days <= %(evening)s)
            """,
            evening=evening,
        )
    )
    env.cr.commit()
    env.invalidate_all(flush=False)
    # Statistics and dead rows are settled by the caller between the two steps.
    return {"rows": env["ar.claim"].search_count([("level_sequence", ">", 0)])}


def evening(env, on):
    """Measure the run of the evening before: the first one after all has changed."""
    day = date.fromisoformat(on) - timedelta(days=1)
    ours.warm_up(env)
    with measured(env) as result:
        runs = env["ar.dunning.run"]._propose_company(env.company, day)
        env.cr.commit()
    return result | _counts(env, runs)


def ordinary(env, on):
    """Measure an ordinary day: {"daily": what comes before the run, "run": the run}."""
    day = date.fromisoformat(on)
    ours.warm_up(env)
    daily = ours.before_evaluation(env, day)
    with measured(env) as result:
        runs = env["ar.dunning.run"]._propose_company(env.company, day)
        env.cr.commit()
    return {"daily": daily, "run": result | _counts(env, runs)}


def prepare(env, on):
    """Bring the suite in force with two levels; see `follow_up.prepare`."""
    return follow_up.prepare(env, on, levels=2)


def _counts(env, runs):
    [[notices, lines, debtors]] = env.execute_query(
        SQL(
            """
            SELECT COUNT(DISTINCT notice.id), COUNT(line.id) FILTER (
                       WHERE line.role = 'claimed'), COUNT(DISTINCT notice.debtor_id)
              FROM ar_dunning_notice notice
              JOIN ar_dunning_notice_line line ON line.notice_id = notice.id
             WHERE notice.run_id = ANY(%s)
            """,
            runs.ids,
        )
    )
    return {
        "claims": sum(runs.mapped("evaluated_count")),
        "rows": lines + notices,
        "lines": lines,
        "notices": notices,
        "debtors": debtors,
        "excluded": env["ar.dunning.exclusion"].search_count(
            [("run_id", "in", runs.ids)]
        ),
    }
