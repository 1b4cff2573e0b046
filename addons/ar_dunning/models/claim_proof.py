from decimal import Decimal

from odoo import models
from odoo.tools import SQL, format_date


class ClaimProof(models.Model):
    """The statement that proves itself: every cent of a claim, worked out again."""

    _inherit = "ar.claim"

    def action_prove(self):
        """Open the statement of this claim."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/ar_dunning/claim/{self.id}/proof",
            "target": "new",
        }

    def _statement(self):
        """Return what the template ar_dunning.proof_statement shows of this claim."""
        self.ensure_one()
        # The reader may see the claim; the proofs are part of it.
        shares_sudo = self.sudo().cost_share_ids.filtered(
            lambda share: share.state not in ("cancelled", "waived")
        )
        proofs, amounts = [], []
        by_cost = shares_sudo.cost_id._proofs()
        for share in shares_sudo:
            cost = share.cost_id
            if cost.wait_proof and cost.wait_proof not in proofs:
                proofs.append(cost.wait_proof)
            if cost.state != "announced":
                amounts.append((cost, share))
                if by_cost[cost]:
                    proofs.append(by_cost[cost])
        say = self.env["ar.law.proof"]
        return {
            "title": self.env._("Statement of %s", self.move_name or self.display_name),
            "company": self.company_id,
            "debtor": self.partner_id,
            "on": format_date(self.env, self.company_id._ar_today()),
            "claims": [
                {
                    "document": self.move_name or "",
                    "description": self.description or "",
                    "due": format_date(self.env, self.date_due),
                    "original": say._amount(self.amount_original, self.currency_id),
                    "payments": self._say_payments(),
                    "open": say._amount(self.amount_residual, self.currency_id),
                    "beside": [
                        (
                            self._say_share(cost, share),
                            say._amount(
                                share.amount - share.amount_paid, self.currency_id
                            ),
                        )
                        for cost, share in amounts
                    ]
                    + self._say_waived(),
                    "total": say._amount(self.amount_due, self.currency_id),
                }
            ],
            "proofs": [say._say(proof, self.currency_id) for proof in proofs],
            "total": say._amount(self.amount_due, self.currency_id),
            "agrees": self._agrees(amounts),
        }

    def _say_share(self, cost, share):
        """Return what a share is, and of how much when other claims have theirs."""
        kind = dict(cost._fields["kind"]._description_selection(self.env))[cost.kind]
        if self.currency_id.compare_amounts(share.amount, cost.amount) == 0:
            return kind
        return self.env._(
            "%(cost)s, share of %(amount)s",
            cost=kind,
            amount=self.env["ar.law.proof"]._amount(cost.amount, self.currency_id),
        )

    def _say_waived(self):
        """Return [(what, zero)] of what was given up: nobody owes it any more."""
        # The reader may see the claim; what was given up is part of it.
        waived_sudo = self.sudo().cost_share_ids.filtered(
            lambda share: share.state == "waived"
        )
        kinds = dict(waived_sudo._fields["kind"]._description_selection(self.env))
        say = self.env["ar.law.proof"]._amount
        return [
            (
                self.env._(
                    "%(cost)s, waived on %(day)s",
                    cost=f"{kinds[share.kind]} {say(share.amount, self.currency_id)}",
                    day=format_date(self.env, share.cost_id.closed_on),
                ),
                say(0, self.currency_id),
            )
            for share in waived_sudo.sorted("id")
        ]

    def _agrees(self, amounts):
        """Whether the parts, worked out again, are the total that is asked."""
        owed = sum(
            (
                Decimal(str(round(share.amount - share.amount_paid, 2)))
                for _cost, share in amounts
            ),
            Decimal(0),
        )
        asked = Decimal(str(round(self.amount_costs + self.amount_interest, 2)))
        return owed == asked and all(cost._proof_holds() for cost, _share in amounts)

    def _say_payments(self):
        """Return [(what, amount)] of what was matched with the item, by day."""
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partial.max_date, entry.move_type = 'out_refund',
                       partial.debit_amount_currency
                  FROM account_partial_reconcile partial
                  JOIN account_move_line money ON money.id = partial.credit_move_id
                  JOIN account_move entry ON entry.id = money.move_id
                 WHERE partial.debit_move_id = %s
                 ORDER BY partial.max_date, partial.id
                """,
                self.sudo().line_id.id or 0,  # an id alone; the claim is readable
            )
        )
        say = self.env["ar.law.proof"]
        return [
            (
                self.env._("Credit note of %s", format_date(self.env, day))
                if refunded
                else self.env._("Paid on %s", format_date(self.env, day)),
                say._amount(-amount, self.currency_id),
            )
            for day, refunded, amount in rows
        ]
