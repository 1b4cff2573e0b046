"""Many rows of one table in one statement."""

import json

from odoo.tools import SQL

ROWS_PER_STATEMENT = 5000


def write_rows(model, rows):
    """Write rows of a model, each a mapping with its `id` and the same columns.

    For mass work: without access rights, computed fields or tracking.
    """
    model.env.flush_all()
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        _write(model, rows[start : start + ROWS_PER_STATEMENT])
    model.invalidate_model()


def _write(model, rows):
    columns = [(name, model._fields[name].column_type[0]) for name in rows[0]]
    model.env.cr.execute(
        SQL(
            """
            UPDATE %(table)s changed SET %(assignments)s
              FROM json_to_recordset(%(rows)s) AS given (%(columns)s)
             WHERE changed.id = given.id
            """,
            table=SQL.identifier(model._table),
            assignments=SQL(", ").join(
                SQL("%s = given.%s", SQL.identifier(name), SQL.identifier(name))
                for name, _type in columns
                if name != "id"
            ),
            # One text is read by the database much faster than thousands of values.
            rows=json.dumps(rows, default=str),
            columns=SQL(", ").join(
                # Types of the schema, not of a user.
                SQL("%s %s", SQL.identifier(name), SQL(kind))
                for name, kind in columns
            ),
        )
    )


def insert_rows(env, table, rows):
    """Insert rows with the same columns; return their ids in the same order.

    For mass work: without access rights, computed fields or tracking.
    """
    columns = list(rows[0])
    [[ids]] = env.execute_query(
        SQL(
            """SELECT array_agg(nextval(%s)::int)
                 FROM generate_series(1, %s)""",
            f"{table}_id_seq",
            len(rows),
        )
    )
    audit = env["ar.claim"]._sql_audit()
    for start in range(0, len(rows), 1000):
        env.cr.execute(
            SQL(
                """
                INSERT INTO %s (id, %s, create_uid, create_date, write_uid,
                                write_date)
                VALUES %s
                """,
                SQL.identifier(table),
                SQL(", ").join(SQL.identifier(name) for name in columns),
                SQL(", ").join(
                    SQL(
                        "(%s, %s, %s)",
                        row_id,
                        SQL(", ").join(SQL("%s", row[name]) for name in columns),
                        audit,
                    )
                    for row_id, row in zip(
                        ids[start : start + 1000],
                        rows[start : start + 1000],
                        strict=True,
                    )
                ),
            )
        )
    return ids
