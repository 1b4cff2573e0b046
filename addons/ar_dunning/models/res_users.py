from odoo import models
from odoo.tools import SQL

from ..tools.guarded import GuardedMany2one


class ResUsers(models.Model):
    _inherit = "res.users"

    def unlink(self):
        """Rows that name these users without a key forget who wrote them."""
        if self:
            self.check_access("unlink")
            self.env.flush_all()
            for model, name in self._unguarded_columns():
                self.env.cr.execute(
                    SQL(
                        """UPDATE %(table)s SET %(column)s = NULL
                            WHERE %(column)s IN %(users)s""",
                        table=SQL.identifier(model._table),
                        column=SQL.identifier(name),
                        users=tuple(self.ids),
                    )
                )
                model.invalidate_model([name])
        return super().unlink()

    def _unguarded_columns(self):
        """Return (model, field name) of the links to users without a foreign key."""
        return [
            (model, name)
            for model in self.env.values()
            if model._auto and not model._abstract
            for name, field in model._fields.items()
            if isinstance(field, GuardedMany2one) and field.comodel_name == self._name
        ]
