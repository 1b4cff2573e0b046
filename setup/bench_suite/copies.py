"""Multiplies booked prototypes by a few statements, consistent with the ledger.

What must differ are ids, names, numbers, references, addresses and dates. An invoice
that was paid in part is copied with its payment and their matching, so residuals stay
true.
"""

import contextlib
from typing import NamedTuple

from odoo.tools import SQL

from toolkit.row_copies import (
    copy_debtors,
    copy_items,
    copy_moves,
    copy_rows,
    where_known,
)

from . import shape

# Steps through the days: a prime, so that age and other properties are independent.
_DAY_STEP = 104729
# Tables that are copied into, with many indexes.
_LARGE = ("res_partner", "account_move", "account_move_line")


class Prototype(NamedTuple):
    """A booked entry to copy; invoice and payment of the same key belong together.

    :ivar kind: `invoice`, `payment` or `credit`
    :ivar move: id of the entry
    :ivar journal: number of the invoice's nature; 0 for credits
    :ivar variant: whether the invoice is paid in part; which of the credits
    """

    kind: str
    move: int
    journal: int
    is_company: bool
    dollars: bool
    variant: int


def multiply(env, prototypes, items, on):
    """Copy the prototypes until there are `items` open invoices.

    :param on: date of the benchmark
    """
    cr = env.cr
    cr.execute(
        """CREATE TEMP TABLE bench_prototype (
               kind text, source_id int, journal int, is_company boolean,
               dollars boolean, variant int) ON COMMIT DROP"""
    )
    cr.execute_values(
        "INSERT INTO bench_prototype VALUES %s", [tuple(row) for row in prototypes]
    )
    missing = items - sum(prototype.kind == "invoice" for prototype in prototypes)
    with _written_plainly(env):
        _list_debtors(env, -(-missing // shape.INVOICES_PER_DEBTOR))
        _copy_debtors(env)
        _list_moves(env, missing, on)
        _copy_moves(env)
        _list_lines(env)
        _copy_lines(env)
        _copy_matchings(env)


@contextlib.contextmanager
def _written_plainly(env):
    """Let rows be written as when a backup is restored: indexes and checks come last.

    The copies refer to what their prototypes refer to, or to other copies; the books
    are checked at the end anyway. Without the right to leave the checks of foreign
    keys out they are made, and it takes longer.
    """
    cr = env.cr
    cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cr.fetchone()[0]:
        cr.execute("SET LOCAL session_replication_role = replica")
    cr.execute(
        SQL(
            """
            SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
              FROM pg_index
             WHERE indrelid = ANY(%s::regclass[])
               AND NOT indisprimary AND NOT indisunique
            """,
            list(_LARGE),
        )
    )
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(SQL("DROP INDEX %s", SQL(name)))
    yield
    cr.execute("SET LOCAL maintenance_work_mem = '256MB'")
    for _name, definition in indexes:
        cr.execute(SQL(definition.replace("%", "%%")))
    cr.execute("SET LOCAL session_replication_role = origin")


def _list_debtors(env, count):
    """Debtor number n: a company if n ends in 0 or 5, and so on, independently."""
    env.cr.execute(
        SQL(
            """
            CREATE TEMP TABLE bench_debtor ON COMMIT DROP AS
            SELECT nextval('res_partner_id_seq')::int AS id,
                   partner.id AS source_id, wish.*,
                   'Debtor ' || lpad(wish.number::text, 7, '0') AS name
              FROM (SELECT number, number %% 5 = 0 AS is_company,
                           (number / 5) %% 10 = 3 AS dollars,
                           (number / 50) %% %(natures)s AS journal,
                           number %% 7 <> 3 AS by_email,
                           number %% 33 = 5 AS with_credit
                      FROM generate_series(0, %(count)s - 1) AS number) AS wish
              JOIN (SELECT DISTINCT prototype.is_company, prototype.dollars,
                           line.partner_id AS id
                      FROM bench_prototype prototype
                      JOIN account_move_line line
                        ON line.move_id = prototype.source_id) AS partner
                USING (is_company, dollars)
            """,
            natures=len(shape.NATURES),
            count=count,
        )
    )
    env.cr.execute("ANALYZE bench_debtor")


def _copy_debtors(env):
    email = SQL(
        "CASE WHEN fresh.by_email THEN 'debtor' || fresh.id || '@debtor.example' END"
    )
    copy_debtors(env, "bench_debtor", {"email": email, "email_normalized": email})


def _list_moves(env, count, on):
    """The entries to come: invoices, the payments of every tenth, credits."""
    env.cr.execute(
        SQL(
            """
            CREATE TEMP TABLE bench_move ON COMMIT DROP AS
            WITH invoice AS (
                SELECT wish.number, debtor.id AS debtor_id,
                       debtor.name AS debtor_name, journal, is_company, dollars,
                       (wish.number %% 10 = 7)::int AS variant,
                       %(on)s::date - (%(youngest)s
                           + (wish.number::bigint * %(step)s %% %(span)s)::int)
                       AS due_on
                  FROM generate_series(0, %(count)s - 1) AS wish (number)
                  JOIN bench_debtor debtor ON debtor.number = wish.number / %(each)s
            ), wish AS (
                SELECT 'invoice' AS kind, number, debtor_id, debtor_name, journal,
                       is_company, dollars, variant, due_on,
                       due_on - %(terms)s AS issued_on
                  FROM invoice
                UNION ALL
                SELECT 'payment', number, debtor_id, debtor_name, journal, is_company,
                       dollars, variant, %(on)s::date, %(on)s::date
                  FROM invoice WHERE variant = 1
                UNION ALL
                SELECT 'credit', -number, id, name, 0, is_company, dollars,
                       number %% 2, %(on)s::date, %(on)s::date
                  FROM bench_debtor WHERE with_credit
            )
            SELECT nextval('account_move_id_seq')::int AS id, prototype.source_id,
                   wish.*
              FROM wish
              JOIN bench_prototype prototype
                USING (kind, journal, is_company, dollars, variant)
            """,
            on=on,
            count=count,
            each=shape.INVOICES_PER_DEBTOR,
            youngest=shape.YOUNGEST_DAYS,
            span=shape.OLDEST_DAYS - shape.YOUNGEST_DAYS + 1,
            step=_DAY_STEP,
            terms=shape.DAYS_OF_TERMS,
        )
    )


def _copy_moves(env):
    changes = {
        name: where_known(name, SQL("fresh.debtor_id"))
        for name in ("partner_id", "commercial_partner_id", "partner_shipping_id")
    }
    shown = "invoice_partner_display_name"
    changes[shown] = where_known(shown, SQL("fresh.debtor_name"))
    copy_moves(env, "bench_move", changes)


def _list_lines(env):
    """The items of the copies; matched ones know the matching to come."""
    env.cr.execute(
        """
        CREATE TEMP TABLE bench_line ON COMMIT DROP AS
        SELECT nextval('account_move_line_id_seq')::int AS id, line.id AS source_id,
               move.id AS move_id, move.number, move.debtor_id, move.issued_on,
               move.due_on, move.reference, move.name
          FROM bench_move move
          JOIN account_move_line line ON line.move_id = move.source_id
        """
    )
    env.cr.execute("ANALYZE bench_line")
    env.cr.execute(
        """
        CREATE TEMP TABLE bench_matching ON COMMIT DROP AS
        SELECT nextval('account_partial_reconcile_id_seq')::int AS id,
               partial.id AS source_id, debit.id AS debit_id, credit.id AS credit_id,
               debit.number
          FROM account_partial_reconcile partial
          JOIN bench_line debit ON debit.source_id = partial.debit_move_id
          JOIN bench_line credit ON credit.source_id = partial.credit_move_id
           AND credit.number = debit.number
        """
    )
    env.cr.execute(
        """
        ALTER TABLE bench_line ADD matching_id int;
        UPDATE bench_line line SET matching_id = matching.id
          FROM bench_matching matching WHERE matching.debit_id = line.id;
        UPDATE bench_line line SET matching_id = matching.id
          FROM bench_matching matching WHERE matching.credit_id = line.id;
        ANALYZE bench_line;
        """
    )


def _copy_lines(env):
    copy_items(
        env,
        "bench_line",
        {
            "partner_id": where_known("partner_id", SQL("fresh.debtor_id")),
            "matching_number": SQL("'P' || fresh.matching_id"),
        },
    )


def _copy_matchings(env):
    copy_rows(
        env,
        "account_partial_reconcile",
        "bench_matching",
        {
            "debit_move_id": SQL("fresh.debit_id"),
            "credit_move_id": SQL("fresh.credit_id"),
        },
    )
