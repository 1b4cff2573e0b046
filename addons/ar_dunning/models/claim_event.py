from odoo import api, fields, models
from odoo.tools import format_amount, format_date

# Kinds whose values are codes of procedures.
_PROCEDURES = ("assigned", "proposal_refused")


class ClaimEvent(models.Model):
    """Append-only history of a claim: what changed, when, from what to what."""

    _name = "ar.claim.event"
    _description = "Claim event"
    _order = "id desc"
    _rec_name = "kind"

    claim_id = fields.Many2one("ar.claim", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="claim_id.partner_id", string="Debtor")
    company_id = fields.Many2one("res.company", required=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict")
    kind = fields.Selection(
        [
            ("due_date", "Due date changed"),
            ("amount", "Amount changed"),
            ("settled", "Settled"),
            ("reopened", "Reopened"),
            ("unposted", "Entry reset to draft"),
            ("reposted", "Entry posted again"),
            ("void", "No longer exists in the ledger"),
            ("assigned", "Procedure assigned"),
            ("proposal_refused", "Proposed procedure refused"),
            ("locked", "Procedure locked"),
            ("unlocked", "Procedure unlocked"),
            ("type", "Claim type changed"),
            ("withdrawn", "Notice withdrawn"),
            ("start_level", "Starting level set at the go-live"),
        ],
        required=True,
    )
    on_date = fields.Date(string="Date", required=True)
    user_id = fields.Many2one("res.users", string="By")
    old_value = fields.Char()
    new_value = fields.Char()
    before = fields.Char(compute="_compute_words")
    after = fields.Char(compute="_compute_words")
    run_id = fields.Many2one("ar.dunning.run", ondelete="set null", index=True)

    _by_claim = models.Index("(claim_id, id)")

    @api.depends("kind", "old_value", "new_value", "claim_id.currency_id")
    @api.depends_context("lang")
    def _compute_words(self):
        procedures = self._procedure_names()
        for event in self:
            event.before = event._in_words(event.old_value, procedures)
            event.after = event._in_words(event.new_value, procedures)

    def _procedure_names(self):
        """Return {(company or none, code): name} of the procedures in these events."""
        assigned = self.filtered(lambda event: event.kind in _PROCEDURES)
        codes = {*assigned.mapped("old_value"), *assigned.mapped("new_value")}
        procedures = self.env["ar.dunning.procedure"].with_context(active_test=False)
        return {
            (procedure.company_id, procedure.code): procedure.name
            for procedure in procedures.search([("code", "in", list(codes))])
        }

    def _in_words(self, value, procedures):
        """Return a stored value as a reader of today's language expects it."""
        if not value:
            return False
        if self.kind == "due_date":
            return format_date(self.env, value)
        if self.kind == "amount":
            return format_amount(self.env, float(value), self.claim_id.currency_id)
        if self.kind in _PROCEDURES:
            return procedures.get((self.company_id, value)) or procedures.get(
                (self.company_id.browse(), value), value
            )
        if self.kind == "start_level":
            levels = self.claim_id.version_id.level_ids
            level = levels.filtered(lambda one: one.level_key == value)
            return level.name or value
        states = self.claim_id._fields["state"]._description_selection(self.env)
        return dict(states).get(value, value)
