from odoo import fields, models


class ClaimOnline(models.Model):
    """The online payments of a claim."""

    _inherit = "ar.claim"

    online_payment_count = fields.Integer(compute="_compute_online_payment_count")

    def _compute_online_payment_count(self):
        counts = dict(
            self.env["ar.payment.reservation"]
            .with_context(active_test=False)
            ._read_group([("claim_id", "in", self.ids)], ["claim_id"], ["__count"])
        )
        for claim in self:
            claim.online_payment_count = counts.get(claim, 0)

    def action_open_online_payments(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_payment_link.ar_payment_reservation_action"
        )
        action["domain"] = [("claim_id", "in", self.ids)]
        return action
