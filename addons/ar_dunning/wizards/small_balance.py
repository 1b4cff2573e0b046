from odoo import api, fields, models
from odoo.tools import format_amount


class SmallBalance(models.TransientModel):
    """Look through small rests of claims and write them off together."""

    _name = "ar.small.balance"
    _description = "Small balances"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    claim_ids = fields.Many2many(
        "ar.claim",
        compute="_compute_claim_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        string="Claims",
    )
    # Of what was chosen at the opening; what a person removes is not skipped.
    skipped_count = fields.Integer(
        compute="_compute_claim_ids", compute_sudo=False, store=True
    )
    limits = fields.Char(compute="_compute_limits")
    count = fields.Integer(compute="_compute_totals")
    total = fields.Monetary(compute="_compute_totals")

    @api.depends("company_id")
    def _compute_claim_ids(self):
        """What the person chose, else what the settings propose."""
        chosen = self.env.context.get("active_model") == "ar.claim"
        for wizard in self:
            claims = self.env["ar.claim"]
            if chosen:
                claims = claims.browse(self.env.context.get("active_ids", []))
            else:
                claims = claims.search(
                    claims._small_domain(
                        wizard.company_id, wizard.company_id._ar_today()
                    ),
                    limit=2000,
                )
            wizard.claim_ids = claims.filtered(lambda claim: claim._is_small())
            skipped = claims - wizard.claim_ids if chosen else self.env["ar.claim"]
            wizard.skipped_count = len(skipped)

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_limits(self):
        for wizard in self:
            company_sudo = wizard.company_id.sudo()  # limits are no secret
            wizard.limits = self.env._(
                "At most %(amount)s, and %(share)s %% of the original amount (0: any "
                "part); proposed together once overdue for %(days)s days.",
                amount=format_amount(
                    self.env, company_sudo.ar_small_amount, company_sudo.currency_id
                ),
                share=f"{company_sudo.ar_small_share:g}",
                days=company_sudo.ar_small_days,
            )

    @api.depends("claim_ids")
    def _compute_totals(self):
        for wizard in self:
            wizard.count = len(wizard.claim_ids)
            wizard.total = sum(wizard.claim_ids.mapped("amount_residual_company"))

    def action_write_off(self):
        self.ensure_one()
        self.claim_ids._write_off()
        return {"type": "ir.actions.act_window_close"}
