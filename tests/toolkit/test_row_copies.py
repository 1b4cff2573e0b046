"""Copies of rows by statements, on tables that look like Odoo's."""

import shutil
import tempfile
import warnings
from pathlib import Path

import pytest

from demo.numbers import is_structured_reference
from toolkit import postgres

# Libraries of Odoo use what Python is going to drop; that is not ours to fail on.
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from odoo.tools import SQL

    from toolkit.row_copies import copy_items, copy_rows, number_moves


class Env:
    """What the copies use of Odoo's environment, on a connection of its own."""

    def __init__(self, connection):
        self._cursor = connection.cursor()
        self.cr = self

    def execute(self, query):
        """Run a text or an `SQL` as Odoo's cursor does."""
        query = SQL(query)
        self._cursor.execute(query.code, query.params)

    def execute_query(self, query):
        """The rows a query gives."""
        self.execute(query)
        return self._cursor.fetchall()


@pytest.fixture(name="server", scope="module")
def fixture_server():
    # Not pytest's own folder: the server's user may be another than ours.
    home = Path(tempfile.mkdtemp(prefix="ar-suite-"))
    home.chmod(0o755)
    cluster = postgres.Cluster(home / "servers" / "clone")
    with cluster.in_use():
        yield cluster.server()
    shutil.rmtree(home)


@pytest.fixture(name="env")
def fixture_env(server):
    """Two invoices and an entry, in a transaction that is never committed."""
    with server.connect() as connection:
        connection.autocommit = False
        env = Env(connection)
        env.execute(
            """
            CREATE TABLE account_move (
                id int, journal_id int, move_type text, name text,
                sequence_prefix text, sequence_number int, note text,
                create_date timestamp DEFAULT '2020-01-01',
                loud text GENERATED ALWAYS AS (upper(note)) STORED);
            INSERT INTO account_move VALUES
                (1, 1, 'out_invoice', 'INV/2025/00009', 'INV/2025/', 9, 'a'),
                (2, 2, 'entry', 'BNK/2025/00001', 'BNK/2025/', 1, 'b'),
                (3, 1, 'out_invoice', 'INV/2026/00004', 'INV/2026/', 4, 'c');
            CREATE TEMP TABLE fresh_move (id int, source_id int, issued_on date);
            """
        )
        yield env


def numbered(env):
    """{id: (name, sequence_number, reference)} of the list, after numbering it."""
    number_moves(env, "fresh_move")
    rows = env.execute_query(
        "SELECT id, name, sequence_number, reference FROM fresh_move"
    )
    return {row[0]: row[1:] for row in rows}


def test_numbers_go_on_by_date_in_each_journal_and_year(env):
    env.execute(
        """INSERT INTO fresh_move VALUES
               (97, 1, '2025-12-31'), (98, 1, '2025-02-01'), (99, 1, '2026-01-05'),
               (100, 3, '2024-06-01'), (101, 2, '2025-01-01')"""
    )
    names = {key: row[:2] for key, row in numbered(env).items()}
    assert names == {
        97: ("INV/2025/00011", 11),
        98: ("INV/2025/00010", 10),
        99: ("INV/2026/00005", 5),
        100: ("INV/2024/00001", 1),
        101: ("BNK/2025/00002", 2),
    }


def test_a_number_longer_than_its_original_is_not_cut(env):
    env.execute(
        """UPDATE account_move SET sequence_number = 99999 WHERE id = 1;
           INSERT INTO fresh_move VALUES (97, 1, '2025-12-31')"""
    )
    assert numbered(env)[97][0] == "INV/2025/100000"


def test_only_invoices_get_a_reference_and_it_is_valid(env):
    env.execute(
        """INSERT INTO fresh_move
           SELECT id, 1, '2025-12-31' FROM generate_series(97, 393) AS id;
           INSERT INTO fresh_move VALUES (5000, 2, '2025-12-31')"""
    )
    references = {key: row[2] for key, row in numbered(env).items()}
    assert references.pop(5000) is None
    assert all(map(is_structured_reference, references.values()))
    assert references[97] == "+++000/0000/09797+++"
    assert len(set(references.values())) == 297


def test_a_copy_takes_over_all_but_the_changes(env):
    env.execute("INSERT INTO fresh_move VALUES (97, 1, '2025-12-31')")
    copy_rows(env, "account_move", "fresh_move", {"name": SQL("'new ' || source.name")})
    rows = env.execute_query(
        """SELECT name, note, loud, create_date = now() AT TIME ZONE 'UTC'
             FROM account_move WHERE id = 97"""
    )
    assert rows == [("new INV/2025/00009", "a", "A", True)]


def test_copied_items_follow_their_entry_and_keep_taxes_and_tags(env):
    env.execute(
        """
        CREATE TABLE account_move_line (
            id int, move_id int, move_name text, name text, display_type text,
            date date, invoice_date date, date_maturity date, balance numeric);
        CREATE TABLE account_move_line_account_tax_rel (
            account_move_line_id int, account_tax_id int);
        CREATE TABLE account_account_tag_account_move_line_rel (
            account_move_line_id int, account_account_tag_id int);
        INSERT INTO account_move_line VALUES
            (1, 1, 'INV/2025/00009', 'Service', 'product',
             '2025-05-01', '2025-05-01', NULL, -50),
            (2, 1, 'INV/2025/00009', '+++old+++', 'payment_term',
             '2025-05-01', '2025-05-01', '2025-05-31', 50);
        INSERT INTO account_move_line_account_tax_rel VALUES (1, 7), (1, 8);
        INSERT INTO account_account_tag_account_move_line_rel VALUES (2, 5);
        CREATE TEMP TABLE fresh_line AS
        SELECT item.*, 90 AS move_id, 'INV/2026/00005' AS name,
               '+++new+++' AS reference,
               date '2026-01-05' AS issued_on, date '2026-02-04' AS due_on
          FROM (VALUES (97, 1), (98, 2)) AS item (id, source_id);
        """
    )
    copy_items(env, "fresh_line", {"balance": SQL("source.balance * 2")})
    assert env.execute_query(
        """SELECT id, move_id, move_name, name, date::text, invoice_date::text,
                  date_maturity::text, balance::int
             FROM account_move_line WHERE id > 90 ORDER BY id"""
    ) == [
        (97, 90, "INV/2026/00005", "Service", *2 * ["2026-01-05"], None, -100),
        (98, 90, "INV/2026/00005", "+++new+++", *2 * ["2026-01-05"], "2026-02-04", 100),
    ]
    assert env.execute_query(
        """SELECT account_move_line_id, account_tax_id
             FROM account_move_line_account_tax_rel
            WHERE account_move_line_id > 90 ORDER BY 1, 2"""
    ) == [(97, 7), (97, 8)]
    assert env.execute_query(
        """SELECT account_move_line_id, account_account_tag_id
             FROM account_account_tag_account_move_line_rel
            WHERE account_move_line_id > 90"""
    ) == [(98, 5)]
