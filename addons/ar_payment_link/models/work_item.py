from odoo import fields, models


class WorkItem(models.Model):
    _inherit = "ar.work.item"

    kind = fields.Selection(
        selection_add=[("double_payment", "Paid twice"), ("underpayment",)],
        ondelete={"double_payment": "cascade"},
    )
