from odoo import models
from odoo.exceptions import UserError


class ClaimCostWaive(models.Model):
    """Giving up costs: by a person with the right to, and with a reason."""

    _inherit = "ar.claim.cost"

    def action_waive(self):
        """Ask for the reason; who may not waive them is told so at once.

        What is not owed any more is left out of a selection.
        """
        owed = self.filtered(lambda cost: cost.state in _OPEN) or self
        owed._check_waive()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive"),
            "res_model": "ar.cost.waive",
            "view_mode": "form",
            "target": "new",
            "context": {"default_cost_ids": owed.ids},
        }

    def _waive(self, reason):
        """Give up these costs for good; what was paid of them stays paid."""
        self.check_access("read")
        if not self:
            raise UserError(self.env._("Choose the costs to waive."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the reason is kept."))
        self._check_waive()
        self._give_up(reason)

    def _give_up(self, reason):
        """Waive for somebody whose right to was checked."""
        costs_sudo = self.sudo()  # read-only for people
        for cost in costs_sudo:
            on = cost.company_id._ar_today()
            # Before anything is booked back: what is waived follows its items no more.
            cost.write(
                {
                    "state": "waived",
                    "closed_on": on,
                    "reason": reason,
                    "user_id": self.env.uid,
                }
            )
            cost._unbook_open(on)
        costs_sudo._refresh_claims()

    def _check_waive(self):
        user = self.env.user
        if not user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may waive costs."))
        done = self.filtered(lambda cost: cost.state not in _OPEN)
        if done:
            raise UserError(
                self.env._(
                    "%s is not owed (any more): there is nothing to waive.",
                    done[0].display_name,
                )
            )
        if user.has_group("ar_dunning.group_approver"):
            return
        if self.filtered(lambda cost: cost.kind == "interest" and not cost.amount):
            raise UserError(
                self.env._(
                    "How much interest it will be nobody knows yet: ask an approver."
                )
            )
        for company, costs in self.grouped("company_id").items():
            total = sum(
                cost.currency_id._convert(
                    max(cost.amount, cost.amount_announced),
                    company.currency_id,
                    company,
                    company._ar_today(),
                )
                for cost in costs
            )
            if total > company.ar_waive_amount:
                raise UserError(
                    self.env._(
                        "You may waive up to %s at once: ask an approver.",
                        company.currency_id.format(company.ar_waive_amount),
                    )
                )


_OPEN = ("announced", "claimed", "posted")
