from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

PARTY_ROLES = [
    ("bailiff", "Bailiff"),
    ("lawyer", "Lawyer"),
    ("internal", "Own legal service"),
]
# What was decided, and what follows from it: never typed over.
_DECIDED = {
    "name",
    "company_id",
    "access_group_id",
    "debtor_id",
    "partner_id",
    "currency_id",
    "notice_id",
    "reason",
    "decided_by_id",
    "decided_on",
    "state",
    "outcome",
    "closed_on",
    "closing_note",
    "claim_ids",
    "event_ids",
    "handoff_ids",
    "proposed_stage_id",
    "proposed_note",
}
# Who gets the case, and by what way, weighs as much as the decision itself.
_WEIGHS = {"party_id", "party_role", "track_id"}


class LegalCase(models.Model):
    """Claims of one debtor that a person handed to a bailiff or a lawyer.

    One company, one currency, one access group. While a claim is in a case it is out
    of dunning. Amounts are read from the ledger, so they cannot be stale.
    """

    _name = "ar.legal.case"
    _description = "Legal case"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _mail_post_access = "read"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, string="Number")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    debtor_id = fields.Many2one(
        "ar.debtor", required=True, ondelete="restrict", readonly=True, index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Debtor's contact",
        required=True,
        ondelete="restrict",
        readonly=True,
        index=True,
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    notice_id = fields.Many2one(
        "ar.dunning.notice", string="Proposal", ondelete="restrict", readonly=True
    )
    reason = fields.Text(
        required=True,
        readonly=True,
        help="Why the claims were handed over. It is part of the dossier.",
    )
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", required=True, readonly=True
    )
    decided_on = fields.Date(string="Decided on", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain="[('share', '=', False)]",
        tracking=True,
        help="Gets the work items and what the party writes.",
    )
    party_role = fields.Selection(
        PARTY_ROLES, string="Handled by", required=True, tracking=True
    )
    party_id = fields.Many2one(
        "res.partner",
        string="Bailiff or lawyer",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Portal users of this contact's company see the case under "
        "“My account”, and download its dossier.",
    )
    party_commercial_id = fields.Many2one(
        "res.partner",
        string="Office",
        related="party_id.commercial_partner_id",
        store=True,
        index="btree_not_null",
    )
    party_reference = fields.Char(
        string="Their reference", tracking=True, help="The party's own case number."
    )
    track_id = fields.Many2one(
        "ar.legal.track",
        required=True,
        ondelete="restrict",
        check_company=True,
        index=True,
        tracking=True,
    )
    stage_id = fields.Many2one(
        "ar.legal.stage",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        domain="[('track_id', '=', track_id)]",
        group_expand="_expand_stages",
    )
    stage_on = fields.Date(
        string="In this stage since",
        required=True,
        help="The deadline counts from this day, for example the day of service.",
    )
    stage_help = fields.Text(related="stage_id.description", string="What happens here")
    stage_closing = fields.Boolean(related="stage_id.closing")
    next_deadline = fields.Date(
        string="Next deadline",
        compute="_compute_next_deadline",
        store=True,
        readonly=False,
        tracking=True,
        help="From the days of the stage; it can be changed. On that day it comes on "
        "the work list.",
    )
    next_step = fields.Char(string="Next step", help="What is expected to happen next.")
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
    )
    outcome = fields.Selection(
        [
            ("paid", "Paid"),
            ("returned", "Given back to dunning"),
            ("uncollectable", "Uncollectable"),
            ("withdrawn", "Withdrawn"),
        ],
        readonly=True,
        tracking=True,
    )
    closed_on = fields.Date(string="Closed on", readonly=True)
    closing_note = fields.Text(string="Closing note", readonly=True)
    proposed_stage_id = fields.Many2one(
        "ar.legal.stage", string="Proposed stage", ondelete="set null", readonly=True
    )
    proposed_note = fields.Text(string="Note to the proposal", readonly=True)
    claim_ids = fields.One2many(
        "ar.legal.case.claim",
        "case_id",
        string="Claims",
        readonly=True,
        context={"active_test": False},
    )
    cost_ids = fields.One2many("ar.legal.cost", "case_id", string="Costs")
    event_ids = fields.One2many("ar.legal.event", "case_id", readonly=True)
    handoff_ids = fields.One2many(
        "ar.legal.handoff", "case_id", string="Dossiers", readonly=True
    )
    claim_count = fields.Integer(compute="_compute_amounts")
    amount_handed_over = fields.Monetary(
        compute="_compute_amounts", string="Handed over"
    )
    amount_paid = fields.Monetary(
        compute="_compute_amounts",
        string="Paid since",
        help="Paid or credited since the handover.",
    )
    amount_open = fields.Monetary(compute="_compute_amounts", string="Still due")
    amount_accessories = fields.Monetary(
        compute="_compute_amounts",
        string="Costs and interest",
        help="What the claims owe beside their principal, claimed before the case or "
        "grown since.",
    )
    amount_costs = fields.Monetary(compute="_compute_amounts", string="All costs")
    amount_total = fields.Monetary(
        compute="_compute_amounts",
        string="Total due",
        help="Still due, costs and interest, and the costs of the case that are "
        "charged to the debtor.",
    )
    timeline = fields.Html(compute="_compute_timeline", sanitize=False)

    _notice_once = models.UniqueIndex(
        "(notice_id) WHERE notice_id IS NOT NULL",
        "This proposal has already been handed over.",
    )
    _closed_with_outcome = models.Constraint(
        "CHECK ((state = 'closed') = (outcome IS NOT NULL AND closed_on IS NOT NULL))",
        "A closed case has an outcome and a date; an open one has neither.",
    )
    _party_known = models.Constraint(
        "CHECK (party_role = 'internal' OR party_id IS NOT NULL)",
        "Choose the bailiff or the lawyer.",
    )
    _by_deadline = models.Index("(company_id, next_deadline) WHERE state = 'open'")

    @api.depends("stage_id", "stage_on")
    def _compute_next_deadline(self):
        for case in self:
            days = case.stage_id.deadline_days
            case.next_deadline = (
                fields.Date.add(case.stage_on, days=days)
                if days and case.stage_on
                else False
            )

    @api.depends(
        "claim_ids.amount_at_handover",
        "claim_ids.left_on",
        "claim_ids.claim_id.amount_due",
        "cost_ids.amount",
        "cost_ids.charged_to_debtor",
    )
    @api.depends_context("uid")
    def _compute_amounts(self):
        for case in self:
            members = case.claim_ids.filtered(lambda member: not member.left_on)
            costs = case.cost_ids
            charged = costs.filtered("charged_to_debtor")
            handed_over = sum(members.mapped("amount_at_handover"))
            still_due = sum(members.mapped("amount_open"))
            accessories = sum(members.mapped("amount_accessories"))
            case.claim_count = len(members)
            case.amount_accessories = accessories
            case.amount_handed_over = handed_over
            case.amount_open = still_due
            case.amount_paid = handed_over - still_due
            case.amount_costs = sum(costs.mapped("amount"))
            case.amount_total = still_due + accessories + sum(charged.mapped("amount"))

    @api.depends("name", "partner_id.name")
    def _compute_display_name(self):
        for case in self:
            case.display_name = f"{case.name} – {case.partner_id.name or ''}"

    @api.model
    def _expand_stages(self, stages, domain):
        """Columns of the board: all stages of the tracks that have cases on it.

        A board without cases shows the usual track: without columns the screen would
        be blank, and its help not shown.
        """
        tracks = [track.id for [track] in self._read_group(domain, ["track_id"])]
        if not tracks:
            usual = self.env["ar.legal.track"]._proposed_for(
                self.env.company, self.env["ar.debtor"]
            )
            tracks = usual.ids
        return stages.search([("track_id", "in", tracks)])

    @api.constrains("track_id", "stage_id")
    def _check_stage_of_track(self):
        for case in self:
            if case.stage_id.track_id != case.track_id:
                raise ValidationError(
                    self.env._(
                        "“%(stage)s” is no stage of “%(track)s”: choose one of its "
                        "own.",
                        stage=case.stage_id.name,
                        track=case.track_id.name,
                    )
                )

    @api.constrains("party_id", "partner_id")
    def _check_party_is_not_debtor(self):
        for case in self:
            if case.party_commercial_id == case.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%s is the debtor: a case is handed to somebody else.",
                        case.partner_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """The stage begins on the day of the company, whoever opens the case."""
        return super().create(self._with_days(vals_list))

    @api.model
    def _with_days(self, vals_list):
        companies = self.env["res.company"]
        return [
            {"stage_on": companies.browse(vals["company_id"])._ar_today(), **vals}
            if vals.get("company_id")
            else vals
            for vals in vals_list
        ]

    def write(self, vals):
        self._check_may_write(vals)
        before = {case.id: (case.stage_id, case.party_id) for case in self}
        if "track_id" in vals and "stage_id" not in vals:
            track = self.env["ar.legal.track"].browse(vals["track_id"])
            vals = {**vals, "stage_id": track.stage_ids[:1].id}
        if "stage_id" in vals and "stage_on" not in vals:
            if len(self.company_id) != 1:
                # Each company has its own day.
                for cases in self.grouped("company_id").values():
                    cases.write(vals)
                return True
            vals = {**vals, "stage_on": self.company_id._ar_today()}
        result = super().write(vals)
        if {"stage_id", "party_id", "party_reference"} & vals.keys():
            self._note_changes(before, vals)
        if "party_id" in vals:
            # The former office's number and proposal say nothing about the new one's.
            # Who may hand the case to somebody else was checked; the rest follows.
            super(LegalCase, self._new_party(before).sudo()).write(
                {
                    "proposed_stage_id": False,
                    "proposed_note": False,
                    "party_reference": vals.get("party_reference", False),
                }
            )
        if {"stage_id", "stage_on", "next_deadline"} & vals.keys():
            self._settle_past_deadlines()
        return result

    def _check_may_write(self, vals):
        if self.env.su:
            return
        if _DECIDED & vals.keys():
            raise UserError(
                self.env._(
                    "What was decided about a case is not typed over: use its buttons."
                )
            )
        if _WEIGHS & vals.keys() and not self._user_decides():
            raise UserError(
                self.env._(
                    "Only an approver may hand the case to somebody else or put it on "
                    "another track."
                )
            )
        closed = self.filtered(lambda case: case.state == "closed")
        if closed and {"stage_id", "stage_on", "next_deadline", *_WEIGHS} & vals.keys():
            raise UserError(
                self.env._("%s is closed: reopen it first.", closed[0].name)
            )

    def _user_decides(self):
        return self.env.user.has_group("ar_dunning.group_approver")

    def _note_changes(self, before, vals):
        """Keep on the timeline what moved; events are written by the machine alone."""
        events = []
        for case in self:
            stage, party = before[case.id]
            if case.stage_id != stage:
                events.append(
                    case._prepare_event(
                        "stage",
                        case.stage_on,
                        stage_id=case.stage_id.id,
                        former_stage_id=stage.id,
                    )
                )
            if case.party_id != party:
                events.append(
                    case._prepare_event(
                        "party",
                        case.company_id._ar_today(),
                        text=case.party_id.display_name,
                    )
                )
            if "party_reference" in vals:
                events.append(
                    case._prepare_event(
                        "reference",
                        case.company_id._ar_today(),
                        text=case.party_reference,
                    )
                )
            if case.stage_id == case.proposed_stage_id and case.proposed_stage_id:
                # The change was checked; what is proposed follows from it.
                case.sudo().write({"proposed_stage_id": False, "proposed_note": False})
        # Who may write the case may cause its history, never edit it.
        self.env["ar.legal.event"].sudo().create(events)

    def _new_party(self, before):
        """Return those of these cases that another office has now.

        :param before: {case id: (stage, party)} before the change
        """
        return self.filtered(
            lambda case: (
                before[case.id][1]
                and before[case.id][1].commercial_partner_id != case.party_commercial_id
            )
        )

    def _prepare_event(self, kind, on, **values):
        self.ensure_one()
        return {
            "case_id": self.id,
            "company_id": self.company_id.id,
            "access_group_id": self.access_group_id.id,
            "kind": kind,
            "on_date": on,
            "user_id": self.env.uid,
            **values,
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Legal cases are evidence and are not deleted: close the case.")
        )

    def action_open_claims(self):
        """Open the claims of these cases."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_claim_action"
        )
        members = self.claim_ids.filtered(lambda member: not member.left_on)
        action["domain"] = [("id", "in", members.claim_id.ids)]
        action["context"] = {}
        return action
