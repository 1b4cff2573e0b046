from odoo import models
from odoo.exceptions import UserError


class Claim(models.Model):
    _inherit = "ar.claim"

    def action_payment_link(self):
        """Make a payment link for these open claims and show it."""
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may make payment links."))
        link = self.env["ar.payment.link"]._make(self, "manual")
        return link._action_open_one()
