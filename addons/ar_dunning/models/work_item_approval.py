from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# Done by deciding on the run, and closed with it.
APPROVALS = ("approve_run", "volume_fuse")
# More names would say no more.
NAMED = 3


class WorkItemApproval(models.Model):
    """A run that waits is decided on the run itself, by who may."""

    _inherit = "ar.work.item"

    is_approval = fields.Boolean(
        string="Waits for approval", compute="_compute_is_approval"
    )
    approvers = fields.Char(
        string="Who decides",
        compute="_compute_approvers",
        help="For readers who may not approve themselves.",
    )

    @api.depends("kind", "state", "run_id.state")
    def _compute_is_approval(self):
        for item in self:
            item.is_approval = (
                item.kind in APPROVALS
                and item.state == "open"
                and item.run_id.state == "proposed"
            )

    @api.depends("is_approval", "company_id", "access_group_id")
    @api.depends_context("uid", "lang")
    def _compute_approvers(self):
        waiting = self.filtered("is_approval")
        if self.env.user.has_group("ar_dunning.group_approver"):
            waiting = self.browse()
        (self - waiting).approvers = False
        if not waiting:
            return
        # Only names are told; who works where is no secret among colleagues.
        group_sudo = self.env.ref("ar_dunning.group_approver").sudo()
        users_sudo = group_sudo.all_user_ids.filtered(lambda user: not user.share)
        for item in waiting:
            able = users_sudo.filtered(item._may_be_approved_by)
            item.approvers = (
                self.env._("May approve: %s", ", ".join(able[:NAMED].mapped("name")))
                if able
                else self.env._("Nobody may approve: an administrator gives the right.")
            )

    def _may_be_approved_by(self, user_sudo):
        return self.company_id in user_sudo.company_ids and (
            not self.access_group_id or self.access_group_id in user_sudo.all_group_ids
        )

    @api.model
    def _domain_of_able(self):
        able = super()._domain_of_able()
        if not self.env.user.has_group("ar_dunning.group_approver"):
            able &= Domain("kind", "not in", APPROVALS)
        return able

    def action_done(self):
        self._refuse_approvals()
        return super().action_done()

    def action_dismiss(self):
        self._refuse_approvals()
        return super().action_dismiss()

    def _refuse_approvals(self):
        """People do not close what a run waits for: it would wait unseen."""
        if any(item.is_approval for item in self):
            raise UserError(
                self.env._(
                    "A run that waits is done by deciding on it: open it, and approve "
                    "its notices or leave them out."
                )
            )
