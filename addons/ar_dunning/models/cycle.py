import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import format_date

_logger = logging.getLogger(__name__)


RETRY_AFTER = timedelta(minutes=15)


# From here on several workers share the work of a company.
FIRST_SHARED_STEP = "dispatch"


class OutOfTimeError(Exception):
    """The cron's time is up; the work so far is committed and goes on later."""


STEPS = [
    ("sync", "Ledger to claims"),
    ("match", "Bank payments"),
    ("costs", "Costs and interest"),
    ("figures", "Payment behaviour"),
    ("assign", "Procedures"),
    ("review", "Answers and thanks"),
    ("evaluate", "Evaluate and propose"),
    ("dispatch", "Dispatch"),
    ("send", "Send"),
    ("done", "Done"),
]


class Cycle(models.Model):
    """The daily cycle of one company: resumable, every step safe to repeat.

    Up to the proposal one worker does it alone. Dispatching, printing and sending are
    shared by all workers that come along, in chunks: see `cycle_share.py`.
    """

    _name = "ar.cycle"
    _description = "Daily cycle"
    _order = "date desc, id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("failed", "Failed")],
        required=True,
        default="running",
        readonly=True,
    )
    step = fields.Selection(STEPS, required=True, default="sync", readonly=True)
    # It counts claims of restricted types too: for whoever runs the machine.
    step_done = fields.Integer(
        string="Handled", readonly=True, groups="base.group_system"
    )
    started_on = fields.Datetime(
        string="Started on", default=fields.Datetime.now, readonly=True
    )
    finished_on = fields.Datetime(string="Finished on", readonly=True)
    error = fields.Text(readonly=True)
    progress = fields.Float(compute="_compute_progress", help="In % of the steps.")

    _once_a_day = models.Constraint(
        "UNIQUE (company_id, date)", "A company has one cycle a day."
    )

    @api.depends("step")
    def _compute_progress(self):
        names = [name for name, _label in STEPS]
        for cycle in self:
            place = names.index(cycle.step) if cycle.step in names else 0
            cycle.progress = 100.0 * place / (len(names) - 1)

    @api.depends("company_id.name", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for cycle in self:
            day = format_date(self.env, cycle.date)
            cycle.display_name = f"{cycle.company_id.name}, {day}"

    @api.model
    def _trigger(self, after=None, moment=None):
        """Wake the cron up after this transaction, or later.

        :param after: timedelta from now
        :param moment: naive datetime in UTC, in place of `after`
        """
        # Anybody who may approve may set the machine in motion.
        cron_sudo = self.env.ref("ar_dunning.cron_daily_cycle").sudo()
        cron_sudo._trigger(moment or (fields.Datetime.now() + after if after else None))

    @api.model
    def _cron_run(self):
        """Run today's cycle of every company that is followed up."""
        companies = self.env["res.company"].search([("ar_enabled", "=", True)])
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(companies))
        for company in companies:
            if not self._take_part(company, company._ar_today()):
                return
        progress._commit_progress(1, remaining=0)

    @api.model
    def _run(self, company, on):
        """Run, or go on with, the cycle of a company on a day.

        When it is done already, only what was approved since is dispatched and sent.
        An error is kept on the cycle; other companies go on.

        :return: the ar.cycle record; its state is `running` when time was up, or when
            other workers are still at it.
        """
        self._take_part(company, on)
        return self._of_day(company, on)

    @api.model
    def _take_part(self, company, on):
        """Do what is left of the company's day, or a share of it.

        :return: False when time was up
        """
        shared = False
        try:
            cycle = self._run_alone(company, on)
            shared = bool(cycle)
            if cycle:
                cycle._share_work(company, on)
        except OutOfTimeError:
            _logger.info("Daily cycle of company %s goes on later", company.id)
            return False
        except Exception as error:
            self.env.cr.rollback()
            if shared and isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
                # Nothing is wrong: others are at it, and no chunk of theirs is lost.
                _logger.warning("Others disturbed the cycle of company %s", company.id)
            else:
                # Of what one worker does alone, nobody else does a share.
                _logger.exception("Daily cycle of company %s failed", company.id)
                self._of_day(company, on)._note(state="failed", error=str(error))
            self._trigger(RETRY_AFTER)
            self.env["ir.cron"]._commit_progress()
        return True

    @api.model
    def _run_alone(self, company, on):
        """Bring the company's day up to the work that is shared.

        :return: the ar.cycle record; none while another worker is at it
        """
        with company._ar_session_lock("cycle") as mine:
            if not mine:
                _logger.info("Another worker runs the cycle of company %s", company.id)
                # Its day may have come so far already that work is shared.
                return self.search(
                    [
                        ("company_id", "=", company.id),
                        ("date", "=", on),
                        ("state", "=", "running"),
                        ("step", "in", (FIRST_SHARED_STEP, "send")),
                    ]
                )
            # With fresh eyes: what the last holder did is not in our snapshot.
            self.env["ir.cron"]._commit_progress()
            cycle = self._of_day(company, on)
            cycle._close_earlier()
            cycle._run_steps(company, on)
        return cycle

    def _close_earlier(self):
        """Cycles of earlier days that were cut off are carried on by this one."""
        self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("date", "<", self.date),
                ("state", "=", "running"),
            ]
        ).write(
            {
                "state": "failed",
                "error": self.env._("Interrupted: a later day's cycle went on."),
            }
        )

    @api.model
    def _of_day(self, company, on):
        found = self.search(
            [("company_id", "=", company.id), ("date", "=", on)], limit=1
        )
        return found or self.create({"company_id": company.id, "date": on})

    def _run_steps(self, company, on):
        names = [name for name, _label in STEPS]
        shared = names.index(FIRST_SHARED_STEP)
        first = shared if self.state == "done" else names.index(self.step)
        for name in names[first:shared]:
            self.write({"step": name, "step_done": 0, "state": "running"})
            self._checkpoint()
            getattr(self, f"_step_{name}")(company, on)
            self._checkpoint()
        if first < shared or self.state != "running":
            self._note(step=FIRST_SHARED_STEP, step_done=0, state="running")

    def _step_sync(self, company, on):
        self.env["ar.calendar"]._extend_all(on)
        self._count(self.env["ar.claim"]._sync_companies(company))
        self.env["ar.work.item"]._list_ownerless(company)

    def _step_match(self, company, on):
        matches = self.env["ar.bank.match"]
        matches._close_matched_by_hand(company)
        # The cycle holds the company's lock; each chunk is a transaction of its own.
        while lines := matches._next_lines(company, on):
            self._count(matches._match_lines(lines, on))
            self._checkpoint()

    def _step_figures(self, company, on):
        """Figures are per debtor, so for the whole tree; segments may use them."""
        self._count(self.env["ar.debtor.figure"]._refresh(company.root_id, on))

    def _step_assign(self, company, on):
        versions = self.env["ar.dunning.procedure.version"]
        versions._watch_law(company, on)
        versions._put_scheduled_in_force(company, on)
        self._count(self.env["ar.dunning.segment"]._assign(company, on))

    def _step_review(self, company, on):
        """Look at what debtors did: extension point for promises and plans."""
        self._count(self.env["ar.dunning.notice"]._thank_company(company, on))

    def _step_evaluate(self, company, on):
        runs = self.env["ar.dunning.run"]._propose_company(company, on)
        self._count(sum(runs.mapped("evaluated_count")))

    def _count(self, number):
        self.step_done += number

    @api.model
    def _checkpoint(self):
        """Make the work so far durable; stop in good order when time is up."""
        # Progress tells the scheduler that a job which is cut off is worth another try.
        if not self.env["ir.cron"]._commit_progress(1, remaining=1):
            raise OutOfTimeError

    def action_run_now(self):
        """Go on with a failed or interrupted cycle in the background."""
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may run the cycle."))
        self._trigger()
