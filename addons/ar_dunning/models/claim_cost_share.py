from odoo import fields, models

from .cost_policy import COST_KINDS


class ClaimCostShare(models.Model):
    """How much of a cost is for one claim: a bundle of claims has one cost."""

    _name = "ar.claim.cost.share"
    _description = "Share of a cost"
    _order = "cost_id, id"
    _rec_name = "claim_id"

    cost_id = fields.Many2one(
        "ar.claim.cost", required=True, ondelete="cascade", readonly=True, index=True
    )
    claim_id = fields.Many2one(
        "ar.claim", required=True, ondelete="restrict", readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    notice_line_id = fields.Many2one(
        "ar.dunning.notice.line", ondelete="set null", readonly=True
    )
    kind = fields.Selection(COST_KINDS, required=True, readonly=True)
    cycle = fields.Integer(required=True, readonly=True)
    occurrence = fields.Integer(
        required=True, default=1, readonly=True, help="Of costs of each reminder."
    )
    live = fields.Boolean(
        default=True,
        readonly=True,
        help="Not cancelled: the claim has this cost, or it was waived for good.",
    )
    amount = fields.Monetary(readonly=True)
    amount_paid = fields.Monetary(string="Paid", readonly=True)
    accessory_ids = fields.One2many(
        "ar.claim",
        "cost_share_id",
        string="Booked",
        readonly=True,
        help="The items in the ledger: one, or one for each part that was paid.",
    )
    state = fields.Selection(related="cost_id.state")

    # A claim is charged once for each thing, whoever charges.
    _once = models.UniqueIndex(
        "(claim_id, cycle, kind, occurrence) WHERE live",
        "This claim has already been charged for this.",
    )
