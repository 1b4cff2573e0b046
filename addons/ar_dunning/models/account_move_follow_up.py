from odoo import api, fields, models
from odoo.tools import format_date


class AccountMoveFollowUp(models.Model):
    """Says on an invoice what its follow-up has done and does next."""

    _inherit = "account.move"

    ar_notice_count = fields.Integer(
        string="Notices",
        compute="_compute_ar_notice_count",
        groups="ar_dunning.group_auditor",
    )
    ar_next_step = fields.Char(
        string="What is next?",
        compute="_compute_ar_next_step",
        groups="ar_dunning.group_auditor",
        help="The next level and its day, or what stands in the way.",
    )

    @api.depends_context("uid")
    def _compute_ar_notice_count(self):
        counts = dict(
            self.env["ar.dunning.notice.line"]._read_group(
                [
                    ("claim_id.move_id", "in", self.ids),
                    ("role", "!=", "information"),
                    ("state", "=", "dispatched"),
                ],
                ["claim_id"],
                ["notice_id:count_distinct"],
            )
        )
        for move in self:
            move.ar_notice_count = max(
                (counts.get(claim, 0) for claim in move.ar_claim_ids), default=0
            )

    @api.depends_context("uid", "lang")
    def _compute_ar_next_step(self):
        """Speak of the first claim for which something comes next."""
        claims = self.ar_claim_ids.filtered(lambda claim: claim.state == "open")
        explained = claims._explain() if claims else {}
        for move in self:
            steps = (
                self._tell_next_step(explained[claim.id])
                for claim in move.ar_claim_ids.sorted("date_due")
                if claim.id in explained
            )
            move.ar_next_step = next(steps, False)

    def _tell_next_step(self, facts):
        for blocker in facts["blockers"]:
            if blocker["code"] != "not_yet_due":
                return blocker["sentence"]
        return self.env._(
            "%(level)s from %(date)s",
            level=facts["level_name"],
            date=format_date(self.env, facts["level_date"]),
        )

    def action_open_ar_notices(self):
        """Open the notices that ask for this invoice."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_dunning_notice_action"
        )
        action["domain"] = [("line_ids.claim_id.move_id", "in", self.ids)]
        action["context"] = {}
        return action

    def action_open_ar_desk(self):
        """Open the screen of the debtor who owes this invoice."""
        self.ensure_one()
        return self.ar_claim_ids[:1].debtor_id._desk_action()
