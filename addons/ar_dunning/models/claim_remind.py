from odoo import models
from odoo.exceptions import UserError


class ClaimRemind(models.Model):
    """Reminding now of single claims, without waiting for the nightly run."""

    _inherit = "ar.claim"

    def _remind_now(self, early=False):
        """Make a notice for these claims of one debtor, and let it leave.

        It is approved at once when its level needs nobody's decision or the user may
        approve it; otherwise it waits as a proposal of its own.

        :param early: see ar.dunning.run `_remind`
        :return: the runs, as the user may see them
        """
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may remind a debtor."))
        company = self.company_id
        if len(company) != 1 or len(self.debtor_id) != 1:
            raise UserError(self.env._("Choose claims of one debtor and one company."))
        if not company.ar_enabled:
            raise UserError(
                self.env._(
                    "Follow-up is switched off for %s: switch it on in the settings "
                    "first.",
                    company.name,
                )
            )
        on = company._ar_today()
        # Runs and notices are read-only for people; access was checked above.
        runs_sudo = self.env["ar.dunning.run"].sudo()._remind(self.sudo(), on, early)
        self._approve_if_allowed(runs_sudo)
        approved_sudo = runs_sudo.notice_ids.filtered(
            lambda notice: notice.state == "approved"
        )
        # Beyond the day's capacity it stays approved and leaves on the next day.
        approved_sudo._within_capacity(company, on)._dispatch_isolated(company, on)
        approved_sudo._list_beyond_capacity(company, on)
        # People read work items and do not make them; these tell of runs made above.
        waiting = self.env["ar.work.item"].sudo()
        for run_sudo in runs_sudo:
            run_sudo._refresh_state()
            if run_sudo.waiting_count:
                waiting._raise_items([run_sudo._prepare_approval_vals()])
        self.env["ar.cycle"]._trigger()
        self.env.invalidate_all()
        return self.env["ar.dunning.run"].browse(runs_sudo.ids)

    def _approve_if_allowed(self, runs_sudo):
        """Approve in the user's name what he may approve; the rest waits."""
        waiting = self.env["ar.dunning.notice"].browse(
            runs_sudo.notice_ids.filtered(lambda one: one.state == "proposed").ids
        )
        for notice in waiting:
            try:
                notice._check_may_approve()
            except UserError:
                # A second person decides; the work list says so.
                continue
            notice._decided_by_approval()._approve()
