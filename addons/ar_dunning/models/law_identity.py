from odoo import models
from odoo.exceptions import UserError


class LawIdentity(models.AbstractModel):
    """What rows of several days belong to, and how all of them count."""

    _name = "ar.law.identity"
    _inherit = ["ar.law.row"]
    _description = "Rows of law over time"

    _rows = None  # the field with the rows
    _deciding = ()  # fields that say how the rows count

    def write(self, vals):
        self._check_deciding(vals)
        return super().write(vals)

    def _check_deciding(self, vals):
        """Refuse that what amounts were reckoned by comes to count in another way.

        By an upgrade either: what changes so is something else, with another code.
        """
        for identity in self:
            said = identity.read(list(self._deciding), load=None)[0]
            changed = [
                identity._fields[name]._description_string(self.env)
                for name in self._deciding
                if name in vals and vals[name] != said[name]
            ]
            # Of any company, and what was replaced: amounts rest on it still.
            rows_sudo = identity.sudo().with_context(active_test=False)[self._rows]
            if changed and any(row.used_on for row in rows_sudo):
                raise UserError(
                    self.env._(
                        "Amounts rest on “%(code)s”, so it does not come to count in "
                        "another way (%(changed)s): make another one.",
                        code=identity.code,
                        changed=", ".join(changed),
                    )
                )
