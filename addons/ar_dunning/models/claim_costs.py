from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_amount


class ClaimCosts(models.Model):
    """What a claim owes beside its principal: written by its costs alone."""

    _inherit = "ar.claim"

    contract_on = fields.Date(
        string="Contract of",
        help="Day of the contract, where an older law may apply to it; empty: the "
        "law that is in force now.",
    )
    amount_costs = fields.Monetary(
        string="Costs", readonly=True, help="Claimed and not paid yet."
    )
    amount_interest = fields.Monetary(
        string="Interest",
        readonly=True,
        help="Claimed and not paid yet, as of the last daily cycle.",
    )
    amount_due = fields.Monetary(
        string="To pay",
        compute="_compute_amount_due",
        help="Open amount, costs and interest.",
    )
    cost_share_ids = fields.One2many(
        "ar.claim.cost.share", "claim_id", string="Costs and interest", readonly=True
    )

    cost_share_id = fields.Many2one(
        "ar.claim.cost.share",
        string="Booked cost",
        ondelete="set null",
        readonly=True,
        index="btree_not_null",
        help="Of an accessory: what was booked by it, whole or in part.",
    )

    @api.depends("amount_residual", "amount_costs", "amount_interest")
    def _compute_amount_due(self):
        for claim in self:
            claim.amount_due = (
                claim.amount_residual + claim.amount_costs + claim.amount_interest
            )

    def _closed_on(self):
        """Return the day since which nothing is owed; False while something is.

        Not only the principal counts: costs and interest too, paid or waived.
        """
        self.ensure_one()
        if self.state != "settled":
            return False
        owed = self.cost_share_ids.cost_id.filtered(
            lambda cost: (
                cost.claimed_on and cost.amount and cost.state in ("paid", "waived")
            )
        )
        days = [self.settled_on, *owed.mapped("closed_on")]
        return max(filter(None, days), default=False)

    def _desk_beside(self):
        """Return what of the amount due are costs and interest, in words."""
        self.ensure_one()
        beside = self.amount_costs + self.amount_interest
        if not beside:
            return ""
        return self.env._(
            "of which %s costs and interest",
            format_amount(self.env, beside, self.currency_id),
        )

    @api.model
    def _sum_due(self, domain, name, on):
        """Return {record: what is owed, in company currency} of claims by a field.

        Principal as the ledger says it, costs and interest at the rate of the day.
        Accessories are left out: what is booked of a cost is owed once.
        """
        sums = {}
        for record, company, currency, residual, costs, interest in self._read_group(
            Domain(domain) & Domain("principal_claim_id", "=", False),
            [name, "company_id", "currency_id"],
            ["amount_residual_company:sum", "amount_costs:sum", "amount_interest:sum"],
        ):
            beside = currency._convert(
                costs + interest, company.currency_id, company, on
            )
            sums[record] = sums.get(record, 0.0) + residual + beside
        return sums

    @api.model
    def _refresh_costs(self, claim_ids):
        """Add up what these claims owe beside their principal; one statement.

        A claim whose principal is paid stays open as long as costs are owed.
        """
        self.env.flush_all()
        changed = self.env.execute_query(
            SQL(
                """
                UPDATE ar_claim claim
                   SET amount_costs = owed.costs, amount_interest = owed.interest
                  FROM (
                    SELECT claim.id,
                           COALESCE(SUM(GREATEST(share.amount - share.amount_paid, 0))
                                    FILTER (WHERE share.kind <> 'interest'), 0)
                               AS costs,
                           COALESCE(SUM(GREATEST(share.amount - share.amount_paid, 0))
                                    FILTER (WHERE share.kind = 'interest'), 0)
                               AS interest
                      FROM ar_claim claim
                      LEFT JOIN (ar_claim_cost_share share
                                 JOIN ar_claim_cost cost ON cost.id = share.cost_id
                                  AND cost.state IN ('claimed', 'posted'))
                             ON share.claim_id = claim.id
                     WHERE claim.id = ANY(%s)
                     GROUP BY claim.id
                  ) owed
                 WHERE owed.id = claim.id
                   AND (claim.amount_costs, claim.amount_interest)
                       IS DISTINCT FROM (owed.costs, owed.interest)
                RETURNING claim.id
                """,
                list(claim_ids),
            )
        )
        self._sync_owed([row[0] for row in changed])

    @api.model
    def _sync_owed(self, claim_ids):
        """Settle or reopen claims whose costs or interest were changed in the table.

        Only those whose principal is paid: the others are open whatever else is owed.
        """
        if not claim_ids:
            return
        self.invalidate_model()
        paid = self.env.execute_query(
            SQL(
                """
                SELECT claim.id FROM ar_claim claim
                  JOIN account_move_line line ON line.id = claim.line_id
                 WHERE claim.id = ANY(%s) AND line.reconciled
                """,
                claim_ids,
            )
        )
        if paid:
            self._sync_facts(SQL("claim.id = ANY(%s)", [row[0] for row in paid]))

    @api.model
    def _make_accessories(self, shares):
        """Make the claims of booked costs: they follow their principal, no level.

        :param shares: {id of a journal item: ar.claim.cost.share}
        """
        self.env.flush_all()
        self._sync_new(SQL("line.id IN %s", tuple(shares)))
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_claim accessory
                   SET principal_claim_id = principal.id, cost_share_id = share.id,
                       claim_type_id = principal.claim_type_id
                  FROM unnest(%s::int[], %s::int[]) AS booked (item_id, share_id)
                  JOIN ar_claim_cost_share share ON share.id = booked.share_id
                  JOIN ar_claim principal ON principal.id = share.claim_id
                 WHERE accessory.line_id = booked.item_id
                RETURNING accessory.id
                """,
                list(shares),
                [share.id for share in shares.values()],
            )
        )
        self.invalidate_model()
        self.env["ar.claim.cost.share"].invalidate_model(["accessory_ids"])
