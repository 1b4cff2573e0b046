"""A big ledger in core Odoo: prototypes booked by Odoo, then copied by SQL.

Nothing here knows the suite: the same ledger is copied for ours and for the addon that
ours is compared with.
"""

from datetime import date, timedelta

from odoo import Command
from odoo.tools import SQL

from . import copies, shape

# As while modules are installed: no module follows the country of the company, and no
# service on the Internet is asked about it. And no chatter about what is made in bulk.
_QUIET = {
    "install_mode": True,
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
}
# What is paid on an invoice. A multiple of five dollars is a number of whole cents in
# euro, so that the matching needs no entry for an exchange difference.
_PART = 40.0
# Unmatched credits: one covers a part of an invoice, the other some invoices.
_CREDITS = (60.0, 1500.0)


def build(env, items, on):
    """Book `items` open invoices and what belongs to them, then check the books.

    A quarter as many debtors; a fifth of them companies, a tenth owes dollars, 3 % have
    an unmatched credit, one in seven has no e-mail address; 10 % of the invoices are
    paid in part.

    :param on: the day of the benchmark, ISO text
    :return: counts, {what: number}
    :raises RuntimeError: when the books are not sound
    """
    on = date.fromisoformat(on)
    env = env(context={**env.context, **_QUIET})
    _found(env)
    prototypes = _book_prototypes(env, on)
    env.flush_all()
    copies.multiply(env, prototypes, items, on)
    env.invalidate_all(flush=False)
    env.cr.commit()
    found = _problems(env, items)
    if found:
        raise RuntimeError("The ledger is not sound: " + "; ".join(found))
    return _counts(env)


def _found(env):
    """A company in euro with a Belgian chart, five sales journals and dollars."""
    company = env.company
    company.write(
        {
            "name": "Creditor",
            "street": "Market 1",
            "zip": "9000",
            "city": "Ghent",
            "country_id": env.ref("base.be").id,
            "currency_id": env.ref("base.EUR").id,
            "email": "accounts@creditor.example",
            "iap_enrich_auto_done": True,
        }
    )
    env["account.chart.template"].try_loading("be_comp", company, install_demo=False)
    env["res.partner.bank"].create(
        {"acc_number": "BE71096123456769", "partner_id": company.partner_id.id}
    )
    env.ref("base.USD").active = True
    env["res.currency.rate"].create(
        {
            "currency_id": env.ref("base.USD").id,
            "name": "2020-01-01",
            "rate": shape.DOLLARS_PER_EURO,
            "company_id": False,
        }
    )
    env["account.journal"].create(
        [
            {
                "name": nature.replace("_", " ").capitalize(),
                "code": shape.journal_code(number),
                "type": "sale",
                "company_id": company.id,
                "invoice_reference_model": "be",
                "default_account_id": env.ref(f"account.{company.id}_a7001").id,
            }
            for number, nature in enumerate(shape.NATURES)
        ]
    )


def _book_prototypes(env, on):
    """Book one invoice of each kind, its part payment, and unmatched credits.

    :return: list of `copies.Prototype`
    """
    found = []
    for is_company in (False, True):
        for dollars in (False, True):
            partner = _partner(env, is_company, dollars)
            for journal in range(len(shape.NATURES)):
                for part_paid in (False, True):
                    invoice = _invoice(env, partner, journal, dollars, on, part_paid)
                    key = (journal, is_company, dollars, int(part_paid))
                    found.append(copies.Prototype("invoice", invoice.id, *key))
                    if part_paid:
                        payment = _pay_part(env, invoice, on)
                        found.append(copies.Prototype("payment", payment.id, *key))
            for variant, amount in enumerate(_CREDITS):
                credit = _receipt(env, partner, amount, dollars, on)
                key = (0, is_company, dollars, variant)
                found.append(copies.Prototype("credit", credit.id, *key))
    return found


def _partner(env, is_company, dollars):
    return env["res.partner"].create(
        {
            "name": f"Prototype {int(is_company)}{int(dollars)}",
            "is_company": is_company,
            "street": "Church Street 7",
            "zip": "3000",
            "city": "Leuven",
            "country_id": env.ref("base.be").id,
            "email": f"prototype{int(is_company)}{int(dollars)}@debtor.example",
        }
    )


def _invoice(env, partner, journal, dollars, on, part_paid):
    """One to four lines with 21 % and 6 % VAT, over roughly 60 to 1,900."""
    taxes = [
        env.ref(f"account.{env.company.id}_attn_VAT-OUT-{rate}-L")
        for rate in (21, "06")
    ]
    position = 2 * journal + int(part_paid)
    issued = on - timedelta(days=shape.DAYS_OF_TERMS)
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "journal_id": env["account.journal"]
            .search([("code", "=", shape.journal_code(journal))])
            .id,
            "partner_id": partner.id,
            "currency_id": _currency(env, dollars).id,
            "invoice_date": issued,
            "invoice_date_due": on,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": f"Service {line + 1}",
                        "quantity": 1 + line,
                        "price_unit": 50 + 17.35 * position,
                        "tax_ids": [Command.set(taxes[line % 2].ids)],
                    }
                )
                for line in range(1 + position % 4)
            ],
        }
    )
    move.action_post()
    return move


def _pay_part(env, invoice, on):
    dollars = invoice.currency_id == _currency(env, True)
    entry = _receipt(env, invoice.partner_id, _PART, dollars, on)
    (_receivable_items(invoice) + _receivable_items(entry)).reconcile()
    return entry


def _receipt(env, partner, amount, dollars, on):
    """Money on the bank account from a debtor, as a bank statement books it."""
    journal = env.ref(f"account.{env.company.id}_bank")
    balance = env.company.currency_id.round(
        amount / shape.DOLLARS_PER_EURO if dollars else amount
    )
    sides = (
        (journal.default_account_id, 1),
        (partner.property_account_receivable_id, -1),
    )
    entry = env["account.move"].create(
        {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": on,
            "line_ids": [
                Command.create(
                    {
                        "name": "Transfer",
                        "account_id": account.id,
                        "partner_id": partner.id,
                        "currency_id": _currency(env, dollars).id,
                        "amount_currency": sign * amount,
                        "balance": sign * balance,
                    }
                )
                for account, sign in sides
            ],
        }
    )
    entry.action_post()
    return entry


def _receivable_items(move):
    return move.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable"
    )


def _currency(env, dollars):
    return env.ref("base.USD" if dollars else "base.EUR")


# Checks


def _problems(env, items):
    """What is wrong with the books, as sentences; empty if all is well."""
    found = []
    for sentence, query in _QUERIES.items():
        [[count]] = env.execute_query(SQL(query))
        if count:
            found.append(f"{count} {sentence}")
    open_items = _counts(env)["open invoices"]
    if open_items != items:
        found.append(f"there are {open_items} open invoices instead of {items}")
    return found + _recomputed(env)


def _recomputed(env, sample=30):
    """Let Odoo compute totals of some copies anew; they must stay as they are."""
    moves = env["account.move"].search(
        [("move_type", "=", "out_invoice")], order="id desc", limit=40 * sample
    )[::40]
    names = ["amount_total", "amount_residual", "amount_tax", "payment_state"]
    stored = moves.read(names)
    for name in names:
        env.add_to_compute(env["account.move"]._fields[name], moves)
    if moves.read(names) != stored:
        return ["Odoo computes other totals of the copies than are stored"]
    return []


def _counts(env):
    [[invoices, part_paid, dollars, debtors, credits]] = env.execute_query(
        SQL(
            """
            SELECT COUNT(*) FILTER (WHERE line.amount_residual > 0),
                   COUNT(*) FILTER (WHERE line.amount_residual > 0
                                      AND line.amount_residual <> line.balance),
                   COUNT(*) FILTER (WHERE line.amount_residual > 0
                                      AND line.currency_id <> company.currency_id),
                   COUNT(DISTINCT line.partner_id),
                   COUNT(*) FILTER (WHERE line.amount_residual < 0)
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              JOIN res_company company ON company.id = line.company_id
             WHERE account.account_type = 'asset_receivable'
               AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
            """
        )
    )
    return {
        "open invoices": invoices,
        "paid in part": part_paid,
        "in dollars": dollars,
        "debtors": debtors,
        "unmatched credits": credits,
    }


_QUERIES = {
    "entries do not balance": """
        SELECT COUNT(*) FROM (
            SELECT move_id FROM account_move_line GROUP BY move_id
            HAVING SUM(balance) <> 0 OR SUM(debit) <> SUM(credit)
        ) AS unbalanced
    """,
    "receivable items are open for another amount than their matching leaves": """
        SELECT COUNT(*)
          FROM account_move_line line
          JOIN account_account account ON account.id = line.account_id
          LEFT JOIN LATERAL (
               SELECT SUM(amount) AS amount,
                      SUM(debit_amount_currency) AS amount_currency
                 FROM account_partial_reconcile WHERE debit_move_id = line.id
               ) paid ON TRUE
          LEFT JOIN LATERAL (
               SELECT SUM(amount) AS amount,
                      SUM(credit_amount_currency) AS amount_currency
                 FROM account_partial_reconcile WHERE credit_move_id = line.id
               ) used ON TRUE
         WHERE account.account_type = 'asset_receivable'
           AND (line.amount_residual <> line.balance
                - COALESCE(paid.amount, 0) + COALESCE(used.amount, 0)
                OR line.amount_residual_currency <> line.amount_currency
                - COALESCE(paid.amount_currency, 0)
                + COALESCE(used.amount_currency, 0)
                OR line.reconciled IS DISTINCT FROM (line.amount_residual = 0
                   AND line.amount_residual_currency = 0))
    """,
    "items carry a matching number that is not that of their matching": """
        SELECT COUNT(*)
          FROM account_move_line line
          JOIN account_partial_reconcile partial
            ON line.id IN (partial.debit_move_id, partial.credit_move_id)
         WHERE partial.full_reconcile_id IS NULL
           AND line.matching_number IS DISTINCT FROM 'P' || partial.id
    """,
    "invoices differ from the sum of their receivable items": """
        SELECT COUNT(*) FROM (
            SELECT move.id
              FROM account_move move
              JOIN account_move_line line ON line.move_id = move.id
              JOIN account_account account ON account.id = line.account_id
             WHERE move.move_type = 'out_invoice'
               AND account.account_type = 'asset_receivable'
             GROUP BY move.id
            HAVING SUM(line.amount_currency) <> move.amount_total
                OR SUM(line.amount_residual_currency) <> move.amount_residual
        ) AS different
    """,
    "items belong to another debtor or day than their invoice": """
        SELECT COUNT(*)
          FROM account_move_line line
          JOIN account_move move ON move.id = line.move_id
         WHERE move.move_type = 'out_invoice'
           AND (line.partner_id <> move.partner_id OR line.date <> move.date
                OR line.move_name <> move.name
                OR line.date_maturity <> move.invoice_date_due)
    """,
    "documents have a name twice": """
        SELECT COUNT(*) FROM (
            SELECT FROM account_move WHERE state = 'posted'
             GROUP BY company_id, name HAVING COUNT(*) > 1
        ) AS repeated
    """,
}
