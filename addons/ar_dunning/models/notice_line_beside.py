from collections import defaultdict
from typing import NamedTuple

from odoo import models

from .notice_information import FORESEEN


class Asked(NamedTuple):
    """An amount asked beside the principal of a line.

    ``proof`` says on what it rests; nothing where nobody kept it. ``cost`` is empty
    where nobody kept for what the amount is.
    """

    line: models.Model
    cost: models.Model
    interest: bool
    amount: float
    proof: dict | None


class NoticeLineBeside(models.Model):
    """What a line of a notice asks beside the principal, cost by cost."""

    _inherit = "ar.dunning.notice.line"

    def _asked_beside(self):
        """Return [Asked] of these lines: what the notice kept when it left.

        Until it leaves, what is owed now. Together they are always what the lines ask.
        """
        kept = {}
        for notice, lines in self.grouped("notice_id").items():
            kept.update(
                lines._owed_beside()
                if notice.state in FORESEEN
                else lines._kept_beside(notice)
            )
        return [
            asked for line in self for asked in line._complete(kept.get(line.id, []))
        ]

    def _owed_beside(self):
        """Return {line id: [(cost, amount, proof)]} of what their claims owe now."""
        owed = self.claim_id.cost_share_ids.filtered(
            lambda share: (
                share.cost_id.state in ("claimed", "posted")
                and share.amount > share.amount_paid
            )
        )
        proofs = owed.cost_id._proofs()
        by_claim = owed.grouped("claim_id")
        return {
            line.id: [
                (
                    share.cost_id,
                    share.amount - share.amount_paid,
                    proofs[share.cost_id],
                )
                for share in by_claim.get(line.claim_id, ())
            ]
            for line in self
        }

    def _kept_beside(self, notice):
        """Return {line id: [(cost, amount, proof)]} of what their notice kept."""
        kept = defaultdict(list)
        snapshot = notice.snapshot or {}
        beside = snapshot.get("beside", [])
        proofs = {one["cost"]: one["proof"] for one in snapshot.get("proofs", [])}
        costs = self.env["ar.claim.cost"].browse(one["cost"] for one in beside)
        known = costs.exists()
        for cost, one in zip(costs, beside, strict=True):
            if cost in known:
                kept[one["line"]].append((cost, one["amount"], proofs.get(cost.id)))
        return kept

    def _complete(self, costs):
        """Return [Asked] of one line: its costs, if they are all that it asks."""
        self.ensure_one()
        asked = [
            Asked(self, cost, cost.kind == "interest", amount, proof)
            for cost, amount, proof in costs
        ]
        none = self.env["ar.claim.cost"]
        for interest, whole in (
            (False, self.amount_costs),
            (True, self.amount_interest),
        ):
            parts = sum(one.amount for one in asked if one.interest == interest)
            if self.currency_id.compare_amounts(parts, whole):
                asked = [one for one in asked if one.interest != interest]
                if whole:
                    asked.append(Asked(self, none, interest, whole, None))
        return asked
