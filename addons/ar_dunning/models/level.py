from odoo import api, fields, models

from ..rules import level_key as rule
from .contact_role import MAIN_ROLES


class DunningLevel(models.Model):
    """One step of a procedure version."""

    _name = "ar.dunning.level"
    _inherit = ["ar.config.tracked"]
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
        compute="_compute_level_key",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="Stays the same in later versions of the procedure, so that running "
        "claims find their place, e.g. reminder. Made of the name when empty.",
    )
    suggested_key = fields.Char(
        store=False,
        help="The key last made of the name, while the level is not saved yet.",
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
    offset_unit = fields.Selection(
        [("calendar", "Calendar days"), ("working", "Working days")],
        string="Counted in",
        required=True,
        default="calendar",
        help="Working days are those of the legal calendar of the company.",
    )
    end_of_month = fields.Boolean(
        string="At the end of the month",
        help="The level comes on the last day of the month in which it would come.",
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
    repeat_every_days = fields.Integer(
        string="Repeat every",
        required=True,
        default=0,
        help="Days after which the level is repeated while nothing else comes next; "
        "0: never. Counted from the day on which it took effect.",
    )
    repeat_maximum = fields.Integer(
        string="Repetitions",
        required=True,
        default=0,
        help="How often it is repeated at most, after the first time.",
    )
    minimum_amount = fields.Float(
        string="Minimum amount",
        digits=(16, 2),
        help="In company currency: below this total the notice waits.",
    )
    minimum_percentage = fields.Float(
        string="Minimum share",
        digits=(5, 2),
        help="In percent of all that the debtor owes in this company: below this share "
        "the notice waits. 0: no minimum.",
    )
    include_not_due = fields.Boolean(
        string="List what is not due yet",
        help="The notice also lists, for information and apart from what is claimed, "
        "what falls due later in the same procedure.",
    )
    cost_action = fields.Selection(
        [
            ("none", "Says nothing of new ones"),
            ("announce", "Announces them"),
            ("claim", "Claims what is owed at once"),
        ],
        string="Costs and interest",
        required=True,
        default="none",
        help="Announces them: the notice says with the exact amount what will be "
        "claimed if it is not paid within the period of the law; the day after, it is "
        "claimed. Claims what is owed at once: what runs from the due date by law; the "
        "rest it announces. What is claimed already is always asked for. Which costs "
        "these are, the law and your cost policies say.",
    )
    mode = fields.Selection(
        [
            ("automatic", "Automatic"),
            ("approval", "After approval"),
            ("task", "Task for a person"),
        ],
        required=True,
        default="approval",
        help="A task sends nothing: a person, for example, calls the debtor. The level "
        "takes effect when the task is done.",
    )
    channel_mode = fields.Selection(
        [
            ("preference", "The first channel that reaches the debtor"),
            ("all", "All channels that reach the debtor"),
        ],
        string="Channels",
        required=True,
        default="preference",
    )
    registered = fields.Boolean(
        string="Registered letter",
        help="The notice goes by registered letter and by nothing else. Some laws want "
        "one before claims are handed over.",
    )
    sender_name = fields.Char(
        string="Sender", help="Name from which it comes; empty: that of the company."
    )
    sender_email = fields.Char(
        string="Sender address", help="Empty: the sender address of the company."
    )
    reply_to = fields.Char(
        string="Reply address", help="Empty: the reply address of the company."
    )
    main_role = fields.Selection(
        [("automatic", "By itself"), *MAIN_ROLES],
        string="Goes to",
        required=True,
        default="automatic",
        help="By itself: to the guardian or administrator if there is one, else to the "
        "accounts payable contact, else to the debtor.",
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
    _percentage_range = models.Constraint(
        "CHECK (minimum_percentage BETWEEN 0 AND 100)",
        "The minimum share is a percentage from 0 to 100.",
    )
    _repeat_positive = models.Constraint(
        "CHECK (repeat_every_days >= 0 AND repeat_maximum >= 0)",
        "Repetitions and their distance cannot be negative.",
    )
    _repeat_complete = models.Constraint(
        "CHECK ((repeat_every_days > 0) = (repeat_maximum > 0))",
        "A repeated level needs both: every how many days, and how often at most.",
    )
    _handover_once = models.Constraint(
        "CHECK (kind = 'notice' OR repeat_maximum = 0)",
        "A handover is proposed once: leave out its repetitions.",
    )
    _handover_approved = models.Constraint(
        "CHECK (kind = 'notice' OR mode = 'approval')",
        "A person decides on every handover: choose “After approval”.",
    )

    @api.depends(
        "offset_days",
        "offset_unit",
        "end_of_month",
        "minimum_wait_days",
        "repeat_every_days",
        "repeat_maximum",
    )
    @api.depends_context("lang")
    def _compute_timing(self):
        for level in self:
            parts = [level._say_offset()]
            if level.end_of_month:
                parts.append(self.env._("at the end of the month"))
            if level.minimum_wait_days:
                parts.append(
                    self.env._(
                        "at least %(days)s days after the previous level",
                        days=level.minimum_wait_days,
                    )
                )
            if level.repeat_every_days and level.repeat_maximum:
                parts.append(
                    self.env._(
                        "then every %(days)s days, %(times)s times at most",
                        days=level.repeat_every_days,
                        times=level.repeat_maximum,
                    )
                )
            level.timing = ", ".join(parts)

    @api.depends("name")
    def _compute_level_key(self):
        """Suggest a key made of the name, until the level is saved or one is typed.

        Claims remember the key: that of a saved level is left alone.
        """
        taken = {
            version: [*version.level_ids.mapped("level_key")]
            for version in self.version_id
        }
        for level in self:
            key = level.level_key
            follows = not level._origin and key == level.suggested_key
            if level.name and (not key or follows):
                keys = taken.setdefault(level.version_id, [])
                if key in keys:
                    keys.remove(key)  # its own, given up now
                key = rule.suggest(level.name, keys)
                keys.append(key)
                level.suggested_key = key
            level.level_key = key

    def _say_offset(self):
        """Return when the level may come, in words: before or after the due date."""
        days = abs(self.offset_days)
        if not days:
            return self.env._("On the due date")
        if self.offset_unit == "working":
            if self.offset_days < 0:
                return self.env._("%s working days before the due date", days)
            return self.env._("%s working days after the due date", days)
        if self.offset_days < 0:
            return self.env._("%s days before the due date", days)
        return self.env._("%s days after the due date", days)

    def _config_name(self):
        return f"{self.version_id.display_name}: {self.name}"

    def _config_company(self):
        return self.version_id.company_id

    @api.model_create_multi
    def create(self, vals_list):
        levels = super().create(vals_list)
        levels.version_id._check_draft()
        return levels

    def write(self, vals):
        if set(vals) - {"name", "preview_due_on"}:
            self.version_id._check_draft()
        result = super().write(vals)
        if "version_id" in vals:
            self.version_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self.version_id._check_draft()
