from odoo import fields, models


class ClaimEvent(models.Model):
    """Append-only history of a claim: what changed, when, from what to what."""

    _name = "ar.claim.event"
    _description = "Claim event"
    _order = "id desc"
    _rec_name = "kind"

    claim_id = fields.Many2one("ar.claim", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict")
    kind = fields.Selection(
        [
            ("created", "Created"),
            ("due_date", "Due date changed"),
            ("amount", "Amount changed"),
            ("settled", "Settled"),
            ("reopened", "Reopened"),
            ("unposted", "Entry reset to draft"),
            ("reposted", "Entry posted again"),
            ("void", "No longer exists in the ledger"),
            ("assigned", "Procedure assigned"),
            ("type", "Claim type changed"),
            ("debtor", "Debtor changed"),
            ("level_skipped", "Level skipped"),
            ("withdrawn", "Notice withdrawn"),
        ],
        required=True,
    )
    on_date = fields.Date(required=True)
    user_id = fields.Many2one("res.users", string="By")
    old_value = fields.Char(string="Before")
    new_value = fields.Char(string="After")
    run_id = fields.Many2one("ar.dunning.run", ondelete="set null", index=True)

    _by_claim = models.Index("(claim_id, id)")
