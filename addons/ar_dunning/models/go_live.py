from odoo import api, fields, models
from odoo.exceptions import UserError

STEPS = [
    ("check", "Check"),
    ("history", "History"),
    ("levels", "Starting levels"),
    ("backlog", "Backlog"),
    ("rehearsal", "Rehearsal"),
    ("live", "Live"),
]
# Steps on which the page shows what is not in order.
_CHECKED_STEPS = ("check", "rehearsal", "live")


class GoLive(models.Model):
    """The way of a company from an empty installation to real reminders.

    A list of steps that can be left and taken up again; what was done is written down.
    """

    _name = "ar.go.live"
    _description = "Go-live"
    _order = "company_id"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    step = fields.Selection(
        STEPS, required=True, default="check", help="Where you are; nothing is locked."
    )
    live_on = fields.Datetime(string="Live since", readonly=True)
    sandbox = fields.Boolean(related="company_id.ar_sandbox")
    follow_up = fields.Boolean(
        related="company_id.ar_enabled", string="Follow-up is on"
    )
    check_ids = fields.Many2many(
        "ar.go.live.check", compute="_compute_checks", string="Checks"
    )
    open_check_count = fields.Integer(compute="_compute_checks", string="Not in order")
    import_ids = fields.Many2many("ar.history.import", compute="_compute_imports")
    entry_ids = fields.One2many("ar.go.live.entry", "go_live_id", readonly=True)

    _once = models.Constraint(
        "UNIQUE (company_id)", "A company goes live once: open its steps."
    )

    @api.depends_context("uid", "lang")
    @api.depends("step")
    def _compute_checks(self):
        """Read the checks where the form shows them: it costs a look at every claim."""
        shown = self.filtered(lambda one: one.step in _CHECKED_STEPS)
        checks = self.env["ar.go.live.check"]
        if shown:
            checks = checks.search_fetch(
                [("company_id", "in", shown.company_id.ids)],
                ["company_id", "code", "state", "number", "since"],
            )
        by_company = checks.grouped("company_id")
        for go_live in self:
            go_live.check_ids = by_company.get(go_live.company_id, checks.browse())
            go_live.open_check_count = len(
                go_live.check_ids.filtered(lambda one: one.state != "1_ok")
            )

    @api.depends_context("uid")
    @api.depends("step")
    def _compute_imports(self):
        imports = self.env["ar.history.import"].search(
            [("company_id", "in", self.company_id.ids)]
        )
        by_company = imports.grouped("company_id")
        for go_live in self:
            go_live.import_ids = by_company.get(go_live.company_id, imports.browse())

    @api.model
    def _for_company(self, company):
        """Return the steps of a company; they begin when first asked for."""
        company.ensure_one()
        self._check_manager()
        found = self.search([("company_id", "=", company.id)], limit=1)
        if found:
            return found
        # Lists are made here alone; the right was checked just above.
        made_sudo = self.sudo().create({"company_id": company.id})
        return self.browse(made_sudo.id)

    @api.model
    def _note(self, company, step, sentence):
        """Write down what was done."""
        self._note_per_group(company, step, {None: sentence})

    @api.model
    def _note_per_group(self, company, step, sentences):
        """Write down what was done with claims; each group reads of its own alone.

        :param sentences: {access group id; None: of everybody: what was done}
        """
        go_live = self._for_company(company)
        # Entries are written here alone.
        self.env["ar.go.live.entry"].sudo().create(
            [
                {
                    "go_live_id": go_live.id,
                    "access_group_id": group,
                    "step": step,
                    "user_id": self.env.uid,
                    "sentence": sentence,
                }
                for group, sentence in sentences.items()
            ]
        )

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group("ar_dunning.group_manager"):
            raise UserError(
                self.env._("Only a manager of Receivables may prepare the go-live.")
            )

    def write(self, vals):
        """People go from step to step; the rest is written by what they do there."""
        if not self.env.su and {"company_id", "live_on"} & set(vals):
            raise UserError(
                self.env._("The company and the day it went live cannot be changed.")
            )
        return super().write(vals)

    # -- buttons ----------------------------------------------------------------------

    @api.model
    def action_open(self):
        """Open the steps of the current company."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Go live"),
            "res_model": self._name,
            "res_id": self._for_company(self.env.company).id,
            "view_mode": "form",
        }

    def action_check_again(self):
        """Read the checks anew: the form does so when it opens."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_import(self):
        """Begin to take over earlier reminders."""
        self.ensure_one()
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take over earlier reminders"),
            "res_model": "ar.history.import",
            "view_mode": "form",
            "context": {"default_company_id": self.company_id.id},
        }

    def action_rehearse(self):
        """Rehearse today's run of the company, in its own right."""
        self.ensure_one()
        self._check_manager()
        self.step = "rehearsal"
        self._note(self.company_id, "rehearsal", self.env._("A run was rehearsed."))
        runs = self.env["ar.dunning.run"].with_company(self.company_id)
        return runs.action_rehearse()

    def action_go_live(self):
        """End the test phase: from the next run on, debtors are written to."""
        self.ensure_one()
        self._check_manager()
        self.lock_for_update()
        company = self.company_id
        if not company.ar_enabled:
            raise UserError(
                self.env._(
                    "Follow-up is switched off for %s: switch it on in the settings "
                    "first.",
                    company.name,
                )
            )
        if not company.ar_sandbox:
            raise UserError(self.env._("%s is live already.", company.name))
        company.action_ar_go_live()
        # Nobody writes this day by hand; the right was checked above.
        self.sudo().write({"step": "live", "live_on": fields.Datetime.now()})
        self._note(
            company, "live", self.env._("Live: from now on notices reach the debtors.")
        )
        return self.action_check_again()

    def action_test_phase(self):
        """Go back to the test phase."""
        self.ensure_one()
        self._check_manager()
        self.company_id.action_ar_test_phase()
        self.step = "rehearsal"
        self._note(self.company_id, "live", self.env._("Back in the test phase."))
        return self.action_check_again()
