from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..rules.imputation import COMPONENTS
from ..rules.owed import NOTHING, Beside, Owed
from .claim_cost_interest import Rates


class Share(NamedTuple):
    """A share of a cost that is owed. ``items`` are [id, open amount] in the ledger."""

    claim_id: int
    share_id: int
    cost_id: int
    interest: bool
    since: date
    amount: Decimal
    booked: Decimal
    items: list
    running: bool

    def beside(self):
        items = tuple((item, _exact(amount)) for item, amount in self.items)
        in_ledger = sum((amount for _item, amount in items), NOTHING)
        unbooked = max(_exact(self.amount) - _exact(self.booked), NOTHING)
        return Beside(
            self.share_id, self.interest, self.since, in_ledger + unbooked, items
        )


class ClaimOwed(models.Model):
    """What claims owe to a payment of a certain day, beside their principal too."""

    _inherit = "ar.claim"

    @api.model
    def _owing(self, principals):
        """Return an Owing of claims: a constant number of statements.

        :param principals: {claim id: open principal (Decimal)}
        """
        shares = self._read_owed_shares(principals)
        claims = self.browse({share.claim_id for share in shares})
        orders = claims._imputation_orders()
        owed = {claim: Owed(amount) for claim, amount in principals.items()}
        beside = defaultdict(list)
        for share in shares:
            beside[share.claim_id].append(share.beside())
        for claim in claims:
            owed[claim.id] = Owed(
                principals[claim.id], tuple(beside[claim.id]), orders[claim]
            )
        return Owing(owed, self._read_growing(claims, shares))

    @api.model
    def _read_owed_shares(self, claim_ids):
        """Return the Shares of these claims that are owed, the oldest first."""
        if not claim_ids:
            return []
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT share.claim_id, share.id, cost.id, cost.kind = 'interest',
                       COALESCE(cost.claimable_from, cost.claimed_on,
                                cost.announced_on),
                       share.amount, COALESCE(ledger.booked, 0),
                       COALESCE(ledger.items, '[]'), cost.state = 'claimed'
                  FROM ar_claim_cost_share share
                  JOIN ar_claim_cost cost
                    ON cost.id = share.cost_id AND cost.state IN ('claimed', 'posted')
                  LEFT JOIN LATERAL (
                       SELECT SUM(accessory.amount_original) AS booked,
                              json_agg(json_build_array(
                                  item.id, item.amount_residual_currency)
                                  ORDER BY item.id)
                              FILTER (WHERE item.amount_residual_currency > 0)
                              AS items
                         FROM ar_claim accessory
                         LEFT JOIN account_move_line item
                                ON item.id = accessory.line_id
                        WHERE accessory.cost_share_id = share.id
                          AND accessory.state <> 'void'
                  ) ledger ON TRUE
                 WHERE share.claim_id = ANY(%s)
                 ORDER BY share.claim_id, share.id
                """,
                list(claim_ids),
            )
        )
        return [Share(*row) for row in rows]

    @api.model
    def _read_growing(self, claims, shares):
        """Return {share id: Growing} of interest whose amount follows the day."""
        cost_ids = [one.cost_id for one in shares if one.interest and one.running]
        growing = {}
        amounts = {one.share_id: _exact(one.amount) for one in shares}
        for company in claims.company_id if cost_ids else ():
            rates = Rates(self.env, company, company._ar_today())
            for running in self.env["ar.claim.cost"]._read_running(
                company, 0, len(cost_ids), cost_ids=cost_ids
            ):
                growing[running.share_id] = Growing(
                    running, rates, amounts[running.share_id]
                )
        return growing

    def _imputation_orders(self):
        """Return {claim: order in which a payment pays it}, from its regime."""
        return {
            claim: imputation_order(regime) for claim, regime in self._regimes().items()
        }

    def _regimes(self):
        """Return {claim: ar.law.regime of today}; empty where no law is known."""
        choosers = {
            company: self.env["ar.law.regime"]._chooser(company, company._ar_today())
            for company in self.company_id
        }
        return {
            claim: choosers[claim.company_id](
                claim.debtor_class,
                claim.claim_type_id.nature,
                claim.contract_on or None,
            )
            for claim in self
        }


class Growing(NamedTuple):
    """Interest that grows from day to day; ``amount`` is what is claimed of it now."""

    running: NamedTuple
    rates: Rates
    amount: Decimal

    def on(self, day, left):
        """Return what is owed of it on a day, when ``left`` of the amount is unpaid."""
        whole, _last = self.rates.interest(self.running, day)
        paid = self.amount - left
        return max(min(whole - paid, left), NOTHING)


class Owing:
    """What claims owe on the day of each payment, after what came before it.

    Interest counts to the day of the payment, or to the day to which it is claimed:
    who paid in full owes nothing more because the bank tells it days later.
    """

    def __init__(self, owed, growing):
        self._owed = owed
        self._growing = growing

    def on(self, claim_id, day):
        """Return the rules Owed of a claim to a payment of a day."""
        owed = self._owed.get(claim_id, Owed(NOTHING)).on(day)
        return replace(
            owed,
            beside=tuple(
                replace(one, amount=self._growing[one.id].on(day, one.amount))
                if one.id in self._growing
                else one
                for one in owed.beside
            ),
        )

    def note(self, claim_id, day, paid):
        """Let payments that come after see what one paid."""
        self._owed[claim_id] = self._owed[claim_id].less(paid)
        if paid.principal:
            for one in self._owed[claim_id].beside:
                if one.id in self._growing:
                    self._growing[one.id].running.paid.append(
                        [day.isoformat(), float(paid.principal), False]
                    )

    def growing(self, claim_id):
        """Return the ids of the shares of interest of a claim that grow."""
        owed = self._owed.get(claim_id, Owed(NOTHING))
        return [one.id for one in owed.beside if one.id in self._growing]


def imputation_order(regime):
    """Return in which order a payment pays a claim under an ar.law.regime."""
    return tuple(regime.imputation.split(",")) if regime.imputation else COMPONENTS


def _exact(amount):
    return Decimal(str(round(amount, 2)))
