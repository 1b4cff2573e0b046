from odoo import models
from odoo.tools import SQL


class NoticeUndoCosts(models.Model):
    """Undoing a notice takes its costs back: announced, claimed, or booked."""

    _inherit = "ar.dunning.notice"

    def _accompany_undo(self, undo):
        result = super()._accompany_undo(undo)
        costs = self.env["ar.claim.cost"].search(
            [
                ("notice_id", "in", self.ids),
                ("state", "in", ("announced", "claimed", "posted")),
                ("share_ids.notice_line_id.state", "=", "withdrawn"),
            ]
        )
        for cost in costs:
            cost._cancel(undo.reason, undo.date)
        return result

    def _undo_obstacle_sources(self):
        return [
            *super()._undo_obstacle_sources(),
            SQL(
                """
                SELECT line.id, 45, 'costs_paid', MAX(cost.amount_paid)::text
                  FROM line
                  JOIN ar_claim_cost_share share ON share.notice_line_id = line.id
                  JOIN ar_claim_cost cost ON cost.id = share.cost_id
                 WHERE share.amount_paid > 0 AND share.live
                 GROUP BY line.id
                """
            ),
        ]

    def _undo_obstacle_words(self, code):
        if code == "costs_paid":
            return self.env._("Costs that it announced have been paid.")
        return super()._undo_obstacle_words(code)
