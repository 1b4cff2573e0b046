from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        self.env["ar.claim"]._note_lines(partials.debit_move_id)
        partials._note_access()
        return partials

    def unlink(self):
        claims = self.env["ar.claim"]
        claims._note_lines(self.debit_move_id)
        claims._note_removed(self)
        self._note_access()
        return super().unlink()

    def _note_access(self):
        """Both sides may have become restricted to a group, or free again."""
        matched = self.debit_move_id + self.credit_move_id
        self.env["account.move"]._note_carriers("lines", matched.ids)
