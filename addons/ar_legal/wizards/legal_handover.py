from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.legal_case import PARTY_ROLES


class LegalHandover(models.TransientModel):
    """Decide proposals to hand over: to whom, by which way, and why."""

    _name = "ar.legal.handover"
    _description = "Hand over to bailiff or lawyer"

    notice_ids = fields.Many2many(
        "ar.dunning.notice", string="Proposals", required=True
    )
    debtor_count = fields.Integer(compute="_compute_summary", string="Debtors")
    claim_count = fields.Integer(compute="_compute_summary", string="Claims")
    reason = fields.Text(required=True)
    track_id = fields.Many2one(
        "ar.legal.track",
        required=True,
        domain="[('stage_ids', '!=', False)]",
        compute="_compute_track_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    party_role = fields.Selection(
        PARTY_ROLES,
        string="Hand over to",
        required=True,
        compute="_compute_party_role",
        store=True,
        precompute=True,
        readonly=False,
    )
    party_id = fields.Many2one("res.partner", string="Bailiff or lawyer")
    next_step = fields.Char(string="Expected next step")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
    )

    @api.depends("notice_ids")
    def _compute_summary(self):
        for wizard in self:
            wizard.debtor_count = len(wizard.notice_ids.debtor_id)
            wizard.claim_count = sum(wizard.notice_ids.mapped("claim_count"))

    @api.depends("notice_ids")
    def _compute_track_id(self):
        for wizard in self:
            notice = wizard.notice_ids[:1]
            wizard.track_id = self.env["ar.legal.track"]._proposed_for(
                notice.company_id or self.env.company,
                notice.debtor_id,
                notice.line_ids.claim_id,
            )

    @api.depends("track_id")
    def _compute_party_role(self):
        for wizard in self:
            wizard.party_role = wizard.track_id.party_role or "bailiff"

    def action_apply(self):
        """Hand over, and open the cases."""
        self.ensure_one()
        if self.party_role != "internal" and not self.party_id:
            raise UserError(
                self.env._("Choose the bailiff or the lawyer who gets the case.")
            )
        companies = self.notice_ids.company_id
        cases, fallen = self.notice_ids._hand_over(
            {
                "reason": self.reason,
                "track_id": self.track_id.id,
                "party_role": self.party_role,
                "party_id": self.party_id.id,
                "next_step": self.next_step,
                "user_id": self.user_id.id,
            },
            {company: company._ar_today() for company in companies},
        )
        return self._open_cases(cases, fallen)

    def action_not_hand_over(self):
        """Put the claims on hold instead."""
        return self.notice_ids.action_not_hand_over()

    @api.model
    def _open_cases(self, cases, fallen):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_legal.ar_legal_case_action"
        )
        action["context"] = {}
        if len(cases) == 1:
            action["views"] = [(False, "form")]
            action["res_id"] = cases.id
        else:
            action["domain"] = [("id", "in", cases.ids)]
        if not fallen:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "title": self.env._("Not everything was handed over"),
                "message": " ".join(fallen),
                "sticky": True,
                "next": action,
            },
        }
