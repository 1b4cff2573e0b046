from odoo import api, fields, models
from odoo.exceptions import UserError


class LegalCaseClaim(models.Model):
    """A claim in a legal case, with what was due when it was handed over."""

    _name = "ar.legal.case.claim"
    _description = "Claim in a legal case"
    _order = "case_id desc, date_due, id"
    _rec_name = "claim_id"

    case_id = fields.Many2one(
        "ar.legal.case", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict")
    claim_id = fields.Many2one(
        "ar.claim", required=True, ondelete="restrict", index=True
    )
    currency_id = fields.Many2one("res.currency", required=True)
    amount_at_handover = fields.Monetary(
        string="Handed over", required=True, help="Still due on the day of handover."
    )
    joined_on = fields.Date(string="Handed over on", required=True)
    left_on = fields.Date(
        string="Given back on",
        help="Day on which this claim alone left the case before it was closed.",
    )
    active = fields.Boolean(
        default=True, help="The claim is in the case now, and out of dunning."
    )

    date_due = fields.Date(related="claim_id.date_due", store=True)
    amount_residual = fields.Monetary(
        related="claim_id.amount_residual", string="Open in the ledger"
    )
    amount_open = fields.Monetary(
        compute="_compute_amount_open",
        string="Still due",
        help="Open in the ledger, less credits that are not matched yet.",
    )
    amount_accessories = fields.Monetary(
        compute="_compute_amount_accessories",
        string="Costs and interest",
        help="Claimed beside the claim and not paid yet.",
    )
    claim_state = fields.Selection(related="claim_id.state", string="State")
    debtor_id = fields.Many2one(related="case_id.debtor_id")
    partner_id = fields.Many2one(related="claim_id.partner_id", string="Contact")
    party_id = fields.Many2one(related="case_id.party_id")
    party_role = fields.Selection(related="case_id.party_role")
    track_id = fields.Many2one(related="case_id.track_id")
    stage_id = fields.Many2one(related="case_id.stage_id")
    case_state = fields.Selection(related="case_id.state", string="State of the case")
    outcome = fields.Selection(related="case_id.outcome")

    _one_open_case = models.UniqueIndex(
        "(claim_id) WHERE active", "A claim is in one open legal case at a time."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount_at_handover > 0)", "Only what is still due is handed over."
    )

    @api.depends("claim_id.amount_residual", "claim_id.state")
    @api.depends_context("uid")
    def _compute_amount_open(self):
        """One evaluation per company says what credits cover already."""
        covered = self._covered(self.claim_id)
        for member in self:
            claim = member.claim_id
            member.amount_open = (
                claim.amount_residual - covered.get(claim.id, 0.0)
                if claim.state == "open"
                else 0.0
            )

    @api.depends("claim_id.amount_costs", "claim_id.amount_interest")
    def _compute_amount_accessories(self):
        for member in self:
            claim = member.claim_id
            member.amount_accessories = claim.amount_costs + claim.amount_interest

    @api.model
    def _covered(self, claims):
        """Return {claim id: what unmatched credits cover} of open claims."""
        covered = {}
        for company, same in claims.grouped("company_id").items():
            still_open = same.filtered(lambda claim: claim.state == "open")
            if still_open:
                rows = self.env["ar.evaluation"]._evaluate(
                    company, company._ar_today(), partners=still_open.partner_id
                )
                covered |= {row["claim_id"]: row["covered"] for row in rows}
        return covered

    def action_give_back(self):
        """Take these claims out of their case; dunning goes on with them."""
        self.check_access("read")
        if not self.case_id._user_decides():
            raise UserError(
                self.env._("Only an approver may take a claim out of a legal case.")
            )
        for member in self:
            if not member.active or member.case_id.state != "open":
                raise UserError(
                    self.env._(
                        "%s is no longer in an open case: reload the page.",
                        member.claim_id.display_name,
                    )
                )
        events = []
        for member in self:
            today = member.company_id._ar_today()
            # Rows of a case are read-only for people; the right was checked above.
            member.sudo().write({"active": False, "left_on": today})
            events.append(
                member.case_id._prepare_event(
                    "claim_left", today, text=member.claim_id.display_name
                )
            )
        # See above.
        self.env["ar.legal.event"].sudo().create(events)

    def action_open_claim(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.claim",
            "res_id": self.claim_id.id,
            "view_mode": "form",
        }
