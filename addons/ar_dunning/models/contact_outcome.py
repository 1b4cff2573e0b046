from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Kinds of work that an answer of a debtor can bring.
FOLLOW_UP_KINDS = [
    ("call_back", "Call back"),
    ("promise_broken", "Promise not kept"),
    ("address_unknown", "Find the address or the number"),
    ("needs_help", "Debtor needs help"),
    ("dispute", "Answer an objection"),
    ("find_payment", "Find the payment"),
]


class ContactOutcome(models.Model):
    """What a conversation with a debtor can end in, and what follows from it."""

    _name = "ar.contact.outcome"
    _inherit = ["ar.config.tracked"]
    _description = "Outcome of a contact"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", help="Leave empty to share this outcome among all companies."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    icon = fields.Char(default="fa-comment-o", help="Name of a Font Awesome icon.")
    hotkey = fields.Char(
        size=1,
        help="Key 1 to 9 that records this outcome on the debtor's screen. Empty: one "
        "that is free.",
    )
    reached = fields.Boolean(
        string="Debtor reached",
        default=True,
        help="Somebody spoke with the debtor: earlier calls to make are dropped.",
    )
    date_need = fields.Selection(
        [("none", "No"), ("optional", "May be given"), ("required", "Required")],
        string="Asks for a date",
        required=True,
        default="none",
    )
    date_days = fields.Integer(
        string="Date suggested", help="In days from today; 0 suggests none."
    )
    date_maximum_days = fields.Integer(
        string="Latest date", help="In days from today; 0 means no limit."
    )
    asks_amount = fields.Boolean(
        string="Asks for an amount", help="A debtor may promise a part of what he owes."
    )
    note_required = fields.Boolean(string="Note required")
    hold_reason_id = fields.Many2one(
        "ar.hold.reason",
        string="Puts on hold for",
        ondelete="restrict",
        help="Empty: the follow-up goes on as before.",
    )
    hold_scope = fields.Selection(
        [("claims", "The claims talked about"), ("debtor", "Everything of the debtor")],
        string="On hold",
        required=True,
        default="claims",
    )
    hold_days = fields.Integer(
        string="Hold without a date",
        help="Days that the hold lasts when no date is given; 0: as long as the reason "
        "allows.",
    )
    grace_days = fields.Integer(
        string="Days of grace",
        help="Days after the date in which a payment may still be under way. The hold "
        "lasts as long.",
    )
    follow_up = fields.Selection(
        [
            ("none", "No work"),
            ("now", "Work at once"),
            ("on_date", "Work on the date"),
            ("if_unpaid", "Work after the date, unless it is paid"),
        ],
        string="Brings",
        required=True,
        default="none",
    )
    follow_up_kind = fields.Selection(FOLLOW_UP_KINDS, string="Kind of work")
    follow_up_user_id = fields.Many2one(
        "res.users",
        string="For",
        domain="[('share', '=', False)]",
        help="Empty: the collector of the debtor.",
    )
    follow_up_team_id = fields.Many2one(
        "ar.team", string="For the team", help="Empty: the team of the debtor."
    )
    closes_task = fields.Boolean(
        string="Closes the task",
        default=True,
        help="The work item from which the debtor was called is done.",
    )

    retry_days = fields.Integer(
        string="Task back after",
        help="Days after which a task that stays open comes back; 0: it stays as it "
        "is.",
    )

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))",
        "Another outcome of this company already has this code.",
    )
    _hotkey_unique = models.UniqueIndex(
        "(hotkey, COALESCE(company_id, 0)) WHERE active AND hotkey IS NOT NULL",
        "Another outcome already has this key.",
    )
    _hotkey_digit = models.Constraint(
        "CHECK (hotkey IS NULL OR hotkey BETWEEN '1' AND '9')",
        "The key of an outcome is a digit from 1 to 9.",
    )
    _days_positive = models.Constraint(
        "CHECK (date_days >= 0 AND date_maximum_days >= 0 AND hold_days >= 0"
        " AND grace_days >= 0 AND retry_days >= 0)",
        "Numbers of days cannot be negative.",
    )
    _work_has_kind = models.Constraint(
        "CHECK (follow_up = 'none' OR follow_up_kind IS NOT NULL)",
        "Say which kind of work the outcome brings.",
    )

    @api.constrains("follow_up", "date_need")
    def _check_date_for_follow_up(self):
        """Work that comes with the date needs one."""
        for outcome in self:
            if (
                outcome.follow_up in ("on_date", "if_unpaid")
                and outcome.date_need != "required"
            ):
                raise ValidationError(
                    self.env._(
                        "“%s” brings work when its date comes: let it require a date.",
                        outcome.name,
                    )
                )
