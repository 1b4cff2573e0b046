from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class Claim(models.Model):
    """Follow-up record of ONE receivable journal item.

    Amounts are read from the ledger through the join, so they cannot be stale.
    Technical columns are written set-based by sync, assign and dispatch; people
    change a claim through its actions.
    """

    _name = "ar.claim"
    _description = "Claim"
    _order = "date_due, id"
    _rec_name = "move_name"
    _rec_names_search = ["move_name", "payment_reference", "partner_id"]

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    root_company_id = fields.Many2one("res.company", required=True, readonly=True)
    debtor_id = fields.Many2one(
        "ar.debtor", required=True, ondelete="restrict", readonly=True, index=True
    )
    partner_id = fields.Many2one(
        "res.partner", required=True, ondelete="restrict", readonly=True
    )
    line_id = fields.Many2one(
        "account.move.line",
        string="Journal item",
        ondelete="set null",
        readonly=True,
    )
    move_id = fields.Many2one(
        "account.move",
        string="Entry",
        ondelete="set null",
        readonly=True,
        index="btree_not_null",
    )
    move_name = fields.Char(string="Document", readonly=True)
    payment_reference = fields.Char(string="Payment reference", readonly=True)
    invoice_date = fields.Date(string="Invoice date", readonly=True)
    description = fields.Char(
        readonly=True, help="What is owed for: the first lines of the invoice."
    )
    account_id = fields.Many2one(
        "account.account", required=True, ondelete="restrict", readonly=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    date_due = fields.Date(string="Due date", required=True, readonly=True)
    amount_original = fields.Monetary(string="Original amount", readonly=True)
    amount_original_company = fields.Monetary(
        string="Original amount in company currency",
        currency_field="company_currency_id",
        readonly=True,
    )
    amount_residual = fields.Monetary(
        related="line_id.amount_residual_currency", string="Open amount"
    )
    amount_residual_company = fields.Monetary(
        related="line_id.amount_residual",
        string="Open amount in company currency",
        currency_field="company_currency_id",
    )
    claim_type_id = fields.Many2one(
        "ar.claim.type", string="Claim type", ondelete="restrict", index=True
    )
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    state = fields.Selection(
        [
            ("open", "Open"),
            ("settled", "Settled"),
            ("unposted", "Entry in draft"),
            ("void", "No longer exists"),
        ],
        required=True,
        readonly=True,
    )
    settled_on = fields.Date(string="Settled on", readonly=True)
    cycle = fields.Integer(
        required=True,
        default=1,
        readonly=True,
        help="Grows when a settled claim becomes due anew with a later due date; "
        "then the levels start over.",
    )
    successor_id = fields.Many2one(
        "ar.claim", ondelete="set null", readonly=True, index="btree_not_null"
    )
    principal_claim_id = fields.Many2one(
        "ar.claim",
        string="Principal claim",
        ondelete="restrict",
        readonly=True,
        index="btree_not_null",
    )
    procedure_id = fields.Many2one(
        "ar.dunning.procedure", ondelete="restrict", readonly=True, index=True
    )
    version_id = fields.Many2one(
        "ar.dunning.procedure.version", ondelete="restrict", readonly=True
    )
    assignment = fields.Selection(
        [("none", "None"), ("segment", "By segment"), ("manual", "By hand")],
        required=True,
        default="none",
        readonly=True,
    )
    segment_id = fields.Many2one("ar.dunning.segment", ondelete="set null", index=True)
    proposed_procedure_id = fields.Many2one(
        "ar.dunning.procedure",
        string="Proposed procedure",
        ondelete="set null",
        readonly=True,
        help="Procedure that the segments would give now.",
    )
    level_id = fields.Many2one(
        "ar.dunning.level",
        string="Level reached",
        ondelete="restrict",
        readonly=True,
    )
    level_key = fields.Char(readonly=True)
    level_sequence = fields.Integer(readonly=True)
    level_occurrence = fields.Integer(
        string="Times",
        readonly=True,
        help="How often the level reached has been sent in this cycle.",
    )
    level_line_id = fields.Many2one(
        "ar.dunning.notice.line", ondelete="set null", readonly=True
    )
    dispatched_on = fields.Date(string="Dispatched on", readonly=True)
    effective_on = fields.Date(
        string="Effective on",
        readonly=True,
        help="Day on which the last notice was delivered.",
    )
    debtor_class = fields.Selection(
        string="Debtor class", related="debtor_id.debtor_class"
    )
    user_id = fields.Many2one(related="debtor_id.user_id", string="Collector")
    phase = fields.Selection(
        selection="_select_phase",
        compute="_compute_phase",
        search="_search_phase",
        group_expand="_order_phases",
        help="Phase of the level reached.",
    )
    days_overdue = fields.Integer(
        string="Days overdue", compute="_compute_days_overdue"
    )
    line_ids = fields.One2many("ar.dunning.notice.line", "claim_id", readonly=True)
    event_ids = fields.One2many("ar.claim.event", "claim_id", readonly=True)
    hold_ids = fields.One2many("ar.hold", "claim_id", string="Holds")
    exclusion_ids = fields.One2many("ar.dunning.exclusion", "claim_id", readonly=True)
    all_hold_ids = fields.Many2many(
        "ar.hold",
        compute="_compute_all_hold_ids",
        string="Holds on claim or debtor",
    )
    amount_paid = fields.Monetary(
        compute="_compute_amount_paid",
        string="Paid or credited",
        help="What has been matched against the item so far.",
    )
    on_hold = fields.Boolean(
        string="On hold", compute="_compute_on_hold", search="_search_on_hold"
    )
    next_level_id = fields.Many2one(
        "ar.dunning.level", string="Next level", compute="_compute_next_level"
    )
    obstacle = fields.Char(
        compute="_compute_next_level",
        string="In the way",
        help="What keeps the next level from coming on its day.",
    )
    next_level_date = fields.Date(
        compute="_compute_next_level",
        string="Next level from",
        help="First day on which the next level may come, if nothing stands in the "
        "way.",
    )
    amount_covered = fields.Monetary(
        compute="_compute_next_level",
        string="Covered by credits",
        help="Open credits and payments of this debtor that are not matched yet "
        "cover this much, oldest due date first.",
    )
    explanation = fields.Html(compute="_compute_explanation", string="What is next?")

    _line_once = models.UniqueIndex(
        "(line_id) WHERE line_id IS NOT NULL", "This item already has a claim."
    )
    _open_by_partner = models.Index(
        "(root_company_id, partner_id) WHERE state = 'open'"
    )
    _open_by_due_date = models.Index("(company_id, date_due) WHERE state = 'open'")
    _cycle_positive = models.Constraint(
        "CHECK (cycle > 0)", "A claim begins with its first cycle."
    )
    _assignment_complete = models.Constraint(
        "CHECK (assignment = 'none' OR procedure_id IS NOT NULL)",
        "An assigned claim needs its procedure.",
    )

    @api.depends("date_due")
    @api.depends_context("tz")
    def _compute_days_overdue(self):
        today = fields.Date.context_today(self)
        for claim in self:
            claim.days_overdue = (today - claim.date_due).days if claim.date_due else 0

    @api.depends("state", "amount_original", "amount_residual")
    def _compute_amount_paid(self):
        for claim in self:
            claim.amount_paid = (
                claim.amount_original - claim.amount_residual
                if claim.state in ("open", "settled")
                else 0.0
            )

    @api.depends("hold_ids", "debtor_id.hold_ids")
    @api.depends_context("uid")
    def _compute_all_hold_ids(self):
        for claim in self:
            claim.all_hold_ids = claim.hold_ids | claim.debtor_id.hold_ids

    @api.depends_context("uid")
    def _compute_on_hold(self):
        held = self.env["ar.hold"].search(
            Domain("in_force", "=", True)
            & (
                Domain("claim_id", "in", self.ids)
                | Domain("debtor_id", "in", self.debtor_id.ids)
            )
        )
        for claim in self:
            claim.on_hold = claim in held.claim_id or claim.debtor_id in held.debtor_id

    def _search_on_hold(self, operator, value):
        if operator != "in":
            return NotImplemented
        if True in value and False in value:
            return Domain.TRUE
        on_hold = Domain("hold_ids", "any", [("in_force", "=", True)]) | Domain(
            "debtor_id.hold_ids", "any", [("in_force", "=", True)]
        )
        return on_hold if True in value else ~on_hold

    @api.depends_context("uid")
    def _compute_next_level(self):
        explained = self._explain()
        for claim in self:
            facts = explained.get(claim.id)
            claim.next_level_id = facts and facts["level_id"]
            claim.next_level_date = facts and facts["level_date"]
            claim.amount_covered = facts["covered"] if facts else 0.0
            claim.obstacle = next(
                (
                    blocker["sentence"]
                    for blocker in (facts["blockers"] if facts else ())
                    if blocker["code"] != "not_yet_due"
                ),
                False,
            )

    @api.depends_context("uid", "lang")
    def _compute_explanation(self):
        explained = self._explain()
        for claim in self:
            claim.explanation = self.env["ir.qweb"]._render(
                "ar_dunning.claim_explanation",
                {
                    "claim": claim,
                    "facts": explained.get(claim.id),
                    "closed_on": claim._closed_on(),
                },
            )

    def _change_type(self, claim_type):
        """Change the claim type within the same access group."""
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may change the claim type."))
        if any(claim.access_group_id != claim_type.access_group_id for claim in self):
            raise UserError(
                self.env._(
                    "“%(type)s” is visible to other people than this claim: the "
                    "invoice has to be booked in a journal of that type instead.",
                    type=claim_type.name,
                )
            )
        # Claims are read-only for people; access to these was checked above.
        for former, claims_sudo in self.sudo().grouped("claim_type_id").items():
            claims_sudo._note_event("type", former.name, claim_type.name)
        self.sudo().write({"claim_type_id": claim_type.id})

    def _note_event(self, kind, old_value, new_value):
        self.env["ar.claim.event"].create(
            [
                {
                    "claim_id": claim.id,
                    "company_id": claim.company_id.id,
                    "access_group_id": claim.access_group_id.id,
                    "kind": kind,
                    "on_date": claim.company_id._ar_today(),
                    "user_id": self.env.uid,
                    "old_value": old_value,
                    "new_value": new_value,
                }
                for claim in self
            ]
        )

    def action_open_move(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    def action_open_desk(self):
        """Open the screen of the debtor."""
        self.ensure_one()
        return self.debtor_id._desk_action()

    def action_hold(self):
        """Open the form of a new hold on these claims' debtor or on one claim."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Put on hold"),
            "res_model": "ar.hold",
            "view_mode": "form",
            "target": "new",
            "context": {"default_claim_id": self.id},
        }
