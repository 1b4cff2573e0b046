"""Sets up the suite on the big ledger: types, procedures, segments, claims, holds."""

from datetime import date, timedelta
from itertools import product

from odoo.tools import SQL

from . import shape
from .meter import measured

_CLASSES = ("consumer", "enterprise")
# Level keys and the days after the due date; the first is due for all old items.
_LEVELS = (
    ("reminder", shape.FIRST_LEVEL_DAYS),
    ("second_reminder", 30),
    ("notice_of_default", 60),
)
_HOLD_DAYS = 20


def prepare(env, on, levels=None):
    """Bring the suite in force on the ledger as it is.

    Ten procedures of three levels, twenty segments; 5 % of the items are on hold, half
    of them by themselves, half through their debtor.

    :param on: the day of the benchmark, ISO text
    :param levels: how many levels each procedure has; all, unless told
    :return: measurements, {what: measurement}
    :raises RuntimeError: when claims and ledger do not agree
    """
    on = date.fromisoformat(on)
    company = env.company
    # All that is due leaves on the first day: no limit holds it back.
    company.write({"ar_enabled": True, "ar_sandbox": False, "ar_fuse_maximum": 0})
    _clear(env)
    _label_journals(env)
    _segments(env, company, _procedures(env, levels))
    env.cr.commit()
    measurements = {}
    with measured(env) as measurements["sync"]:
        created = env["ar.claim"]._sync_companies(company)
        env.cr.commit()
    measurements["sync"]["rows"] = created
    _analyse(env)
    with measured(env) as measurements["assign"]:
        assigned = env["ar.dunning.segment"]._assign(company, on)
        env.cr.commit()
    measurements["assign"]["rows"] = assigned
    if assigned != created:
        raise RuntimeError(f"Only {assigned} of {created} claims have a procedure.")
    _hold(env, on)
    with measured(env) as measurements["figures"]:
        measurements["figures"]["rows"] = env["ar.debtor.figure"]._refresh(company, on)
        env.cr.commit()
    _require_identity(env)
    return measurements


def _clear(env):
    """Take away what the installation made by itself: ours is measured anew."""
    env["ar.dunning.segment"].with_context(active_test=False).search([]).unlink()
    env.flush_all()
    # Cascades into tables of follow-up alone, and they are still empty.
    env.cr.execute("TRUNCATE ar_claim, ar_debtor CASCADE")
    env.invalidate_all(flush=False)


def _label_journals(env):
    types = env["ar.claim.type"].create(
        [
            {"name": f"Benchmark {nature}", "code": f"bench_{nature}", "nature": nature}
            for nature in shape.NATURES
        ]
    )
    for number, claim_type in enumerate(types):
        journal = env["account.journal"].search(
            [("code", "=", shape.journal_code(number))]
        )
        journal.ar_claim_type_id = claim_type


def _procedures(env, levels):
    """Return {(nature, debtor class): procedure}, ten in all."""
    template = env["ar.dunning.template"].create(
        {
            "name": "Benchmark",
            "subject": "Your payment to {creditor}",
            "heading": "Reminder",
            "opening": "<p>Dear {debtor},</p><p>We have not received {total} yet.</p>",
            "closing": "<p>With kind regards, {creditor}</p>",
        }
    )
    return {
        (nature, debtor_class): _procedure(env, nature, debtor_class, template, levels)
        for nature, debtor_class in product(shape.NATURES, _CLASSES)
    }


def _procedure(env, nature, debtor_class, template, levels):
    procedure = env["ar.dunning.procedure"].create(
        {
            "name": f"Benchmark {nature} {debtor_class}",
            "code": f"bench_{nature}_{debtor_class}",
            "debtor_class": debtor_class,
        }
    )
    version = procedure._new_version()
    version.level_ids = [
        (
            0,
            0,
            {
                "sequence": sequence,
                "level_key": key,
                "name": key.replace("_", " ").capitalize(),
                "offset_days": days,
                "mode": "automatic",
                "template_id": template.id,
                "channel_ids": [
                    (0, 0, {"channel": channel, "sequence": place})
                    for place, channel in enumerate(("email", "letter"), 1)
                ],
            },
        )
        for sequence, (key, days) in enumerate(_LEVELS[:levels], 1)
    ]
    version.action_activate()
    return procedure


def _segments(env, company, procedures):
    """Twenty segments: nature, debtor class and currency."""
    currencies = ("EUR", "USD")
    env["ar.dunning.segment"].create(
        [
            {
                "name": f"{nature} {debtor_class} {currency}",
                "company_id": company.id,
                "sequence": sequence,
                "procedure_id": procedures[nature, debtor_class].id,
                "domain": repr(
                    [
                        ("claim_type_id.nature", "=", nature),
                        ("debtor_id.debtor_class", "=", debtor_class),
                        ("currency_id.name", "=", currency),
                    ]
                ),
            }
            for sequence, (nature, debtor_class, currency) in enumerate(
                product(shape.NATURES, _CLASSES, currencies)
            )
        ]
    )


def _hold(env, on):
    """Hold every fortieth claim, and every fortieth debtor with all its claims."""
    reasons = env["ar.hold.reason"].create(
        [
            {
                "name": f"Benchmark {code}",
                "code": f"bench_{code}",
                "freezes_clock": freezes,
            }
            for code, freezes in (("question", True), ("other", False))
        ]
    )
    holds = []
    # In the order of the ledger: the same items are held whatever the claims' ids are.
    for field, model, order in (
        ("claim_id", "ar.claim", "line_id.id"),
        ("debtor_id", "ar.debtor", "partner_id.id"),
    ):
        every = env[model].search([], order=order).ids[::40]
        for number, record_id in enumerate(every):
            holds.append(
                {
                    field: record_id,
                    "reason_id": reasons[number % 2].id,
                    "date_from": on - timedelta(days=_HOLD_DAYS),
                    "date_to": on + timedelta(days=_HOLD_DAYS),
                }
            )
    env["ar.hold"].create(holds)
    env.flush_all()


def _require_identity(env):
    """The sum of the claims must be what the ledger says, to the cent."""
    rows = env["ar.ledger.identity"].search([])
    wrong = rows.filtered(
        lambda row: (
            not row.currency_id.is_zero(row.difference)
            or not row.company_currency_id.is_zero(row.difference_company)
        )
    )
    if wrong or not rows:
        raise RuntimeError(f"Claims and ledger differ on {len(wrong)} lines.")


def _analyse(env):
    for table in ("ar_claim", "ar_debtor"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.cr.commit()
