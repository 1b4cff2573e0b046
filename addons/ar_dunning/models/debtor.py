from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..visible_fields import VisibleOne2many

# Written by sync alone: who owes to whom, and who may know of it.
_IDENTITY = {"root_company_id", "partner_id", "restricted"}


class Debtor(models.Model):
    """One commercial partner who owes to one group of companies (root company)."""

    _name = "ar.debtor"
    _description = "Debtor"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _rec_name = "partner_id"
    _order = "id desc"

    root_company_id = fields.Many2one("res.company", required=True, readonly=True)
    company_id = fields.Many2one(related="root_company_id", string="Company")
    partner_id = fields.Many2one(
        "res.partner", required=True, readonly=True, ondelete="restrict", index=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        help="Who follows this debtor; gets the work items.",
    )
    team_id = fields.Many2one(
        "ar.team",
        ondelete="set null",
        index="btree_not_null",
        help="Collectors who share this debtor.",
    )
    debtor_class = fields.Selection(
        [
            ("consumer", "Consumer"),
            ("enterprise", "Enterprise"),
            ("public_body", "Public body"),
            ("unknown", "Unknown"),
        ],
        string="Debtor class",
        required=True,
        default="unknown",
        help="Decides which law protects the debtor. Unknown is protected like a "
        "consumer, and charged no costs.",
    )
    debtor_class_manual = fields.Boolean(
        string="Class chosen by hand", readonly=True, copy=False
    )
    note = fields.Text(string="Notes")
    restricted = fields.Boolean(
        readonly=True,
        help="All claims of this debtor are of restricted types: only those who may "
        "see one of them see the debtor.",
    )
    active = fields.Boolean(default=True)

    name = fields.Char(related="partner_id.name")
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    lang = fields.Selection(related="partner_id.lang")
    claim_ids = VisibleOne2many("ar.claim", "debtor_id", string="Claims")
    # For access rules alone: what they read past the rules stays in the cache.
    guard_claim_ids = fields.One2many(
        "ar.claim",
        "debtor_id",
        export_string_translation=False,
        groups=fields.NO_ACCESS,
    )
    open_claim_ids = VisibleOne2many(
        "ar.claim", "debtor_id", string="Open claims", domain=[("state", "=", "open")]
    )
    notice_ids = VisibleOne2many("ar.dunning.notice", "debtor_id", string="Notices")
    contact_ids = VisibleOne2many("ar.contact", "debtor_id", string="Contacts")
    hold_ids = VisibleOne2many("ar.hold", "debtor_id", string="Holds")
    recipient_ids = VisibleOne2many(
        "ar.debtor.contact", "debtor_id", string="Recipients"
    )
    work_item_ids = VisibleOne2many(
        "ar.work.item",
        "debtor_id",
        string="Work items",
        domain=[("state", "=", "open")],
    )
    currency_id = fields.Many2one(related="root_company_id.currency_id")
    open_claim_count = fields.Integer(compute="_compute_open_amounts")
    amount_open = fields.Monetary(
        compute="_compute_open_amounts", string="Still due", help="In company currency."
    )
    amount_overdue = fields.Monetary(
        compute="_compute_open_amounts", string="Overdue", help="In company currency."
    )
    notice_count = fields.Integer(compute="_compute_notice_count")
    oldest_due_date = fields.Date(
        string="Oldest due date", compute="_compute_open_amounts"
    )

    _partner_unique = models.UniqueIndex(
        "(root_company_id, partner_id)",
        "This partner is already a debtor of this company.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_open_amounts(self):
        """Totals of the claims the reader may see, in company currency.

        With costs and interest, booked or not: booked ones are no claims beside these.
        """
        today = fields.Date.context_today(self)
        claims = self.env["ar.claim"]
        open_domain = Domain("debtor_id", "in", self.ids) & Domain("state", "=", "open")
        late = open_domain & Domain("date_due", "<", today)
        facts = {
            debtor: values
            for debtor, *values in claims._read_group(
                open_domain & Domain("principal_claim_id", "=", False),
                ["debtor_id"],
                ["__count", "date_due:min"],
            )
        }
        amounts = claims._sum_due(open_domain, "debtor_id", today)
        overdue = claims._sum_due(late, "debtor_id", today)
        for debtor in self:
            count, oldest = facts.get(debtor, (0, False))
            debtor.open_claim_count = count
            debtor.oldest_due_date = oldest
            debtor.amount_open = amounts.get(debtor, 0.0)
            debtor.amount_overdue = overdue.get(debtor, 0.0)

    @api.depends_context("uid")
    def _compute_notice_count(self):
        counts = dict(
            self.env["ar.dunning.notice"]._read_group(
                [("debtor_id", "in", self.ids), ("state", "=", "dispatched")],
                ["debtor_id"],
                ["__count"],
            )
        )
        for debtor in self:
            debtor.notice_count = counts.get(debtor, 0)

    def write(self, vals):
        if _IDENTITY & vals.keys() and not self.env.su:
            raise UserError(
                self.env._("Who a debtor is follows from the ledger; it is not edited.")
            )
        if "debtor_class" in vals and "debtor_class_manual" not in vals:
            vals = {**vals, "debtor_class_manual": True}
        return super().write(vals)

    def _compute_display_name(self):
        for debtor in self:
            debtor.display_name = debtor.partner_id.display_name

    def action_open_claims(self):
        return self._action_open("ar_dunning.ar_claim_action")

    def action_open_notices(self):
        return self._action_open("ar_dunning.ar_dunning_notice_action")

    def _action_open(self, xmlid):
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("debtor_id", "in", self.ids)]
        action["context"] = {}
        return action
