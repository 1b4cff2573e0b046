from odoo import api, fields, models
from odoo.tools import format_date

from .contact_outcome import FOLLOW_UP_KINDS

RESULTS = [
    ("none", "Nothing to wait for"),
    ("waiting", "Waiting for the date"),
    ("kept", "Kept"),
    ("late", "Paid late"),
    ("partly", "Kept in part"),
    ("broken", "Not kept"),
    ("due", "On the work list"),
    ("settled", "Settled before"),
    ("replaced", "Replaced by a later one"),
    ("undone", "Undone"),
]
MEDIA = [
    ("phone", "Phone"),
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("visit", "Visit"),
    ("portal", "Portal"),
    ("page", "Payment page"),
]


class Contact(models.Model):
    """One conversation with a debtor and what it ended in. Append-only evidence.

    People have no right to create or change rows: they come from `_record` alone, and
    only the result is written later, by the daily cycle or when it is undone.
    """

    _name = "ar.contact"
    _description = "Contact with a debtor"
    _order = "moment desc, id desc"

    debtor_id = fields.Many2one(
        "ar.debtor", required=True, ondelete="restrict", readonly=True, index=True
    )
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    outcome_id = fields.Many2one(
        "ar.contact.outcome", required=True, ondelete="restrict", readonly=True
    )
    icon = fields.Char(related="outcome_id.icon")
    line_ids = fields.One2many(
        "ar.contact.claim", "contact_id", string="Claims", readonly=True
    )
    claim_ids = fields.Many2many(
        "ar.claim", compute="_compute_claim_ids", string="Claims talked about"
    )
    date_until = fields.Date(
        string="Until", readonly=True, help="Day that was agreed, inclusive."
    )
    grace_days = fields.Integer(string="Days of grace", readonly=True)
    follow_up = fields.Char(readonly=True, help="What the date brings.")
    follow_up_kind = fields.Selection(
        FOLLOW_UP_KINDS, string="Kind of work", readonly=True
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(
        string="Amount promised", readonly=True, help="Zero: all of it."
    )
    amount_paid = fields.Monetary(
        string="Paid of it", readonly=True, help="When the result was noted."
    )
    note = fields.Text(readonly=True)
    medium = fields.Selection(MEDIA, string="By", readonly=True, default="phone")
    address = fields.Char(
        string="Number or address",
        readonly=True,
        help="Telephone number or e-mail address that was used.",
    )
    user_id = fields.Many2one(
        "res.users", string="Recorded by", required=True, readonly=True
    )
    moment = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now, string="When"
    )
    work_item_id = fields.Many2one(
        "ar.work.item",
        string="Task",
        ondelete="set null",
        readonly=True,
        index="btree_not_null",
        help="Work item from which the debtor was contacted.",
    )
    task_closed = fields.Boolean(readonly=True, help="The contact closed that task.")
    task_due_on = fields.Date(
        readonly=True, help="Date of that task before the contact moved it."
    )
    hold_ids = fields.Many2many("ar.hold", string="Holds", readonly=True)
    result = fields.Selection(RESULTS, required=True, readonly=True, default="none")
    result_on = fields.Date(string="Result on", readonly=True)

    _waiting = models.Index("(company_id, date_until) WHERE result = 'waiting'")

    @api.depends("line_ids.claim_id")
    def _compute_claim_ids(self):
        for contact in self:
            contact.claim_ids = contact.line_ids.claim_id

    @api.depends("outcome_id.name", "date_until")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for contact in self:
            name = contact.outcome_id.name or ""
            if contact.date_until:
                name = f"{name} {format_date(self.env, contact.date_until)}"
            contact.display_name = name

    def action_open_debtor(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.debtor",
            "res_id": self.debtor_id.id,
            "view_mode": "form",
        }
