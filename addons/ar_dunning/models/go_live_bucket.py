from odoo import api, fields, models

from ..rules import starting_level as rule


class GoLiveBucket(models.Model):
    """Claims of one procedure and age that nobody has followed up, and their start."""

    _name = "ar.go.live.bucket"
    _description = "Starting level by age"
    _order = "procedure_id, days_from"
    _rec_name = "days_from"

    go_live_id = fields.Many2one(
        "ar.go.live", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="go_live_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    procedure_id = fields.Many2one(
        "ar.dunning.procedure", required=True, ondelete="cascade"
    )
    version_id = fields.Many2one(related="procedure_id.active_version_id")
    days_from = fields.Integer(
        string="From day",
        required=True,
        help="Claims overdue for at least so many days, up to the next row of the same "
        "procedure.",
    )
    level_id = fields.Many2one(
        "ar.dunning.level",
        string="Begins with",
        ondelete="cascade",
        domain="[('version_id', '=', version_id), ('kind', '=', 'notice')]",
        help="The first notice that these claims get; empty: the usual way, from the "
        "first level that has not expired.",
    )
    passed_over = fields.Char(
        string="Passed over",
        compute="_compute_passed_over",
        help="Mandatory levels that these claims would never get.",
    )
    needs_reason = fields.Boolean(compute="_compute_passed_over")
    claim_count = fields.Integer(string="Claims", compute="_compute_claims")
    amount = fields.Monetary(compute="_compute_claims")

    _once = models.Constraint(
        "UNIQUE (go_live_id, procedure_id, days_from)",
        "This procedure has a row from this day on already.",
    )
    _overdue = models.Constraint(
        "CHECK (days_from > 0)",
        "Only overdue claims get a starting level: a row begins at day 1 or later.",
    )

    @api.depends("level_id")
    @api.depends_context("lang")
    def _compute_passed_over(self):
        for bucket in self:
            level = bucket.level_id
            steps = level.version_id._start_steps() if level else []
            keys = rule.passed_over(steps, level.level_key) if level else ()
            names = {one.level_key: one.name for one in level.version_id.level_ids}
            bucket.passed_over = ", ".join(names[key] for key in keys)
            bucket.needs_reason = bool(level) and rule.needs_reason(
                steps, level.level_key
            )

    @api.depends("days_from", "procedure_id")
    @api.depends_context("uid")
    def _compute_claims(self):
        found = self.go_live_id._count_buckets()
        for bucket in self:
            bucket.claim_count, bucket.amount = found.get(bucket._origin.id, (0, 0.0))
