"""Who can log in to the demo, one for each role. The password equals the login."""

from dataclasses import dataclass

from odoo import Command

from . import entities
from .companies import company
from .names import recall, remember
from .people import DUTCH

# Bank statements are imported by those who have all features of accounting.
_ACCOUNTING = "account.group_account_user"
_COLLECTOR = "ar_dunning.group_collector"
_APPROVER = "ar_dunning.group_approver"
_MANAGER = "ar_dunning.group_manager"
_AUDITOR = "ar_dunning.group_auditor"
# Members of this group of the demo see social claims.
SOCIAL_GROUP = "group_social"


@dataclass(frozen=True, slots=True)
class Login:
    """A role of the demo.

    :param companies: keys of the entities; empty: all of them
    :param social: whether social claims are visible
    """

    key: str
    role: str
    groups: tuple[str, ...]
    companies: tuple[str, ...] = ()
    social: bool = False

    @property
    def login(self):
        """Login name and password."""
        return f"{self.key.replace('_', '.')}@example.org"


LOGINS = (
    Login("accountant", "Accountant", (_ACCOUNTING, _COLLECTOR), social=True),
    Login("accountant_city", "Accountant", (_ACCOUNTING, _COLLECTOR), ("city",)),
    Login(
        "accountant_welfare",
        "Accountant",
        (_ACCOUNTING, _COLLECTOR),
        ("welfare",),
        social=True,
    ),
    Login("accountant_company", "Accountant", (_ACCOUNTING, _COLLECTOR), ("company",)),
    Login("collector", "Collector, no social claims", (_COLLECTOR,)),
    Login("approver", "Approver", (_APPROVER,), social=True),
    Login("manager", "Receivables manager", (_ACCOUNTING, _MANAGER), social=True),
    Login("auditor", "Auditor, reads only", (_AUDITOR,)),
    Login("board", "Board member, looks at the figures", (_AUDITOR,)),
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
    """Make the users; the administrator sees everything of every company."""
    users = env["res.users"].with_context(
        no_reset_password=True, mail_create_nosubscribe=True, tracking_disable=True
    )
    created = users.create([_facts(env, login) for login in LOGINS])
    for login, account in zip(LOGINS, created, strict=True):
        remember(env, f"user_{login.key}", account)
    # The figures are what a board member opens Odoo for.
    user(env, "board").action_id = env.ref("ar_reporting.ar_dashboard_action").id
    env.ref("base.user_admin").write(
        {
            "company_ids": [Command.set(_companies(env, ()).ids)],
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


def _facts(env, login):
    companies = _companies(env, login.companies)
    groups = [env.ref(xmlid) for xmlid in ("base.group_user", *login.groups)]
    if login.social:
        groups.append(recall(env, SOCIAL_GROUP))
    return {
        "name": f"{login.role} ({', '.join(companies.mapped('name'))})"
        if login.companies
        else login.role,
        "login": login.login,
        "password": login.login,
        "email": login.login,
        "lang": DUTCH,
        "tz": "Europe/Brussels",
        "company_id": companies[0].id,
        "company_ids": [Command.set(companies.ids)],
        "group_ids": [Command.set([group.id for group in groups])],
        "notification_type": "inbox",
    }


def _companies(env, keys):
    wanted = keys or tuple(entity.key for entity in entities.ENTITIES)
    companies = env["res.company"]
    for key in wanted:
        companies |= company(env, key)
    return companies
