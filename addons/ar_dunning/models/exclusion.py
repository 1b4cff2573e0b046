from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..tools.guarded import GuardedMany2one

KEPT_DAYS = 90

BLOCKER_CODES = [
    ("no_procedure", "No procedure"),
    ("no_active_version", "Procedure has no active version"),
    ("no_calendar", "No calendar of working days"),
    ("stopped", "Emergency stop"),
    ("not_yet_due", "Not yet due"),
    ("closed_day", "Nothing is sent today"),
    ("finished", "Last level reached"),
    ("reached_today", "Another level today"),
    ("in_progress", "Already in a run"),
    ("awaiting_delivery", "Previous notice not delivered yet"),
    ("hold", "On hold"),
    ("no_follow_up", "Excluded in accounting"),
    ("covered_by_credit", "Covered by an unmatched credit"),
    ("costs_alone", "Only costs are left"),
    ("payment_in_progress", "Payment in progress"),
    ("stale_bank", "Bank data too old"),
    ("net_credit", "Nothing owed on balance"),
    ("below_minimum", "Below the minimum amount"),
    ("below_percentage", "Below the minimum share"),
    ("contact_limit", "Enough contacts for now"),
    ("contact_pause", "Not now"),
    ("no_channel", "No channel reaches the debtor"),
    ("capacity", "No room today"),
    ("not_open", "No longer open"),
    ("changed", "Changed since the proposal"),
    ("error", "Failed"),
]


class DunningExclusion(models.Model):
    """A claim whose level date had come and that a run nevertheless left out."""

    _name = "ar.dunning.exclusion"
    _description = "Excluded claim"
    _order = "run_id desc, code, id"
    _rec_name = "claim_id"

    run_id = fields.Many2one("ar.dunning.run", required=True, ondelete="cascade")
    access_group_id = fields.Many2one("res.groups", ondelete="restrict")
    # The claim names the same, and has the keys.
    company_id = GuardedMany2one("res.company", required=True)
    create_uid = GuardedMany2one("res.users", string="Created by", readonly=True)
    write_uid = GuardedMany2one("res.users", string="Last Updated by", readonly=True)
    claim_id = fields.Many2one(
        "ar.claim", required=True, ondelete="cascade", index=True
    )
    debtor_id = GuardedMany2one("ar.debtor", index=True)
    level_id = fields.Many2one("ar.dunning.level", ondelete="set null")
    code = fields.Selection(BLOCKER_CODES, string="Reason", required=True)
    until = fields.Date()
    detail = fields.Char()
    amount = fields.Monetary()
    currency_id = GuardedMany2one("res.currency", required=True)

    sentence = fields.Char(compute="_compute_words", string="Why")
    remedy = fields.Char(compute="_compute_words", string="What would help")

    _once = models.Constraint(
        "UNIQUE (run_id, claim_id, code)", "This reason is already listed."
    )

    @api.depends("code", "until", "detail")
    @api.depends_context("lang")
    def _compute_words(self):
        codes = dict(self._fields["code"]._description_selection(self.env))
        for exclusion in self:
            until = exclusion.until and exclusion.until.isoformat()
            sentence, remedy = self.env["ar.evaluation"]._blocker_words(
                exclusion.code, until or "", exclusion.detail or ""
            )
            # A code without words of its own is said by its label.
            known = sentence and sentence != exclusion.code
            exclusion.sentence = sentence if known else codes.get(exclusion.code)
            exclusion.remedy = remedy

    @api.autovacuum
    def _gc_old_exclusions(self):
        """Remove why old runs left claims out; decisions are holds and stay."""
        limit = fields.Date.today() - timedelta(days=KEPT_DAYS)
        old = self.search([("run_id.date", "<", limit)], limit=GC_UNLINK_LIMIT)
        old.unlink()
