from odoo import models
from odoo.exceptions import UserError


class ClaimCostWaive(models.Model):
    """Giving up costs: by a person with the right to, and with a reason."""

    _inherit = "ar.claim.cost"

    def action_waive(self):
        """Ask for the reason."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive"),
            "res_model": "ar.cost.waive",
            "view_mode": "form",
            "target": "new",
            "context": {"default_cost_ids": self.ids},
        }

    def _waive(self, reason):
        """Give up these costs for good; what was paid of them stays paid."""
        self.check_access("read")
        self._check_waive()
        on = self.company_id[:1]._ar_today()
        costs_sudo = self.sudo()  # read-only for people; access and right were checked
        for cost in costs_sudo:
            if cost.state == "posted":
                cost._unbook(on)
            cost.write(
                {
                    "state": "waived",
                    "closed_on": on,
                    "reason": reason,
                    "user_id": self.env.uid,
                }
            )
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
