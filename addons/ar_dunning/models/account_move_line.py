from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.sql import column_exists, create_column

# Who owes a claim, and on which account: with another it is another claim.
_OWNER_OF_CLAIMS = {"partner_id", "account_id"}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    ar_access_group_id = fields.Many2one(
        "res.groups",
        string="Restricted to",
        ondelete="restrict",
        compute="_compute_ar_access_group_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )

    # Few items are open credits, many are open: runs look for those of their debtors.
    _ar_open_credits_idx = models.Index(
        """(partner_id) WHERE reconciled IS NOT TRUE AND parent_state = 'posted'
        AND (amount_residual < 0 OR amount_residual_currency < 0)"""
    )

    def _auto_init(self):
        # See account.move: empty everywhere at installation.
        if not column_exists(self.env.cr, "account_move_line", "ar_access_group_id"):
            create_column(
                self.env.cr, "account_move_line", "ar_access_group_id", "int4"
            )
        return super()._auto_init()

    @api.depends("move_id.ar_access_group_id")
    def _compute_ar_access_group_id(self):
        for line in self:
            line.ar_access_group_id = line.move_id.ar_access_group_id

    @api.constrains("ar_access_group_id")
    def _check_ar_access_group_id(self):
        """See account.move: the marker is never written by hand."""
        for line in self:
            if line.ar_access_group_id != line.move_id.ar_access_group_id:
                raise UserError(
                    self.env._("Who may see an entry follows from its journal.")
                )

    def write(self, vals):
        """Note a changed due date, debtor or account of an item: claims follow."""
        result = super().write(vals)
        if "date_maturity" in vals:
            self.env["ar.claim"]._note_lines(self)
        if vals.keys() & _OWNER_OF_CLAIMS:
            self.env["ar.claim"]._note_rebooked(self)
        return result
