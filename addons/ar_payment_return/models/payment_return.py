from odoo import models


class PaymentReturn(models.Model):
    _inherit = "payment.return"

    def action_confirm(self):
        """Reopen the claims and do what the bank's reasons say, in one transaction."""
        # Who may confirm a return needs no rights on claims: the reason is noted for
        # the items of this return alone, and the work goes on the list.
        claims_sudo = self.env["ar.claim"].sudo()
        for line in self.line_ids:
            if line.reason_id.code:
                claims_sudo._note_return_reason(
                    line.move_line_ids,
                    line.reason_id.code,
                    line.reason_additional_information,
                )
        return super().action_confirm()
