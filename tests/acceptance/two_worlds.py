"""A town's follow-up, with and without secret claims; runs inside Odoo."""

from datetime import date, timedelta

from odoo import Command

FIRST = date(2026, 3, 16)
# Days after the first on which the cycle runs: each level once, then the handover.
RUN_DAYS = (0, 20, 45)
SECRET_WORDS = ("Quinten", "Geheim", "777.77")


def build(env, port):
    """Make what both worlds have: the office, its people, the debtors.

    :param port: of the mail server on this machine
    """
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {
            "name": "sink",
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_encryption": "none",
        }
    )
    company = env.company
    company.write(
        {
            "name": "Stad Voorbeeld",
            "email": "financien@stad.example",
            "country_id": env.ref("base.be").id,
        }
    )
    company.partner_id.tz = "Europe/Brussels"
    env["account.chart.template"].try_loading("be_comp", company, install_demo=False)
    env["res.partner.bank"].create(
        {"acc_number": "BE71096123456769", "partner_id": company.partner_id.id}
    )
    _people(env, company)
    _procedure(env, company)
    env["res.partner"].create(
        [
            {"name": name, "email": f"{name.split()[0].lower()}@debtor.example"}
            for name in ("Ann Claeys", "Bart Wouters")
        ]
    )
    # Known as a person; that he owes anything is the secret.
    env["res.partner"].create(
        {"name": "Quinten Maes", "street": "Kaai 1", "zip": "9000", "city": "Gent"}
    )
    group = env["res.groups"].create({"name": "Social claims"})
    sale = env["account.journal"].search(
        [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
    )
    secret_type = env["ar.claim.type"].create(
        {
            "name": "Social claim",
            "code": "secret",
            "nature": "social_claim",
            "access_group_id": group.id,
        }
    )
    sale.copy(
        {
            "name": "Social",
            "code": "SOC",
            "ar_claim_type_id": secret_type.id,
            "default_account_id": sale.default_account_id.id,
        }
    )
    env["res.users"].search([("login", "=", "insider")]).group_ids = [
        Command.link(group.id)
    ]
    company.ar_enabled = True
    if "ar_sandbox" in company._fields:
        company.ar_sandbox = False


def _people(env, company):
    accounting = ("account.group_account_manager", "account.group_account_user")
    for login, groups in (
        ("auditor", ("ar_dunning.group_auditor",)),
        ("manager", ("ar_dunning.group_manager",)),
        ("accountant", ("ar_dunning.group_manager", *accounting)),
        ("insider", ("ar_dunning.group_manager", *accounting)),
    ):
        env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": login.capitalize(),
                "login": login,
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [
                    Command.link(env.ref(xmlid).id)
                    for xmlid in ("base.group_user", "base.group_allow_export", *groups)
                ],
            }
        )


def _procedure(env, company):
    template = env["ar.dunning.template"].create(
        {
            "name": "Reminder",
            "subject": "Your payment to {creditor}",
            "heading": "Reminder",
            "opening": "<p>Dear {debtor}, please pay {total}.</p>",
            "closing": "<p>Thank you.</p>",
        }
    )
    procedure = env["ar.dunning.procedure"].create({"name": "Town", "code": "town"})
    version = procedure._new_version()
    channels = [
        Command.create({"channel": channel, "sequence": place})
        for place, channel in enumerate(("email", "letter"))
    ]
    version.level_ids = [
        Command.create(
            {
                "sequence": sequence,
                "level_key": key,
                "name": key.capitalize(),
                "offset_days": days,
                "mode": "automatic",
                "template_id": template.id,
                "channel_ids": channels,
            }
        )
        for sequence, (key, days) in enumerate((("reminder", 5), ("final", 20)), 1)
    ] + [
        Command.create(
            {
                "sequence": 3,
                "level_key": "handover",
                "name": "Handover",
                "offset_days": 40,
                "kind": "handover",
                "phase": "legal",
            }
        )
    ]
    version.action_activate()
    env["ar.dunning.segment"].search([("company_id", "=", company.id)]).active = False
    env["ar.dunning.segment"].create(
        {
            "name": "Everybody",
            "company_id": company.id,
            "domain": "[]",
            "procedure_id": procedure.id,
        }
    )


def live(env, *, with_secrets):
    """Let both worlds live through the same; one of them also with what is secret."""
    worlds = [("Service", 100.0, "INV", ("Ann Claeys", "Bart Wouters"))]
    if with_secrets:
        worlds.append(("Geheime hulp", 777.77, "SOC", ("Ann Claeys", "Quinten Maes")))
    moves = {
        what: _invoices(env, what, amount, journal, debtors)
        for what, amount, journal, debtors in worlds
    }
    env.cr.flush()
    for number, days in enumerate(RUN_DAYS):
        on = FIRST + timedelta(days=days)
        _cycle(env, on)
        for own in moves.values():
            env.cr.flush()
            _happen(env, number, own, on)
    last = FIRST + timedelta(days=RUN_DAYS[-1] + 1)
    _cycle(env, last)
    _look_ahead(env, last)


def _invoices(env, what, amount, journal, debtors):
    journal = env["account.journal"].search(
        [("code", "=", journal), ("company_id", "=", env.company.id)]
    )
    partners = env["res.partner"].search([("name", "in", debtors)], order="name")
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "journal_id": journal.id,
                "invoice_date": FIRST - timedelta(days=36),
                # What is secret is older: credits would cover it first.
                "invoice_date_due": FIRST - timedelta(days=6 + (what != "Service")),
                "invoice_line_ids": [
                    Command.create({"name": what, "price_unit": amount, "tax_ids": []})
                ],
            }
            for partner in partners
            for _turn in range(3)
        ]
    )
    moves.action_post()
    return moves


def _cycle(env, on):
    cycle = env["ar.cycle"]._run(env.company, on)
    assert cycle.state == "done", cycle.error
    batches = env["ar.print.batch"].search([("state", "=", "open")])
    batches.posted_on = on
    batches._note_download()
    batches.action_confirm_posted()


def _happen(env, number, moves, on):
    """Something of each kind happens to these invoices."""
    claims = env["ar.claim"].search([("move_id", "in", moves.ids)], order="id")
    # What is secret of the first debtor alone must not show on the debtor either.
    some = claims[:3] if claims[0].access_group_id else claims[3:]
    if number == 0:
        _pay(env, moves[0], 0.5, on)
        _hold(env, some[1], on)
        _link(env, some)
    elif number == 1:
        _pay(env, moves[3], 1.0, on)
        _transfer(env, moves[5], on)
        _credit(env, moves[0], 20.0, on)
        mail = claims.line_ids.notice_id.delivery_ids.filtered(
            lambda delivery: delivery.state == "sent" and delivery.channel == "email"
        )
        mail[:1]._mark_bounced("User unknown")
    else:
        _hand_over(env, claims, on)


def _look_ahead(env, on):
    """What people ask the machine for: statements, a rehearsal, a simulation."""
    company = env.company
    claims = env["ar.claim"].search([("state", "=", "open")])
    for debtor in claims.debtor_id:
        env["ar.dunning.notice"]._make_statements(debtor, company, on, "none")
    env["ar.dunning.run"]._rehearse(company, on)
    simulation = env["ar.simulation"].create(
        {"company_id": company.id, "date_from": on, "days": 30}
    )
    env.cr.commit()
    # Its temporary tables take the place of the real ones in their own connection.
    with env.registry.cursor() as cursor:
        found = simulation.with_env(env(cr=cursor))._simulate_days(
            company, on, on + timedelta(days=29)
        )
        cursor.rollback()
    simulation._add_lines("a", found.rows)


def _pay(env, move, share, on):
    env["account.payment.register"].with_context(
        active_model="account.move", active_ids=move.ids
    ).create(
        {
            "amount": move.currency_id.round(move.amount_residual * share),
            "payment_date": on,
        }
    )._create_payments()


def _transfer(env, move, on):
    """A transaction of the bank that the daily cycle matches by its reference."""
    bank = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
    )
    env["account.bank.statement.line"].create(
        {
            "journal_id": bank.id,
            "date": on,
            "payment_ref": move.payment_reference,
            "partner_id": move.partner_id.id,
            "amount": move.amount_residual,
        }
    )


def _credit(env, move, amount, on):
    """A credit note that is not matched with anything."""
    env["account.move"].create(
        {
            "move_type": "out_refund",
            "partner_id": move.partner_id.id,
            "journal_id": move.journal_id.id,
            "invoice_date": on,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": move.invoice_line_ids[:1].name,
                        "price_unit": amount,
                        "tax_ids": [],
                    }
                )
            ],
        }
    ).action_post()


def _hold(env, claim, on):
    reason = env["ar.hold.reason"].search([("maximum_days", "=", 0)], limit=1)
    env["ar.hold"].create(
        {
            "claim_id": claim.id,
            "reason_id": reason.id,
            "date_from": on,
            "date_to": on + timedelta(days=10),
            "note": claim.description,
        }
    )


def _link(env, claims):
    for own in claims.grouped("debtor_id").values():
        env["ar.payment.link"]._make(own, source="manual")


def _hand_over(env, claims, on):
    notices = claims.line_ids.notice_id.filtered(
        lambda notice: notice.kind == "handover" and notice.state == "proposed"
    )
    for notice in notices[:1]:
        track = env["ar.legal.track"]._proposed_for(env.company, notice.debtor_id)
        cases, _fallen = notice._hand_over(
            {
                "reason": f"Not paid: {claims[0].description}",
                "track_id": track.id,
                "party_role": "internal",
                "user_id": env.uid,
            },
            {env.company: on},
        )
        cases.action_make_handoff()


def secret_records(env):
    """The records of restricted types, {model: ids}, found by their group."""
    group = env["ar.claim.type"].search([("code", "=", "secret")]).access_group_id
    found = {}
    for name in env.registry:
        model = env[name]
        if model._abstract or model._transient or not name.startswith("ar."):
            continue
        if "access_group_id" in model._fields and name != "ar.claim.type":
            records = model.with_context(active_test=False).search(
                [("access_group_id", "=", group.id)]
            )
            if records:
                found[name] = records.ids
    return found
