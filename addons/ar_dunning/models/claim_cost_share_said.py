from decimal import Decimal

from odoo import models
from odoo.tools import SQL, format_amount, format_date


class ClaimCostShareSaid(models.Model):
    """Costs and interest in words for the one who owes them."""

    _inherit = "ar.claim.cost.share"

    def _announced_said(self):
        """Return {claim id: [sentence]} about what comes on top, and until when not.

        Of costs whose period runs, where something is left to pay and nothing stops
        them. What is never claimed, has no day yet, or is for a rest that costs
        nothing, is not said. A constant number of statements, however many claims.
        """
        running = self.sorted("id").filtered(lambda share: share._runs())
        waiting = running.claim_id._costs_waiting()
        running = running.filtered(lambda share: share.claim_id not in waiting)
        proved = running.filtered(lambda share: share.cost_id.proof)
        words = self.env["ar.law.proof"]._basis_words(
            [share.cost_id.proof for share in proved]
        )
        articles = {
            share: said["article"] for share, said in zip(proved, words, strict=True)
        }
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        said = {}
        for share in running:
            cost = share.cost_id
            article = articles.get(share) or cost.regime_id.article
            words = ", ".join(filter(None, (kinds[share.kind], article)))
            days = said.setdefault(share.claim_id, {})
            days.setdefault(cost.wait_until, []).append(f"{share._more()} ({words})")
        return {
            claim.id: [
                claim._say_added(day, " + ".join(parts))
                for day, parts in sorted(days.items())
            ]
            for claim, days in said.items()
        }

    def _runs(self):
        """Whether the cost comes when its period is over, as things are now."""
        self.ensure_one()
        cost, claim = self.cost_id, self.claim_id
        return (
            cost.state == "announced"
            and cost.treatment in ("off_ledger", "booked")
            and cost.wait_until
            and cost.wait_until >= cost.company_id._ar_today()
            and claim.amount_residual > 0
            and not cost.company_id._ar_spares_costs()(
                Decimal(str(round(claim.amount_residual, 2))),
                Decimal(str(round(claim.amount_original, 2))),
                claim.currency_id.id,
            )
        )

    def _more(self):
        """Return in words how much comes on top: less once a part was paid."""
        self.ensure_one()
        if not self.amount:
            return self.cost_id._say_rate(
                self.cost_id.regime_id, self.cost_id.policy_id
            )
        amount = format_amount(self.env, self.amount, self.currency_id)
        if self.claim_id.amount_residual < self.notice_line_id.amount_open:
            return self.env._("at most %s", amount)
        return amount

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


class ClaimCostsSaid(models.Model):
    """What is said to a debtor of the costs of a claim."""

    _inherit = "ar.claim"

    def _costs_waiting(self):
        """Return those of these claims whose costs something stops today."""
        self.env.flush_all()
        found = self.browse()
        for company, claims in self.grouped("company_id").items():
            rows = self.env.execute_query(
                SQL(
                    "SELECT claim.id FROM ar_claim claim WHERE claim.id = ANY(%s)"
                    " AND (%s)",
                    claims.ids,
                    self.env["ar.claim.cost"]._sql_costs_wait(company._ar_today()),
                )
            )
            found += self.browse(row[0] for row in rows)
        return found

    def _say_added(self, day, costs):
        """Return until when nothing is added to this claim, and what is afterwards."""
        self.ensure_one()
        values = {"day": format_date(self.env, day), "costs": costs}
        grows = self.amount_costs or self.amount_interest
        grows = grows or any(
            share.cost_id.starts == "due" and share.state in ("announced", "claimed")
            for share in self.cost_share_ids
        )
        if grows:
            return self.env._(
                "Paid by %(day)s, nothing more is added. After that: %(costs)s.",
                **values,
            )
        return self.env._(
            "Paid by %(day)s, nothing is added. After that: %(costs)s.", **values
        )
