from odoo import fields, models


class CompanyCredit(models.Model):
    """When this company proposes to take no more orders from a debtor."""

    _inherit = "res.company"

    ar_stop_score = fields.Integer(
        string="Order stop from score",
        default=75,
        help="From this risk score on an order stop is proposed; 0: never by score.",
    )
    ar_stop_days = fields.Integer(
        string="Order stop from days overdue",
        default=60,
        help="When the oldest open claim is overdue for so many days, an order stop is "
        "proposed; 0: never by age.",
    )

    _ar_stop_positive = models.Constraint(
        "CHECK (ar_stop_score BETWEEN 0 AND 100 AND ar_stop_days >= 0)",
        "A score goes from 0 to 100, and days cannot be negative.",
    )
