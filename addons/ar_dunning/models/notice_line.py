from odoo import api, fields, models

from ..tools.guarded import GuardedMany2one
from .notice import CANCEL_CODES, NOTICE_STATES


class DunningNoticeLine(models.Model):
    """A claim on a notice, at its own level, with the facts frozen at dispatch."""

    _name = "ar.dunning.notice.line"
    _description = "Notice line"
    _order = "notice_id, date_due, id"
    _rec_name = "move_name"

    notice_id = fields.Many2one(
        "ar.dunning.notice", required=True, ondelete="restrict", index=True
    )
    claim_id = fields.Many2one("ar.claim", required=True, ondelete="restrict")
    access_group_id = fields.Many2one("res.groups", ondelete="restrict")
    # The same as of the notice, which has the key; the others as of the claim.
    run_id = GuardedMany2one("ar.dunning.run")
    company_id = GuardedMany2one("res.company", required=True)
    debtor_id = GuardedMany2one("ar.debtor", required=True)
    create_uid = GuardedMany2one("res.users", string="Created by", readonly=True)
    write_uid = GuardedMany2one("res.users", string="Last Updated by", readonly=True)
    role = fields.Selection(
        [
            ("claimed", "Claimed"),
            ("information", "For information"),
            ("thanks", "Paid, thanks"),
            ("corrected", "Taken back"),
            ("stated", "On the statement"),
        ],
        required=True,
    )
    state = fields.Selection(NOTICE_STATES, required=True)
    cancel_code = fields.Selection(
        CANCEL_CODES, string="Reason for cancelling", copy=False
    )
    cycle = fields.Integer(required=True)
    level_id = fields.Many2one("ar.dunning.level", ondelete="restrict")
    level_key = fields.Char()
    level_sequence = fields.Integer()
    occurrence = fields.Integer(required=True, default=1)
    level_date = fields.Date(
        string="Level date", help="First day on which the level was allowed."
    )
    skipped_level_keys = fields.Char(help="Expired levels that were left out.")
    effective_on = fields.Date(string="Effective on", copy=False)
    currency_id = GuardedMany2one("res.currency", required=True)
    amount_original = fields.Monetary(string="Original amount")
    amount_paid = fields.Monetary(string="Paid")
    amount_covered = fields.Monetary(
        string="Covered", help="Covered by credits that are not matched yet."
    )
    amount_open = fields.Monetary(string="Still due", help="Of the principal.")
    amount_costs = fields.Monetary(string="Costs", help="Claimed beside it.")
    amount_interest = fields.Monetary(string="Interest", help="Claimed beside it.")
    date_due = fields.Date(string="Due date")
    invoice_date = fields.Date(string="Invoice date")
    move_name = fields.Char(string="Document")
    payment_reference = fields.Char(string="Payment reference")
    description = fields.Char(
        help="What is owed for; Belgian consumer law (Book XIX, art. 2) wants it said."
    )
    days_overdue = fields.Integer(string="Days overdue")
    history_key = fields.Char(
        copy=False, help="Tells apart what was taken over from another program."
    )

    # A level is reached once per claim and cycle; what was withdrawn does not count.
    _once = models.UniqueIndex(
        "(claim_id, cycle, level_key, occurrence) WHERE role <> 'information' "
        "AND state IN ('proposed', 'approved', 'dispatched')",
        "This claim has already had this level.",
    )
    _one_at_a_time = models.UniqueIndex(
        "(claim_id) WHERE role = 'claimed' AND state IN ('proposed', 'approved')",
        "This claim is already in a proposal.",
    )
    _history_once = models.UniqueIndex(
        "(claim_id, history_key) WHERE history_key IS NOT NULL "
        "AND state = 'dispatched'",
        "This reminder has been taken over already.",
    )
    _level_known = models.Constraint(
        "CHECK (role = 'information' OR level_key IS NOT NULL)",
        "A claimed line needs its level.",
    )

    @api.depends("move_name", "level_id.name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = " – ".join(
                part for part in (line.move_name, line.level_id.name) if part
            )

    def _demanded(self):
        """Return what is asked for: principal, costs and interest."""
        self.ensure_one()
        return self.amount_open + self.amount_costs + self.amount_interest

    def action_open_notice(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.dunning.notice",
            "res_id": self.notice_id.id,
            "view_mode": "form",
        }
