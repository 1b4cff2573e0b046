from odoo import api, fields, models

from ..models.contact import MEDIA


class ContactEntry(models.TransientModel):
    """Asks for what a contact with a debtor ended in."""

    _name = "ar.contact.entry"
    _description = "Record a contact"

    debtor_id = fields.Many2one("ar.debtor", required=True)
    work_item_id = fields.Many2one("ar.work.item", string="Task")
    outcome_id = fields.Many2one("ar.contact.outcome", required=True)
    date_need = fields.Selection(related="outcome_id.date_need")
    asks_amount = fields.Boolean(related="outcome_id.asks_amount")
    note_required = fields.Boolean(related="outcome_id.note_required")
    claim_ids = fields.Many2many(
        "ar.claim",
        string="Claims talked about",
        domain="[('debtor_id', '=', debtor_id), ('state', '=', 'open')]",
        help="Empty: all open claims of the debtor.",
    )
    date_until = fields.Date(
        string="Until", compute="_compute_date_until", store=True, readonly=False
    )
    amount = fields.Float(
        string="Amount promised", digits="Account", help="Empty: all that is asked for."
    )
    medium = fields.Selection(MEDIA, string="By", required=True, default="phone")
    note = fields.Text()

    @api.depends("outcome_id")
    def _compute_date_until(self):
        for entry in self:
            outcome = entry.outcome_id
            suggested = outcome.date_need != "none" and outcome.date_days
            entry.date_until = suggested and fields.Date.add(
                fields.Date.context_today(entry), days=suggested
            )

    def action_record(self):
        self.ensure_one()
        asked = self.outcome_id
        self.env["ar.contact"]._record(
            self.debtor_id,
            asked,
            self.claim_ids,
            self.work_item_id,
            date_until=self.date_until if asked.date_need != "none" else False,
            amount=self.amount if asked.asks_amount else 0.0,
            note=self.note,
            medium=self.medium,
        )
        return {"type": "ir.actions.act_window_close"}
