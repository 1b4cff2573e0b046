from odoo import api, fields, models


class NoticeTold(models.Model):
    """Which claims a notice tells its debtor, and which were left out of it."""

    _inherit = "ar.dunning.notice"

    claimed_line_ids = fields.One2many(
        "ar.dunning.notice.line",
        compute="_compute_parts",
        string="Part of the total",
        help="Their sum is the total of the notice.",
    )
    information_line_ids = fields.One2many(
        "ar.dunning.notice.line",
        compute="_compute_parts",
        string="Mentioned for information",
    )
    left_out_line_ids = fields.One2many(
        "ar.dunning.notice.line",
        compute="_compute_parts",
        string="Left out before it left",
    )

    @api.depends("state", "line_ids.state", "line_ids.role")
    def _compute_parts(self):
        for notice in self:
            told = notice._told_lines()
            mentioned = told.filtered(lambda line: line.role == "information")
            notice.claimed_line_ids = told - mentioned
            notice.information_line_ids = mentioned
            notice.left_out_line_ids = notice.line_ids - told

    def _told_lines(self, delivery=None):
        """Return the lines that the debtor reads, or would have read.

        What was undone after it left is evidence: it is shown as it went, all of it,
        also when a part of it still stands. A notice that was cancelled shows what it
        was about. What was left out before the rest went is on none, nor what a later
        run had taken over when the rest was restored.

        :param delivery: what it is about to leave with: then only what still stands
        """
        self.ensure_one()
        if self.state in ("withdrawn", "cancelled"):
            return self.line_ids.filtered(
                lambda line: (
                    line.state == self.state and line.cancel_code != "taken_over"
                )
            )
        over = ("cancelled", "withdrawn") if delivery else ("cancelled",)
        return self.line_ids.filtered(lambda line: line.state not in over)
