"""What has to happen once, right after the addon is installed."""


def post_init_hook(env):
    """Make claims of the open receivables and segments, in every company.

    Nothing is sent: follow-up is switched on per company in the settings.
    """
    companies = env["res.company"].search([])
    companies._ar_create_default_segments()
    env["ar.claim"]._sync_companies(companies)
