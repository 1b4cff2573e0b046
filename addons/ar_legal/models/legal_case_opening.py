from odoo import api, models
from odoo.exceptions import UserError


class LegalCaseOpening(models.Model):
    """Opens a case from a decided handover, and takes further claims into one."""

    _inherit = "ar.legal.case"

    @api.model
    def _open_from_notices(self, notices, decision, on):
        """Open one case for each dispatched handover on which something is still due.

        :param notices: ar.dunning.notice, dispatched, of any company
        :param decision: values of the cases: reason, party_id, party_role, track_id,
            next_step, user_id
        :param on: {company: date of the decision}
        :return: the cases, in the order of the notices.
        """
        due = notices._due_at_handover(on)
        # People have no right to create cases: the caller checked who decides.
        cases_sudo = self.sudo()
        events = []
        for notice in notices:
            if not due[notice.id]:
                continue
            day = on[notice.company_id]
            case = cases_sudo.create(self._prepare_case_vals(notice, decision, day))
            case._take_in(due[notice.id], day)
            events.append(case._prepare_event("opened", day, text=case.reason))
            cases_sudo |= case
        # History is written by the program alone; the caller checked who decides.
        self.env["ar.legal.event"].sudo().create(events)
        return self.browse(cases_sudo.ids)

    @api.model
    def _prepare_case_vals(self, notice, decision, on):
        track = self.env["ar.legal.track"].browse(decision["track_id"])
        if not track.stage_ids:
            raise UserError(
                self.env._(
                    "“%s” has no stages yet: add some in the configuration.",
                    track.name,
                )
            )
        return {
            "name": self.env["ir.sequence"].next_by_code("ar.legal.case"),
            "company_id": notice.company_id.id,
            "access_group_id": notice.access_group_id.id,
            "debtor_id": notice.debtor_id.id,
            "partner_id": notice.partner_id.id,
            "currency_id": notice.currency_id.id,
            "notice_id": notice.id,
            "decided_by_id": self.env.uid,
            "decided_on": on,
            "stage_id": track.stage_ids[:1].id,
            "stage_on": on,
            **decision,
        }

    def _take_in(self, due, on):
        """Take claims into this case.

        :param due: {claim: what is still due}
        """
        self.ensure_one()
        self.env["ar.legal.case.claim"].create(
            [
                {
                    "case_id": self.id,
                    "company_id": self.company_id.id,
                    "access_group_id": self.access_group_id.id,
                    "claim_id": claim.id,
                    "currency_id": self.currency_id.id,
                    "amount_at_handover": amount,
                    "joined_on": on,
                }
                for claim, amount in due.items()
            ]
        )
        claim_ids = [claim.id for claim in due]
        self.env["ar.claim"].browse(claim_ids).invalidate_recordset(["legal_case_id"])

    def _add_claims(self, claims, on):
        """Take further claims of the debtor into this open case: a decision as well.

        :param on: date of the decision
        :raises UserError: when the user does not decide, or a claim does not fit
        """
        self.ensure_one()
        self.check_access("read")
        claims.check_access("read")
        if not claims:
            raise UserError(self.env._("Choose at least one claim."))
        if not self._user_decides():
            raise UserError(
                self.env._("Only an approver may add claims to a legal case.")
            )
        if self.state != "open":
            raise UserError(self.env._("%s is closed: reopen it first.", self.name))
        due = self._check_fit(claims, on)
        self._check_four_eyes(sum(due.values()), on)
        # Rows of a case are read-only for people; the right was checked above.
        case_sudo = self.sudo()
        case_sudo._take_in(due, on)
        self.env["ar.legal.event"].sudo().create(
            [
                self._prepare_event("claims_added", on, text=claim.display_name)
                for claim in claims
            ]
        )

    def _check_fit(self, claims, on):
        """Return {claim: what is still due} of claims that may join this case.

        :raises UserError: naming the first that may not, and why
        """
        rows = {
            row["claim_id"]: row
            for row in self.env["ar.evaluation"]._evaluate(
                self.company_id, on, partners=self.partner_id
            )
        }
        due = {}
        for claim in claims:
            why_not = self._why_not(claim, rows.get(claim.id))
            if why_not:
                raise UserError(
                    self.env._(
                        "%(claim)s cannot join %(case)s: %(reason)s",
                        claim=claim.display_name,
                        case=self.name,
                        reason=why_not,
                    )
                )
            due[claim] = rows[claim.id]["collectable"]
        return due

    def _why_not(self, claim, row):
        """Return why a claim may not join this case, a sentence, or nothing."""
        if (claim.company_id, claim.debtor_id) != (self.company_id, self.debtor_id):
            return self.env._("it is owed to another company or by somebody else.")
        if claim.currency_id != self.currency_id:
            return self.env._("it is in another currency.")
        if claim.access_group_id != self.access_group_id:
            return self.env._("other people may see it than this case.")
        if not row or row["collectable"] <= 0:
            return self.env._("nothing is due on it any more.")
        evaluation = self.env["ar.evaluation"]
        stopping = evaluation._stopping_codes()
        for blocker in row["blockers"]:
            if blocker.partition("|")[0] in stopping:
                return evaluation._describe_blocker(blocker, row)["sentence"]
        return ""

    def _check_four_eyes(self, amount, on):
        """Raise when the opener alone would bring the case above the limit.

        The whole case counts: many small additions are one big decision.
        """
        company = self.company_id
        limit = company.ar_four_eyes_amount
        total = self.currency_id._convert(
            self.amount_handed_over + amount, company.currency_id, company, on
        )
        if limit and total > limit and self.decided_by_id == self.env.user:
            raise UserError(
                self.env._(
                    "With this %(case)s is above %(limit)s, and you opened it "
                    "yourself: a second person has to add it.",
                    limit=company.currency_id.format(limit),
                    case=self.name,
                )
            )
