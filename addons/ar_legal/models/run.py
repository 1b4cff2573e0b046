from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningRun(models.Model):
    """Handover proposals keep a run open until a person has decided each of them."""

    _inherit = "ar.dunning.run"

    handover_count = fields.Integer(
        compute="_compute_handover_count", string="Handovers to decide"
    )

    @api.depends_context("uid")
    def _compute_handover_count(self):
        counts = dict(
            self.env["ar.dunning.notice"]._read_group(
                [
                    ("run_id", "in", self.ids),
                    ("kind", "=", "handover"),
                    ("state", "=", "proposed"),
                ],
                ["run_id"],
                ["__count"],
            )
        )
        for run in self:
            run.handover_count = counts.get(run, 0)

    def action_approve(self):
        """Approve the reminders; say how many handovers still wait."""
        result = super().action_approve()
        handovers = self._waiting_handovers()
        return handovers._tell_they_wait() if handovers else result

    def action_hand_over(self):
        """Decide the handovers of these runs."""
        handovers = self._waiting_handovers()
        if not handovers:
            raise UserError(
                self.env._("No proposal to hand over is waiting here: reload the page.")
            )
        return handovers.action_hand_over()

    def _waiting_handovers(self):
        return self.notice_ids.filtered(
            lambda notice: notice.kind == "handover" and notice.state == "proposed"
        )

    @api.model
    def _propose_company(self, company, on, kind="daily"):
        runs = super()._propose_company(company, on, kind)
        self.env["ar.work.item"]._list_handovers(company)
        return runs
