from odoo import fields, models


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
    ar_link_validity_days = fields.Integer(
        string="Days a payment link works",
        default=90,
        help="Counted from the day on which the link is made. After that it shows "
        "nothing any more; transfers with its reference are still recognised.",
    )

    _ar_link_validity = models.Constraint(
        "CHECK (ar_link_validity_days BETWEEN 1 AND 3650)",
        "A payment link works for at least one day and at most ten years.",
    )
