from contextlib import suppress

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.ar_dunning.models.cycle import OutOfTimeError

# A job costs some 20 ms by itself: one for many debtors.
NOTICES_PER_JOB = 200
# What is more than this many jobs can take is left to the scheduled actions.
MOST_JOBS = 500


class CycleJobs(models.Model):
    """Shares of the daily work as jobs, for as many servers as take some.

    A job is a share that anybody may take: it says how much, not which notices, and
    does what is left when its turn comes. So it may run twice, late or never. The
    scheduled actions do their share beside the jobs and all of it without them.
    """

    _inherit = "ar.cycle"

    def _wake_helpers(self, company, on, work):
        result = super()._wake_helpers(company, on, work)
        self._enqueue_shares(company, on, work)
        return result

    @api.model
    def _most_work(self):
        return max(super()._most_work(), NOTICES_PER_JOB * MOST_JOBS)

    @api.model
    def _enqueue_shares(self, company, on, work=None):
        """Put what may be done now into jobs; what has one gets no second.

        :param work: see `_count_work`; counted here when not given
        """
        day = fields.Date.to_string(on)
        work = work or self._count_work(company, on, self._most_work())
        for number in _shares(work["dispatch"]):
            self._delayed(
                company,
                f"dispatch/{company.id}/{day}/{number}",
                self.env._("Dispatch notices of %s", company.name),
            )._job_dispatch(company.id, day)
        for number in _shares(work["print"]):
            self._delayed(
                company,
                f"print/{company.id}/{day}/{number}",
                self.env._("Print letters of %s", company.name),
            )._job_print(company.id, day)
        for shard in self.env["ar.delivery"]._shards_to_do(company):
            self._delayed(
                company,
                f"send/{company.id}/{day}/{shard}",
                self.env._("Send e-mails of %s", company.name),
            )._job_send(company.id, day, shard)

    @api.model
    def _delayed(self, company, identity, description):
        return (
            self.env["ar.cycle"]
            .with_company(company)
            .with_delay(
                identity_key=f"ar_queue_job/{identity}", description=description
            )
        )

    # -- the jobs -----------------------------------------------------------------
    # They fail as a whole and are tried again when another worker disturbed them.

    @api.model
    def _job_dispatch(self, company_id, day):
        """Dispatch the next approved notices that nobody has in hands."""
        company = self._of_today(company_id, day)
        if not company:
            return self.env._("Nothing: its day is over.")
        handled = self.env["ar.dunning.notice"]._dispatch_next(
            company, fields.Date.to_date(day), limit=NOTICES_PER_JOB
        )
        return self._job_done(company, day, handled)

    @api.model
    def _job_print(self, company_id, day):
        """Print the next letters that nobody has in hands."""
        company = self._of_today(company_id, day)
        if not company:
            return self.env._("Nothing: its day is over.")
        batches, on = self.env["ar.print.batch"], fields.Date.to_date(day)
        handled = 0
        while handled < NOTICES_PER_JOB and (
            made := batches._print_company(company, on)
        ):
            handled += made
        return self._job_done(company, day, handled)

    @api.model
    def _job_send(self, company_id, day, shard):
        """Send the e-mails of a shard, unless somebody does already.

        Each answer of the mail server is committed: this job may commit. At the end of
        the company's day it stops after the messages that it has in hands.
        """
        company = self._of_today(company_id, day)
        if not company:
            return self.env._("Nothing: its day is over.")
        on, sent = fields.Date.to_date(day), []

        def note(handed):
            sent.append(handed)
            if company._ar_today() > on:
                raise OutOfTimeError

        with company._ar_session_lock("work", share=True), suppress(OutOfTimeError):
            self.env["ar.delivery"]._send_shards(company, on, note, shards=[shard])
        return self._job_done(company, day, sum(sent))

    @api.model
    def _of_today(self, company_id, day):
        """Return the company when its day is still on; none otherwise.

        The share of a day that is over belongs to the next run, which evaluates anew.
        Until the end of this transaction the day is not closed.
        """
        company, on = (
            self.env["res.company"].browse(company_id),
            fields.Date.to_date(day),
        )
        # A job of yesterday must not even hold up who would close today.
        if on != company._ar_today():
            return company.browse()
        self.env.cr.execute(
            SQL(
                "SELECT pg_advisory_xact_lock_shared(hashtext(%s), %s)",
                "ar_dunning:work",
                company_id,
            )
        )
        if on != company._ar_today():
            # Who wanted to close the day meanwhile could not: wake somebody up.
            self._trigger()
            return company.browse()
        return company

    @api.model
    def _job_done(self, company, day, handled):
        # A scheduled action looks for what is left, and closes the day. It could not do
        # so while this job was under way, whether the job found something or not.
        if handled or self.search_count(
            [
                ("company_id", "=", company.id),
                ("date", "=", day),
                ("state", "=", "running"),
            ],
            limit=1,
        ):
            self._trigger()
        return self.env._("Handled: %s", handled)


def _shares(number):
    """Return the numbers of the jobs that so many notices make."""
    return range(min(-(-number // NOTICES_PER_JOB), MOST_JOBS))
