from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_online_payment = fields.Boolean(
        string="Pay online",
        default=True,
        help="Payment pages offer the payment providers of the company beside the "
        "bank transfer. Without a provider that fits, there is no button.",
    )
    ar_reservation_minutes = fields.Integer(
        string="Minutes to pay",
        default=30,
        help="While somebody pays online, nobody else can pay the same claims and no "
        "reminder leaves. A payment that is not completed lets go after so many "
        "minutes.",
    )

    _ar_reservation_minutes_sensible = models.Constraint(
        "CHECK (ar_reservation_minutes BETWEEN 5 AND 1440)",
        "Give a debtor between 5 minutes and a day to complete an online payment.",
    )
