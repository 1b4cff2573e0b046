"""Costs and interest of a day on very many claims."""

from datetime import date

from odoo.tools import SQL

from . import follow_up, ours
from .meter import measured


def prepare(env, on):
    """Let every claim have costs announced whose period has just expired.

    Belgian consumers under Book XIX: a lump sum to be claimed today, and interest that
    has run from the day after the due date.

    :return: {"rows": claims}
    """
    follow_up.prepare(env, on, levels=2)
    company, day = env.company, date.fromisoformat(on)
    company.country_id = company.account_fiscal_country_id = env.ref("base.be")
    regime = env["ar.law.regime"].search([("code", "=", "be_consumer")])
    rule = regime.cost_ids.filtered(lambda one: one.kind == "lump_sum")[:1]
    policies = {
        kind: env["ar.cost.policy"].create(
            {
                "company_id": company.id,
                "kind": kind,
                "treatment": "off_ledger",
                "clause": True,
                "journal_id": env["account.journal"]
                .search([("type", "=", "general"), ("company_id", "=", company.id)])[:1]
                .id,
                "account_id": env["account.account"]
                .search(
                    [
                        ("account_type", "=", "income"),
                        ("company_ids", "in", company.ids),
                    ]
                )[:1]
                .id,
            }
        )
        for kind in ("lump_sum", "interest")
    }
    for kind, state, starts, amount in (
        ("lump_sum", "announced", "wait", "2000"),
        ("interest", "claimed", "due", "0"),
    ):
        _insert(
            env,
            day,
            kind=kind,
            state=state,
            starts=starts,
            amount=SQL(amount),
            policy=policies[kind].id,
            regime=regime.id,
            rule=rule.id if kind == "lump_sum" else None,
        )
    env.cr.commit()
    [[claims]] = env.execute_query(
        SQL("SELECT COUNT(*) FROM ar_claim_cost WHERE kind = 'interest'")
    )
    return {"rows": claims}


def _insert(env, day, **said):
    """Write a cost and its share for every open claim of the company."""
    env.cr.execute(
        SQL(
            """
            WITH cost AS (
                INSERT INTO ar_claim_cost (
                       company_id, access_group_id, debtor_id, currency_id, kind, state,
                       treatment, policy_id, regime_id, rule_id, starts,
                       amount_announced, amount, amount_paid, announced_on, runs_from,
                       wait_until, claimable_from, claimed_on, reason)
                SELECT company_id, access_group_id, debtor_id, currency_id, %(kind)s,
                       %(state)s, 'off_ledger', %(policy)s, %(regime)s, %(rule)s,
                       %(starts)s, %(amount)s, 0, 0, %(day)s::date - 16,
                       date_due + 1, %(day)s::date - 1, %(day)s, %(day)s, id::text
                  FROM ar_claim
                 WHERE state = 'open' AND company_id = %(company)s
                   AND date_due < %(day)s::date - 20
                RETURNING id, company_id, access_group_id, currency_id, reason
            )
            INSERT INTO ar_claim_cost_share (
                   cost_id, claim_id, company_id, access_group_id, currency_id, kind,
                   cycle, occurrence, live, amount, amount_paid)
            SELECT id, reason::int, company_id, access_group_id, currency_id, %(kind)s,
                   1, 1, TRUE, 0, 0
              FROM cost
            """,
            company=env.company.id,
            day=day,
            **said,
        )
    )


def claim(env, on):
    """Measure the claiming of all that was announced; it is kept."""
    ours.warm_up(env)
    costs = env["ar.claim.cost"]
    with measured(env) as result:
        done = costs._claim_due(env.company, date.fromisoformat(on), env.cr.commit)
    return result | {"rows": done}


def interest(env, on):
    """Measure the interest of the day; it is kept."""
    ours.warm_up(env)
    costs = env["ar.claim.cost"]
    with measured(env) as result:
        done = costs._reckon_interest(
            env.company, date.fromisoformat(on), checkpoint=env.cr.commit
        )
    return result | {"rows": done}
