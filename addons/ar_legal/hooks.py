"""What has to happen once, right before the addon is removed."""

from odoo.tools import SQL


def uninstall_hook(env):
    """Remove the cases, so that their stages and tracks can go without a complaint.

    Claims go on in dunning where they stood; nothing else refers to a case.
    """
    for table in (
        "ar_early_warning",
        "ar_legal_handoff",
        "ar_legal_cost",
        "ar_legal_event",
        "ar_legal_case_claim",
        "ar_legal_case",
    ):
        env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(table)))
    env.invalidate_all()
