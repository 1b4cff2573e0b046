from odoo import fields, models


class LegalCaseAccrual(models.Model):
    """Until when costs and interest of the claims grow while they are in the case."""

    _inherit = "ar.legal.case"

    accrue_until = fields.Date(
        string="Interest until",
        tracking=True,
        help="Last day on which costs and interest of the claims grow. Empty: they go "
        "on as before the case.",
    )
