"""What people did today: a promise, a stop, a team, a mistake undone, a forecast."""

from datetime import timedelta

from odoo.addons.ar_dunning.models.notice_undo import UndoDecision

from . import entities, users
from .companies import company
from .names import recall, remember

# Enough for a graph with ups and downs; each day takes most of a second.
_SIMULATED_DAYS = 14


def give(env, on):
    """Record what the named debtors answered and what colleagues decided."""
    _promise(env, on)
    _administrator(env)
    _no_more_orders(env)
    _team(env, on)
    _mistake(env, on)
    _simulation(env, on)


def _debtor(env, key, entity):
    partner = recall(env, f"debtor_{key}")
    return env["ar.debtor"].search(
        [
            ("partner_id", "=", partner.id),
            ("root_company_id", "=", company(env, entity).id),
        ]
    )


def _as(env, login, entity):
    """The environment of a user in one company."""
    own = company(env, entity)
    return env(user=users.user(env, login), context={"allowed_company_ids": own.ids})


def _promise(env, on):
    worker = _as(env, "collector", entities.CITY.key)
    outcome = worker["ar.contact.outcome"].search([("code", "=", "promise")], limit=1)
    worker["ar.contact"]._record(
        _debtor(env, "promises", entities.CITY.key).with_env(worker),
        outcome,
        date_until=on + timedelta(days=5),
        note="Wacht op haar loon.",
    )


def _administrator(env):
    administrator = env["res.partner"].create(
        {
            "name": "Mr. Els Vandamme, bewindvoerder",
            "email": "els.vandamme@example.org",
            "street": "Gerechtsplein 3",
            "zip": "9000",
            "city": "Gent",
            "country_id": env.ref("base.be").id,
            "lang": "nl_BE",
        }
    )
    remember(env, "administrator", administrator)
    worker = _as(env, "collector", entities.WELFARE.key)
    worker["ar.debtor.contact"].create(
        {
            "debtor_id": _debtor(env, "guarded", entities.WELFARE.key).id,
            "partner_id": administrator.id,
            "role": "guardian",
        }
    )


def _no_more_orders(env):
    approver = _as(env, "approver", entities.COMPANY.key)
    approver["ar.credit.decision"].create(
        {
            "debtor_id": _debtor(env, "gouden-koren", entities.COMPANY.key).id,
            "use_limit": False,
            "stop": True,
            "note": "Vier facturen open: eerst betalen.",
        }
    ).action_decide()


def _mistake(env, on):
    """A reminder that should not have left is undone, and the debtor is told."""
    approver = _as(env, "approver", entities.CITY.key)
    notices = approver["ar.dunning.notice"].search(
        [
            ("debtor_id", "=", _debtor(env, "undone", entities.CITY.key).id),
            ("state", "=", "dispatched"),
        ],
        order="id desc",
    )
    notices[:1]._undo(
        UndoDecision(
            "De ophaling is niet gebeurd: eerst navragen bij de dienst.",
            "hold",
            on + timedelta(days=14),
            correct=True,
        )
    )


def _team(env, on):
    city = company(env, entities.CITY.key)
    collector = users.user(env, "collector")
    accountant = users.user(env, "accountant_city")
    env["ar.team"].create(
        {
            "name": "Ontvangsten stad",
            "company_id": city.id,
            "leader_id": users.user(env, "manager").id,
            "member_ids": [(6, 0, (collector | accountant).ids)],
            "takes_debtors": True,
            "distribute": True,
        }
    )
    env["ar.substitution"].create(
        {
            "user_id": accountant.id,
            "substitute_id": collector.id,
            "date_from": on,
            "date_to": on + timedelta(days=9),
            "note": "Verlof",
        }
    )


def _simulation(env, on):
    simulation = env["ar.simulation"].create(
        {
            "name": "De komende twee weken",
            "company_id": company(env, entities.COMPANY.key).id,
            "date_from": on,
            "days": _SIMULATED_DAYS,
            "payment_percentage": 30,
            "user_id": users.user(env, "manager").id,
        }
    )
    simulation.action_start()
    while simulation.state in ("waiting", "running"):
        simulation._run_slice()
        env.cr.commit()
    if simulation.state != "done":
        raise RuntimeError(f"The simulation failed: {simulation.error}")
