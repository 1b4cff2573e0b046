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

    Its levels are set as if each had been sent and had arrived on its day, with the
    notice that did it. Then the run of that evening finds nothing to send, and knows
    when to look again.

    :return: {"rows": claims that have reached a level}
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
    _write_history(env)
    env.cr.commit()
    env.invalidate_all(flush=False)
    # Statistics and dead rows are settled by the caller between the two steps.
    return {"rows": env["ar.claim"].search_count([("level_sequence", ">", 0)])}


def _write_history(env):
    """The notices by which the claims reached their levels: a town has a past."""
    env.cr.execute(
        SQL(
            """
            WITH said AS (
                SELECT nextval('ar_dunning_notice_id_seq')::int AS notice_id,
                       company_id, debtor_id, partner_id, currency_id, procedure_id,
                       version_id, level_id, dispatched_on, array_agg(id) AS claims,
                       SUM(amount_original) AS amount_total
                  FROM ar_claim WHERE level_sequence > 0 AND state = 'open'
                 GROUP BY company_id, debtor_id, partner_id, currency_id,
                          procedure_id, version_id, level_id, dispatched_on
            ), notice AS (
                INSERT INTO ar_dunning_notice (
                       id, company_id, debtor_id, partner_id, currency_id,
                       procedure_id, version_id, level_id, kind, state, channel,
                       channels, date, contact_on, effective_on, dispatched_on, lang,
                       amount_total, claim_count)
                SELECT notice_id, company_id, debtor_id, partner_id, currency_id,
                       procedure_id, version_id, level_id, 'dunning', 'dispatched',
                       'email', 'email', dispatched_on, dispatched_on, dispatched_on,
                       dispatched_on, 'en_US', amount_total, cardinality(claims)
                  FROM said
            ), line AS (
                INSERT INTO ar_dunning_notice_line (
                       notice_id, company_id, claim_id, debtor_id, currency_id, role,
                       state, cycle, level_id, level_key, level_sequence, occurrence,
                       level_date, effective_on, date_due, amount_original,
                       amount_open)
                SELECT notice_id, claim.company_id, claim.id, claim.debtor_id,
                       claim.currency_id, 'claimed', 'dispatched', claim.cycle,
                       claim.level_id, claim.level_key, claim.level_sequence, 1,
                       claim.dispatched_on, claim.effective_on, claim.date_due,
                       claim.amount_original, claim.amount_original
                  FROM said
                 CROSS JOIN unnest(said.claims) AS claimed (id)
                  JOIN ar_claim claim ON claim.id = claimed.id
                RETURNING id, claim_id
            )
            UPDATE ar_claim claim SET level_line_id = line.id
              FROM line WHERE line.claim_id = claim.id
            """
        )
    )


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
    # Apart: joined, the planner would go by statistics of before the run.
    [[notices, debtors]] = env.execute_query(
        SQL(
            """SELECT COUNT(*), COUNT(DISTINCT debtor_id)
                 FROM ar_dunning_notice WHERE run_id = ANY(%s)""",
            runs.ids,
        )
    )
    [[lines]] = env.execute_query(
        SQL(
            """SELECT COUNT(*) FROM ar_dunning_notice_line
                WHERE run_id = ANY(%s) AND role = 'claimed'""",
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
