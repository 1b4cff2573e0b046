from odoo import api, fields, models
from odoo.tools import SQL


class ContactGuard(models.Model):
    """Rows that those write who must not do something at the same time.

    A limit of contacts, or of what leaves a day, holds when each who counts sees what
    the others did. A lock is not enough: who waited for it still looks at the state of
    before. Who has written the same row as somebody else meanwhile is told so by the
    database (serialization failure), and starts again with what is true by then.

    Nobody reads these rows; they tell of nothing but that somebody was written to.
    """

    _name = "ar.contact.guard"
    _description = "Guard of contacts"
    _log_access = False

    kind = fields.Selection(
        [("partner", "Contacts of a partner"), ("capacity", "Capacity of a company")],
        required=True,
    )
    # No reference: it must not stand in the way of a merge or a removal.
    guarded = fields.Integer(required=True)
    turn = fields.Integer(required=True)

    _once = models.Constraint("UNIQUE (kind, guarded)", "This is guarded already.")

    @api.model
    def _touch(self, kind, ids):
        """Write the rows of these ids, in one order; later ones start again."""
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_contact_guard (kind, guarded, turn)
                SELECT %s, id, 1 FROM unnest(%s::int[]) AS wanted (id) ORDER BY id
                    ON CONFLICT (kind, guarded)
                       DO UPDATE SET turn = (ar_contact_guard.turn + 1) %% 1000000
                RETURNING id
                """,
                kind,
                sorted(set(ids)),
            )
        )
