from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..rules.grouping import debts, share
from ..tools.rows import write_rows

ZERO = Decimal(0)


class Part(NamedTuple):
    """A claim of a cost: what of it was open when the period expired.

    ``included`` is what it was charged of a cost that is part of this one.
    """

    share_id: int
    claim_id: int
    document: str
    debt: int
    outstanding: Decimal
    included: Decimal
    original: Decimal
    currency_id: int


class Due(NamedTuple):
    """A cost whose period has expired, with its claims; ``held``: a hold stops it."""

    cost_id: int
    kind: str
    regime_id: int
    rule_id: int
    policy_id: int
    claimable_from: date
    announced: Decimal
    postage: Decimal
    held: bool
    parts: list


class ClaimCostDecide(models.Model):
    """What is claimed of costs whose period has expired: set-based, to the cent."""

    _inherit = "ar.claim.cost"

    @api.model
    def _read_due(self, company, on, last_id, limit, cost_ids=None):
        """Return the next Due costs of a company, in order of their id.

        What was paid after the last day to pay counts as open on it; a credit note
        never: it was not owed.

        :param cost_ids: these, whatever their state
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH due AS MATERIALIZED (
                    SELECT cost.* FROM ar_claim_cost cost
                     WHERE cost.company_id = %(company)s AND cost.id > %(last_id)s
                       AND %(which)s
                     ORDER BY cost.id LIMIT %(limit)s
                )
                SELECT due.id, due.kind, due.regime_id, due.rule_id, due.policy_id,
                       due.claimable_from, due.amount_announced,
                       COALESCE(due.proof->>'postage', '0'), %(held)s,
                       json_agg(json_build_array(
                           part.id, claim.id,
                           COALESCE(claim.move_name, claim.id::text),
                           CASE WHEN move.move_type = 'out_invoice' THEN move.id
                                ELSE -claim.id END,
                           (COALESCE(item.amount_residual_currency, 0)
                            + COALESCE(later.amount, 0))::text,
                           COALESCE(included.amount, 0)::text,
                           claim.amount_original::text, claim.currency_id)
                           ORDER BY part.id)
                  FROM due
                  JOIN ar_claim_cost_share part ON part.cost_id = due.id
                  JOIN ar_claim claim ON claim.id = part.claim_id
                  LEFT JOIN account_move_line item ON item.id = claim.line_id
                  LEFT JOIN account_move move ON move.id = claim.move_id
                  LEFT JOIN ar_law_regime_cost rule ON rule.id = due.rule_id
                  LEFT JOIN ar_law_tariff inner_tariff
                         ON inner_tariff.id = rule.includes_id
                  LEFT JOIN LATERAL (
                       SELECT SUM(partial.debit_amount_currency) AS amount
                         FROM account_partial_reconcile partial
                         JOIN account_move_line money
                           ON money.id = partial.credit_move_id
                         JOIN account_move entry ON entry.id = money.move_id
                        WHERE partial.debit_move_id = claim.line_id
                          AND partial.max_date
                              > COALESCE(due.wait_until, due.claimable_from)
                          AND NOT %(credited)s
                  ) later ON TRUE
                  LEFT JOIN LATERAL (
                       SELECT SUM(other.amount) AS amount
                         FROM ar_claim_cost_share other
                        WHERE other.claim_id = claim.id AND other.live
                          AND other.cycle = part.cycle
                          AND other.kind = inner_tariff.kind
                  ) included ON inner_tariff.id IS NOT NULL
                 GROUP BY due.id, due.kind, due.regime_id, due.rule_id, due.policy_id,
                          due.claimable_from, due.amount_announced, due.proof
                 ORDER BY due.id
                """,
                company=company.id,
                last_id=last_id,
                limit=limit,
                which=self._sql_is_due(on)
                if cost_ids is None
                else SQL("cost.id = ANY(%s)", cost_ids),
                held=self._sql_is_held(on),
                credited=self._sql_credited(SQL("entry"), SQL("item")),
            )
        )
        return [
            Due(
                *row[:6],
                Decimal(str(row[6])),
                Decimal(row[7]),
                row[8],
                [Part(*part[:4], *map(Decimal, part[4:7]), part[7]) for part in row[9]],
            )
            for row in rows
        ]

    @api.model
    def _sql_is_due(self, on):
        """Whether the period of `cost` is over on a day."""
        return SQL(
            """
            cost.state = 'announced' AND cost.claimable_from <= %s
            AND cost.treatment IN ('off_ledger', 'booked')
            """,
            on,
        )

    @api.model
    def _sql_is_held(self, on):
        """Whether the cost `due` waits for one of its claims.

        Asked cost by cost, not as a condition: the whole table would be joined for
        each batch.
        """
        return SQL(
            """
            EXISTS (
                SELECT FROM ar_claim_cost_share share
                  JOIN ar_claim claim ON claim.id = share.claim_id
                 WHERE share.cost_id = due.id AND (%s))
            """,
            self._sql_costs_wait(on),
        )

    @api.model
    def _sql_costs_wait(self, on):
        """Whether costs beside `claim` wait on a day: its entry is a draft, or a hold.

        Extension point: add an OR.
        """
        return SQL(
            """
            claim.state = 'unposted' OR EXISTS (
                SELECT FROM ar_hold hold
                  JOIN ar_hold_reason reason
                    ON reason.id = hold.reason_id AND reason.stops_costs
                 WHERE (hold.claim_id = claim.id OR hold.debtor_id = claim.debtor_id)
                   AND hold.date_from <= %(on)s
                   AND (hold.date_to IS NULL OR hold.date_to >= %(on)s)
                   AND (hold.lifted_on IS NULL OR hold.lifted_on > %(on)s))
            """,
            on=on,
        )

    @api.model
    def _reckoner(self, company):
        """Return a function Due -> (amount, proof); the law is read once for many."""
        known, charged_of = {}, self._charger(company)

        def reckon(due):
            amounts = debts(
                (part.debt, part.document, charged)
                for part in due.parts
                if (charged := charged_of(part))
            )
            if not amounts or not due.rule_id or not due.policy_id:
                return ZERO, None
            key = (
                due.regime_id,
                due.rule_id,
                due.policy_id,
                due.claimable_from,
                due.postage,
            )
            if key not in known:
                known[key] = self._pricer(company, *key)
            cost = known[key] and known[key](
                amounts, sum((part.included for part in due.parts), ZERO)
            )
            if not cost:
                return ZERO, None
            # More than was announced is never claimed, whatever changed in between.
            return min(cost.amount, due.announced), cost.proof

        return reckon

    @api.model
    def _pricer(self, company, regime_id, rule_id, policy_id, on, postage):
        """Return how costs of one kind are priced, see ar.law.regime._pricer."""
        policy = self.env["ar.cost.policy"].browse(policy_id)
        # How many due dates are free was counted when it was announced.
        terms = policy._terms(free_used=10**6, postage=postage)
        return (
            self.env["ar.law.regime"]
            .browse(regime_id)
            ._pricer(self.env["ar.law.regime.cost"].browse(rule_id), company, on, terms)
        )

    @api.model
    def _charger(self, company):
        """Return a function Part -> what costs are counted on.

        What was open, unless little was left of it.
        """
        spares = company._ar_spares_costs()

        def charged(part):
            rest = max(part.outstanding, ZERO)
            return ZERO if spares(rest, part.original, part.currency_id) else rest

        return charged

    @api.model
    def _decide(self, company, costs, on):
        """Claim Due costs on what was open, or cancel what was paid in time."""
        reckon, charged_of = self._reckoner(company), self._charger(company)
        updates, shares = [], []
        for due in costs:
            if due.kind == "interest":
                owed = any(map(charged_of, due.parts))
                amount, proof = ZERO, None
            else:
                amount, proof = reckon(due)
                owed = amount > 0
            updates.append(
                self._prepare_decision(due, owed, amount, proof, on, charged_of)
            )
            weights = {part.share_id: charged_of(part) for part in due.parts}
            parts = share(amount, weights) if amount else dict.fromkeys(weights, ZERO)
            shares += [
                {"id": share_id, "amount": part, "live": owed}
                for share_id, part in parts.items()
            ]
        write_rows(self, updates)
        write_rows(self.env["ar.claim.cost.share"], shares)
        self.env["ar.claim"]._refresh_costs(
            [part.claim_id for due in costs for part in due.parts]
        )

    @api.model
    def _prepare_decision(self, due, owed, amount, proof, on, charged_of):
        return {
            "id": due.cost_id,
            "state": "claimed" if owed else "cancelled",
            "amount": amount,
            "proof": proof,
            "claimed_on": on if owed else None,
            "closed_on": None if owed else on,
            "reason": None if owed else self._why_nothing(due, charged_of),
        }

    @api.model
    def _why_nothing(self, due, charged_of):
        """Return why nothing is claimed of a Due cost."""
        if not any(part.outstanding > 0 for part in due.parts):
            return self.env._("Paid in time, or credited.")
        if not any(map(charged_of, due.parts)):
            return self.env._("Too little was left to charge anything for it.")
        return self.env._("The law allows nothing of it any more.")
