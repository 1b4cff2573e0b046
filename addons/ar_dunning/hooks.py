"""What has to happen once, right after the addon is installed."""


def post_init_hook(env):
    """Make claims of the receivables that are already open in every company."""
    env["ar.claim"]._sync_companies(env["res.company"].search([]))
