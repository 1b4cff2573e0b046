from odoo import models
from odoo.exceptions import UserError

# With these outcomes the claims stay out of dunning: nobody is to be reminded of what
# has been given up. Reopening the case is the way back.
_KEEPS_CLAIMS = ("uncollectable",)


class LegalCaseClosing(models.Model):
    """Ends a case with an outcome, and begins it anew."""

    _inherit = "ar.legal.case"

    def _close(self, outcome, on, note=None):
        """Close these cases.

        `paid` may be said by collectors, of cases on which nothing is due any more;
        the other outcomes are decisions of approvers. Claims go on in dunning where
        they stood, except those that are uncollectable.

        :param on: date of the closing
        """
        self.check_access("write")
        for case in self:
            case._check_may_close(outcome, on)
        # What was decided is read-only for people; the rights were checked above.
        cases_sudo = self.sudo()
        cases_sudo.write(
            {
                "state": "closed",
                "outcome": outcome,
                "closed_on": on,
                "closing_note": note,
                "next_deadline": False,
                "proposed_stage_id": False,
                "proposed_note": False,
            }
        )
        if outcome not in _KEEPS_CLAIMS:
            cases_sudo.claim_ids.write({"active": False})
        words = dict(self._fields["outcome"]._description_selection(self.env))
        said = " – ".join(part for part in (words[outcome], note) if part)
        # History is written by the program alone; the right to act was checked above.
        self.env["ar.legal.event"].sudo().create(
            [case._prepare_event("closed", on, text=said) for case in self]
        )
        self.env["ar.work.item"]._settle_items(
            [f"legal_paid/{case.id}" for case in self]
        )
        self.env["ar.claim"].invalidate_model(["legal_case_id"])

    def _check_may_close(self, outcome, on):
        self.ensure_one()
        if self.state == "closed":
            raise UserError(
                self.env._("%s is closed already: reload the page.", self.name)
            )
        if on < self.decided_on:
            raise UserError(self.env._("%s cannot end before it began.", self.name))
        if outcome == "paid":
            self._check_nothing_in_draft()
            if self.currency_id.compare_amounts(self.amount_open, 0) > 0:
                raise UserError(
                    self.env._(
                        "%(amount)s is still due in %(case)s: book the payment first, "
                        "or choose another outcome.",
                        amount=self.currency_id.format(self.amount_open),
                        case=self.name,
                    )
                )
        elif not self._user_decides():
            raise UserError(
                self.env._(
                    "Only an approver may close a case on which something is due."
                )
            )

    def _check_nothing_in_draft(self):
        """Raise when an invoice of the case is in draft: what is due is not known."""
        for member in self.claim_ids.filtered("active"):
            if member.claim_state == "unposted":
                raise UserError(
                    self.env._(
                        "%(claim)s is in draft: post or cancel it first, or choose "
                        "another outcome.",
                        claim=member.claim_id.display_name,
                    )
                )

    def action_reopen(self):
        """Take the claims of closed cases out of dunning again."""
        self.check_access("write")
        if not self._user_decides():
            raise UserError(self.env._("Only an approver may reopen a case."))
        for case in self:
            if case.state != "closed":
                raise UserError(self.env._("%s is open: reload the page.", case.name))
            case._check_claims_free()
        # See _close.
        cases_sudo = self.sudo()
        cases_sudo.write(
            {
                "state": "open",
                "outcome": False,
                "closed_on": False,
                "closing_note": False,
            }
        )
        cases_sudo.claim_ids.filtered(lambda member: not member.left_on).write(
            {"active": True}
        )
        # History is written by the program alone; the right to act was checked above.
        self.env["ar.legal.event"].sudo().create(
            [
                case._prepare_event("reopened", case.company_id._ar_today())
                for case in self
            ]
        )
        self.env["ar.claim"].invalidate_model(["legal_case_id"])

    def _check_claims_free(self):
        """Raise when a claim of this closed case is in another one by now."""
        claims = self.claim_ids.filtered(lambda member: not member.left_on).claim_id
        taken = self.env["ar.legal.case.claim"].search(
            [("claim_id", "in", claims.ids), ("case_id", "!=", self.id)], limit=1
        )
        if taken:
            raise UserError(
                self.env._(
                    "%(claim)s is in %(case)s by now: that case goes on.",
                    claim=taken.claim_id.display_name,
                    case=taken.case_id.name,
                )
            )
