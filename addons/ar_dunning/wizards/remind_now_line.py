from odoo import fields, models


class RemindNowLine(models.TransientModel):
    """A claim of the debtor in the window: may it leave, and if not, why."""

    _name = "ar.remind.now.line"
    _description = "Claim to remind of now"

    wizard_id = fields.Many2one("ar.remind.now", required=True, ondelete="cascade")
    claim_id = fields.Many2one("ar.claim", required=True, ondelete="cascade")
    date_due = fields.Date(related="claim_id.date_due")
    currency_id = fields.Many2one(related="claim_id.currency_id")
    level_id = fields.Many2one("ar.dunning.level", string="Next level")
    level_date = fields.Date(string="Level date")
    amount = fields.Monetary(string="Still due")
    ready = fields.Boolean()
    selected = fields.Boolean(string="Remind")
    obstacle = fields.Char(string="In the way")
