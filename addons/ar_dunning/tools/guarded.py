from odoo import fields
from odoo.tools import SQL


class GuardedMany2one(fields.Many2one):
    """A link copied from another record of the same row, without a key of its own.

    For tables with many rows only: to check a foreign key costs as much as to write
    the row. What it points to is kept from being deleted by the record that it was
    copied from, which names the same one and has the key; the comment beside the field
    says which record that is.
    """

    def update_db_foreign_key(self, model, column):
        """Leave the column without a key; take one away that is there."""
        model.env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s",
                SQL.identifier(model._table),
                SQL.identifier(f"{model._table}_{self.name}_fkey"),
            )
        )
