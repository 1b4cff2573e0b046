from odoo import fields, models


class HoldReason(models.Model):
    """Why follow-up is suspended, and what that suspends."""

    _name = "ar.hold.reason"
    _inherit = ["ar.config.tracked"]
    _description = "Hold reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", help="Leave empty to share this reason among all companies."
    )
    freezes_clock = fields.Boolean(
        string="Freezes the clock",
        default=True,
        help="Days under this hold do not count: after it ends, the claim goes on "
        "where it stopped. Otherwise time runs on and the next level may be due the "
        "day the hold ends.",
    )
    stops_interest = fields.Boolean(
        string="Stops interest", help="No interest runs during the hold."
    )
    stops_costs = fields.Boolean(
        string="Stops costs", help="No costs are charged during the hold."
    )
    maximum_days = fields.Integer(
        string="Maximum days", help="Longest duration in days; 0 means no limit."
    )
    lift_group_id = fields.Many2one(
        "res.groups",
        string="Lifted by",
        help="Only members of this group may lift such a hold; empty: every collector.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))",
        "Another hold reason of this company already has this code.",
    )
    _maximum_days_positive = models.Constraint(
        "CHECK (maximum_days >= 0)", "The longest duration cannot be negative."
    )
