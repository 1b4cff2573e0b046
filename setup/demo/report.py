"""What `setup/run` tells about the demo: tables as rows of the same keys, in order."""

from collections import defaultdict

from . import companies, entities, users
from .names import recall

# Named debtors whose payment page is shown to whoever opens the demo.
_WITHOUT_ACCOUNT = ("first_reminder", "french", "part_paid")


def summary(env):
    """One row for each entity: claims and what its latest daily cycle did.

    :return: list of dictionaries of texts and numbers
    """
    return [
        _summary_of(env, companies.company(env, entity.key))
        for entity in entities.ENTITIES
    ]


def logins(env):
    """One row for each user: role, companies, login and password."""
    rows = [
        {
            "role": login.role,
            "sees": ", ".join(users.user(env, login.key).company_ids.mapped("name")),
            "login": login.login,
            "password": login.login,
        }
        for login in users.LOGINS
    ]
    rows += [
        {
            "role": outsider.role,
            "sees": users.user(env, outsider.key).partner_id.name,
            "login": outsider.login,
            "password": outsider.login,
        }
        for outsider in users.OUTSIDERS
    ]
    admin = env.ref("base.user_admin").login
    everything = ", ".join(entity.name for entity in entities.ENTITIES)
    rows.append(
        {
            "role": "Administrator",
            "sees": everything,
            "login": admin,
            "password": admin,
        }
    )
    return rows


def links(env):
    """One row for each payment page that a debtor without an account can open."""
    rows = []
    for key in _WITHOUT_ACCOUNT:
        partner = recall(env, f"debtor_{key}")
        link = env["ar.payment.link"].search(
            [("partner_id", "=", partner.id)], order="id desc", limit=1
        )
        if link:
            rows.append({"debtor": partner.name, "payment page": link._url()})
    return rows


def _summary_of(env, company):
    cycle = env["ar.cycle"].search([("company_id", "=", company.id)], limit=1)
    [[count, amount]] = env["ar.claim"]._read_group(
        [("company_id", "=", company.id), ("state", "=", "open")],
        [],
        ["__count", "amount_residual_company:sum"],
    )
    notices = [("company_id", "=", company.id), ("date", "=", cycle.date)]
    waiting = notices + [("state", "=", "proposed")]
    return {
        "entity": company.name,
        "open claims": count,
        "open amount": _amounts({company.currency_id: amount}),
        "sent by": _sent(env, notices),
        "amount reminded": _reminded(env, notices),
        "to approve": env["ar.dunning.notice"].search_count(waiting),
        "left out": _left_out(env, company, cycle.date),
    }


def _sent(env, notices):
    counts = defaultdict(int)
    for kind, channel, count in env["ar.dunning.notice"]._read_group(
        notices + [("state", "=", "dispatched"), ("kind", "!=", "handover")],
        ["kind", "channel"],
        ["__count"],
    ):
        label = _label(env, "ar.dunning.notice", "channel", channel).lower()
        counts["thank-you" if kind == "thank_you" else label] += count
    return _counted(counts)


def _reminded(env, notices):
    return _amounts(
        dict(
            env["ar.dunning.notice"]._read_group(
                notices + [("state", "=", "dispatched"), ("kind", "=", "dunning")],
                ["currency_id"],
                ["amount_total:sum"],
            )
        )
    )


def _left_out(env, company, day):
    counts = {
        _label(env, "ar.dunning.exclusion", "code", code).lower(): count
        for code, count in env["ar.dunning.exclusion"]._read_group(
            [("run_id.company_id", "=", company.id), ("run_id.date", "=", day)],
            ["code"],
            ["__count"],
        )
    }
    return _counted(counts)


def _label(env, model, field, value):
    labels = dict(env[model]._fields[field]._description_selection(env))
    return labels.get(value, value or "")


def _counted(counts):
    largest_first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {name}" for name, count in largest_first) or "nothing"


def _amounts(amounts):
    texts = [
        f"{currency.name} {amount:,.2f}"
        for currency, amount in sorted(amounts.items(), key=lambda item: item[0].name)
    ]
    return " + ".join(texts) or "0"
