"""Fields that tell a reader no more than the records behind them would."""

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL


class VisibleOne2many(fields.One2many):
    """A one2many that is searched with the access rules of its records, always.

    Odoo looks for "is set" and for given ids past the rules of the other model: whoever
    may see a debtor could learn from `("hold_ids", "!=", False)` that it has a hold
    which he must not know of.
    """

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        if operator not in ("in", "not in") or isinstance(value, Domain):
            return super().condition_to_sql(
                field_expr, operator, value, model, alias, query
            )
        ids = {record_id for record_id in value if record_id}
        unset = len(ids) < len(set(value))
        if ids and unset:
            joined = SQL(" OR ") if operator == "in" else SQL(" AND ")
            parts = joined.join(
                self.condition_to_sql(field_expr, operator, part, model, alias, query)
                for part in ({False}, ids)
            )
            return SQL("(%s)", parts)
        exists = (operator == "in") != unset
        domain = Domain.TRUE if unset else Domain("id", "in", ids)
        return super().condition_to_sql(
            field_expr, "any" if exists else "not any", domain, model, alias, query
        )
