from odoo import api, fields, models
from odoo.exceptions import UserError


class RunDesk(models.Model):
    """Deciding about a run: approve it by exception, see what went wrong."""

    _inherit = "ar.dunning.run"

    exception_count = fields.Integer(
        compute="_compute_exception_count", string="To look at"
    )
    trouble_ids = fields.Many2many(
        "ar.dunning.notice",
        compute="_compute_trouble",
        string="Could not be sent",
        help="Their reasons stay with these debtors; all others have left.",
    )
    trouble_count = fields.Integer(compute="_compute_trouble", string="Not sent")

    @api.depends_context("uid")
    def _compute_exception_count(self):
        counts = dict(
            self.env["ar.dunning.notice"]._read_group(
                [
                    ("run_id", "in", self.ids),
                    ("state", "=", "proposed"),
                    ("exceptions", "!=", False),
                ],
                ["run_id"],
                ["__count"],
            )
        )
        for run in self:
            run.exception_count = counts.get(run, 0)

    @api.depends_context("uid")
    def _compute_trouble(self):
        live = [("state", "in", ("ready", "handing_over", "printed", "sent"))]
        failed = [("state", "in", ("failed", "bounced"))]
        troubled = self.env["ar.dunning.notice"].search(
            [
                ("run_id", "in", self.ids),
                "|",
                ("cancel_code", "=", "error"),
                "&",
                "&",
                ("state", "=", "dispatched"),
                ("delivery_ids", "any", failed),
                ("delivery_ids", "not any", live),
            ]
        )
        by_run = troubled.grouped("run_id")
        for run in self:
            run.trouble_ids = by_run.get(run, False)
            run.trouble_count = len(run.trouble_ids)

    def action_approve_ordinary(self):
        """Approve what is in no way out of the ordinary; the rest keeps waiting."""
        notices = self.notice_ids.filtered(
            lambda notice: notice.state == "proposed" and not notice.exceptions
        )
        if not notices:
            raise UserError(
                self.env._(
                    "Every notice that waits is out of the ordinary: look at each of "
                    "them."
                )
            )
        return notices.action_approve()

    def action_open_exceptions(self):
        action = self._action_open("ar_dunning.ar_dunning_notice_action")
        action["context"] = {"search_default_exceptions": 1}
        return action

    def _reopen(self):
        """Let a run wait for a decision again, because a notice came back to it."""
        self.ensure_one()
        if self.state == "proposed":
            return
        other = self.search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("access_group_id", "=", self.access_group_id.id),
                ("state", "=", "proposed"),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if other or self.state == "superseded":
            raise UserError(
                self.env._(
                    "A later run has taken the place of this one: decide about the "
                    "claims there."
                )
            )
        self.write({"state": "proposed"})
