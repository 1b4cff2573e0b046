"""Makes the demo big: copies of its people and open invoices, by a few statements.

What must differ are ids, names, numbers, references, addresses and dates.
"""

from odoo.tools import SQL

from toolkit.row_copies import copy_debtors, copy_items, copy_moves

from .names import MODULE

INVOICES_PER_DEBTOR = 4
# One new debtor in so many is a firm. Each owes to one company.
_FIRMS_EVERY = 5
# Due dates of the copies, spread evenly: days before the day of the demo.
_FIRST_DUE, _DUE_SPAN = -30, 181
# Steps through the originals and the days; primes, so that all combinations occur.
_STEPS = {"name": 7, "family": 1009, "invoice": 7919, "day": 104729}


def grow(env, size, on):
    """Add invoices until there are about `size` open receivable items.

    Written past the ORM: the caller lets the claims follow the ledger.

    :param size: wanted number of open items over all companies
    :param on: the day of the demo
    :return: number of invoices added
    """
    env.flush_all()
    missing = size - _open_items(env)
    debtors = -(-missing // INVOICES_PER_DEBTOR)
    if debtors <= 0:
        return 0
    _pick_originals(env)
    _copy_partners(env, debtors)
    _copy_moves(env, missing, on)
    _copy_lines(env)
    for table in ("res_partner", "account_move", "account_move_line"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.invalidate_all(flush=False)
    return missing


def _open_items(env):
    [[count]] = env.execute_query(
        SQL(
            """
            SELECT COUNT(*)
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
             WHERE account.account_type = 'asset_receivable'
               AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
               AND line.balance > 0
            """
        )
    )
    return count


def _pick_originals(env):
    """List the crowd (not the named debtors) and its simple open invoices."""
    env.cr.execute(
        SQL(
            """
            CREATE TEMP TABLE demo_person ON COMMIT DROP AS
            SELECT partner.id, partner.is_company,
                   split_part(partner.name, ' ', 1) AS first_word,
                   substr(partner.name, strpos(partner.name, ' ') + 1) AS rest,
                   row_number() OVER kind - 1 AS position,
                   COUNT(*) OVER (PARTITION BY partner.is_company) AS total
              FROM res_partner partner
              JOIN ir_model_data external
                ON external.model = 'res.partner' AND external.res_id = partner.id
             WHERE external.module = %s
               AND (external.name LIKE 'debtor\\_person\\_%%'
                    OR external.name LIKE 'debtor\\_firm\\_%%')
            WINDOW kind AS (PARTITION BY partner.is_company ORDER BY partner.id)
            """,
            MODULE,
        )
    )
    env.cr.execute(
        SQL(
            """
            CREATE TEMP TABLE demo_invoice ON COMMIT DROP AS
            SELECT move.id, move.company_id, person.is_company,
                   move.invoice_date_due - move.invoice_date AS days,
                   row_number() OVER kind - 1 AS position,
                   COUNT(*) OVER (PARTITION BY person.is_company, move.company_id)
                       AS total
              FROM account_move move
              JOIN demo_person person ON person.id = move.partner_id
              JOIN res_company company ON company.id = move.company_id
             WHERE move.move_type = 'out_invoice'
               AND move.state = 'posted'
               AND move.payment_state = 'not_paid'
               AND move.currency_id = company.currency_id
               AND move.sequence_prefix ~ '/[0-9]{4}/$'
               AND (SELECT COUNT(*) FROM account_move_line line
                     WHERE line.move_id = move.id
                       AND line.display_type = 'payment_term') = 1
            WINDOW kind AS (PARTITION BY person.is_company, move.company_id
                                ORDER BY move.id)
            """
        )
    )


def _copy_partners(env, count):
    """New people: the address of one of the crowd, the names of two."""
    env.cr.execute(
        SQL(
            """
            CREATE TEMP TABLE demo_new_partner ON COMMIT DROP AS
            SELECT nextval('res_partner_id_seq')::int AS id, source.id AS source_id,
                   source.is_company, wish.number,
                   source.first_word || ' ' || family.rest AS name
              FROM (SELECT number, number %% %(every)s = 0 AS is_company
                      FROM generate_series(1, %(count)s) AS number) AS wish
              JOIN demo_person source
                ON source.is_company = wish.is_company
               AND source.position = wish.number::bigint * %(name)s %% source.total
              JOIN demo_person family
                ON family.is_company = wish.is_company
               AND family.position = wish.number::bigint * %(family)s %% family.total
            """,
            count=count,
            every=_FIRMS_EVERY,
            name=_STEPS["name"],
            family=_STEPS["family"],
        )
    )
    email = SQL(
        """CASE WHEN source.email IS NOT NULL AND source.email <> ''
                THEN 'debiteur' || fresh.id || '@example.org' END"""
    )
    number = SQL(
        """CASE WHEN fresh.is_company THEN
                lpad((9200000 + fresh.id %% 800000)::text, 8, '0')
                || lpad((97 - (9200000 + fresh.id %% 800000) %% 97)::text, 2, '0')
           END"""
    )
    copy_debtors(
        env,
        "demo_new_partner",
        {
            "email": email,
            "email_normalized": email,
            "vat": SQL("'BE' || %s", number),
            "company_registry": number,
            "peppol_endpoint": number,
            "signup_type": SQL("NULL"),
        },
    )


def _copy_moves(env, count, on):
    env.cr.execute(
        SQL(
            """
            CREATE TEMP TABLE demo_new_move ON COMMIT DROP AS
            WITH creditor AS (
                SELECT is_company, company_id,
                       row_number() OVER (
                           PARTITION BY is_company ORDER BY company_id) - 1 AS place,
                       COUNT(*) OVER (PARTITION BY is_company) AS total
                  FROM (SELECT DISTINCT is_company, company_id
                          FROM demo_invoice) AS kinds
            ), wish AS (
                SELECT partner.id AS partner_id, partner.name AS partner_name,
                       partner.is_company, creditor.company_id, series,
                       ((partner.number - 1) * %(each)s + series)::bigint AS number
                  FROM demo_new_partner partner
                  JOIN creditor
                    ON creditor.is_company = partner.is_company
                   AND creditor.place = partner.number / %(run)s %% creditor.total
                 CROSS JOIN generate_series(1, %(each)s) AS series
            ), dated AS (
                SELECT wish.*, original.id AS source_id, original.days,
                       %(on)s::date - (%(first_due)s
                           + (wish.number * %(day)s %% %(span)s)::int) AS due_on
                  FROM wish
                  JOIN demo_invoice original
                    ON original.is_company = wish.is_company
                   AND original.company_id = wish.company_id
                   AND original.position = wish.number * %(invoice)s %% original.total
                 WHERE wish.number <= %(count)s
            )
            SELECT nextval('account_move_id_seq')::int AS id, dated.*,
                   LEAST(due_on - days, %(on)s::date) AS issued_on
              FROM dated
            """,
            each=INVOICES_PER_DEBTOR,
            run=_FIRMS_EVERY,
            on=on,
            first_due=_FIRST_DUE,
            day=_STEPS["day"],
            span=_DUE_SPAN,
            invoice=_STEPS["invoice"],
            count=count,
        )
    )
    copy_moves(
        env,
        "demo_new_move",
        {
            "partner_id": SQL("fresh.partner_id"),
            "commercial_partner_id": SQL("fresh.partner_id"),
            "partner_shipping_id": SQL("fresh.partner_id"),
            "invoice_partner_display_name": SQL("fresh.partner_name"),
        },
    )


def _copy_lines(env):
    env.cr.execute(
        """
        CREATE TEMP TABLE demo_new_line ON COMMIT DROP AS
        SELECT nextval('account_move_line_id_seq')::int AS id, line.id AS source_id,
               move.id AS move_id, move.partner_id, move.issued_on, move.due_on,
               move.reference, move.name
          FROM demo_new_move move
          JOIN account_move_line line ON line.move_id = move.source_id
        """
    )
    env.cr.execute("ANALYZE demo_new_line")
    copy_items(env, "demo_new_line", {"partner_id": SQL("fresh.partner_id")})
