"""A small town of debtors, and what happens in it; run inside Odoo by `worker.py`.

Each function gets an environment of the superuser; the worker commits afterwards.
Dates come and go as ISO text, so that they pass through JSON.
"""

import base64
import io
import time
from datetime import date, timedelta
from pathlib import Path

from pypdf import PdfReader, PdfWriter

# On every one of these days each claim that is followed up reaches its next level.
DAYS = [date(2026, 3, 16) + timedelta(days=14 * number) for number in range(6)]
# Debtors of each kind.
BY_EMAIL = 36
BY_LETTER = 3
NOT_DUE = 2
HELD = 2
UNREACHABLE = 2
_DUE = (date(2026, 3, 1), date(2026, 2, 20), date(2026, 2, 10))


def build(env):
    """Make a Belgian company with debtors of every kind and a procedure."""
    company = _company(env)
    procedure = _procedure(env)
    segments = env["ar.dunning.segment"].search([("company_id", "=", company.id)])
    segments.active = False
    env["ar.dunning.segment"].create(
        {
            "name": "Everybody",
            "company_id": company.id,
            "domain": "[]",
            "procedure_id": procedure.id,
        }
    )
    env["ir.mail_server"].search([]).active = False
    held = _debtors(env, company)
    env.cr.flush()  # claims are made before a transaction ends
    reason = env["ar.hold.reason"].create(
        {"name": "Question open", "code": "question_of_tests"}
    )
    env["ar.hold"].create(
        [
            {
                "debtor_id": debtor.id,
                "reason_id": reason.id,
                "date_from": "2026-01-01",
            }
            for debtor in env["ar.debtor"].search([("partner_id", "in", held.ids)])
        ]
    )
    env["ar.dunning.segment"]._assign(company, DAYS[0])
    return company.id


def _company(env):
    company = env.company
    company.partner_id.write(
        {
            "country_id": env.ref("base.be").id,
            "street": "Stadsplein 1",
            "zip": "9000",
            "city": "Gent",
            "email": "finance@creditor.example",
            "tz": "Europe/Brussels",
        }
    )
    company.name = "Town of tests"
    env["account.chart.template"].try_loading("be_comp", company, install_demo=False)
    company.write(
        {
            "ar_enabled": True,
            "ar_sandbox": False,
            "ar_thank_you": False,
            "ar_fuse_maximum": 0,
        }
    )
    return company


def _procedure(env):
    template = env["ar.dunning.template"].create(
        {
            "name": "Reminder of tests",
            "subject": "Your payment to {creditor}",
            "heading": "Reminder",
            "opening": "<p>Dear {debtor}, please pay {total}.</p>",
            "closing": "<p>Thank you.</p>",
        }
    )
    procedure = env["ar.dunning.procedure"].create(
        {"name": "Town procedure", "code": "town_of_tests"}
    )
    version = procedure._new_version()
    version.level_ids = [
        (
            0,
            0,
            {
                "sequence": place,
                "level_key": f"level_{place}",
                "name": f"Level {place}",
                "mode": "automatic",
                "offset_days": 10 * place,
                "minimum_wait_days": 10,
                "template_id": template.id,
                "channel_ids": [
                    (0, 0, {"channel": "email", "sequence": 1}),
                    (0, 0, {"channel": "letter", "sequence": 2}),
                ],
            },
        )
        for place in range(1, len(DAYS) + 1)
    ]
    version.action_activate()
    return procedure


def _debtors(env, company):
    """Make debtors with posted invoices; return those that a hold will protect."""
    count = BY_EMAIL + BY_LETTER + NOT_DUE + HELD + UNREACHABLE
    letters_from, holds_from = BY_EMAIL, BY_EMAIL + BY_LETTER + NOT_DUE
    unreachable_from = count - UNREACHABLE
    partners = env["res.partner"].create(
        [
            {
                "name": f"Debtor {number}",
                "ref": f"D{number}",
                "lang": "en_US",
                "country_id": env.ref("base.be").id,
                "email": f"debtor{number}@debtor.example"
                if number < letters_from or holds_from <= number < unreachable_from
                else False,
                "street": f"Kade {number}" if number < unreachable_from else False,
                "zip": "9000",
                "city": "Gent",
            }
            for number in range(count)
        ]
    )
    moves = env["account.move"].create(
        [
            _invoice_vals(env, company, partner, number, turn)
            for number, partner in enumerate(partners)
            for turn in range(1 + number % 3)
        ]
    )
    moves.action_post()
    return partners[holds_from:unreachable_from]


def _invoice_vals(env, company, partner, number, turn):
    due = _DUE[turn]
    if BY_EMAIL + BY_LETTER <= number < BY_EMAIL + BY_LETTER + NOT_DUE:
        due = DAYS[-1] + timedelta(days=30)
    return {
        "move_type": "out_invoice",
        "company_id": company.id,
        "partner_id": partner.id,
        "invoice_date": due - timedelta(days=30),
        "invoice_date_due": due,
        "invoice_line_ids": [
            (0, 0, {"name": "Parking", "price_unit": 100 + number, "tax_ids": []})
        ],
    }


def use_mail_server(env, port):
    """Send through the mail server on a port of this machine."""
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {
            "name": "sink",
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_encryption": "none",
        }
    )


def run_cycle(env, on):
    """Run the daily cycle; return its state and error."""
    cycle = env["ar.cycle"]._run(env.company, date.fromisoformat(on))
    return {"state": cycle.state, "error": cycle.error or ""}


def run_cycle_then_idle(env, on, until):
    """Run the daily cycle, then live on like a server until a file appears.

    Another file with the ending `.idle` tells that the cycle is over.
    """
    with env.registry.cursor() as cr:
        outcome = run_cycle(env(cr=cr), on)
    freedom = Path(until)
    freedom.with_suffix(".idle").touch()
    while not freedom.exists():
        time.sleep(0.02)
    return outcome


def run_cron(env):
    """Run the scheduled action as the scheduler does."""
    env.ref("ar_dunning.cron_daily_cycle").method_direct_trigger()


def propose_again(env, on):
    """Evaluate the company once more; return the number of proposed notices."""
    runs = env["ar.dunning.run"]._propose_company(env.company, date.fromisoformat(on))
    count = len(runs.notice_ids)
    env.cr.rollback()
    return count


def propose(env, on):
    """Evaluate the company and keep the proposal."""
    env["ar.dunning.run"]._propose_company(env.company, date.fromisoformat(on))


def look(env, on):
    """Whom a run of a day would evaluate, and whether it compared only what changed.

    :return: {"quick": bool, "debtors": their references, or None for everybody}
    """
    on = date.fromisoformat(on)
    quick = env["ar.candidate.watch"]._horizon(env.company, on) is not None
    _number, query, _claims = env["ar.claim.candidate"]._list_partners(env.company, on)
    if query is None:
        return {"quick": quick, "debtors": None}
    partners = env["res.partner"].browse(row[0] for row in env.execute_query(query))
    env.cr.rollback()
    return {"quick": quick, "debtors": sorted(partners.mapped("ref"))}


def project_levels(env, debtor):
    """Work out the levels of all claims of a debtor anew."""
    env["ar.claim"].search([("partner_id.ref", "=", debtor)])._project_levels()


def hold(env, debtor, date_from, date_to):
    """Put all claims of a debtor on hold for a while; their clocks stand still."""
    env["ar.hold"].create(
        {
            "debtor_id": env["ar.debtor"].search([("partner_id.ref", "=", debtor)]).id,
            "reason_id": env.ref("ar_dunning.hold_reason_dispute").id,
            "date_from": date_from,
            "date_to": date_to,
        }
    )


def post_letters(env, on):
    """A person posts the letters and says so."""
    batches = env["ar.print.batch"].search([("state", "=", "open")])
    batches.posted_on = on
    batches._note_download()
    batches.action_confirm_posted()
    return len(batches)


def open_letters(env):
    """The letters that wait to be posted, as one PDF (base64)."""
    batches = env["ar.print.batch"].search([("state", "=", "open")])
    writer = PdfWriter()
    for batch in batches:
        writer.append(PdfReader(io.BytesIO(batch._merged_pdf())))
    merged = io.BytesIO()
    writer.write(merged)
    return base64.b64encode(merged.getvalue()).decode()


def download_letters(env):
    """A person downloads the open letters in two requests; return how many he got."""
    batches = env["ar.print.batch"].search([("state", "=", "open")])
    batches._note_download()
    env.cr.commit()
    env.invalidate_all()
    return sum(batches.mapped("letter_count"))


def list_work(env, key):
    """Put a task on the work list as workers do; return how many are open then."""
    from odoo.addons.ar_dunning.models.in_turn import in_turn

    items = env["ar.work.item"]
    task = {"kind": "task", "company_id": env.company.id, "dedup_key": key}
    in_turn(env, items._raise_items, [task])
    env.cr.commit()
    return items.search_count([("dedup_key", "=", key)])


def look_at_letters_again(env):
    """A person is about to print: letters that are wrong by now are taken out."""
    batches = env["ar.print.batch"].search([("state", "=", "open")])
    batches._withdraw_changed_letters()


def undo_run(env, days, on):
    """An approver takes back all that was sent, and tells those it reached."""
    from freezegun import freeze_time

    runs = env["ar.dunning.run"].search([("state", "=", "dispatched")])
    with freeze_time(f"{on} 12:00:00"):
        env["ar.notice.undo"].create(
            {
                "run_ids": [(6, 0, runs.ids)],
                "next_step": "again",
                "days": days,
                "correct": True,
                "reason": "Wrong price",
            }
        ).action_apply()


def run_cycle_with_broken(env, where, debtor, on):
    """Run the daily cycle while one debtor's text, letter or rows are broken."""
    partner = env["res.partner"].search([("ref", "=", f"D{debtor}")])
    notices = env.registry["ar.dunning.notice"]
    if where in ("mail", "letter"):
        method = "_placeholder_values" if where == "mail" else "_render_letter"
        original = getattr(notices, method)

        def fail(self, *args):
            if self.partner_id == partner:
                raise ZeroDivisionError("division by zero")
            return original(self, *args)

        setattr(notices, method, fail)
    else:
        table = {"dispatch": "ar_delivery", "proposal": "ar_dunning_notice_line"}[where]
        claims = env["ar.claim"].search([("partner_id", "=", partner.id)])
        env.cr.execute(
            f"""
            CREATE FUNCTION refuse_debtor() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.debtor_id = {claims.debtor_id.id} THEN
                    RAISE EXCEPTION 'this record is broken';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER refuse_debtor BEFORE INSERT ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse_debtor();
            """
        )
        env.cr.commit()
    return run_cycle(env, on)


def pay_oldest(env, debtor, on):
    """A debtor pays his oldest invoice."""
    move = _open_moves(env, debtor)[:1]
    env["account.payment.register"].with_context(
        active_model="account.move", active_ids=move.ids
    ).create({"amount": move.amount_residual, "payment_date": on})._create_payments()


def pay(env, debtor, share, on):
    """A debtor pays a share (0 to 1) of each open invoice."""
    for move in _open_moves(env, debtor):
        amount = round(move.amount_residual * share, 2)
        env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"amount": amount, "payment_date": on})._create_payments()


def credit(env, debtor, amount, on):
    """A debtor gets a credit note that nobody has matched with anything yet."""
    partner = env["res.partner"].search([("ref", "=", f"D{debtor}")])
    env["account.move"].create(
        {
            "move_type": "out_refund",
            "partner_id": partner.id,
            "invoice_date": on,
            "invoice_line_ids": [
                (0, 0, {"name": "Sorry", "price_unit": amount, "tax_ids": []})
            ],
        }
    ).action_post()


def _open_moves(env, debtor):
    return env["account.move"].search(
        [
            ("partner_id.ref", "=", f"D{debtor}"),
            ("state", "=", "posted"),
            ("amount_residual", ">", 0),
            ("move_type", "=", "out_invoice"),
        ],
        order="invoice_date_due, id",
    )


def ledger_differences(env):
    """The rows of the ledger identity that do not agree."""
    rows = env["ar.ledger.identity"].search([])
    return [
        (row.account_id.code, row.difference, row.difference_company)
        for row in rows
        if row.currency_id.compare_amounts(row.difference, 0)
        or row.company_currency_id.compare_amounts(row.difference_company, 0)
    ]


def build_second_entity(env):
    """Let the town's debtors owe another entity too: one contact a week in all."""
    first = env.company
    second = env["res.company"].create(
        {
            "name": "Second entity",
            "country_id": first.country_id.id,
            "currency_id": first.currency_id.id,
            "email": "second@creditor.example",
        }
    )
    env.user.write({"company_ids": [(4, second.id)]})
    env["account.chart.template"].try_loading("be_comp", second, install_demo=False)
    second.partner_id.tz = first.partner_id.tz
    second.write(
        {
            "ar_enabled": True,
            "ar_sandbox": False,
            "ar_thank_you": False,
            "ar_fuse_maximum": 0,
        }
    )
    env["ar.dunning.segment"].search([("company_id", "=", second.id)]).active = False
    env["ar.dunning.segment"].create(
        {
            "name": "Everybody",
            "company_id": second.id,
            "domain": "[]",
            "procedure_id": env["ar.dunning.procedure"]
            .search([("code", "=", "town_of_tests")])
            .id,
        }
    )
    (first | second).write(
        {
            "ar_contact_maximum": 1,
            "ar_contact_period_days": 7,
            "ar_contact_scope": "all",
        }
    )
    partners = env["res.partner"].search([("ref", "=like", "D%")], order="id")
    by_email = partners.filtered("email")[:BY_EMAIL]
    env["account.move"].with_company(second).create(
        [
            _invoice_vals(env, second, partner, number, 0)
            for number, partner in enumerate(by_email)
        ]
    ).action_post()
    # Only these: what the first entity writes to others is no matter here.
    others = env["ar.debtor"].search([("partner_id", "not in", by_email.ids)])
    env["ar.hold"].create(
        [
            {
                "debtor_id": debtor.id,
                "reason_id": env["ar.hold.reason"]
                .search([("code", "=", "question_of_tests")])
                .id,
                "date_from": "2026-01-01",
            }
            for debtor in others
        ]
    )


def run_entity(env, number):
    """Run the daily cycle of one of the two entities on the first day."""
    company = env["res.company"].search([("ar_enabled", "=", True)], order="id")[number]
    return env["ar.cycle"]._run(company, DAYS[0]).state


def approve_then_limit(env, on, channel, per_day):
    """Approve the notices of a day first, and only then limit what leaves a day."""
    env["ar.cycle"]._run_alone(env.company, date.fromisoformat(on))
    env["ar.capacity"].create(
        {"company_id": env.company.id, "channel": channel, "per_day": per_day}
    )


def owe_by_instalments(env):
    """Let one enterprise alone be reminded: of two instalments, by two notices.

    The forty euro of the law are for its invoice, not for each instalment.
    """
    company = env.company
    env["ar.dunning.procedure"].search(
        [("code", "=", "town_of_tests")]
    ).combine = "per_claim"
    # A version in force is not edited: the town is made so before anything happens.
    env.cr.execute("UPDATE ar_dunning_level SET cost_action = 'claim'")
    env.invalidate_all()
    reason = env["ar.hold.reason"].search([("code", "=", "question_of_tests")])
    env["ar.hold"].create(
        [
            {"debtor_id": debtor.id, "reason_id": reason.id, "date_from": "2026-01-01"}
            for debtor in env["ar.debtor"].search([])
        ]
    )
    env["ar.cost.policy"].create(
        {
            "company_id": company.id,
            "kind": "fixed_amount",
            "journal_id": env["account.journal"]
            .search(
                [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
            )
            .id,
            "account_id": env["account.account"]
            .search([("account_type", "=", "income")], limit=1)
            .id,
        }
    )
    partner = env["res.partner"].create(
        {
            "name": "Enterprise",
            "is_company": True,
            "lang": "en_US",
            "country_id": env.ref("base.be").id,
            "email": "enterprise@debtor.example",
        }
    )
    half = {"value": "percent", "value_amount": 50}
    term = env["account.payment.term"].create(
        {
            "name": "Two instalments",
            "line_ids": [(0, 0, {**half, "nb_days": days}) for days in (0, 5)],
        }
    )
    move = env["account.move"].create(
        {
            **_invoice_vals(env, company, partner, 0, 0),
            "invoice_payment_term_id": term.id,
            "invoice_date": "2026-02-10",
            "invoice_date_due": False,
        }
    )
    move.action_post()
    env.cr.flush()  # claims are made before a transaction ends
    claims = env["ar.claim"].search([("move_id", "=", move.id)])
    claims.debtor_id.debtor_class = "enterprise"
    env["ar.dunning.segment"]._assign(company, DAYS[0])
    return len(claims)
