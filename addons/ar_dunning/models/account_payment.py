from odoo import api, fields, models
from odoo.exceptions import UserError

# What says which invoices a payment is for.
_PAYS = {"invoice_ids", "move_id", "ar_refund_line_id"}


class AccountPayment(models.Model):
    _inherit = "account.payment"

    ar_access_group_id = fields.Many2one(
        "res.groups",
        string="Restricted to",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Set when the payment pays claims of a restricted type: only this group "
        "sees it.",
    )
    ar_refund_line_id = fields.Many2one(
        "account.move.line",
        string="Refund of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The open credit that is paid back; matched when this is confirmed.",
    )
    ar_refund_by_id = fields.Many2one(
        "res.users", string="Refund proposed by", readonly=True, copy=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                vals.pop("ar_access_group_id", None)
        payments = super().create(vals_list)
        payments._note_access()
        return payments

    def write(self, vals):
        if "ar_access_group_id" in vals and not self.env.su:
            raise UserError(
                self.env._("Who may see a payment follows from what it pays.")
            )
        result = super().write(vals)
        if vals.keys() & _PAYS:
            self._note_access()
        return result

    def _note_access(self):
        """Who may see a payment follows from what it pays."""
        self.env["account.move"]._note_carriers("payments", self.ids)

    def action_post(self):
        """Somebody else confirms a refund; it is matched with what it pays back."""
        refunds = self.filtered("ar_refund_by_id")
        for payment in refunds:
            if payment.ar_refund_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "You proposed the refund to %s yourself: somebody else "
                        "confirms it.",
                        payment.partner_id.display_name,
                    )
                )
            credit = payment.ar_refund_line_id
            if not credit or credit.reconciled:
                raise UserError(
                    self.env._(
                        "The credit of %s is used already: cancel this refund.",
                        payment.partner_id.display_name,
                    )
                )
            left = -credit.amount_residual_currency
            if payment.currency_id.compare_amounts(payment.amount, left) > 0:
                raise UserError(
                    self.env._(
                        "Less is left of the credit of %s than this refund pays back.",
                        payment.partner_id.display_name,
                    )
                )
        result = super().action_post()
        for payment in refunds:
            paid_back = payment.move_id.line_ids.filtered(
                lambda line, one=payment: line.account_id == one.destination_account_id
            )
            (paid_back + payment.ar_refund_line_id).reconcile()
        return result

    def action_reject(self):
        """A rejected payment pays nothing: its entry is reversed, claims reopen.

        Odoo itself only changes the state and leaves the invoice paid. A payment that
        the bank has booked already stays: the bank books its return apart.
        """
        result = super().action_reject()
        rejected = self.filtered(
            lambda payment: (
                payment.payment_type == "inbound"
                and payment.move_id.state == "posted"
                and not payment.is_matched
            )
        )
        entries = rejected.move_id
        if entries:
            entries._reverse_moves(
                [
                    {
                        "date": entry._get_accounting_date(
                            max(entry.date, fields.Date.context_today(entry)), False
                        ),
                        "ref": self.env._("Rejected: %s", entry.name),
                    }
                    for entry in entries
                ],
                cancel=True,
            )
            # The reversal must not call the payment open or paid again.
            rejected.write({"state": "rejected"})
        return result
