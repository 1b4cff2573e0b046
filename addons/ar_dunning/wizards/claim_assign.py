from odoo import fields, models


class ClaimAssign(models.TransientModel):
    """Choose the procedure of claims by hand."""

    _name = "ar.claim.assign"
    _description = "Choose procedure"

    claim_ids = fields.Many2many("ar.claim", required=True)
    procedure_id = fields.Many2one(
        "ar.dunning.procedure",
        help="Leave empty to return the claims to the segments.",
    )

    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "ar.claim":
            values["claim_ids"] = [
                fields.Command.set(self.env.context.get("active_ids", []))
            ]
        return values

    def action_apply(self):
        self.ensure_one()
        self.claim_ids._assign_by_hand(self.procedure_id)
        return {"type": "ir.actions.act_window_close"}
