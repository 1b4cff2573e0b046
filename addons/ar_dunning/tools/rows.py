"""Many rows of one table in one statement."""

import json

from odoo.tools import SQL

ROWS_PER_STATEMENT = 1000


def write_rows(model, rows):
    """Write rows of a model, each a mapping with its `id` and the same columns.

    For mass work by the machine: without access rights, computed fields or tracking.
    """
    model.env.flush_all()
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        _write(model, rows[start : start + ROWS_PER_STATEMENT])
    model.invalidate_model()


def _write(model, rows):
    columns = [name for name in rows[0] if name != "id"]
    values = SQL(", ").join(
        SQL(
            "(%s)",
            SQL(", ").join(SQL("%s", _plain(row[name])) for name in ("id", *columns)),
        )
        for row in rows
    )
    model.env.cr.execute(
        SQL(
            """
            UPDATE %(table)s changed SET %(assignments)s
              FROM (VALUES %(values)s) AS given (id, %(names)s)
             WHERE changed.id = given.id
            """,
            table=SQL.identifier(model._table),
            assignments=SQL(", ").join(
                SQL(
                    "%s = given.%s::%s",
                    SQL.identifier(name),
                    SQL.identifier(name),
                    # A value of the schema, not of a user.
                    SQL(model._fields[name].column_type[1].split("(")[0]),
                )
                for name in columns
            ),
            values=values,
            names=SQL(", ").join(SQL.identifier(name) for name in columns),
        )
    )


def _plain(value):
    return json.dumps(value) if isinstance(value, dict) else value
