from odoo import fields, models


class DunningNotice(models.Model):
    _inherit = "ar.dunning.notice"

    payment_link_ids = fields.One2many(
        "ar.payment.link", "notice_id", string="Payment link", readonly=True
    )

    def action_open_payment_link(self):
        """Show the link that this notice carries."""
        self.ensure_one()
        return self.payment_link_ids._action_open_one()
