"""Copies of booked rows by a few statements, for the big demo and the benchmark.

Runs inside Odoo, past its ORM. The caller lists the rows to come in a temporary table,
here called `fresh`: the `id` of each, drawn from the sequence of the table it belongs
to, the `source_id` of the row it is copied from, and whatever else the copy needs.

Every column is taken over (the list comes from the database, so that columns of other
addons are not forgotten), but for what must differ. A copied entry balances because its
original does.
"""

from odoo.tools import SQL

# Where the taxes and tags of a journal item stand: {table: column of the item}.
_LINKS_OF_ITEMS = {
    "account_move_line_account_tax_rel": "account_move_line_id",
    "account_account_tag_account_move_line_rel": "account_move_line_id",
}


def copy_rows(env, table, fresh, changes):
    """Copy rows of a table, one for each row of the list `fresh`.

    The copies are as old as this transaction.

    :param table: the table, such as `account_move`
    :param fresh: name of the list
    :param changes: what must differ besides id and dates of the record:
        {column: SQL over `fresh`, a row of the list, and `source`, the row to copy}
    """
    now = SQL("now() AT TIME ZONE 'UTC'")
    _copy(
        env,
        table,
        fresh,
        "id",
        {"id": SQL("fresh.id"), "create_date": now, "write_date": now, **changes},
    )


def copy_debtors(env, fresh, changes):
    """Copy contacts that stand on their own, under other names.

    :param fresh: name of the list, with the `name` of each and whether it `is_company`
    :param changes: what else must differ, as for `copy_rows`
    """
    copy_rows(
        env,
        "res_partner",
        fresh,
        {
            "name": SQL("fresh.name"),
            "complete_name": SQL("fresh.name"),
            "commercial_company_name": SQL(
                "CASE WHEN fresh.is_company THEN fresh.name END"
            ),
            "commercial_partner_id": SQL("fresh.id"),
            **changes,
        },
    )


def copy_moves(env, fresh, changes):
    """Number the entries to come and copy them, without their items.

    :param fresh: name of the list, with the day of each in `issued_on` and of what is
        due in `due_on`; it gets the columns of `number_moves`
    :param changes: what else must differ, such as the debtor, as for `copy_rows`
    """
    number_moves(env, fresh)
    copy_rows(
        env,
        "account_move",
        fresh,
        {
            "name": SQL("fresh.name"),
            "sequence_prefix": SQL("fresh.prefix"),
            "sequence_number": SQL("fresh.sequence_number"),
            "payment_reference": SQL("fresh.reference"),
            "date": SQL("fresh.issued_on"),
            "invoice_date": where_known("invoice_date", SQL("fresh.issued_on")),
            "invoice_date_due": where_known("invoice_date_due", SQL("fresh.due_on")),
            "access_token": SQL("NULL"),
            **changes,
        },
    )


def copy_items(env, fresh, changes):
    """Copy journal items with their taxes and tags.

    :param fresh: name of the list, with `move_id`, and of that entry `name`,
        `reference`, `issued_on` and `due_on`
    :param changes: what else must differ, such as the debtor, as for `copy_rows`
    """
    copy_rows(
        env,
        "account_move_line",
        fresh,
        {
            "move_id": SQL("fresh.move_id"),
            "move_name": SQL("fresh.name"),
            "date": SQL("fresh.issued_on"),
            "invoice_date": where_known("invoice_date", SQL("fresh.issued_on")),
            "date_maturity": where_known("date_maturity", SQL("fresh.due_on")),
            "name": SQL(
                """CASE WHEN source.display_type = 'payment_term'
                        THEN fresh.reference ELSE source.name END"""
            ),
            **changes,
        },
    )
    for table, column in _LINKS_OF_ITEMS.items():
        _copy(env, table, fresh, column, {column: SQL("fresh.id")})


def where_known(column, value):
    """SQL for `changes`: a value in the copies of rows whose column is filled.

    :param column: column of the row to copy
    :param value: SQL over `fresh` and `source`
    """
    return SQL(
        "CASE WHEN %s IS NOT NULL THEN %s END", SQL.identifier("source", column), value
    )


def number_moves(env, fresh):
    """Number the entries to come on from the last of each journal and year, by date.

    Adds four columns to the list: `prefix`, `sequence_number`, `name` and `reference`,
    the structured communication made from the id. Only invoices have the last.

    :param fresh: name of the list of the entries, with the day of each in `issued_on`
    """
    env.cr.execute(
        SQL(
            """
            ALTER TABLE %(fresh)s ADD prefix varchar, ADD sequence_number int,
                                  ADD name varchar, ADD reference varchar
            """,
            fresh=SQL.identifier(fresh),
        )
    )
    env.cr.execute(
        SQL(
            """
            WITH numbered AS (
                SELECT fresh.id, fresh.issued_on, source.journal_id,
                       source.move_type = 'out_invoice' AS is_invoice,
                       regexp_replace(source.sequence_prefix, '[0-9]{4}/$',
                                      to_char(fresh.issued_on, 'YYYY') || '/')
                       AS prefix,
                       length(source.name) - length(source.sequence_prefix) AS width
                  FROM %(fresh)s fresh
                  JOIN account_move source ON source.id = fresh.source_id
            ), placed AS (
                SELECT numbered.*,
                       row_number() OVER (PARTITION BY journal_id, prefix
                                              ORDER BY issued_on, id)
                       + COALESCE((SELECT MAX(known.sequence_number)
                                     FROM account_move known
                                    WHERE known.journal_id = numbered.journal_id
                                      AND known.sequence_prefix = numbered.prefix), 0)
                       AS place,
                       lpad(id::text, 10, '0') AS digits
                  FROM numbered
            )
            UPDATE %(fresh)s fresh
               SET prefix = placed.prefix,
                   sequence_number = placed.place,
                   name = placed.prefix || lpad(placed.place::text,
                       GREATEST(placed.width, length(placed.place::text)), '0'),
                   reference = CASE WHEN placed.is_invoice THEN
                       '+++' || substr(digits, 1, 3) || '/' || substr(digits, 4, 4)
                       || '/' || substr(digits, 8, 3)
                       || lpad(COALESCE(NULLIF(mod(placed.id, 97), 0), 97)::text,
                               2, '0')
                       || '+++' END
              FROM placed
             WHERE placed.id = fresh.id
            """,
            fresh=SQL.identifier(fresh),
        )
    )
    env.cr.execute(SQL("ANALYZE %s", SQL.identifier(fresh)))


def _copy(env, table, fresh, key, changes):
    """Copy the rows of a table whose `key` is the `source_id` of a row in `fresh`."""
    columns = _columns(env, table)
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s fresh"
            " JOIN %s source ON source.%s = fresh.source_id ORDER BY fresh.id",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(
                changes.get(column, SQL.identifier("source", column))
                for column in columns
            ),
            SQL.identifier(fresh),
            SQL.identifier(table),
            SQL.identifier(key),
        )
    )


def _columns(env, table):
    return [
        name
        for [name] in env.execute_query(
            SQL(
                """
                SELECT column_name FROM information_schema.columns
                 WHERE table_schema = current_schema AND table_name = %s
                   AND is_generated = 'NEVER'
                 ORDER BY ordinal_position
                """,
                table,
            )
        )
    ]
