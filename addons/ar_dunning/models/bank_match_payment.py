from odoo import fields, models


class BankMatchPayment(models.Model):
    """The payment behind a match, as people who read matches see it."""

    _inherit = "ar.bank.match"

    payment_date = fields.Date(related="statement_line_id.date", string="Paid on")
    payment_text = fields.Char(
        related="statement_line_id.payment_ref", string="Text of the payer"
    )
    payer_id = fields.Many2one(related="statement_line_id.partner_id", string="Payer")
    payer_name = fields.Char(
        related="statement_line_id.partner_name", string="Name at the bank"
    )
    move_id = fields.Many2one(related="statement_line_id.move_id", string="Bank entry")

    def action_open_move(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }
