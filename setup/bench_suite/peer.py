"""The other side: OCA's account_credit_control, set up to be as fast as it can be."""

from datetime import date

from odoo import Command
from odoo.tools import SQL

from . import shape
from .meter import measured

MODULE = "account_credit_control"


def install(env):
    """Install the addon; its folder is on the addons path of this process."""
    modules = env["ir.module.module"]
    modules.update_list()
    modules.search([("name", "=", MODULE)]).button_immediate_install()


def prepare(env):
    """One policy for the whole company, whose first level is due as early as ours.

    The e-mail goes without the attached PDF, which alone costs more than the rest.
    """
    policy = env.ref(f"{MODULE}.credit_control_3_time")
    policy.account_ids = [
        Command.set(
            env["account.account"]
            .search([("account_type", "=", "asset_receivable")])
            .ids
        )
    ]
    first = policy.level_ids.sorted("level")[0]
    first.write(
        {
            "computation_mode": "net_days",
            "delay_days": shape.FIRST_LEVEL_DAYS,
            "channel": "email",
        }
    )
    first.email_template_id.report_template_ids = [Command.clear()]
    env.company.write({"credit_policy_id": policy.id, "credit_control_tolerance": 0.01})


def compute_and_ready(env, on):
    """Measure computing the lines of a run and setting them to ready.

    :return: {"compute": measurement, "ready": measurement}; `rows` are lines, `due` the
        items that the ledger says are due
    """
    run = env["credit.control.run"].create(
        {
            "date": on,
            "company_id": env.company.id,
            "policy_ids": [Command.set(env.company.credit_policy_id.ids)],
        }
    )
    with measured(env) as compute:
        run.generate_credit_lines()
        env.cr.commit()
    with measured(env) as ready:
        run.set_to_ready_lines()
        env.cr.commit()
    lines = env["credit.control.line"]
    compute["rows"] = lines.search_count([])
    compute["due"] = _due_items(env, date.fromisoformat(on))
    ready["rows"] = lines.search_count([("state", "=", "to_be_sent")])
    return {"compute": compute, "ready": ready}


def send(env, count):
    """Measure communications and e-mails of `count` debtors of the run.

    :return: {"communications": measurement, "emails": measurement}
    """
    partners = [
        partner_id
        for [partner_id] in env.execute_query(
            SQL(
                """
                SELECT DISTINCT partner_id FROM credit_control_line
                 WHERE state = 'to_be_sent' AND channel = 'email'
                 ORDER BY partner_id LIMIT %s
                """,
                count,
            )
        )
    ]
    lines = env["credit.control.line"].search(
        [("state", "=", "to_be_sent"), ("partner_id", "in", partners)]
    )
    with measured(env) as communications:
        made = env["credit.control.communication"]._generate_comm_from_credit_lines(
            lines
        )
        env.cr.commit()
    with measured(env) as emails:
        made._generate_emails()
        env.cr.commit()
    communications["rows"] = emails["rows"] = len(made)
    return {"communications": communications, "emails": emails}


def _due_items(env, on):
    [[count]] = env.execute_query(
        SQL(
            """
            SELECT COUNT(*)
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
             WHERE account.account_type = 'asset_receivable'
               AND line.parent_state = 'posted'
               AND line.amount_residual > 0
               AND line.date_maturity <= %s::date - %s
            """,
            on,
            shape.FIRST_LEVEL_DAYS,
        )
    )
    return count
