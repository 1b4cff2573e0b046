from odoo import api, models

from ..rules.rates import MissingRateError


class ClaimCostSay(models.Model):
    """What a notice says of the costs that it announces."""

    _inherit = "ar.claim.cost"

    @api.model
    def _foresee(self, notice):
        """Return what a notice that has not left would announce on its day."""
        made = self._prepare_costs(
            (notice.id,), notice.company_id, notice.date, (notice.state,)
        )
        return self._say_announced(
            (
                values["kind"],
                values["amount_announced"],
                values["proof"],
                values["regime_id"],
                values["policy_id"],
                values["starts"],
                [share["claim_id"] for share in shares],
            )
            for values, shares in made
        )

    def _as_announced(self):
        """Return these costs as the notice that announced them says them."""
        return self._say_announced(
            (
                cost.kind,
                cost.amount_announced,
                cost.proof,
                cost.regime_id.id,
                cost.policy_id.id,
                cost.starts,
                cost.share_ids.claim_id.ids,
            )
            for cost in self
        )

    @api.model
    def _say_announced(self, costs):
        """Return what a notice says of costs: each kind once, with its whole amount.

        ``claims`` are those that it is for.
        """
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        said = {}
        costs = list(costs)
        words = iter(
            self.env["ar.law.proof"]._basis_words(
                [proof for _kind, _amount, proof, *_ in costs if proof]
            )
        )
        for kind, amount, proof, regime_id, policy_id, starts, claim_ids in costs:
            regime = self.env["ar.law.regime"].browse(regime_id)
            policy = self.env["ar.cost.policy"].browse(policy_id)
            article = (next(words)["article"] if proof else "") or regime.article
            rate = kind == "interest" and self._say_rate(regime, policy)
            one = said.setdefault(
                (kind, article, rate, starts == "due"),
                {
                    "name": kinds[kind],
                    "article": article,
                    "amount": 0.0,
                    "rate": rate,
                    "regime": regime,
                    "at_once": starts == "due",
                    "vat": False,
                    "claims": self.env["ar.claim"],
                },
            )
            one["claims"] += one["claims"].browse(claim_ids)
            one["amount"] += float(amount)
            if (proof or {}).get("vat"):
                one["vat"] = self.env["ar.law.proof"]._percentage(proof["vat"])
        return list(said.values())

    @api.model
    def _say_rate(self, regime, policy):
        """Return the interest that is announced: the rate of the day, by the year."""
        company = policy.company_id
        on = company._ar_today()
        terms = policy._terms()
        series = regime._interest_series(terms)
        try:
            rate = regime._rates_of(company, series, terms).on(on)
        except MissingRateError:
            return ""
        return self.env._(
            "%s a year", self.env["ar.law.proof"]._percentage(rate.percentage)
        )
