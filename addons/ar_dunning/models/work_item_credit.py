from odoo import fields, models
from odoo.exceptions import UserError

CREDIT_KINDS = ("overpayment", "double_payment")


class WorkItemCredit(models.Model):
    """What becomes of money that came in too much: refund, set off, or keep."""

    _inherit = "ar.work.item"

    has_credit = fields.Boolean(compute="_compute_has_credit")

    def _compute_has_credit(self):
        for item in self:
            item.has_credit = item.kind in CREDIT_KINDS

    def action_use_credit(self):
        """Open the decision on the money of this item."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Too much paid"),
            "res_model": "ar.credit.use",
            "view_mode": "form",
            "target": "new",
            "context": {"default_work_item_id": self.id},
        }

    def action_write_off_rest(self):
        """Open the write-off of the rest that an underpayment left."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_small_balance_claim_action"
        )
        action["context"] = {
            "active_model": "ar.claim",
            "active_ids": self.claim_id.ids,
        }
        return action

    def _credit_items_sudo(self):
        """Return the open credits on receivable accounts that the item is about.

        Those of its bank transaction; without one those of the debtor in the company.
        Never credits that other people may see than the item itself.
        """
        self.ensure_one()
        # Collectors have no rights in accounting: the items are only read, and only
        # through an item that the caller may see.
        lines_sudo = self.env["account.move.line"].sudo()
        domain = [
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("amount_residual", "<", 0),
            ("account_id.account_type", "=", "asset_receivable"),
            ("company_id", "=", self.company_id.id),
            ("ar_access_group_id", "=", self.access_group_id.id),
        ]
        if self.statement_line_id:
            # The item may be read, and it is about this entry.
            move = self.sudo().statement_line_id.move_id
            return lines_sudo.search([*domain, ("move_id", "=", move.id)])
        partner = self.debtor_id.partner_id
        return lines_sudo.search(
            [*domain, ("partner_id.commercial_partner_id", "=", partner.id)]
            if partner
            else [("id", "=", False)]
        )

    def _check_credit(self):
        """Return the open credits for a change; refuse without rights or money."""
        self.check_access("write")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors decide on payments."))
        credits_sudo = self._credit_items_sudo()
        if not credits_sudo:
            raise UserError(
                self.env._("There is no open credit any more: somebody has used it.")
            )
        return credits_sudo

    def _set_off_credit(self, claims):
        """Match the money with other claims of the debtor, the oldest first."""
        credits_sudo = self._check_credit()
        claims.check_access("read")
        wrong = claims.filtered(
            lambda claim: (
                claim.state != "open"
                or claim.company_id != self.company_id
                or claim.access_group_id != self.access_group_id
                or claim.debtor_id != self.debtor_id
                or claim.account_id not in credits_sudo.account_id
            )
        )
        if wrong or not claims:
            raise UserError(
                self.env._(
                    "Choose open claims of this debtor and company, on the account "
                    "of the payment."
                )
            )
        # Collectors have no rights in accounting; the claims were checked just above.
        for claim_sudo in claims.sudo().sorted(lambda one: (one.date_due, one.id)):
            open_credits = credits_sudo.filtered(
                lambda line, account=claim_sudo.account_id: (
                    not line.reconciled and line.account_id == account
                )
            )
            if open_credits:
                (open_credits + claim_sudo.line_id).reconcile()
        self._close("done")

    def _refund_credit(self, bank_account):
        """Prepare payments back in draft; somebody else confirms them."""
        credits_sudo = self._check_credit()
        if not bank_account or (
            bank_account.partner_id.commercial_partner_id
            not in credits_sudo.partner_id.commercial_partner_id
        ):
            raise UserError(
                self.env._("Choose a bank account of the one who paid too much.")
            )
        # Only whether a refund of this money exists is told; the right was checked.
        waiting = (
            self.env["account.payment"]
            .sudo()
            .search(
                [
                    ("ar_refund_line_id", "in", credits_sudo.ids),
                    ("state", "not in", ("canceled", "rejected")),
                ]
            )
        )
        if waiting:
            raise UserError(self.env._("A refund of this money is prepared already."))
        # The journal goes into a draft that somebody with rights confirms.
        journal_sudo = self.sudo().statement_line_id.journal_id or (
            self.env["account.journal"]
            .sudo()
            .search(
                [("type", "=", "bank"), ("company_id", "=", self.company_id.id)],
                limit=1,
            )
        )
        # See _credit_items_sudo: the payments stay in draft, an accountant decides.
        payments = (
            self.env["account.payment"]
            .sudo()
            .create(
                [
                    {
                        "payment_type": "outbound",
                        "partner_type": "customer",
                        "partner_id": line.partner_id.id,
                        "partner_bank_id": bank_account.id,
                        "amount": -line.amount_residual_currency,
                        "currency_id": line.currency_id.id,
                        "journal_id": journal_sudo.id,
                        "date": self.company_id._ar_today(),
                        "destination_account_id": line.account_id.id,
                        "memo": self.env._(
                            "Refund of %s", line.move_id.ref or line.move_id.name
                        ),
                        "ar_refund_line_id": line.id,
                        "ar_refund_by_id": self.env.uid,
                    }
                    for line in credits_sudo
                ]
            )
        )
        self._close("done")
        return payments

    def _keep_credit(self, note):
        """The money stays as an open credit: it covers the oldest claim by itself."""
        self._check_credit()
        if not (note or "").strip():
            raise UserError(self.env._("Say what was agreed with the payer."))
        self.note = "\n".join(filter(None, (self.note, note)))
        self._close("done")
