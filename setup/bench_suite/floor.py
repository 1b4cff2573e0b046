"""The floor: the bare cost of writing the rows that a run wrote."""

from odoo.tools import SQL

from .meter import measured

# In the order in which rows may be inserted.
_TABLES = (
    "ar_dunning_run",
    "ar_dunning_notice",
    "ar_dunning_notice_line",
    "ar_dunning_exclusion",
)
_SCHEMA = "bench_floor"


def measure(env):
    """Insert the rows of the run into copies with the same indexes and constraints.

    The copies are empty before and dropped after; making them is not measured.

    :return: the measurement
    :raises RuntimeError: when a copy has fewer indexes or constraints
    """
    env.flush_all()
    env.cr.execute(SQL("CREATE SCHEMA %s", SQL.identifier(_SCHEMA)))
    for table in _TABLES:
        _make_copy(env, table)
    env.cr.commit()
    for table in _TABLES:
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.cr.commit()
    rows = 0
    with measured(env) as result:
        for table in _TABLES:
            env.cr.execute(
                SQL(
                    "INSERT INTO %s SELECT * FROM %s",
                    SQL.identifier(_SCHEMA, table),
                    SQL.identifier(table),
                )
            )
            rows += env.cr.rowcount
        env.cr.commit()
    result["rows"] = rows
    env.cr.execute(SQL("DROP SCHEMA %s CASCADE", SQL.identifier(_SCHEMA)))
    env.cr.commit()
    return result


def _make_copy(env, table):
    copy = SQL.identifier(_SCHEMA, table)
    env.cr.execute(
        SQL(
            "CREATE TABLE %s (LIKE %s INCLUDING ALL)",
            copy,
            SQL.identifier("public", table),
        )
    )
    for name, definition, target in _foreign_keys(env, table):
        if target in _TABLES:
            # A copied row refers to a copied row.
            definition = definition.replace(
                f"REFERENCES {target}(", f"REFERENCES {_SCHEMA}.{target}("
            )
        env.cr.execute(
            SQL(
                "ALTER TABLE %s ADD CONSTRAINT %s %s",
                copy,
                SQL.identifier(name),
                # As PostgreSQL itself wrote it.
                SQL(definition.replace("%", "%%")),
            )
        )
    expected = _count_guards(env, "public", table)
    found = _count_guards(env, _SCHEMA, table)
    if found != expected:
        raise RuntimeError(f"The copy of {table} has {found} instead of {expected}.")


def _foreign_keys(env, table):
    return env.execute_query(
        SQL(
            """
            SELECT conname, pg_get_constraintdef(oid), confrelid::regclass::text
              FROM pg_constraint
             WHERE conrelid = %s::regclass AND contype = 'f'
             ORDER BY conname
            """,
            f"public.{table}",
        )
    )


def _count_guards(env, schema, table):
    """The number of indexes and constraints of a table, {kind: number}."""
    name = f"{schema}.{table}"
    return dict(
        env.execute_query(
            SQL(
                """
                SELECT 'constraint ' || contype::text, COUNT(*) FROM pg_constraint
                 WHERE conrelid = %s::regclass GROUP BY contype
                UNION ALL
                SELECT 'index', COUNT(*) FROM pg_index WHERE indrelid = %s::regclass
                """,
                name,
                name,
            )
        )
    )
