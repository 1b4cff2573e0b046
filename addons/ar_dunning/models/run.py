from odoo import api, fields, models
from odoo.exceptions import UserError

# States of the notices that a run is about; a rehearsal has rehearsed ones alone.
LIVE_STATES = ("proposed", "approved", "dispatched", "rehearsed")


class DunningRun(models.Model):
    """One evaluation of a company on a day: proposed, approved, dispatched.

    Claims of different access groups never share a run.
    """

    _name = "ar.dunning.run"
    _description = "Dunning run"
    _inherit = ["mail.thread"]
    _mail_post_access = "read"
    _order = "date desc, id desc"

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    date = fields.Date(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("daily", "Daily"),
            ("manual", "By hand"),
            ("remind", "Reminded now"),
            ("rehearsal", "Rehearsal"),
        ],
        required=True,
        default="daily",
        readonly=True,
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("approved", "Approved"),
            ("dispatched", "Dispatched"),
            ("superseded", "Superseded"),
            ("undone", "Undone"),
            ("rehearsed", "Rehearsed"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Proposed by", readonly=True)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True)
    approved_on = fields.Datetime(string="Approved on", readonly=True)
    dispatched_on = fields.Datetime(string="Dispatched on", readonly=True)
    evaluated_count = fields.Integer(string="Open claims", readonly=True)
    not_due_count = fields.Integer(
        string="Nothing today",
        readonly=True,
        help="Claims for which neither a level nor a reason comes on this day.",
    )
    notice_ids = fields.One2many("ar.dunning.notice", "run_id", readonly=True)
    exclusion_ids = fields.One2many("ar.dunning.exclusion", "run_id", readonly=True)
    notice_count = fields.Integer(
        compute="_compute_counts",
        string="Notices",
        help="Those that still stand: what was cancelled or undone does not count.",
    )
    waiting_count = fields.Integer(compute="_compute_counts", string="To approve")
    dispatched_count = fields.Integer(compute="_compute_counts")
    sent_count = fields.Integer(
        compute="_compute_counts",
        string="Sent",
        help="Notices that reached at least one recipient and still stand, however "
        "many channels and copies each has.",
    )
    withdrawn_count = fields.Integer(
        compute="_compute_counts",
        string="Undone",
        help="Notices that were dispatched and taken back: they count as neither "
        "notices nor sent.",
    )
    delivery_count = fields.Integer(
        compute="_compute_counts",
        string="Deliveries",
        help="Every attempt to bring a notice to somebody, copies too.",
    )
    exclusion_count = fields.Integer(compute="_compute_counts", string="Left out")
    amount_total = fields.Monetary(
        compute="_compute_amount_total",
        help="In company currency, of all live notices.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    progress = fields.Float(
        compute="_compute_counts", help="Share of the notices that has left, in %."
    )

    _one_open = models.UniqueIndex(
        "(company_id, COALESCE(access_group_id, 0)) WHERE state = 'proposed' "
        "AND kind <> 'remind'",
        "This company already has an open run.",
    )

    @api.depends_context("uid")
    def _compute_counts(self):
        notices = self._notice_counts()
        deliveries = dict(
            self.env["ar.delivery"]._read_group(
                [("notice_id.run_id", "in", self.ids)], ["run_id"], ["__count"]
            )
        )
        sent = dict(
            self.env["ar.delivery"]._read_group(
                [
                    ("notice_id.run_id", "in", self.ids),
                    ("notice_id.state", "in", LIVE_STATES),
                    ("state", "=", "sent"),
                ],
                ["run_id"],
                ["notice_id:count_distinct"],
            )
        )
        excluded = dict(
            self.env["ar.dunning.exclusion"]._read_group(
                [("run_id", "in", self.ids)], ["run_id"], ["__count"]
            )
        )
        for run in self:
            states = notices.get(run.id, {})
            live = sum(states.get(state, 0) for state in LIVE_STATES)
            run.notice_count = live
            run.waiting_count = states.get("proposed", 0)
            run.dispatched_count = states.get("dispatched", 0)
            run.delivery_count = deliveries.get(run, 0)
            run.sent_count = sent.get(run, 0)
            run.withdrawn_count = states.get("withdrawn", 0)
            run.exclusion_count = excluded.get(run, 0)
            run.progress = 100.0 * run.dispatched_count / live if live else 100.0

    @api.depends_context("uid")
    def _compute_amount_total(self):
        # Apart: every line of the run is read for it.
        amounts = self._live_amounts()
        for run in self:
            run.amount_total = amounts.get(run.id, 0.0)

    def _live_amounts(self):
        """Return {run id: total of its live notices in company currency}.

        Notices keep their own currency: converted at the rate of the run's day.
        """
        groups = self.env["ar.dunning.notice.line"]._read_group(
            [
                # By way of the notices: those of a run are found by an index.
                ("notice_id.run_id", "in", self.ids),
                ("role", "=", "claimed"),
                ("state", "in", LIVE_STATES),
            ],
            ["run_id", "currency_id"],
            ["amount_open:sum"],
        )
        totals = {}
        for run, currency, amount in groups:
            converted = currency._convert(
                amount, run.company_id.currency_id, run.company_id, run.date
            )
            totals[run.id] = totals.get(run.id, 0.0) + converted
        return totals

    # -- buttons ----------------------------------------------------------------

    def action_approve(self):
        """Approve everything that still waits, and dispatch it in the background."""
        self.env["ar.dunning.notice"]._check_may_approve()
        for run in self:
            run.notice_ids.filtered(
                lambda notice: notice.state == "proposed"
            ).action_approve()

    def action_open_notices(self):
        action = self._action_open("ar_dunning.ar_dunning_notice_action")
        # Those that are counted; where nothing stands any more, what there was.
        if self.notice_count and self.kind != "rehearsal":
            action["context"] = {"search_default_live": 1}
        return action

    def action_open_exclusions(self):
        return self._action_open("ar_dunning.ar_dunning_exclusion_action")

    def _action_open(self, xmlid):
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("run_id", "in", self.ids)]
        action["context"] = {}
        return action

    @api.model
    def action_propose_now(self):
        """Evaluate the current company now and open the proposal."""
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may propose a run."))
        company = self.env.company
        if not company.ar_enabled:
            raise UserError(
                self.env._(
                    "Follow-up is switched off for %s: switch it on in the settings "
                    "first.",
                    company.name,
                )
            )
        # Collectors may propose but not write runs: the check above is the gate.
        # What nobody has sorted yet is sorted first, as in the daily cycle.
        today = company._ar_today()
        self.env["ar.dunning.segment"].sudo()._assign(company, today)
        runs = self.sudo()._propose_company(company, today, "manual")
        visible = self.browse(runs.ids)._filtered_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_dunning_run_action"
        )
        if len(visible) == 1:
            action["views"] = [(False, "form")]
            action["res_id"] = visible.id
        return action

    def _notice_counts(self):
        """Return {run id: {notice state: number}}."""
        counts = {}
        for run, state, count in self.env["ar.dunning.notice"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count"]
        ):
            counts.setdefault(run.id, {})[state] = count
        return counts

    def _refresh_state(self):
        """Bring the state of runs in line with what became of their notices."""
        counts = self._notice_counts()
        for run in self.filtered(lambda run: run.state in ("proposed", "approved")):
            states = counts.get(run.id, {})
            if "proposed" in states:
                continue
            if "approved" in states:
                run._mark("approved")
            else:
                run._mark("dispatched")

    @api.model
    def _close_dispatched(self, company):
        """Close the runs of which another worker has dispatched the last notices."""
        self.search(
            [("company_id", "=", company.id), ("state", "=", "approved")]
        )._refresh_state()

    def _mark(self, state):
        if state == self.state:
            return
        self.env["ar.work.item"]._settle_items([f"approve_run/{self.id}"])
        values = {"state": state}
        if state == "dispatched":
            values["dispatched_on"] = fields.Datetime.now()
        self.write(values)

    def _note_approval(self):
        """A person approved notices: sign the runs on which nothing waits any more."""
        self.filtered(
            lambda run: run.state != "proposed" and not run.approved_on
        ).write({"approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()})
