from odoo import api, fields, models


class ClaimAssign(models.TransientModel):
    """Choose the procedure of claims by hand."""

    _name = "ar.claim.assign"
    _description = "Choose procedure"

    claim_ids = fields.Many2many("ar.claim", required=True)
    procedure_id = fields.Many2one(
        "ar.dunning.procedure",
        help="Leave empty to return the claims to the segments.",
    )
    lock = fields.Boolean(
        string="Lock the choice",
        help="No new version and no bulk action changes it either, until a collector "
        "unlocks it.",
    )
    locked_count = fields.Integer(compute="_compute_locked_count", string="Locked")

    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "ar.claim":
            values["claim_ids"] = [
                fields.Command.set(self.env.context.get("active_ids", []))
            ]
        return values

    @api.depends("claim_ids")
    def _compute_locked_count(self):
        for wizard in self:
            locked = wizard.claim_ids.filtered("procedure_locked")
            wizard.locked_count = len(locked)

    def action_apply(self):
        self.ensure_one()
        self.claim_ids._assign_by_hand(self.procedure_id, self.lock)
        return {"type": "ir.actions.act_window_close"}
