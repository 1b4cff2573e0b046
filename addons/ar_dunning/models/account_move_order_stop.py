from odoo import api, fields, models


class AccountMoveOrderStop(models.Model):
    _inherit = "account.move"

    ar_order_stop_reason = fields.Char(compute="_compute_ar_order_stop_reason")

    @api.depends("partner_id", "company_id", "move_type")
    def _compute_ar_order_stop_reason(self):
        for company, moves in self.grouped("company_id").items():
            partners = moves.partner_id.with_company(company or self.env.company)
            stopped = partners.filtered("ar_order_stop")
            reasons = {one.id: one.ar_order_stop_reason for one in stopped}
            for move in moves:
                move.ar_order_stop_reason = (
                    reasons.get(move.partner_id.id, False)
                    if move.is_sale_document()
                    else False
                )
