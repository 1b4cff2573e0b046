from odoo import api, fields, models


class LegalClaimsAdd(models.TransientModel):
    """Take further claims of the debtor into an open case."""

    _name = "ar.legal.claims.add"
    _description = "Add claims to a legal case"

    case_id = fields.Many2one("ar.legal.case", required=True)
    # Read as the user: a case that he may not see tells him nothing here either.
    debtor_id = fields.Many2one(related="case_id.debtor_id", related_sudo=False)
    company_id = fields.Many2one(related="case_id.company_id", related_sudo=False)
    currency_id = fields.Many2one(related="case_id.currency_id", related_sudo=False)
    access_group_id = fields.Many2one(
        related="case_id.access_group_id", related_sudo=False
    )
    claim_ids = fields.Many2many(
        "ar.claim",
        string="Claims",
        domain="[('debtor_id', '=', debtor_id), ('company_id', '=', company_id), "
        "('currency_id', '=', currency_id), ('state', '=', 'open'), "
        "('access_group_id', '=', access_group_id), ('legal_member_ids', '=', False)]",
    )

    @api.model_create_multi
    def create(self, vals_list):
        windows = super().create(vals_list)
        windows._check_case()
        return windows

    def write(self, vals):
        result = super().write(vals)
        self._check_case()
        return result

    def _check_case(self):
        # Its name, which names the debtor, is shown to whoever reads this row.
        self.case_id.check_access("read")

    def action_apply(self):
        self.ensure_one()
        self.case_id._add_claims(self.claim_ids, self.company_id._ar_today())
        return {"type": "ir.actions.act_window_close"}
