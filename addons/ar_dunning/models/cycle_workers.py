from odoo import api, models

# So many approved notices or ready deliveries are worth waking somebody up for.
WORTH_HELP = 200
MOST_WORKERS = 16


class CycleWorkers(models.Model):
    """The scheduled actions that share the work: as many as the system wants.

    All of them do the same, each in a thread or process of its own, on one or several
    servers: whoever comes first runs the day of a company, the others help.
    """

    _inherit = "ar.cycle"

    @api.model
    def _cron_help(self):
        """Do what the first worker leaves over: other companies, shares of this one."""
        self._cron_run()

    @api.model
    def _helpers(self):
        """Return the scheduled actions of all further workers, archived ones too."""
        # Which ones there are is no secret; only the system changes them.
        crons_sudo = self.env["ir.cron"].sudo().with_context(active_test=False)
        return crons_sudo.search(
            [("model_id.model", "=", self._name), ("code", "=", "model._cron_help()")],
            order="id",
        )

    @api.model
    def _worker_count(self):
        return 1 + len(self._helpers().filtered("active"))

    @api.model
    def _set_worker_count(self, count):
        """Let so many workers share the work: make or archive scheduled actions.

        :param count: 1 to `MOST_WORKERS`; what is beyond is cut off
        """
        count = min(max(count, 1), MOST_WORKERS)
        helpers = self._helpers()
        for number in range(len(helpers) + 2, count + 1):
            helpers |= self._create_helper(number)
        helpers[: count - 1].active = True
        helpers[count - 1 :].active = False

    @api.model
    def _create_helper(self, number):
        # By `_set_worker_count`, for whom the settings let change the system.
        first = self.env.ref("ar_dunning.cron_daily_cycle").sudo()
        helper_sudo = first.copy(
            {
                "name": f"Receivables: worker {number}",
                "code": "model._cron_help()",
                "active": True,
            }
        )
        # With a name of the addon it goes when the addon goes.
        self.env["ir.model.data"].sudo()._update_xmlids(
            [
                {
                    "xml_id": f"ar_dunning.cron_worker_{number}",
                    "record": helper_sudo,
                    "noupdate": True,
                }
            ]
        )
        return helper_sudo

    def _call_helpers(self, company, on):
        """Wake the other workers up when there is enough for them."""
        work = self._count_work(company, on, self._most_work())
        if self._is_help_worth(work):
            self._wake_helpers(company, on, work)
            self._checkpoint()

    def _wake_helpers(self, company, on, work):
        """Wake the other workers up. For extension.

        :param work: see `_count_work`
        """
        for helper_sudo in self._helpers():
            if helper_sudo.active and helper_sudo.id != self.env.context.get("cron_id"):
                helper_sudo._trigger()

    @api.model
    def _most_work(self):
        """So much work of a kind is counted; there may be more. For extension."""
        return WORTH_HELP

    @api.model
    def _is_help_worth(self, work):
        """Whether there is enough to be done.

        :param work: see `_count_work`
        """
        return max(work.values()) >= WORTH_HELP

    @api.model
    def _count_work(self, company, on, limit):
        """Count what may be dispatched, printed and sent now.

        What waits for the sending hours, the capacity of another day or the end of an
        emergency stop is nobody's work now.

        :param limit: so many of each at most
        :return: {"dispatch": notices, "print": letters, "send": e-mails}
        """
        notices = self.env["ar.dunning.notice"]
        batches = self.env["ar.print.batch"]
        return {
            "dispatch": len(notices._next_chunk(company, on, limit, lock=False)),
            "print": len(batches._next_letters(company, limit, lock=False)),
            "send": self.env["ar.delivery"]._count_emails(company, limit),
        }
