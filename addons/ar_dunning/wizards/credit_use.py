from odoo import api, fields, models

from odoo.addons.base.models.res_bank import sanitize_account_number


class CreditUse(models.TransientModel):
    """Decide what becomes of money that came in too much."""

    _name = "ar.credit.use"
    _description = "Too much paid"

    work_item_id = fields.Many2one("ar.work.item", required=True, readonly=True)
    company_id = fields.Many2one(related="work_item_id.company_id")
    debtor_id = fields.Many2one(related="work_item_id.debtor_id")
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    currency_id = fields.Many2one(related="work_item_id.currency_id")
    amount = fields.Monetary(compute="_compute_credit", string="Open credit")
    payer_account = fields.Char(compute="_compute_credit", string="Paid from")
    use = fields.Selection(
        [
            ("set_off", "Set off against other claims"),
            ("refund", "Pay back"),
            ("keep", "Keep as a credit"),
        ],
        required=True,
        default="set_off",
    )
    claim_ids = fields.Many2many("ar.claim", string="Claims")
    bank_account_id = fields.Many2one(
        "res.partner.bank",
        string="To account",
        compute="_compute_bank_account_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('partner_id', 'child_of', partner_id)]",
        help="The account that the money came from, if it is known.",
    )
    note = fields.Text(help="What was agreed with the payer.")

    @api.depends("work_item_id")
    def _compute_credit(self):
        for wizard in self:
            credits_sudo = wizard.work_item_id._credit_items_sudo()
            wizard.amount = -sum(line.amount_residual_currency for line in credits_sudo)
            # Only the number that the money came from, of a visible item.
            payment_sudo = wizard.work_item_id.sudo().statement_line_id
            wizard.payer_account = payment_sudo.account_number

    @api.depends("work_item_id")
    def _compute_bank_account_id(self):
        """The account of the debtor that the money came from; the only one he has."""
        for wizard in self:
            accounts = self.env["res.partner.bank"].search(
                [("partner_id", "child_of", wizard.debtor_id.partner_id.ids)]
            )
            number = sanitize_account_number(wizard.payer_account)
            if number:
                accounts = accounts.filtered_domain(
                    [("sanitized_acc_number", "=", number)]
                )
            wizard.bank_account_id = accounts if len(accounts) == 1 else False

    def action_decide(self):
        self.ensure_one()
        item = self.work_item_id
        if self.use == "set_off":
            item._set_off_credit(self.claim_ids)
        elif self.use == "refund":
            item._refund_credit(self.bank_account_id)
        else:
            item._keep_credit(self.note)
        return {"type": "ir.actions.act_window_close"}
