from odoo import models
from odoo.tools import format_date


class ClaimCostShareSaid(models.Model):
    """Costs and interest in words for the one who owes them."""

    _inherit = "ar.claim.cost.share"

    def _said(self):
        """Return what is open of these shares: [{name, article, amount}].

        Costs before interest; what is not owed (any more) is left out.
        """
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        said = []
        for share in self.sorted(lambda one: (one.kind == "interest", one.id)):
            cost = share.cost_id
            amount = share.currency_id.round(share.amount - share.amount_paid)
            if cost.state not in ("claimed", "posted") or amount <= 0:
                continue
            name = kinds[share.kind]
            if share.kind == "interest" and cost.reckoned_on:
                name = self.env._(
                    "Interest until %s", format_date(self.env, cost.reckoned_on)
                )
            said.append(
                {
                    "name": name,
                    "article": cost._basis() or cost.regime_id.article or "",
                    "amount": amount,
                }
            )
        return said
