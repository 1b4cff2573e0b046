from odoo import api, fields, models


class DunningLevel(models.Model):
    """One step of a procedure version."""

    _name = "ar.dunning.level"
    _description = "Dunning level"
    _order = "version_id, sequence"

    version_id = fields.Many2one(
        "ar.dunning.procedure.version", required=True, ondelete="cascade"
    )
    procedure_id = fields.Many2one(related="version_id.procedure_id")
    version_state = fields.Selection(related="version_id.state")
    sequence = fields.Integer(required=True, default=1)
    level_key = fields.Char(
        string="Key",
        required=True,
        help="Stays the same in later versions of the procedure, so that running "
        "claims find their place, e.g. reminder.",
    )
    name = fields.Char(required=True, translate=True)
    phase = fields.Selection(
        [
            ("proactive", "Proactive"),
            ("amicable", "Amicable"),
            ("collection", "Collection"),
            ("legal", "Legal"),
        ],
        required=True,
        default="amicable",
    )
    kind = fields.Selection(
        [("notice", "Notice to the debtor"), ("handover", "Propose handover")],
        required=True,
        default="notice",
        help="Propose handover sends nothing: a person decides whether the claims go "
        "to a bailiff or lawyer.",
    )
    offset_days = fields.Integer(
        string="Days from due date",
        required=True,
        help="When the level may come: days after the due date; negative: before it. "
        "Example: due 1 March, 10 days: 11 March.",
    )
    timing = fields.Char(compute="_compute_timing", string="When")
    minimum_wait_days = fields.Integer(
        string="Minimum wait",
        required=True,
        default=0,
        help="Days that must have passed since the previous level took effect (was "
        "really delivered), whatever the due date says.",
    )
    mandatory = fields.Boolean(
        default=True,
        help="A mandatory level is never skipped, even when the claim is old.",
    )
    expires_after_days = fields.Integer(
        string="Skipped after",
        required=True,
        default=0,
        help="A level that is not mandatory is skipped when it is this many days "
        "late, e.g. a friendly notice before the due date.",
    )
    minimum_amount = fields.Float(
        string="Minimum amount",
        digits=(16, 2),
        help="In company currency: below this total the notice waits.",
    )
    mode = fields.Selection(
        [("automatic", "Automatic"), ("approval", "After approval")],
        required=True,
        default="approval",
    )
    template_id = fields.Many2one("ar.dunning.template", ondelete="restrict")
    channel_ids = fields.One2many(
        "ar.dunning.level.channel",
        "level_id",
        copy=True,
        help="In order of preference: the first one that reaches the debtor is used.",
    )

    _key_unique = models.Constraint(
        "UNIQUE (version_id, level_key)", "A version has each level key once."
    )
    _sequence_unique = models.Constraint(
        "UNIQUE (version_id, sequence) DEFERRABLE INITIALLY DEFERRED",
        "Two levels have the same place in the order.",
    )
    _sequence_positive = models.Constraint(
        "CHECK (sequence > 0)", "The order of a level starts at 1."
    )
    _wait_positive = models.Constraint(
        "CHECK (minimum_wait_days >= 0)", "The minimum wait cannot be negative."
    )
    _expiry_positive = models.Constraint(
        "CHECK (expires_after_days >= 0)", "A level cannot expire before its date."
    )
    _amount_positive = models.Constraint(
        "CHECK (minimum_amount >= 0)", "The minimum amount cannot be negative."
    )
    _handover_approved = models.Constraint(
        "CHECK (kind = 'notice' OR mode = 'approval')",
        "A person decides on every handover: choose “After approval”.",
    )

    @api.depends("offset_days", "minimum_wait_days")
    @api.depends_context("lang")
    def _compute_timing(self):
        for level in self:
            if level.offset_days < 0:
                due = self.env._("%s days before the due date", -level.offset_days)
            elif level.offset_days:
                due = self.env._("%s days after the due date", level.offset_days)
            else:
                due = self.env._("On the due date")
            level.timing = (
                self.env._(
                    "%(due)s, at least %(days)s days after the previous level",
                    due=due,
                    days=level.minimum_wait_days,
                )
                if level.minimum_wait_days
                else due
            )

    @api.model_create_multi
    def create(self, vals_list):
        levels = super().create(vals_list)
        levels.version_id._check_draft()
        return levels

    def write(self, vals):
        if set(vals) - {"name"}:
            self.version_id._check_draft()
        result = super().write(vals)
        if "version_id" in vals:
            self.version_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self.version_id._check_draft()
