"""What has to happen once, when the addon is installed and when it is removed."""

from odoo.tools import SQL


def post_init_hook(env):
    """Make claims of the open receivables and segments, in every company.

    Nothing is sent: follow-up is switched on per company in the settings.
    """
    companies = env["res.company"].search([])
    companies._ar_create_default_segments()
    env["ar.claim"]._sync_companies(companies)


def uninstall_hook(env):
    """Empty our tables before Odoo removes them.

    Their rows hold each other (claims their level, segments their procedure), so Odoo
    could not delete the data of the addon in its own order. Columns of other tables
    that point to ours are dropped in the same transaction anyway.
    """
    leaving = set(
        env["ir.module.module"].search([("state", "=", "to remove")]).mapped("name")
    )
    tables = sorted(
        model._table
        for model in env.registry.values()
        if model._auto and not model._abstract and model._original_module in leaving
    )
    for table, constraint in env.execute_query(
        SQL(
            """
            SELECT holder.relname, conname
              FROM pg_constraint
              JOIN pg_class holder ON holder.oid = conrelid
              JOIN pg_class held ON held.oid = confrelid
             WHERE contype = 'f'
               AND held.relname = ANY(%(ours)s)
               AND NOT holder.relname = ANY(%(ours)s)
            """,
            ours=tables,
        )
    ):
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(constraint),
            )
        )
    if "ar.simulation" in env:
        env["ar.simulation"].search([])._forget_state()
    env.cr.execute(SQL("TRUNCATE %s", SQL(", ").join(map(SQL.identifier, tables))))
    env.invalidate_all(flush=False)
