from odoo import api, fields, models


class ClaimTypeChange(models.TransientModel):
    """Change the type of claims by hand."""

    _name = "ar.claim.type.change"
    _description = "Change claim type"

    claim_ids = fields.Many2many("ar.claim", required=True)
    allowed_type_ids = fields.Many2many(
        "ar.claim.type", compute="_compute_allowed_type_ids"
    )
    claim_type_id = fields.Many2one(
        "ar.claim.type",
        string="Claim type",
        required=True,
        domain="[('id', 'in', allowed_type_ids)]",
        help="Types that the same people may see as these claims.",
    )

    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "ar.claim":
            values["claim_ids"] = [
                fields.Command.set(self.env.context.get("active_ids", []))
            ]
        return values

    @api.depends("claim_ids.access_group_id")
    def _compute_allowed_type_ids(self):
        for wizard in self:
            # False stands for "everybody".
            groups = {claim.access_group_id.id for claim in wizard.claim_ids}
            wizard.allowed_type_ids = (
                self.env["ar.claim.type"].search(
                    [("access_group_id", "=", next(iter(groups)))]
                )
                if len(groups) == 1
                else False
            )

    def action_apply(self):
        self.ensure_one()
        self.claim_ids._change_type(self.claim_type_id)
        return {"type": "ir.actions.act_window_close"}
