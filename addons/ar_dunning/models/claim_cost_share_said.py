from odoo import models
from odoo.tools import format_amount, format_date


class ClaimCostShareSaid(models.Model):
    """Costs and interest in words for the one who owes them."""

    _inherit = "ar.claim.cost.share"

    def _announced_said(self):
        """Return sentences about what comes on top, and until when it does not.

        Of costs whose period runs; what is never claimed, or has no day yet, is not
        said.
        """
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        said = {}
        for share in self.sorted("id"):
            cost = share.cost_id
            runs = (
                cost.state == "announced"
                and cost.treatment in ("off_ledger", "booked")
                and cost.wait_until
                and cost.wait_until >= cost.company_id._ar_today()
            )
            if not runs:
                continue
            [said_of] = cost._as_announced()
            if share.amount:
                more = format_amount(self.env, share.amount, share.currency_id)
            else:
                more = said_of["rate"]
            words = ", ".join(
                part for part in (kinds[share.kind], said_of["article"]) if part
            )
            said.setdefault(cost.wait_until, []).append(f"{more} ({words})")
        return [
            self.env._(
                "Paid by %(day)s, nothing is added. After that: %(costs)s.",
                day=format_date(self.env, day),
                costs=" + ".join(parts),
            )
            for day, parts in sorted(said.items())
        ]

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
