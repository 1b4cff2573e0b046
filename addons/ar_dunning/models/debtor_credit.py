from datetime import timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules import credit

_DECISION = {"order_stop_on", "order_stop_by_id", "order_stop_note"}


class DebtorCredit(models.Model):
    """Credit and order stop: proposed by figures, decided by a person."""

    _inherit = "ar.debtor"

    order_stop_on = fields.Date(
        string="Order stop since",
        readonly=True,
        copy=False,
        tracking=True,
        help="From this day on no more orders should be taken from this debtor.",
    )
    order_stop_by_id = fields.Many2one(
        "res.users", string="Order stop by", readonly=True, copy=False
    )
    order_stop_note = fields.Char(
        string="Reason of the order stop", readonly=True, copy=False, tracking=True
    )
    order_stop_proposed = fields.Boolean(
        string="Order stop proposed",
        compute="_compute_order_stop_proposed",
        search="_search_order_stop_proposed",
        help="The risk score or the age of the oldest claim has reached the limit of "
        "the settings, and nobody has stopped orders yet.",
    )

    def _compute_order_stop_proposed(self):
        proposed = self.search(
            [("id", "in", self.ids), ("order_stop_proposed", "=", True)]
        )
        for debtor in self:
            debtor.order_stop_proposed = debtor in proposed

    def _search_order_stop_proposed(self, operator, value):
        if operator != "in":
            return NotImplemented
        parts = [Domain.FALSE]
        # Only the limits of each root company are read.
        for root in self.env["res.company"].sudo().search([("parent_id", "=", False)]):
            reached = [Domain.FALSE]
            if root.ar_stop_score:
                reached.append(Domain("risk_score", ">=", root.ar_stop_score))
            if root.ar_stop_days:
                limit = root._ar_today() - timedelta(days=root.ar_stop_days)
                reached.append(
                    Domain(
                        "claim_ids",
                        "any",
                        [("state", "=", "open"), ("date_due", "<=", limit)],
                    )
                )
            parts.append(Domain("root_company_id", "=", root.id) & Domain.OR(reached))
        proposed = Domain.OR(parts) & Domain("order_stop_on", "=", False)
        if True in value and False in value:
            return Domain.TRUE
        return proposed if True in value else ~proposed

    def write(self, vals):
        if not self.env.su and _DECISION & vals.keys():
            raise UserError(
                self.env._("Orders are stopped and allowed with “Credit and orders”.")
            )
        return super().write(vals)

    def _propose_credit(self):
        """Return the proposal for one debtor (rules/credit.py) to the reader."""
        self.ensure_one()
        root = self.root_company_id
        today = root._ar_today()
        overdue = (today - self.oldest_due_date).days if self.oldest_due_date else 0
        known = self.risk_class != "unknown"
        return credit.propose(
            risk_class=self.risk_class,
            score=self.risk_score if known else None,
            days_overdue=overdue,
            monthly=self._monthly_turnover(today),
            stop_score=root.ar_stop_score,
            stop_days=root.ar_stop_days,
        )

    def _monthly_turnover(self, today):
        """Return what was invoiced per month in the last year, in company currency."""
        [[total]] = self.env["ar.claim"]._read_group(
            [
                ("debtor_id", "=", self.id),
                ("state", "in", ("open", "settled")),
                ("invoice_date", ">", today - timedelta(days=365)),
            ],
            [],
            ["amount_original_company:sum"],
        )
        return Decimal(f"{total or 0:.2f}") / 12

    def _decide_credit(self, limit, stop, note):
        """Give the debtor a credit limit and stop or allow orders; approvers only.

        :param limit: amount in company currency, or None for no limit.
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group("ar_dunning.group_approver"):
            raise UserError(self.env._("Only approvers decide on credit and orders."))
        if stop and not (note or "").strip():
            raise UserError(
                self.env._("Say why: sales people see the reason of an order stop.")
            )
        # Group and access were checked above. The limit is the partner's own field in
        # the root company; approvers need no other rights on partners.
        partner_sudo = self.partner_id.sudo().with_company(self.root_company_id)
        partner_sudo.write(
            {
                "use_partner_credit_limit": limit is not None,
                "credit_limit": limit or 0.0,
                "trust": "bad" if stop else partner_sudo.trust,
            }
        )
        # The stop is written here alone; group and access were checked above.
        if stop == bool(self.order_stop_on):
            self.sudo().write({"order_stop_note": stop and note})
            return
        if not stop and partner_sudo.trust == "bad":
            partner_sudo.trust = "normal"
        self.sudo().write(
            {
                "order_stop_on": stop and self.root_company_id._ar_today(),
                "order_stop_by_id": stop and self.env.uid,
                "order_stop_note": stop and note,
            }
        )
