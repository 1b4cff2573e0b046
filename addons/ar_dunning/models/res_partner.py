from odoo import api, fields, models

from ..visible_fields import VisibleOne2many


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_debtor_ids = VisibleOne2many(
        "ar.debtor",
        "partner_id",
        string="Dossiers",
        groups="ar_dunning.group_auditor",
    )
    ar_open_claim_count = fields.Integer(
        compute="_compute_ar_open_claim_count", groups="ar_dunning.group_auditor"
    )

    ar_currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_ar_amount_open",
        groups="ar_dunning.group_auditor",
    )
    ar_amount_open = fields.Monetary(
        string="Still due",
        currency_field="ar_currency_id",
        compute="_compute_ar_amount_open",
        groups="ar_dunning.group_auditor",
        help="Open claims that you may see, in the currency of the company you are in.",
    )

    def _compute_ar_open_claim_count(self):
        counts = dict(
            self.env["ar.claim"]._read_group(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("state", "=", "open"),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.ar_open_claim_count = counts.get(partner.commercial_partner_id, 0)

    @api.depends_context("uid", "company", "allowed_company_ids")
    def _compute_ar_amount_open(self):
        """Add up the claims of the companies that share this one's currency."""
        currency = self.env.company.currency_id
        amounts = self.env["ar.claim"]._sum_due(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("state", "=", "open"),
                ("company_id.currency_id", "=", currency.id),
            ],
            "partner_id",
            fields.Date.context_today(self),
        )
        for partner in self:
            partner.ar_currency_id = currency
            partner.ar_amount_open = amounts.get(partner.commercial_partner_id, 0.0)

    def action_open_ar_desk(self):
        """Open the screen of this debtor: the one of the company the user is in."""
        self.ensure_one()
        debtors = self.commercial_partner_id.ar_debtor_ids
        here = debtors.filtered(
            lambda debtor: debtor.root_company_id == self.env.company.root_id
        )
        return (here or debtors)[:1]._desk_action()

    def action_open_ar_claims(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_claim_action"
        )
        action["domain"] = [("partner_id", "in", self.commercial_partner_id.ids)]
        action["context"] = {"search_default_open": 1}
        return action
