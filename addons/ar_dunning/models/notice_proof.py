import json

from odoo import api, models
from odoo.tools import SQL, format_date


class NoticeProof(models.Model):
    """What a notice asked for, proved as on its day: frozen when it left."""

    _inherit = "ar.dunning.notice"

    @api.model
    def _freeze_proofs(self, scope):
        """Keep with the notices that leave what their costs and interest rest on.

        In their snapshot: ``proofs``, and as ``beside`` what of each cost was asked,
        [{line, cost, amount}].
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.notice_id, line.id, cost.id, cost.kind,
                       CASE WHEN cost.state IN ('claimed', 'posted')
                            THEN GREATEST(share.amount - share.amount_paid, 0)
                            ELSE 0 END
                  FROM ar_dunning_notice_line line
                  JOIN ar_dunning_notice notice
                    ON notice.id = line.notice_id AND notice.state = 'dispatched'
                  JOIN ar_claim_cost_share share ON share.claim_id = line.claim_id
                   AND share.live
                  JOIN ar_claim_cost cost ON cost.id = share.cost_id
                   AND (cost.state IN ('claimed', 'posted')
                        OR cost.notice_id = line.notice_id)
                 WHERE line.notice_id IN %(scope)s
                   AND line.role IN ('claimed', 'stated')
                   AND line.state = 'dispatched'
                 ORDER BY line.id, cost.id
                """,
                scope=scope,
            )
        )
        costs = self.env["ar.claim.cost"].browse({row[2] for row in rows})
        proofs = {cost.id: proof for cost, proof in costs._proofs().items()}
        waits = {cost.id: cost.wait_proof for cost in costs}
        by_notice = {}
        for notice_id, line_id, cost_id, kind, asked in rows:
            kept = by_notice.setdefault(notice_id, {"proofs": [], "beside": []})
            if asked:
                kept["beside"].append(
                    {"line": line_id, "cost": cost_id, "amount": float(asked)}
                )
            if not proofs[cost_id]:
                continue
            kept["proofs"].append(
                {
                    "line": line_id,
                    "cost": cost_id,
                    "kind": kind,
                    "announced": waits[cost_id] is None
                    and costs.browse(cost_id).state == "announced",
                    "proof": proofs[cost_id],
                    "wait": waits[cost_id],
                }
            )
        for notice_id, kept in by_notice.items():
            self.env.cr.execute(
                SQL(
                    """UPDATE ar_dunning_notice SET snapshot = snapshot || %s::jsonb
                        WHERE id = %s""",
                    json.dumps(kept),
                    notice_id,
                )
            )
        self.invalidate_model(["snapshot"])

    def action_prove(self):
        """Open the statement of this notice."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/ar_dunning/notice/{self.id}/proof",
            "target": "new",
        }

    def _statement(self):
        """Return what the template ar_dunning.proof_statement shows, as frozen."""
        self.ensure_one()
        say = self.env["ar.law.proof"]
        frozen = (self.snapshot or {}).get("proofs", [])
        lines = self.line_ids.filtered(lambda line: line.role in ("claimed", "stated"))
        said = [say._say(one["proof"], self.currency_id) for one in frozen]
        waits = [one["wait"] for one in frozen if one["wait"]]
        return {
            "title": self.env._(
                "Statement of the notice of %s", format_date(self.env, self.date)
            ),
            "company": self.company_id,
            "debtor": self.partner_id,
            "on": format_date(self.env, self.date),
            "claims": [self._state_line(line) for line in lines],
            "proofs": [
                *(say._say(wait, self.currency_id) for wait in _distinct(waits)),
                *said,
            ],
            "total": self._format_amount(self.amount_total),
            "agrees": all(one["holds"] for one in said)
            and self.currency_id.compare_amounts(
                sum(line._demanded() for line in lines), self.amount_total
            )
            == 0,
        }

    def _state_line(self, line):
        beside = [
            (self.env._("Costs"), line.amount_costs),
            (self.env._("Interest"), line.amount_interest),
        ]
        payments = [
            (self.env._("Paid"), -line.amount_paid),
            (self.env._("Covered by credits"), -line.amount_covered),
        ]
        return {
            "document": line.move_name or "",
            "description": line.description or "",
            "due": format_date(self.env, line.date_due),
            "original": self._format_amount(line.amount_original),
            "payments": self._say_amounts(payments),
            "open": self._format_amount(line.amount_open),
            "beside": self._say_amounts(beside),
            "total": self._format_amount(line._demanded()),
        }

    def _say_amounts(self, parts):
        """Return (name, amount in words) of what is not zero."""
        return [(name, self._format_amount(amount)) for name, amount in parts if amount]


def _distinct(proofs):
    """Return each proof once, in the order in which they come."""
    found = []
    for proof in proofs:
        if proof not in found:
            found.append(proof)
    return found
