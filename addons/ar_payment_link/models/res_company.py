from odoo import fields, models

from .payment_link_code import PAGE_COUNTRIES


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_link_on_notices = fields.Boolean(
        string="Payment link on notices",
        default=True,
        help="Every reminder carries a link to a page that shows what is still due "
        "and how to pay it.",
    )
    ar_link_qr = fields.Boolean(
        string="QR code on notices",
        default=True,
        help="Reminders in euro carry a QR code: the debtor's banking app fills in the "
        "transfer.",
    )
    ar_link_qr_opens = fields.Selection(
        [
            ("country", "As usual in the country of the account"),
            ("transfer", "The transfer in a banking app"),
            ("page", "The payment page"),
        ],
        string="A QR code opens",
        required=True,
        default="country",
        help="Dutch banking apps read no code of a transfer: on Dutch accounts the "
        "code opens the page with the camera of a phone. Swiss accounts show the "
        "code of a QR bill where Odoo's Swiss localisation allows it.",
    )
    ar_link_validity_days = fields.Integer(
        string="Days a payment link works",
        default=90,
        help="Counted from the day on which the link is made. After that it shows "
        "nothing any more; transfers with its reference are still recognised.",
    )
    ar_online_payment = fields.Boolean(
        string="Pay online",
        default=True,
        help="Payment pages offer the payment providers of the company beside the "
        "bank transfer. Without a provider that fits, there is no button.",
    )
    ar_minimum_part = fields.Float(
        string="Least part",
        default=10,
        digits=(16, 2),
        help="Debtors may pay a part of what is open, from this amount on, in the "
        "currency of their claims. 0: all or nothing.",
    )
    ar_reservation_minutes = fields.Integer(
        string="Minutes to pay",
        default=30,
        help="While somebody pays online, nobody else can pay the same claims and no "
        "reminder leaves. A payment that is not completed lets go after so many "
        "minutes.",
    )

    _ar_link_validity = models.Constraint(
        "CHECK (ar_link_validity_days BETWEEN 1 AND 3650)",
        "A payment link works for at least one day and at most ten years.",
    )
    _ar_minimum_part_positive = models.Constraint(
        "CHECK (ar_minimum_part >= 0)",
        "The least part that a debtor may pay cannot be negative.",
    )
    _ar_reservation_minutes_sensible = models.Constraint(
        "CHECK (ar_reservation_minutes BETWEEN 5 AND 1440)",
        "Give a debtor between 5 minutes and a day to complete an online payment.",
    )

    def _ar_code_opens_page(self, iban):
        """Whether QR codes lead to the page instead of holding the transfer.

        :param iban: account that is paid to, without spaces; may be empty
        """
        self.ensure_one()
        if self.ar_link_qr_opens == "country":
            return (iban or "")[:2] in PAGE_COUNTRIES
        return self.ar_link_qr_opens == "page"
