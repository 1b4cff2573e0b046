from odoo import api, fields, models

from odoo.addons.ar_dunning.visible_fields import VisibleOne2many


class Debtor(models.Model):
    _inherit = "ar.debtor"

    payment_link_ids = VisibleOne2many("ar.payment.link", "debtor_id", readonly=True)
    payment_link_count = fields.Integer(
        string="Payment links",
        compute="_compute_payment_link_count",
        help="Links that still work.",
    )

    @api.depends_context("uid", "allowed_company_ids", "tz")
    def _compute_payment_link_count(self):
        counts = dict(
            self.env["ar.payment.link"]._read_group(
                [
                    ("debtor_id", "in", self.ids),
                    ("source", "!=", "choice"),
                    ("revoked_on", "=", False),
                    ("expires_on", ">=", fields.Date.context_today(self)),
                ],
                ["debtor_id"],
                ["__count"],
            )
        )
        for debtor in self:
            debtor.payment_link_count = counts.get(debtor, 0)

    def action_open_payment_links(self):
        """Show the links of this debtor."""
        action = self._action_open("ar_payment_link.ar_payment_link_action")
        action["context"] = {"search_default_working": 1}
        return action

    def action_payment_link(self):
        """Make a link for all open claims of this debtor that belong together."""
        self.ensure_one()
        claims = self.env["ar.claim"].search(
            [
                ("debtor_id", "=", self.id),
                ("state", "=", "open"),
                ("principal_claim_id", "=", False),
            ]
        )
        return claims.action_payment_link()

    def action_revoke_payment_links(self):
        """Let no link that was ever given to this debtor open anything more."""
        self.check_access("read")
        links = self.env["ar.payment.link"].search(
            [("debtor_id", "in", self.ids), ("revoked_on", "=", False)]
        )
        links.action_revoke()
