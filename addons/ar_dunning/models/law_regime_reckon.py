from decimal import Decimal
from typing import NamedTuple

from odoo import models

from ..rules import rates, regime
from ..rules.proof import prove_cost, prove_interest, prove_wait


class Cost(NamedTuple):
    """A cost that the law allows, with its proof."""

    kind: str
    rule: models.BaseModel  # ar.law.regime.cost
    row: models.BaseModel  # ar.law.tariff.row
    amount: Decimal
    proof: dict


class Interest(NamedTuple):
    """Interest that the law allows, with its proof; ``series`` is the ar.law.series."""

    series: models.BaseModel
    accrual: object
    proof: dict


class LawRegimeReckon(models.Model):
    """What a regime allows in one case: waiting, costs and interest, with proofs."""

    _inherit = "ar.law.regime"

    def _wait_after(self, company, sent_on, channel, wait=None):
        """Return (WaitingPeriod, proof) of a notice; (None, None): no such period.

        :param channel: by which it went
        :param wait: another ar.law.wait than that of the first notice
        :raises LookupError: no legal calendar is known for these days
        """
        self.ensure_one()
        wait = wait or self.wait_id
        row = wait._row_on(company, channel, sent_on) if wait else None
        if not row:
            return None, None
        calendar = company._ar_legal_calendar(self.country_id)
        days = calendar._days_around(sent_on)
        return prove_wait(
            sent_on,
            row._rule(),
            days.working,
            days.delivery if row.convention == "delivery_day" else None,
            self._basis(row, wait.name),
        )

    def _costs_of(self, company, amounts, on, terms, kinds=None):
        """Return the costs that the law allows on amounts that count together.

        A cost whose scale is not known on the day is left out: an old one never counts.

        :param amounts: {name of the document: open amount (Decimal)}
        :param on: the day on which they are claimed
        :param kinds: only these kinds of costs
        """
        self.ensure_one()
        found = {}
        # What is part of another cost comes before it.
        for rule in self.cost_ids.sorted(lambda one: bool(one.includes_id)):
            if kinds is not None and rule.kind not in kinds:
                continue
            part = found.get(rule.includes_id)
            cost = self._cost_of(
                rule, company, amounts, on, terms, part.amount if part else Decimal(0)
            )
            if cost:
                found[rule.tariff_id] = cost
        return list(found.values())

    def _cost_of(self, rule, company, amounts, on, terms, included=Decimal(0)):
        """Return one Cost of the regime, see `_costs_of`; None: it is not allowed.

        :param included: what is charged of the cost that is part of this one
        """
        price = self._pricer(rule, company, on, terms)
        return price and price(amounts, included)

    def _pricer(self, rule, company, on, terms):
        """Return a function (amounts, included) -> Cost or None, for many claims.

        None when the law does not allow this cost, or nobody knows its scale.
        """
        self.ensure_one()
        row = rule.tariff_id._row_on(company, on)
        if not row or not rule._applies(row, terms):
            return None
        scale = row._scale()
        vat = row._exact_vat() if terms.vat_declared else None
        postage = terms.postage if row.postage else Decimal(0)
        basis = self._basis(row, rule.tariff_id.name)

        def price(amounts, included=Decimal(0)):
            amount, proof = prove_cost(
                amounts, scale, vat, postage, included, basis, terms.agreed
            )
            return Cost(rule.kind, rule, row, amount, proof) if amount else None

        return price

    def _interest_series(self, terms):
        """Return the ar.law.series by which interest runs; empty: none does."""
        self.ensure_one()
        if self.interest_clause and not terms.clause:
            return self.otherwise_id
        return self.series_id

    def _interest_claimable(self, due_on, sent_on, period, terms):
        """Return from when interest runs and may be claimed, see rules.regime."""
        starts = self._interest_start(terms)
        return starts and regime.claimable(starts, due_on, sent_on, period)

    def _interest_start(self, terms):
        """Return from when interest runs, one of law_terms.STARTS; False: it does not.

        A small creditor has the option that the law leaves him, for the interest of
        his contract.
        """
        self.ensure_one()
        agreed = terms.clause or not self.interest_clause
        if terms.small and agreed and self.interest_option:
            return self.interest_option
        return self.interest_starts

    def _interest_of(
        self, company, principal, runs_from, last, terms, reductions=(), frozen=()
    ):
        """Return the Interest of a principal up to and including a day; None: none.

        :param runs_from: first day that bears interest
        :raises MissingRateError: the rate of one of the days is not known
        """
        series = self._interest_series(terms)
        if not series:
            return None
        known = self._rates_of(company, series, terms)
        accrual, proof = prove_interest(
            principal,
            runs_from - regime.ONE_DAY,
            last,
            known,
            series.day_count,
            series.compounding,
            reductions,
            frozen,
        )
        proof["basis"] = self._basis_of_interest(series, proof["rates"])
        return Interest(series, accrual, proof)

    def _rates_of(self, company, series, terms):
        """Return the rates.RateSeries that runs: of the law, or less by contract."""
        known = series._rates(company)
        if terms.percentage is None or (self.interest_clause and not terms.clause):
            return known
        return rates.RateSeries(
            rates.Rate(
                rate.first,
                min(rate.percentage, terms.percentage),
                rate.last,
                rate.key,
            )
            for rate in known.rows
        )

    def _basis_of_interest(self, series, used):
        """Return what interest rests on: the regime that lets it run, and the rates.

        It is verified when all of them are.

        :param used: rates of a proof, see rules.proof.prove_interest
        """
        rows = self.env["ar.law.rate"].browse(int(rate["row"]) for rate in used)

        def together(name):
            said = (row[name] for row in (self, *rows))
            return "; ".join(dict.fromkeys(filter(None, said)))

        verified = all(row.verified_by for row in rows) and self.verified_by
        return {
            **self._basis(series, series.name),
            "article": together("article"),
            "source": together("source"),
            "verified_by": (verified and together("verified_by")) or "",
        }

    def _basis(self, row, name):
        """Return in words what a result rests on: for its proof, kept with it."""
        return {
            "name": name or "",
            "regime": self.name or "",
            "regime_row": str(self.id),
            "row": str(row.id),
            "article": row.article or self.article or "",
            "source": row.source or "",
            "verified_by": row.verified_by or "",
            "pack": self.pack_id.code or "",
            "version": self.pack_id.version or "",
        }
