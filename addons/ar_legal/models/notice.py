from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import SQL


class DunningNotice(models.Model):
    """A handover proposal is decided by a person with a reason, and opens a case."""

    _inherit = "ar.dunning.notice"

    cancel_code = fields.Selection(
        selection_add=[("in_legal_case", "In a legal case")],
        ondelete={"in_legal_case": "set changed"},
    )
    legal_case_ids = fields.One2many("ar.legal.case", "notice_id", readonly=True)
    can_hand_over = fields.Boolean(compute="_compute_can_hand_over")

    @api.depends("kind", "state", "legal_case_ids")
    def _compute_can_hand_over(self):
        for notice in self:
            # Dispatched ones were approved before legal cases were kept here.
            notice.can_hand_over = (
                notice.kind == "handover"
                and notice.state in ("proposed", "dispatched")
                and not notice.legal_case_ids
            )

    def _decided_by_approval(self):
        """Approving a run hands nothing over: that takes a reason and a recipient."""
        decided = super()._decided_by_approval()
        return decided.filtered(lambda notice: notice.kind != "handover")

    def action_approve(self):
        """Approve reminders; handover proposals are decided in their own window."""
        handovers = self.filtered("can_hand_over")
        result = super().action_approve()
        if handovers and handovers == self:
            return handovers.action_hand_over()
        return handovers._tell_they_wait() if handovers else result

    def _tell_they_wait(self):
        """Return a message: the others are approved, these still need a decision."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "title": self.env._("Handovers wait for a decision"),
                "message": self.env._(
                    "%s proposals to hand over were not approved with the rest: each "
                    "takes a reason and a recipient.",
                    len(self),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_hand_over(self):
        """Open the window in which handovers are decided."""
        if not self.env.user.has_group("ar_dunning.group_approver"):
            raise UserError(self.env._("Only an approver may hand claims over."))
        waiting = self.filtered("can_hand_over")
        if not waiting:
            raise UserError(
                self.env._("No proposal to hand over is waiting here: reload the page.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_legal.ar_legal_handover_action"
        )
        action["context"] = {"default_notice_ids": waiting.ids}
        return action

    def action_not_hand_over(self):
        """Open the window that puts the claims on hold instead, with a reason."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_notice_exclude_action"
        )
        action["name"] = self.env._("Do not hand over")
        action["context"] = {"default_notice_ids": self.ids}
        return action

    def action_open_legal_case(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.legal.case",
            "res_id": self.legal_case_ids[:1].id,
            "view_mode": "form",
        }

    def _hand_over(self, decision, on):
        """Decide these handover proposals: approve, dispatch, and open their cases.

        The ledger is looked at again: what was paid or held in the meantime falls out.

        :param decision: see ar.legal.case._open_from_notices
        :param on: {company: date of the decision}
        :return: (the cases, sentences that say what fell out and why)
        :raises UserError: when nothing is left, or somebody else decided first
        """
        self._check_may_hand_over()
        waiting = self.filtered(lambda notice: notice.state == "proposed")
        waiting._check_may_approve()
        waiting._approve()
        # Dispatching is the machine's work; who may decide was checked above.
        for company, notices_sudo in waiting.sudo().grouped("company_id").items():
            notices_sudo._dispatch(company, on[company])
        self.env.invalidate_all()
        left = self.filtered(lambda notice: notice.state == "dispatched")
        cases = self.env["ar.legal.case"]._open_from_notices(left, decision, on)
        fallen = self._fallen_out(cases)
        if not cases:
            raise UserError(
                self.env._("Nothing is left to hand over. %s", " ".join(fallen)).strip()
            )
        self.env["ar.work.item"]._settle_items([f"handover/{one.id}" for one in self])
        return cases, fallen

    def _check_may_hand_over(self):
        """Lock these notices and raise unless the user may decide all of them."""
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_approver"):
            raise UserError(self.env._("Only an approver may hand claims over."))
        try:
            # Only a lock: nothing is written in the user's name.
            self.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is deciding about this right now: reload the page."
                )
            ) from error
        self.invalidate_recordset()
        for notice in self:
            if not notice.can_hand_over:
                raise UserError(
                    self.env._(
                        "This is no longer possible: the proposal for %(debtor)s has "
                        "been decided in the meantime. Reload the page.",
                        debtor=notice.partner_id.name,
                    )
                )

    def _due_at_handover(self, on):
        """Return {notice id: {claim: what is still due}} for claims that may go.

        :param on: {company: date of the decision}
        """
        claimed = self.line_ids.filtered(
            lambda line: line.role == "claimed" and line.state == "dispatched"
        )
        evaluated = {}
        for company, claims in claimed.claim_id.grouped("company_id").items():
            for row in self.env["ar.evaluation"]._evaluate(
                company, on[company], partners=claims.partner_id
            ):
                evaluated[row["claim_id"]] = row
        stopping = set(self.env["ar.evaluation"]._stopping_codes())
        due = {notice.id: {} for notice in self}
        for line in claimed:
            row = evaluated.get(line.claim_id.id)
            if not row or row["collectable"] <= 0:
                continue
            codes = {blocker.partition("|")[0] for blocker in row["blockers"]}
            if not stopping & codes:
                due[line.notice_id.id][line.claim_id] = row["collectable"]
        return due

    def _fallen_out(self, cases):
        """Return a sentence for each claim of these notices that is in no case."""
        reasons = dict(
            self.env["ar.dunning.notice.line"]
            ._fields["cancel_code"]
            ._description_selection(self.env)
        )
        handed = cases.claim_ids.claim_id
        return [
            self.env._(
                "%(claim)s of %(debtor)s stays here: %(reason)s.",
                claim=line.claim_id.display_name,
                debtor=line.notice_id.partner_id.name,
                reason=reasons.get(line.cancel_code or "not_open"),
            )
            for line in self.line_ids
            if line.role == "claimed" and line.claim_id not in handed
        ]

    @api.model
    def _undo_obstacle_sources(self):
        return [
            *super()._undo_obstacle_sources(),
            SQL(
                """
                SELECT line.id, 15, 'in_legal_case', member.case_id::text
                  FROM line
                  JOIN ar_legal_case_claim member
                    ON member.claim_id = line.claim_id AND member.active
                """
            ),
        ]

    @api.model
    def _undo_obstacle_words(self, code):
        if code == "in_legal_case":
            return self.env._("The claim is in a legal case, which rests on it.")
        return super()._undo_obstacle_words(code)

    def _set_state(self, state, **values):
        """A proposal that was decided leaves the work list."""
        result = super()._set_state(state, **values)
        if state == "cancelled":
            self.env["ar.work.item"]._settle_items(
                [
                    f"handover/{notice.id}"
                    for notice in self
                    if notice.kind == "handover"
                ]
            )
        return result
