from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..rules.interest import AccrualIndex, Reduction, accrue
from ..rules.money import CENT, round_half_up
from ..rules.periods import Period
from ..rules.rates import MissingRateError
from ..rules.regime import ONE_DAY

INTEREST_PER_BATCH = 20_000


class Running(NamedTuple):
    """Interest that runs: on what, from when, and what lowered or stopped it.

    ``paid`` are [day, amount, whether by credit note]; ``held`` [first, last] of holds
    that stop interest.
    """

    cost_id: int
    share_id: int
    claim_id: int
    regime_id: int
    policy_id: int
    runs_from: date
    currency_id: int
    principal: Decimal
    paid: list
    held: list

    def reductions(self):
        """Return what lowered the principal; a credit note from the beginning on."""
        return [
            Reduction(
                self.runs_from - ONE_DAY if by_credit_note else date.fromisoformat(day),
                Decimal(str(round(amount, 2))),
            )
            for day, amount, by_credit_note in self.paid
            if amount > 0
        ]

    def frozen(self):
        return [
            Period(date.fromisoformat(first), last and date.fromisoformat(last))
            for first, last in self.held
        ]


class ClaimCostInterest(models.Model):
    """Interest of the day, for as many claims as there are: in batches, by look-up."""

    _inherit = "ar.claim.cost"

    @api.model
    def _reckon_interest(self, company, on, batch=INTEREST_PER_BATCH, checkpoint=None):
        """Bring the interest that runs in a company up to a day, that day included.

        Where the rate of a day is not known, it stops the day before; see the health
        page.

        :param checkpoint: called after each batch, e.g. to commit
        :return: number of claims whose interest was reckoned
        """
        rates = Rates(self.env, company, on)
        done, last_id = 0, 0
        while running := self._read_running(company, last_id, batch):
            self._write_interest([(one, *rates.interest(one)) for one in running], on)
            self.env["ar.law.rate"]._use(rates.take_used(), on)
            done += len(running)
            last_id = running[-1].cost_id
            if checkpoint:
                checkpoint()
        return done

    @api.model
    def _resume_interest(self, company):
        """Let interest run again whose principal, once paid, is open again.

        A debit that the bank took back: the debtor never paid. Not in a new cycle,
        which is a new default.
        """
        self.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "interest"),
                ("state", "in", ("posted", "paid")),
                ("share_ids.claim_id.state", "=", "open"),
                ("share_ids.claim_id.amount_residual", ">", 0),
            ]
        ).filtered(
            lambda cost: cost.share_ids.cycle == cost.share_ids.claim_id.cycle
        ).write({"state": "claimed", "closed_on": False})

    @api.model
    def _close_interest(self, company):
        """Close interest that is paid whole, and its principal too.

        It is reckoned to the day of that payment only once that is known.
        """
        ended = self.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "interest"),
                ("state", "=", "claimed"),
                ("share_ids.claim_id.amount_residual", "=", 0),
                ("share_ids.claim_id.amount_interest", "=", 0),
            ]
        )
        ended._note_paid()

    @api.model
    def _read_running(self, company, last_id, limit, cost_ids=None):
        """Return the next Running interest of a company, in order of its id.

        :param cost_ids: these, whether they still run or not
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT cost.id, share.id, claim.id, cost.regime_id, cost.policy_id,
                       GREATEST(cost.runs_from, claim.date_due + 1),
                       cost.currency_id, claim.amount_original,
                       COALESCE(paid.rows, '[]'), COALESCE(held.rows, '[]')
                  FROM ar_claim_cost cost
                  JOIN ar_claim_cost_share share ON share.cost_id = cost.id
                  JOIN ar_claim claim ON claim.id = share.claim_id
                  LEFT JOIN LATERAL (
                       SELECT json_agg(json_build_array(
                                  partial.max_date, partial.debit_amount_currency,
                                  %(credited)s)
                                  ORDER BY partial.max_date, partial.id) AS rows
                         FROM account_partial_reconcile partial
                         JOIN account_move_line owed
                           ON owed.id = partial.debit_move_id
                         JOIN account_move_line money
                           ON money.id = partial.credit_move_id
                         JOIN account_move entry ON entry.id = money.move_id
                        WHERE partial.debit_move_id = claim.line_id
                  ) paid ON TRUE
                  LEFT JOIN LATERAL (
                       SELECT json_agg(json_build_array(
                                  still.date_from, still.date_to)) AS rows
                         FROM (%(still)s) still (date_from, date_to)
                  ) held ON TRUE
                 WHERE cost.company_id = %(company)s AND cost.kind = 'interest'
                   AND cost.runs_from IS NOT NULL
                   AND cost.id > %(last_id)s AND %(narrow)s
                 ORDER BY cost.id
                 LIMIT %(limit)s
                """,
                company=company.id,
                last_id=last_id,
                limit=limit,
                still=self._sql_still(),
                credited=self._sql_credited(SQL("entry"), SQL("owed")),
                narrow=SQL(
                    "cost.state = 'claimed' AND claim.state IN ('open', 'settled')"
                )
                if cost_ids is None
                else SQL("cost.id = ANY(%s)", cost_ids),
            )
        )
        return [
            Running(*row[:7], Decimal(str(round(row[7], 2))), *row[8:]) for row in rows
        ]

    @api.model
    def _sql_still(self):
        """Return (first day, last day or null) on which interest of `claim` stands.

        Extension point: add a UNION ALL.
        """
        return SQL(
            """
            SELECT hold.date_from, LEAST(hold.date_to, hold.lifted_on - 1)
              FROM ar_hold hold
              JOIN ar_hold_reason reason
                ON reason.id = hold.reason_id AND reason.stops_interest
             WHERE hold.claim_id = claim.id OR hold.debtor_id = claim.debtor_id
            """
        )

    @api.model
    def _write_interest(self, results, on):
        """Write interest where it changed, and what the claims owe of it.

        The ids stand in each condition, so that no table is read whole for a batch.

        :param results: [(Running, amount, last day that is reckoned)]
        """
        changed = self.env.execute_query(
            SQL(
                """
                WITH result AS (
                    SELECT * FROM unnest(%(costs)s::int[], %(shares)s::int[],
                                         %(amounts)s::numeric[], %(days)s::date[])
                               AS r (cost_id, share_id, amount, day)
                ), cost AS (
                    UPDATE ar_claim_cost cost
                       SET amount = result.amount, reckoned_on = result.day
                      FROM result
                     WHERE cost.id = result.cost_id AND cost.id = ANY(%(costs)s)
                       AND (cost.amount, cost.reckoned_on)
                           IS DISTINCT FROM (result.amount, result.day)
                ), share AS (
                    UPDATE ar_claim_cost_share share SET amount = result.amount
                      FROM result
                     WHERE share.id = result.share_id AND share.id = ANY(%(shares)s)
                       AND share.amount IS DISTINCT FROM result.amount
                    RETURNING share.claim_id,
                              GREATEST(share.amount - share.amount_paid, 0) AS owed
                )
                UPDATE ar_claim claim SET amount_interest = share.owed
                  FROM share
                 WHERE claim.id = share.claim_id AND claim.id = ANY(%(claims)s)
                RETURNING claim.id
                """,
                costs=[one.cost_id for one, _amount, _day in results],
                shares=[one.share_id for one, _amount, _day in results],
                claims=[one.claim_id for one, _amount, _day in results],
                amounts=[amount for _one, amount, _day in results],
                days=[day for _one, _amount, day in results],
            )
        )
        self.invalidate_model()
        self.env["ar.claim.cost.share"].invalidate_model(["amount"])
        self.env["ar.claim"]._sync_owed([row[0] for row in changed])

    def _proofs(self):
        """Return {cost: its proof}; that of interest is made anew from the ledger.

        A constant number of statements for costs of one company.
        """
        proofs = {cost: cost.proof for cost in self}
        running = self.filtered(
            lambda cost: (
                cost.kind == "interest"
                # Afterwards it is kept as it was booked or paid.
                and cost.state == "claimed"
                and cost.reckoned_on
            )
        )
        for company, costs in running.grouped("company_id").items():
            rates = {
                on: Rates(self.env, company, on)
                for on in set(costs.mapped("reckoned_on"))
            }
            for one in self._read_running(company, 0, len(costs), cost_ids=costs.ids):
                cost = self.browse(one.cost_id)
                proofs[cost] = rates[cost.reckoned_on].prove(one)
        return proofs


class Rates:
    """The rates of a company by regime and policy, each read once."""

    def __init__(self, env, company, on):
        self.env = env
        self.company = company
        self.on = on
        self._known = {}
        self._indexes = {}
        self._last = {}
        self._units = {}
        self._used = set()  # keys of the rates on which an amount rests
        self._taken = set()  # those of them that were given to take_used's caller

    def terms(self, one):
        """Return (regime, CreditorTerms, ar.law.series, RateSeries) of a claim."""
        key = (one.regime_id, one.policy_id)
        if key not in self._known:
            regime = self.env["ar.law.regime"].browse(one.regime_id)
            policy = self.env["ar.cost.policy"].browse(one.policy_id)
            terms = policy._terms()
            series = regime._interest_series(terms)
            self._known[key] = (
                regime,
                terms,
                series,
                regime._rates_of(self.company, series, terms),
            )
        return self._known[key]

    def last(self, one, on=None):
        """Return the last day to reckon: today, or the last one with a known rate."""
        on = on or self.on
        key = (one.regime_id, one.policy_id, one.runs_from, on)
        if key not in self._last:
            _regime, _terms, _series, known = self.terms(one)
            before = one.runs_from - ONE_DAY
            try:
                pieces = known.pieces(before, on)
                self._last[key] = on
            except MissingRateError as error:
                self._last[key] = error.day - ONE_DAY
                pieces = known.pieces(before, self._last[key])
            self._used.update(rate.key for _first, _last, rate in pieces)
        return self._last[key]

    def take_used(self):
        """Return the ids of the ar.law.rate that amounts rest on, each of them once."""
        new = self._used - self._taken
        self._taken |= new
        return {int(key) for key in new}

    def interest(self, one, on=None):
        """Return (amount, last day reckoned) of one Running interest.

        :param on: another last day than that of all
        """
        _regime, _terms, series, known = self.terms(one)
        last = self.last(one, on)
        if last < one.runs_from:
            return Decimal(0), last
        index = None
        if series.compounding == "simple" and not one.paid and not one.held:
            index = self._index(series, known, one, last)
        if index:
            exact = index.interest(one.principal, one.runs_from - ONE_DAY, last)
            return round_half_up(exact, self._unit(one)), last
        accrual = accrue(
            one.principal,
            one.runs_from - ONE_DAY,
            last,
            known,
            series.day_count,
            series.compounding,
            one.reductions(),
            one.frozen(),
        )
        return round_half_up(accrual.exact, self._unit(one)), last

    def _unit(self, one):
        """Return what interest is rounded to: not all currencies have cents."""
        if one.currency_id not in self._units:
            rounding = self.env["res.currency"].browse(one.currency_id).rounding
            self._units[one.currency_id] = max(Decimal(str(rounding)), CENT)
        return self._units[one.currency_id]

    def prove(self, one):
        """Return the proof of one Running interest."""
        regime, terms, _series, _known = self.terms(one)
        interest = regime._interest_of(
            self.company,
            one.principal,
            one.runs_from,
            self.last(one),
            terms,
            one.reductions(),
            one.frozen(),
        )
        return interest and interest.proof

    def _index(self, series, known, one, last):
        """Return a look-up from the first day of this claim, or an earlier one.

        None where the rates have a gap.
        """
        key = (one.regime_id, one.policy_id)
        index = self._indexes.get(key)
        if index is None or one.runs_from < index.first or last > index.last:
            first = min(one.runs_from, index.first) if index else one.runs_from
            try:
                index = AccrualIndex(known, first, last, series.day_count)
            except MissingRateError:
                # A gap before or after the days of this claim: each by itself.
                return None
            self._indexes[key] = index
        return index
