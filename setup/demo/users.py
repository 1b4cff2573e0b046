"""Who can log in to the demo, one for each role. The password equals the login."""

from dataclasses import dataclass

from odoo import Command

from . import entities
from .companies import company
from .names import recall, remember

_MANAGER = "ar_dunning.group_manager"
# Members of this group of the demo see social claims.
SOCIAL_GROUP = "group_social"


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who works here. The entity files say where, and what he may do."""

    key: str
    role: str

    @property
    def login(self):
        """Login name and password."""
        return f"{self.key.replace('_', '.')}@example.org"


LOGINS = (
    Login("accountant", "Accountant"),
    Login("accountant_city", "Accountant"),
    Login("accountant_welfare", "Accountant"),
    Login("accountant_company", "Accountant"),
    Login("collector", "Collector, no social claims"),
    Login("approver", "Approver"),
    Login("manager", "Receivables manager"),
    Login("auditor", "Auditor, reads only"),
    Login("board", "Board member, looks at the figures"),
)


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody who logs in to the portal.

    :param partner: name under which the story remembers the contact
    """

    key: str
    role: str
    partner: str

    @property
    def login(self):
        """Login name and password."""
        return f"{self.key}@example.org"


OUTSIDERS = (
    Outsider("debtor", "Debtor with an account", "debtor_three_entities"),
    Outsider("bailiff", "Bailiff", "bailiff"),
)


def register(env):
    """Let the users of the entity files log in.

    The administrator sees everything of every company.
    """
    users = env["res.users"].with_context(tracking_disable=True)
    for login in LOGINS:
        account = users.search([("login", "=", login.login)])
        account.write(
            {
                "password": login.login,
                "tz": "Europe/Brussels",
                "notification_type": "inbox",
            }
        )
        remember(env, f"user_{login.key}", account)
    # The figures are what a board member opens Odoo for.
    user(env, "board").action_id = env.ref("ar_reporting.ar_dashboard_action").id
    env.ref("base.user_admin").write(
        {
            "company_ids": [Command.set(_companies(env).ids)],
            "company_id": company(env, entities.CITY.key).id,
            "group_ids": [
                Command.link(env.ref(_MANAGER).id),
                Command.link(env.ref("account.group_account_manager").id),
                Command.link(recall(env, SOCIAL_GROUP).id),
            ],
        }
    )


def register_outsiders(env):
    """Give contacts of the story their portal accounts.

    They belong to one company, as in Odoo; what they see does not depend on it.
    """
    users = env["res.users"].with_context(no_reset_password=True, tracking_disable=True)
    home = company(env, entities.CITY.key)
    for outsider in OUTSIDERS:
        partner = recall(env, outsider.partner)
        account = users.create(
            {
                "partner_id": partner.id,
                "login": outsider.login,
                "password": outsider.login,
                "company_id": home.id,
                "company_ids": [Command.set(home.ids)],
                "group_ids": [Command.set(env.ref("base.group_portal").ids)],
            }
        )
        remember(env, f"user_{outsider.key}", account)


def user(env, key):
    """The user of a role."""
    return recall(env, f"user_{key}")


def _companies(env):
    keys = [entity.key for entity in entities.ENTITIES]
    return env["res.company"].union(*(company(env, key) for key in keys))
