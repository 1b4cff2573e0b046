from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_debtor_ids = fields.One2many(
        "ar.debtor",
        "partner_id",
        string="Dossiers",
        groups="ar_dunning.group_auditor",
    )
    ar_open_claim_count = fields.Integer(
        compute="_compute_ar_open_claim_count", groups="ar_dunning.group_auditor"
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

    def action_open_ar_claims(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_claim_action"
        )
        action["domain"] = [("partner_id", "in", self.commercial_partner_id.ids)]
        action["context"] = {"search_default_open": 1}
        return action
