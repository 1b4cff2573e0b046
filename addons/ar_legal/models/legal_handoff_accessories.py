import json

from odoo import models

from ..rules import dossier as facts

# What was taken back was never owed.
_TOLD = ("announced", "claimed", "posted", "paid", "waived")


class LegalHandoffAccessories(models.Model):
    """Costs and interest of the claims in a dossier, with the proof of each."""

    _inherit = "ar.legal.case"

    def _accessory_shares(self):
        """Return the shares of costs for the claims of this case, by claim."""
        shares = self.claim_ids.claim_id.cost_share_ids
        return shares.filtered(lambda share: share.state in _TOLD).sorted(
            lambda share: (share.claim_id.id, share.id)
        )

    def _collect_accessories(self):
        return tuple(
            self._collect_accessory(share) for share in self._accessory_shares()
        )

    def _collect_accessory(self, share):
        cost = share.cost_id
        left = share.amount - share.amount_paid
        owed = left if cost.state in ("claimed", "posted") else 0.0
        return facts.Accessory(
            claim=share.claim_id.id,
            kind=share.kind,
            state=cost.state,
            legal_basis=cost._basis() or cost.regime_id.article or None,
            announced=self._money(cost.amount_announced),
            amount=self._money(share.amount),
            paid=self._money(share.amount_paid),
            open=self._money(max(owed, 0.0)),
            announced_on=cost.announced_on or None,
            sent_on=cost.sent_on or None,
            channel=cost.channel or None,
            wait_until=cost.wait_until or None,
            claimed_on=cost.claimed_on or None,
            runs_from=cost.runs_from or None,
            reckoned_on=cost.reckoned_on or None,
            proof=self._proof_file(cost) if self._proof_of(cost) else None,
        )

    def _proof_file(self, cost):
        return f"evidence/cost-{cost.id}.json"

    def _proof_of(self, cost):
        """Return how period and amount of a cost were reckoned, as far as known."""
        proofs = {"period": cost.wait_proof, "amount": cost._proofs()[cost]}
        return {name: proof for name, proof in proofs.items() if proof}

    def _proofs(self):
        """Return {path: bytes} of the proofs of all costs of this case."""
        return {
            self._proof_file(cost): json.dumps(
                proof, ensure_ascii=False, indent=2, sort_keys=True
            ).encode()
            + b"\n"
            for cost in self._accessory_shares().cost_id
            if (proof := self._proof_of(cost))
        }
